"""`./anxin serve [--host H] [--port N] [--workers N]`: the website in production, on DATABASE_URL."""

from __future__ import annotations

import argparse
import os

from anxin.cli import messages, production
from anxin.cli.children import web_command


def main(argv: list[str]) -> int:
    """Become the web server; it ends with SIGTERM."""
    parser = argparse.ArgumentParser(prog="./anxin serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    arguments = parser.parse_args(argv)
    messages.compile_catalogs()
    return production.become(web_command(arguments.host, arguments.port, arguments.workers), website=True)
