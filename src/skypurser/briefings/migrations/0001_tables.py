"""Which member was briefed on which day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0005_invitations"),)
    operations = (
        migrations.CreateModel(
            name="Briefed",
            fields=[
                ("carrier_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "carrier_id", "member_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("member_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("has_letter", models.BooleanField()),
            ],
            options={"abstract": False},
        ),
    )
