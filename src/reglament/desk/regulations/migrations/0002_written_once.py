"""Rows of editions are written once."""

from django.db import migrations

from reglament.desk.append_only import write_once


class Migration(migrations.Migration):
    dependencies = [("regulations", "0001_initial")]

    operations = [write_once("regulations_edition")]
