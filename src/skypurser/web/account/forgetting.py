"""A forgotten password. Nothing sends mail, so the page says who can help instead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forgotten(request: HttpRequest) -> HttpResponse:
    """Tell somebody who has forgotten the password whom to ask."""
    return render(request, "account/forgotten.html")
