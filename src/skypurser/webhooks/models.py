"""Where events are sent to, what is sent, and how each attempt went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue


class Endpoint(CarrierOwned):
    """A URL of a carrier's that is told of events.

    Attributes:
        event_types: The types that it is told of; empty for all.
        secret: Signs what is sent (`whsec_…`); never shown again. `previous_secret` signs beside it until
            `previous_until`.
        deactivated_because: Why nothing is sent although nobody asked for that: `gone` after the answer 410.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("webhooks_endpoint_id_seq"))
    url = models.TextField()
    description = models.TextField(default="")
    event_types = ArrayField(models.TextField(), default=list)
    secret = models.TextField()
    previous_secret = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    deactivated_because = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(("secret__regex", r"^whsec_")), name="endpoint_secret_shape"),
            models.CheckConstraint(
                condition=Q(previous_secret__isnull=True, previous_until__isnull=True)
                | Q(previous_secret__isnull=False, previous_until__isnull=False),
                name="endpoint_previous_secret",
            ),
        )

    def __str__(self) -> str:
        return self.url


class Delivery(CarrierOwned):
    """One event for one endpoint.

    Attributes:
        lane: The event's account, if it has one: of its lane's deliveries only the first unfinished one is sent.
        tries: Since it was last set to pending; a replay starts anew.
        lease: Who sends it now, a word of the claim's; gone when the sender has not come back by `leased_until`.
    """

    PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("webhooks_delivery_id_seq"))
    endpoint_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    lane = models.BigIntegerField(null=True)
    status = models.TextField(default=PENDING)
    tries = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "endpoint_id", "event_id"), name="delivery_once"),
            models.CheckConstraint(condition=Q(status__in=("pending", "delivered", "failed")), name="delivery_status"),
            models.CheckConstraint(
                condition=Q(status="pending", finished_at__isnull=True)
                | Q(status__in=("delivered", "failed"), finished_at__isnull=False, lease__isnull=True),
                name="delivery_finished",
            ),
        )
        indexes = (
            models.Index(fields=("endpoint_id", "next_attempt_at"), condition=Q(status="pending"), name="delivery_due"),
            models.Index(
                fields=("lane", "endpoint_id", "event_id"),
                condition=Q(status="pending", lane__isnull=False),
                name="delivery_lane",
            ),
            models.Index(
                fields=("endpoint_id", "leased_until"), condition=Q(leased_until__isnull=False), name="delivery_leased"
            ),
            models.Index(fields=("endpoint_id", "id"), name="delivery_by_endpoint"),
            models.Index(fields=("finished_at",), condition=Q(finished_at__isnull=False), name="delivery_finished_at"),
        )

    def __str__(self) -> str:
        return f"delivery {self.id}: {self.status}"


class Attempt(CarrierOwned):
    """One try to deliver.

    Attributes:
        outcome: `delivered`, or what went wrong in one word (`refused`, `timeout`, `unreachable` …).
        answer: The first 1,000 characters of the body that came back.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("webhooks_attempt_id_seq"))
    delivery_id = models.BigIntegerField()
    at = models.DateTimeField()
    outcome = models.TextField()
    response_code = models.IntegerField(null=True)
    duration_ms = models.IntegerField()
    answer = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("delivery_id", "id"), name="attempt_by_delivery"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z {self.outcome}"
