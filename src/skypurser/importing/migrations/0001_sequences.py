"""Where uploads draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (sequence("importing_upload_id_seq"),)
