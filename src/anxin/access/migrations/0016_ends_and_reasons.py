"""Clients have an end; batches tell why rows were refused (Art. 45, 18(2))."""

from __future__ import annotations

from datetime import datetime

from django.db import migrations, models
from django.utils import timezone

from anxin.kernel.corresponding_day import add_years


def in_a_year() -> object:
    """The end of clients that were drafted before ends were asked for."""
    now = timezone.localtime()
    return datetime.combine(add_years(now.date(), 1), now.timetz())


class Migration(migrations.Migration):
    dependencies = [("access", "0015_complaints_known_by_reference")]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="ends_at",
            field=models.DateTimeField(default=in_a_year),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("drafted_at"))), name="client_has_an_end"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="reasons",
            field=models.JSONField(db_default=models.Value([], models.JSONField())),
        ),
    ]
