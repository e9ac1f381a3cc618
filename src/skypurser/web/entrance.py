"""Where a member comes in: the choice of the carrier."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse

from skypurser.web.acting import Person


def carriers(request: HttpRequest) -> HttpResponse:
    """Let a member of several carriers choose; tell somebody who is a member of none."""
    person = Person(request)
    if not person.is_signed_in:
        return redirect(f"{reverse('account_login')}?next={reverse('desk:carriers')}")
    if request.method == "POST":
        chosen = request.POST.get("carrier", "")
        if any(chosen == str(one.carrier_id) and person.choose(one.carrier_id) for one in person.memberships):
            rotate_token(request)  # a form that was drawn for the carrier before, in another tab, acts for none now
            return redirect("desk:home")
    return render(request, "web/carriers.html", {"memberships": person.memberships})
