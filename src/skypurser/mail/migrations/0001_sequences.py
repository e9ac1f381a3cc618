"""Where the letters draw their numbers from."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (sequence("mail_message_id_seq"),)
