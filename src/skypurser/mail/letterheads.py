"""In whose name a carrier writes: the sender's name, where answers go, the signature."""

from dataclasses import asdict, dataclass
from datetime import datetime

from skypurser.access import administrators
from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.mail.models import Letterhead
from skypurser.parties import texts

#: The most characters of a sender's name and of a signature.
LONGEST_NAME, LONGEST_SIGNATURE = 80, 1_000


@dataclass(frozen=True, slots=True)
class LetterheadView:
    """In whose name letters are written.

    Attributes:
        sender_name: Beside the installation's address; empty for the carrier's name.
        reply_to: Where answers go; empty for nowhere in particular.
        signature: Some lines under each letter; empty for the sender's name.
    """

    sender_name: str = ""
    reply_to: str = ""
    signature: str = ""


def letterhead(*, carrier_id: int) -> LetterheadView:
    """Return what the carrier has set; nothing where it has set nothing."""
    with reading_for(carrier_id):
        row = Letterhead.objects.filter(carrier_id=carrier_id).first()
    return LetterheadView() if row is None else LetterheadView(row.sender_name, row.reply_to, row.signature)


def in_full(*, carrier_id: int) -> LetterheadView:
    """Return it with the carrier's name where nothing else is set."""
    found = letterhead(carrier_id=carrier_id)
    name = found.sender_name or " ".join(get_carrier(carrier_id).name.split())
    return LetterheadView(name, found.reply_to, found.signature or name)


def set_letterhead(*, sender_name: str, reply_to: str, signature: str, actor: Actor, now: datetime) -> LetterheadView:
    """Set all of it; recorded as `carrier.letterhead_set`, unless nothing changes. Letters written before keep theirs.

    Args:
        sender_name: At most 80 printable characters.
        reply_to: An e-mail address, or empty.
        signature: At most 1,000 characters, in lines.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        InvalidRequest: With its field; nothing is written.
    """
    actor.require(Permission.ADMINISTRATION)
    wanted = LetterheadView(
        texts.line(sender_name, field="sender_name", longest=LONGEST_NAME),
        texts.email(reply_to, field="reply_to"),
        texts.lines(signature, field="signature", longest=LONGEST_SIGNATURE),
    )
    with acting_for(actor.carrier_id):
        administrators.lock(actor.carrier_id)  # so that old and new of the acts are a chain
        before = letterhead(carrier_id=actor.carrier_id)
        if wanted != before:
            Letterhead.objects.update_or_create(carrier_id=actor.carrier_id, defaults=asdict(wanted))
            old, new = asdict(before), asdict(wanted)
            acts.record(
                carrier_id=actor.carrier_id,
                action="carrier.letterhead_set",
                actor=actor.name,
                reference="letterhead",
                changes={name: [old[name], new[name]] for name in new if old[name] != new[name]},
                now=now,
            )
    return wanted
