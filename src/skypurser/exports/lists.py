"""What can be had as a file: each list by its name, who may have it, and the table that it makes of its filters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.documents.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is asked with, on a page or by a worker later.

    Attributes:
        actor: Who reads it, with what they may do and see now.
        now: When it was asked for, UTC: "today" is that day, whenever the file is made.
        query: The filters, as the address of the list's page has them; whatever anybody wrote there.
        time_zone, currency: The carrier's.
    """

    actor: Actor
    now: datetime
    query: QueryDict
    time_zone: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A list as it goes into a file.

    Attributes:
        table: Its rows are read from the database while they are taken, inside the transaction that it was made in.
        stem: The file's name without its ending.
        count: Tells how many rows there will be, where that costs little beside reading them.
    """

    table: Table
    stem: str
    count: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedList:
    """A list that can be had as a file.

    Attributes:
        name: Stable: jobs store it.
        permissions: What it takes; of several, any one.
        read: Returns the list, in the language that is active, inside a transaction that acts for the carrier; besides
            `Asked` it takes the ids of what the list is about. It raises what the list's own questions raise, at once
            or while rows are taken.
    """

    name: str
    permissions: frozenset[Permission]
    read: Callable[..., Exported]


def exported_list(name: str) -> ExportedList:
    """Return the list of this name.

    Raises:
        KeyError: There is none; a job of an earlier version may ask for it.
    """
    return cast("Mapping[str, ExportedList]", import_string(settings.EXPORTED_LISTS))[name]
