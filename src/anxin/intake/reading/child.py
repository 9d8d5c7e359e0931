"""Parsing a workbook or a JSON document in a process of its own, which may do what it likes: we only wait and read.

The child gets the open file, an unnamed file for its rows, limits, and nothing else: no environment, no keys, no database.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import anxin
from anxin.intake.parsing import json_refusals, refusals
from anxin.intake.parsing.confinement import Limits
from anxin.intake.reading.source import Source
from anxin.intake.refusals import FileRefused

PROGRAM = ("-m", "anxin.intake.parsing")
LIMITS = Limits()
_ENVIRONMENT = {"PYTHONPATH": str(Path(anxin.__file__).resolve().parents[1]), "LC_ALL": "C.UTF-8"}


def parse_in_child(
    source: Source, kind: str, *, limits: Limits = LIMITS, program: tuple[str, ...] = PROGRAM
) -> tuple[Source, int]:
    """The rows as CSV text, and the row number of their header. Raises `FileRefused`, also where the child broke down."""
    with TemporaryFile() as rows, TemporaryFile() as verdict:
        status = _run(source, kind, rows, verdict, limits, program)
        verdict.seek(0)
        answer: dict[str, Any] = json.loads(verdict.read() or b"{}")
        if name := answer.get("refusal"):
            raise _refusals()[name](**answer["values"])
        if status != 0 or "header_row" not in answer:
            raise _breakdown(status)
        return Source.of_file(rows), int(answer["header_row"])


def _run(
    source: Source, kind: str, rows: IO[bytes], verdict: IO[bytes], limits: Limits, program: tuple[str, ...]
) -> int | None:
    """The child's exit status, or None where it had to be killed for its time."""
    copy = source.duplicate()
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", *program, kind, *limits.as_arguments(), str(verdict.fileno())],
            stdin=copy,
            stdout=rows,
            stderr=subprocess.DEVNULL,
            pass_fds=(verdict.fileno(),),
            env=_ENVIRONMENT,
            start_new_session=True,
        )
    finally:
        os.close(copy)
    try:
        return process.wait(timeout=limits.wall)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _breakdown(status: int | None) -> FileRefused:
    if status is None or -status in {signal.SIGXCPU, signal.SIGKILL}:
        return refusals.ParserOutOfTime()
    return refusals.ParserCrashed()


def _refusals() -> dict[str, type[FileRefused]]:
    """Every refusal of a file, by the name of its class."""
    found, waiting = {json_refusals.BadJson.__name__: FileRefused}, [FileRefused]
    while waiting:
        for one in waiting.pop().__subclasses__():
            found[one.__name__] = one
            waiting.append(one)
    return found
