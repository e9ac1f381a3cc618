"""Find offices and clients by any part of their code or name."""

from dataclasses import dataclass

from django.db import connection

#: A shorter text has no three letters to look up.
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Parties:
    """Ids of offices and clients."""

    offices: list[int]
    clients: list[int]


def parties_containing(text: str, *, most: int) -> Parties | None:
    """Return the acting carrier's offices and clients whose code or name has the text in it, in capitals or not.

    Returns:
        None where the text is too short to be looked up, or more than `most` of either have it. Inside `acting_for`.
    """
    if len(text) < SHORTEST:
        return None
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    with connection.cursor() as cursor:
        cursor.execute("SELECT office_id, client_id FROM parties_containing(%s, %s)", [pattern, most + 1])
        rows = cursor.fetchall()
    offices, clients = ([row[at] for row in rows if row[at] is not None] for at in (0, 1))
    return None if max(len(offices), len(clients)) > most else Parties(offices, clients)
