"""The same constraint with the code first: its index then finds a code whose kind the searcher does not name."""

from django.db import migrations, models

NAME = "local_code_belongs_to_one_organization"


class Migration(migrations.Migration):
    dependencies = [("subjects", "0005_declared_kinds_of_code")]

    operations = [
        migrations.RemoveConstraint(model_name="organization", name=NAME),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code_kind__isnull", False)),
                fields=("local_code", "code_kind"),
                name=NAME,
            ),
        ),
    ]
