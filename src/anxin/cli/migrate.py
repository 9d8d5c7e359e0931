"""`./anxin migrate [--city]`: bring the database to this version and load the law pack (and the demonstration city)."""

from __future__ import annotations

import os

import psycopg

from anxin.access.rights import apply_rights
from anxin.cli import messages


def main(argv: list[str]) -> int:
    """Migrate and load, on the database that DATABASE_URL names. Each step may be repeated without harm."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    messages.compile_catalogs()
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    call_command("migrate", verbosity=0)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        apply_rights(connection)
    for command in ("load_pack", *(("load_demo_city",) if "--city" in argv else ())):
        if command in get_commands():
            call_command(command)
        else:
            print(f"跳过 / skipped (not in this version): {command}")
    if "--city" in argv:
        call_command("release_statistics", "--first")
    return 0
