"""Rows of client records are written once."""

from django.db import migrations

from reglament.desk.append_only import write_once


class Migration(migrations.Migration):
    dependencies = [("people", "0002_people_of_a_desk")]

    operations = [write_once("people_record")]
