"""Questions about tickets."""

from skypurser.access.acting import acting_for
from skypurser.tickets.models import Ticket


def account_of(document: str, *, carrier_id: int) -> int | None:
    """Return the id of the account on which a document (13 digits) was sold, for ever; None when it was not."""
    with acting_for(carrier_id):
        return (
            Ticket.objects.filter(carrier_id=carrier_id, document_number=document)
            .values_list("account_id", flat=True)
            .first()
        )
