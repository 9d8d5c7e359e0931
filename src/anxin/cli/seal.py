"""`./anxin seal`: the sealing job, on DATABASE_URL; one at a time, a second one stands by.

ANXIN_LOG_KEYS names the file of the log's keys, ANXIN_WITNESSES a file with one witness a line: address, space, verifier key.
"""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from anxin.audit.tree.keys import Malformed
from anxin.cli.interrupts import SIGNALS
from anxin.cli.sentences import Sentence


def main(argv: list[str]) -> int:
    """Seal until told to stop, and once more then."""
    import signal

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    import django

    django.setup()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    from anxin.audit.sealing_loop import Job, run
    from anxin.audit.witnessing import parse_witnesses

    stop = threading.Event()
    for number in SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    try:
        witnesses = parse_witnesses(_file("ANXIN_WITNESSES").read_text(encoding="utf-8"))
    except Malformed as error:
        raise Sentence(f"ANXIN_WITNESSES：{error.why.zh}。", f"ANXIN_WITNESSES: {error.why.en}.") from error
    run(
        Job(
            address=os.environ["DATABASE_URL"],
            keys=_file("ANXIN_LOG_KEYS"),
            witnesses=tuple(witnesses),
            clock=lambda: datetime.now(UTC),
        ),
        stop,
    )
    return 0


def _file(name: str) -> Path:
    path = Path(os.environ.get(name, ""))
    if not os.environ.get(name) or not path.is_file():
        raise Sentence(
            f"{name} 没有指向文件。见 docs/production.md。", f"{name} names no file. See docs/production.md."
        )
    return path
