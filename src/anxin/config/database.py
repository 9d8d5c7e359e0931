"""Database settings: the application's connection, the public site's narrower one, and where given one for casework."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# The public site reads through this role: it may select from the published projection and nothing else.
SITE_ROLE = "anxin_site"
# A page that takes longer is told to come back: other readers' pages wait behind it. Casework may take its time.
LONGEST_STATEMENT, LONGEST_LOCK = "statement_timeout=1800", "lock_timeout=1000"
POOL_TIMEOUT_SECONDS = 1.0


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for a `postgresql://user:password@host:port/name?host=/socket/folder` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "OPTIONS": dict(query),
    }


def databases(url: str, *, pool_size: int, casework: str = "") -> dict[str, dict[str, Any]]:
    """`default` for the application and `site` for public pages, which cannot write and cannot wait long.

    `casework`: the address with the login that the website stores files and carries out decisions with (`audit.casework`).
    """
    application = parse_database_url(url)
    site = parse_database_url(url)
    narrow = f"-c role={SITE_ROLE} -c default_transaction_read_only=on -c {LONGEST_STATEMENT}"
    # The same few statements, asked thousands of times a minute: planned once for each connection. Planning a page costs five
    # times as much as reading it.
    prepared = {"server_side_binding": True, "prepare_threshold": 1}
    site["OPTIONS"] = {**site["OPTIONS"], **prepared, "options": narrow}
    site["TEST"] = {"MIRROR": "default"}
    found = {"default": application, "site": site}
    if casework:
        found["casework"] = parse_database_url(casework)
        # Only the website has two logins; jobs and commands have none of these limits.
        application["OPTIONS"]["options"] = f"-c {LONGEST_STATEMENT} -c {LONGEST_LOCK}"
    for settings in found.values():
        settings["ATOMIC_REQUESTS"] = False
        if pool_size:
            settings["OPTIONS"]["pool"] = {
                "min_size": 1,
                "max_size": pool_size,
                "timeout": POOL_TIMEOUT_SECONDS,
            }
        else:
            settings["CONN_MAX_AGE"] = 0
    return found
