"""How many requests one process of the website works on at once, lets wait, and has threads to refuse."""

from __future__ import annotations

import os

# As many as the process has connections to the database for.
AT_ONCE = int(os.environ.get("ANXIN_POOL", "0")) or 4
WAITING = 24
SPARE = 8
THREADS = AT_ONCE + WAITING + SPARE
