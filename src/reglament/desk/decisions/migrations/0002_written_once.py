"""Rows of decisions are written once."""

from django.db import migrations

from reglament.desk.append_only import write_once


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]

    operations = [write_once("decisions_decisionrecord")]
