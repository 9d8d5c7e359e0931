"""The category of a prohibited statement beside its reason."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.AddField(
            "returnedreason", "rule", models.CharField(blank=True, db_default="", max_length=64)
        ),
    ]
