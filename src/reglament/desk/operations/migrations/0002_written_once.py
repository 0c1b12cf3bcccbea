"""Rows of the audit log are written once."""

from django.db import migrations

from reglament.desk.append_only import write_once


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = [write_once("operations_auditevent")]
