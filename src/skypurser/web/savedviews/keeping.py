"""Save a view of a list, and put one's views in order: rename, move, delete."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access import views
from skypurser.access.views import ViewExists, ViewNotFound, ViewOfList
from skypurser.web.forms import DeskForm
from skypurser.web.pages import Request, page
from skypurser.web.savedviews.lists import SOME, ViewedList, kept_of, list_of

LONGEST_NAME = 100


class NameForm(DeskForm):
    """What a view is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "off"})
    )

    def clean_name(self) -> str:
        """Refuse what can't be shown on one line."""
        name = str(self.cleaned_data["name"])
        if not name.isprintable():
            raise ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return name


class SaveForm(NameForm):
    """A view to be saved."""

    query = forms.CharField(required=False, max_length=views.LONGEST_QUERY, widget=forms.HiddenInput)


@page(SOME, methods=("GET", "POST"))
def listing(request: Request, list_name: str) -> HttpResponse:
    """Show the member's views of a list; save another one. Sent twice, the same view is saved once."""
    of = list_of(list_name, actor=request.actor)
    if request.method != "POST":
        return _shown(request, of, SaveForm(initial={"query": kept_of(request.GET.urlencode())}))
    form = SaveForm(request.POST)
    if form.is_valid():
        name, query = form.cleaned_data["name"], kept_of(form.cleaned_data["query"])
        done = form.accept(lambda: _save(request, of, name=name, query=query))
        if done is not None:
            messages.success(request, _("“%(name)s” is saved.") % {"name": done.name})
            return redirect(f"{of.url}?{done.query}")
    return _shown(request, of, form)


@page(SOME, methods=("POST",))
def rename(request: Request, list_name: str, view_id: int) -> HttpResponse:
    """Give a view another name."""
    of = list_of(list_name, actor=request.actor)
    form = NameForm(request.POST, auto_id=f"name-{view_id}")
    if form.is_valid():
        done = form.accept(
            lambda: views.rename_view(view_id=view_id, name=form.cleaned_data["name"], actor=request.actor)
        )
        if done is not None:
            return redirect("desk:views", list_name=of.page)
    return _shown(request, of, SaveForm(), renaming=(view_id, form))


@page(SOME, methods=("POST",))
def move(request: Request, list_name: str, view_id: int) -> HttpResponse:
    """Put a view at the place that `position` says, the first being 1."""
    of = list_of(list_name, actor=request.actor)
    text = request.POST.get("position", "")
    position = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    views.move_view(view_id=view_id, position=position, actor=request.actor)
    return redirect("desk:views", list_name=of.page)


@page(SOME, methods=("POST",))
def delete(request: Request, list_name: str, view_id: int) -> HttpResponse:
    """Delete a view; one that is gone already stays gone."""
    of = list_of(list_name, actor=request.actor)
    try:
        views.delete_view(view_id=view_id, actor=request.actor)
    except ViewNotFound:
        return redirect("desk:views", list_name=of.page)
    messages.success(request, _("The view is deleted."))
    return redirect("desk:views", list_name=of.page)


def _save(request: Request, of: ViewedList, *, name: str, query: str) -> ViewOfList:
    try:
        return views.add_view(page=of.page, name=name, query=query, actor=request.actor)
    except ViewExists:
        for one in views.views(page=of.page, actor=request.actor):
            if (one.name, one.query) == (name, query):
                return one
        raise


def _shown(
    request: Request, of: ViewedList, form: SaveForm, *, renaming: tuple[int, NameForm] | None = None
) -> HttpResponse:
    found = views.views(page=of.page, actor=request.actor)
    if renaming is not None and renaming[0] not in {one.id for one in found}:
        raise ViewNotFound("there is no such saved view")
    rows = []
    for place, one in enumerate(found, start=1):
        is_it = renaming is not None and renaming[0] == one.id
        named = (
            renaming[1] if renaming is not None and is_it else NameForm({"name": one.name}, auto_id=f"name-{one.id}")
        )
        rows.append((place, one, named))
    context = {
        "of": of,
        "rows": rows,
        "form": form,
        "wrong": renaming[1] if renaming is not None else form,
        "is_saving": form.is_bound or bool(form.initial.get("query")),
        "last": len(rows),
    }
    return render(request, "savedviews/list.html", context)
