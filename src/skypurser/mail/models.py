"""Letters, what is attached to them, and in whose name a carrier writes."""

from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue


class Message(CarrierOwned):
    """A letter to one recipient, as it is sent; its words never change.

    Attributes:
        cause: Why it was written, at most once for each: `quote:17/1`.
        about: What it belongs to, beside which people see it: `quote:17`.
        tries: Since it was written or sent again.
        lease: Who sends it now, a word of the claim's; gone when the sender has not come back by `leased_until`.
        problem: Why the last try failed, in one word of `sending.Sent`; empty where none did.
        answer: What the mail server said to it.
    """

    PENDING, SENT, FAILED = "pending", "sent", "failed"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("mail_message_id_seq"))
    cause = models.TextField()
    about = models.TextField()
    recipient = models.TextField()
    sender_name = models.TextField()
    reply_to = models.TextField(default="")
    language = models.CharField(max_length=2)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    status = models.TextField(default=PENDING)
    tries = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    problem = models.TextField(default="")
    answer = models.TextField(default="")
    created_at = models.DateTimeField()
    created_by = models.TextField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "cause"), name="message_cause_once"),
            models.CheckConstraint(condition=Q(status__in=("pending", "sent", "failed")), name="message_status"),
            models.CheckConstraint(
                condition=Q(status="pending", finished_at__isnull=True)
                | Q(status__in=("sent", "failed"), finished_at__isnull=False, lease__isnull=True),
                name="message_finished",
            ),
            models.CheckConstraint(
                # A line break in one of these would begin another header.
                condition=~Q(recipient__regex=r"[\r\n]")
                & ~Q(sender_name__regex=r"[\r\n]")
                & ~Q(reply_to__regex=r"[\r\n]")
                & ~Q(subject__regex=r"[\r\n]"),
                name="message_headers_are_lines",
            ),
        )
        indexes = (
            models.Index(fields=("next_attempt_at",), condition=Q(status="pending"), name="message_due"),
            models.Index(fields=("about", "id"), name="message_about"),
        )

    def __str__(self) -> str:
        return f"message {self.id}: {self.status}"


class Attachment(CarrierOwned):
    """A file with a letter: byte for byte, or where it comes from when the letter is sent (see `enclosing.py`)."""

    pk = models.CompositePrimaryKey("carrier_id", "message_id", "position")
    message_id = models.BigIntegerField()
    position = models.IntegerField()
    name = models.TextField()
    content_type = models.TextField()
    content = models.BinaryField(null=True)
    source = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(content__isnull=False, source="") | (Q(content__isnull=True) & ~Q(source="")),
                name="attachment_has_content_or_source",
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"[\x01-\x1f/\\]") & ~Q(name=""), name="attachment_name_is_a_files"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Letterhead(CarrierOwned):
    """In whose name a carrier's letters are written; the carrier's own name where there is none.

    Attributes:
        reply_to: Where answers go; empty for nowhere in particular.
        signature: Under each letter; some lines.
    """

    carrier_id = models.IntegerField(primary_key=True)
    sender_name = models.TextField(default="")
    reply_to = models.TextField(default="")
    signature = models.TextField(default="")

    def __str__(self) -> str:
        return self.sender_name
