"""The same order of a batch sent twice is one batch (Art. 18(2))."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0020_feed_of_persons")]
    operations = [
        migrations.AddField("batch", "idempotency_key", models.CharField(max_length=120, null=True)),
        migrations.AddField("batch", "order_digest", models.BinaryField(max_length=32, null=True)),
        migrations.AddConstraint(
            "batch",
            models.UniqueConstraint(
                name="batch_once_for_a_key",
                fields=["by", "idempotency_key"],
                condition=models.Q(idempotency_key__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "batch",
            models.CheckConstraint(
                name="batch_key_stands_for_an_order",
                condition=models.Q(idempotency_key__isnull=True) | models.Q(order_digest__isnull=False),
            ),
        ),
    ]
