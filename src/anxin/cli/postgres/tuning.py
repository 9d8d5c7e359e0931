"""The server's settings, fitted to the machine's memory."""

from __future__ import annotations

import os

MEBIBYTE = 1024 * 1024

FIXED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    # Statements hold personal data in their parameters: neither they nor their parameters go to the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

# For `anxin test` only: its data dies with it.
# Commits are written all the same: the gate refuses sessions whose commits may be forgotten.
WITHOUT_DURABILITY = {"fsync": "off", "full_page_writes": "off"}


def settings(*, durable: bool) -> dict[str, str]:
    """Settings by name. Memory: 1/16 of the machine for shared buffers, between 64 MB and 2 GB."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEBIBYTE
    shared = max(64, min(2048, memory // 16))
    fitted = {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": f"{max(4, min(64, memory // 256))}MB",
        "maintenance_work_mem": f"{max(64, min(512, memory // 32))}MB",
    }
    return FIXED | fitted | ({} if durable else WITHOUT_DURABILITY)
