"""`./anxin manage …`: Django's management commands on the database that DATABASE_URL names."""

from __future__ import annotations

import os


def main(argv: list[str]) -> int:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["./anxin manage", *argv])
    return 0
