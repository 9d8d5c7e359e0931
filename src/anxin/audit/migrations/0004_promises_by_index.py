"""Whether the log is sealed in time is asked at each reading, and answered by the index whatever the statistics say.

A table of leaves that has just begun to grow is still thought to be empty: each new entry was then compared with every leaf, and a
look-up took a tenth of a second until the server had counted again.
"""

from __future__ import annotations

from django.db import migrations

AVOIDED = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
FORWARD = "".join(f"ALTER FUNCTION audit_unsealed_since() SET {one} = off;\n" for one in AVOIDED)
BACKWARD = "".join(f"ALTER FUNCTION audit_unsealed_since() RESET {one};\n" for one in AVOIDED)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_the_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
