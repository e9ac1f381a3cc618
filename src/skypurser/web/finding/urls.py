"""The paths of the search and the command palette."""

from django.urls import path

from skypurser.web.finding import palette, search

patterns = [
    path("search", search.search, name="search"),
    path("search/suggestions", search.suggestions, name="search-suggestions"),
    path("palette", palette.entries, name="palette"),
    path("palette/found", palette.found, name="palette-found"),
]
