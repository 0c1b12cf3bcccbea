"""Decisions to support a client no longer, and to support it again."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_written_once"),
        ("regulations", "0002_written_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("clause", models.CharField(max_length=50)),
                ("reason", models.TextField()),
                ("stopped_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField(blank=True, null=True)),
                ("restored_because", models.TextField(blank=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_stops",
                        to="regulations.desk",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_stops",
                        to="people.organisation",
                    ),
                ),
                (
                    "restored_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.staffmember",
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staffmember"
                    ),
                ),
            ],
            options={
                "ordering": ["desk", "stopped_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), ("organisation__isnull", False)),
                            models.Q(
                                ("address", django.db.models.functions.text.Lower(models.F("address"))),
                                ("organisation", None),
                                models.Q(("address", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="support_stop_of_organisation_or_address",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("restored_at", None)),
                        fields=("organisation",),
                        name="support_stop_one_of_organisation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("restored_at", None), models.Q(("address", ""), _negated=True)),
                        fields=("desk", "address"),
                        name="support_stop_one_of_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("restored_at", None), ("restored_because", ""), ("restored_by", None)),
                            models.Q(
                                ("restored_at__gte", models.F("stopped_at")),
                                ("restored_at__isnull", False),
                                ("restored_by__isnull", False),
                                models.Q(("restored_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="support_stop_restored_by_somebody_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clause", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="support_stop_names_clause_and_reason",
                    ),
                ],
            },
        ),
    ]
