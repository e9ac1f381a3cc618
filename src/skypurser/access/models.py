"""Carriers, their roles, members and API keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from skypurser.access.tables import CarrierOwned, NextValue


class Carrier(models.Model):
    """An airline or charter operator: the tenant. Everything else belongs to exactly one.

    `has_jet_cards` switches charter customers and their cards on.
    """

    id = models.IntegerField(primary_key=True, db_default=NextValue("access_carrier_id_seq"))
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    has_jet_cards = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(code__regex=r"^[A-Z0-9]{2,12}$"), name="carrier_code_shape"),
            models.CheckConstraint(condition=models.Q(country__regex=r"^[A-Z]{2}$"), name="carrier_country_shape"),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="carrier_currency_shape"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Role(CarrierOwned):
    """A named set of permissions. Whoever has the role may do what it says now."""

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("access_role_id_seq"))
    name = models.CharField(max_length=100)
    permissions = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints = (models.UniqueConstraint("carrier_id", Lower("name"), name="role_name_once_per_carrier"),)

    def __str__(self) -> str:
        return self.name


class Member(CarrierOwned):
    """A person of a carrier (or of one of its agencies), with limits to where the permissions hold.

    The permissions are the role's, or else the member's own, one by one. `language`, `theme` and `has_shortcuts` are
    how the member likes the pages.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("access_member_id_seq"))
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200)
    role_id = models.BigIntegerField(null=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    cities = ArrayField(models.CharField(max_length=3), default=list)
    offices = ArrayField(models.CharField(max_length=20), default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    #: Who signs in as this member; nobody before the invitation is accepted. A number: users belong to no carrier.
    user_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=2, default="", blank=True)
    theme = models.CharField(max_length=5, default="auto")
    has_shortcuts = models.BooleanField(default=True)
    briefings = models.CharField(max_length=6, default="off")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "email"), name="member_email_once_per_carrier"),
            models.UniqueConstraint(fields=("user_id", "carrier_id"), name="member_user_once_per_carrier"),
            models.CheckConstraint(
                condition=models.Q(role_id__isnull=True) | models.Q(permissions__len=0),
                name="member_role_or_own_permissions",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    language__in=("", "en", "es"),
                    theme__in=("auto", "light", "dark"),
                    briefings__in=("off", "daily", "weekly"),
                ),
                name="member_preferences",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class SavedView(CarrierOwned):
    """A member's filters of a list, kept under a name. `page` names the list, `query` is its query string."""

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("access_savedview_id_seq"))
    member_id = models.BigIntegerField()
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000)
    position = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("carrier_id", "member_id", "page", "name"), name="savedview_name_once_per_page"
            ),
        )

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"


class ApprovalThreshold(CarrierOwned):
    """From which amount, in minor units, a manual credit or debit in this currency takes four eyes."""

    pk = models.CompositePrimaryKey("carrier_id", "currency")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="approvalthreshold_above_zero"),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="approvalthreshold_currency_shape"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class ApiKey(CarrierOwned):
    """A program's way in. The token is nowhere: `token_hash` is its SHA-256, which the application can't read."""

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("access_apikey_id_seq"))
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8)
    token_hash = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=40))
    rate_limit = models.IntegerField()
    concurrency_limit = models.IntegerField()
    created_at = models.DateTimeField()
    created_by = models.TextField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Not led by the carrier: a key is found before anybody knows whose it is.
            models.UniqueConstraint(fields=("token_hash",), name="apikey_hash_once"),
            models.CheckConstraint(condition=models.Q(prefix__regex="^[A-Za-z0-9_-]{8}$"), name="apikey_prefix_shape"),
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="apikey_has_scopes"),
            models.CheckConstraint(
                condition=models.Q(rate_limit__gt=0, concurrency_limit__gt=0), name="apikey_limits_above_zero"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} (sp_{self.prefix}…)"


class Invitation(CarrierOwned):
    """A member's way to a user of one's own. The token is in a link that is shown once; here is its SHA-256."""

    pk = models.CompositePrimaryKey("carrier_id", "member_id")
    member_id = models.BigIntegerField()
    token_hash = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            # Not led by the carrier: an invitation is found before anybody knows whose it is.
            models.UniqueConstraint(fields=("token_hash",), name="invitation_hash_once"),
        )

    def __str__(self) -> str:
        return f"invitation of member {self.member_id}"
