"""`./anxin identify`: one value a line from standard input, one JSON object a line to standard output.

    {"kind": "uscc", "valid": true, "normalized": "…", "errors": [], "warnings": []}

Personal numbers are masked. What the codes mean: `anxin.kernel.identifiers.codes`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone

from anxin.cli.sentences import Sentence
from anxin.cli.text_lines import read_lines, write_lines
from anxin.kernel.identifiers import identify

USAGE = "用法 / usage: ./anxin identify < FILE  （每行一个值，UTF-8 / one value a line, UTF-8）"
_CHINA = timezone(timedelta(hours=8))


def run(lines: Iterable[str], *, as_of: date | None = None) -> Iterator[str]:
    """A JSON object for each line. `as_of`: births after this day are errors."""
    for line in lines:
        found = identify(line, as_of=as_of)
        answer = {
            "kind": found.kind.value,
            "valid": found.valid,
            "normalized": found.masked,
            "errors": found.errors,
            "warnings": found.warnings,
        }
        yield json.dumps(answer, ensure_ascii=False)


def main(argv: list[str]) -> int:
    """Takes no arguments; 0 even where values are invalid, because saying so is its work."""
    if argv in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if argv not in ([], ["-"]):
        raise Sentence(
            "identify 不接受参数：号码请从标准输入提供，以免留在命令历史中。",
            "identify takes no arguments: give numbers on standard input, so that none stays in the shell's history.",
        )
    write_lines(run(read_lines(), as_of=datetime.now(_CHINA).date()))
    return 0
