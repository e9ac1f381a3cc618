"""Who is told of an account, and what is to be written to them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = (("electronic", "0002_guards"), ("history", "0003_guards"))
    operations = (
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("carrier_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "carrier_id",
                        "event_id",
                        "email",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("event_id", models.BigIntegerField()),
                ("email", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("account_id", models.BigIntegerField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("carrier_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "carrier_id",
                        "account_id",
                        "email",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("email", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("occasions", django.contrib.postgres.fields.ArrayField(base_field=models.TextField())),
                ("since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("language__in", ("en", "es"))), name="alert_language"),
                    models.CheckConstraint(
                        condition=models.Q(("occasions__len__gt", 0)), name="alert_on_some_occasion"
                    ),
                ],
            },
        ),
    )
