"""The persons of a customer: added, edited, made inactive and active again."""

from skypurser.access.permissions import Permission
from skypurser.parties import persons
from skypurser.parties.clientele import PersonChanges
from tests import cast
from tests.cast import charter_operator
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in


def test_a_person_is_added_and_a_second_of_the_same_address_is_refused() -> None:
    """Source: FL3XX, "Account Persons"."""
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/persons/new"
    form = {"name": "Carla Núñez", "email": "carla@example.org", "phone": "+34 600 000 000"}

    added = words(browser.get(send(browser, path, **form).headers["Location"]))
    twice = send(browser, path, **form)

    assert "Carla Núñez is added." in added
    assert "The customer has a person with this e-mail address already." in words(twice)
    assert 'value="Carla Núñez"' in twice.text
    assert [one.name for one in persons.persons_of(home.customer.id, actor=home.actor)] == ["Ann", "Bob", "Carla Núñez"]


def test_the_tab_tells_who_has_cards_of_their_own() -> None:
    home = charter_operator()
    cast.card(home.carrier, home.customer, name="Gold", person_ids={home.ann.id})

    told = words(signed_in(home).get(f"/customers/{home.customer.id}/persons"))

    assert "Ann ann@example.org – Gold Active" in told
    assert "Bob bob@example.org – – Active" in told


def test_a_customer_without_persons_is_told_what_they_are_for() -> None:
    home = charter_operator()
    other = cast.customer(home.carrier, name="Other")

    may, may_not = (
        signed_in(home, {permission}).get(f"/customers/{other.id}/persons").text
        for permission in (Permission.SALES, Permission.INVOICES)
    )

    assert "No persons yet" in may
    assert f"/customers/{other.id}/persons/new" in may
    assert f"/customers/{other.id}/persons/new" not in may_not


def test_a_person_is_edited_and_a_conflict_is_told_and_overwritten_only_when_saved_again() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/persons/{home.ann.id}"
    form = {**hidden(browser.get(path).text), "name": "Ann Lee", "email": "ann@example.org"}
    persons.change_person(
        customer_id=home.customer.id,
        person_id=home.ann.id,
        changes=PersonChanges(name="Anna"),
        actor=home.actor,
        now=cast.NOON,
    )

    page = browser.post(path, form)

    assert "Somebody else has set this to Anna meanwhile." in words(page)
    assert browser.post(path, {**form, **hidden(page.text)}).status_code == 302
    found = persons.get_person(home.ann.id, customer_id=home.customer.id, actor=home.actor)
    assert found.name == "Ann Lee"


def test_who_leaves_is_made_inactive_and_may_come_back() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/persons/{home.ann.id}"

    gone = words(browser.get(send(browser, f"{path}/deactivate").headers["Location"]))
    back = words(browser.get(send(browser, f"{path}/reactivate").headers["Location"]))

    assert "Ann is inactive and uses no card." in gone
    assert "Bob bob@example.org – – Active" in gone
    assert "Ann is active again." in back


def test_a_person_of_another_customer_is_not_found() -> None:
    home = charter_operator()
    other = cast.customer(home.carrier, name="Other")
    browser = signed_in(home)

    for act in ("", "/deactivate", "/reactivate"):
        assert browser.get(f"/customers/{other.id}/persons/{home.ann.id}{act}").status_code == 404
