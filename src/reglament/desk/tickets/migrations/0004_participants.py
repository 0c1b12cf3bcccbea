from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_strangers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Tell the messages of strangers from the notes of staff, among which they were kept."""
    events = apps.get_model("tickets", "TimelineEvent").objects.filter(kind="stranger_wrote")
    messages = apps.get_model("tickets", "Message").objects
    for values in events.values_list("values", flat=True).iterator():
        messages.filter(pk=values.get("message"), kind="note").update(kind="stranger")


def unmark_strangers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the messages of strangers among the notes of staff again."""
    apps.get_model("tickets", "Message").objects.filter(kind="stranger").update(kind="note")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_staff_notifications"),
        ("tickets", "0003_mail_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="copied",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="ticket",
            name="begun_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.staffmember",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("client", "Client"),
                    ("staff", "Staff"),
                    ("note", "Note"),
                    ("stranger", "Stranger"),
                    ("automatic", "Automatic"),
                    ("notice", "Notice"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(mark_strangers, unmark_strangers),
    ]
