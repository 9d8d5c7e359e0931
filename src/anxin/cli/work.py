"""`./anxin work`: the background worker in production, on DATABASE_URL."""

from __future__ import annotations

from anxin.cli import messages, production
from anxin.cli.children import worker_command


def main(argv: list[str]) -> int:
    """Become the worker; it ends with SIGTERM after the job at hand."""
    messages.compile_catalogs()
    return production.become(worker_command() + argv)
