"""What the operator does for persons who sign in."""

import pytest
from tests.cli.files import run, run_process
from tests.web.newcomers import browser, fresh_address, post, sign_in, signed_in, someone

NEW = "a new staple for the battery"


def path_of(link: str) -> str:
    return link.strip().removeprefix("http://localhost:8000")


def test_a_link_sets_a_new_password_once() -> None:
    one = someone()
    made = run_process("user", "reset", one.user.email.upper())
    path = path_of(made.stdout)

    before = sign_in(browser(), one.user.email)
    set_ = post(one.browser, path, password=NEW, again=NEW)
    again = one.browser.get(path)

    assert before.status_code == 302, "nothing changes before the link is used"
    assert set_.headers["Location"] == "/account/login/"
    assert again.status_code == 410
    assert sign_in(browser(), one.user.email).status_code == 200
    assert sign_in(browser(), one.user.email, NEW).status_code == 302
    assert "There are no second factors" in made.stderr
    assert path.rpartition("/")[2] not in made.stderr


def test_nobody_signs_in_with_an_address_that_is_not_there() -> None:
    address = fresh_address()

    refused = run("user", "reset", address)

    assert refused.exit_code == 1
    assert f"obody signs in as {address}" in refused.stderr


@pytest.mark.parametrize("token", ["x", "1:2:3", "%00", "a" * 3_000])
def test_an_invented_link_is_none(token: str) -> None:
    assert browser().get(f"/account/password/new/{token}").status_code == 410


def test_sessions_elsewhere_end_with_the_old_password() -> None:
    one = signed_in()
    path = path_of(run("user", "reset", one.user.email).stdout)

    post(browser(), path, password=NEW, again=NEW)

    assert one.browser.get("/carriers").status_code == 302
