"""The child: `python -m anxin.intake.parsing KIND MEMORY OUTPUT PROCESSOR VERDICT`.

Standard input is the file, standard output takes the rows as CSV, and the file descriptor VERDICT takes one JSON object:
`{"header_row": n}`, or `{"refusal": class name, "values": {...}}`. No verdict means that it did not get that far.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import IO

from anxin.intake.parsing.confinement import confine
from anxin.intake.refusals import FileRefused


def main(argv: list[str]) -> int:
    """0 with a verdict."""
    kind, memory, output, processor, verdict = argv
    confine(int(memory), int(output), int(processor))
    answer = _answer(kind)
    os.write(int(verdict), json.dumps(answer).encode())
    return 0


def _answer(kind: str) -> dict[str, object]:
    try:
        with (
            os.fdopen(0, "rb", closefd=False) as source,
            os.fdopen(1, "w", encoding="utf-8", newline="", closefd=False) as target,
        ):
            return {"header_row": _parser(kind)(source, target)}
    except FileRefused as refusal:
        values = {
            name: value if isinstance(value, int) else str(value) for name, value in refusal.values.items()
        }
        return {"refusal": type(refusal).__name__, "values": values}
    except MemoryError:
        return {"refusal": "ParserOutOfMemory", "values": {}}


def _parser(kind: str) -> Callable[[IO[bytes], IO[str]], int]:
    if kind == "json":
        from anxin.intake.parsing.json_rows import write_rows as from_json

        return from_json
    from anxin.intake.parsing.workbook import write_rows as from_workbook

    return from_workbook


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
