"""Where the rows draw their numbers from. Numbers of invoices are none of these: a sequence leaves gaps."""

from django.db import migrations

from skypurser.access.isolation import sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = (("access", "0003_guards"),)
    operations = (sequence("invoices_payment_id_seq"), sequence("invoices_invoice_id_seq"))
