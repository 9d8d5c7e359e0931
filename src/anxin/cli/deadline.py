"""`./anxin deadline`: when a period ends, and why, day by day.

    ./anxin deadline --start 2026-02-13 --days 3 [--unit working-day|day|month|year] [--pause A..B]… [--json]
    ./anxin deadline -        one JSON object a line: {"start", "days", "unit", "pauses"}

A pause A..B stands still from A on and runs again on B; `A..` is still open. With --json, or for each line:

    {"due": "2026-02-25", "provisional": false, "days": [{"date", "kind", "counted", "why"}]}

What cannot be read or counted gives {"code", "message", "remedy"} and exit code 2; the other lines are still answered.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NoReturn

from anxin.cli.sentences import Sentence
from anxin.cli.text_lines import read_lines, write_lines
from anxin.kernel.clock import Calendar, DayRecord, Deadline, Pause, Unit, deadline, explain
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS = {"working-day": "工作日", "weekend": "周末", "holiday": "节假日", "working-weekend": "调休上班"}
_NAMES = {"start", "days", "unit", "pauses"}


class DeadlineUnreadable(Refusal):
    """A question that cannot be read."""

    code = "E-DEADLINE-INPUT"
    message = Bilingual("无法读取 {part}:{value}。", "{part} cannot be read: {value}.")
    remedy = Bilingual(
        "日期写作 2026-02-13;days 为正整数；unit 为 working-day、day、month 或 year；中止写作 2026-02-13..2026-02-20。",
        "Write dates as 2026-02-13; days as a whole number; unit as working-day, day, month or year; "
        "pauses as 2026-02-13..2026-02-20.",
    )


def run(lines: Iterable[str]) -> Iterator[str]:
    """A JSON object for each line that is not blank: the answer, or a problem with `code`, `message`, `remedy`."""
    return (json.dumps(answer, ensure_ascii=False) for answer in _answers(lines))


def main(argv: list[str]) -> int:
    """0 where every question was answered, 2 where one could not be."""
    if argv == ["-"]:
        return _main_lines()
    options = _parser().parse_args(argv)
    question = {"start": options.start, "days": options.days, "unit": options.unit, "pauses": options.pause}
    if options.json:
        answer = _answer(question)
        write_lines([json.dumps(answer, ensure_ascii=False)])
        return 2 if "code" in answer else 0
    try:
        write_lines(_table(*_work_out(question)))
    except Refusal as refusal:
        raise Sentence(
            f"{_sentence(refusal, 'zh')}", f"{_sentence(refusal, 'en')} ({refusal.code})"
        ) from None
    return 0


def _main_lines() -> int:
    problems = 0

    def told() -> Iterator[str]:
        nonlocal problems
        for answer in _answers(read_lines()):
            problems += "code" in answer
            yield json.dumps(answer, ensure_ascii=False)

    write_lines(told())
    return 2 if problems else 0


def _answers(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.strip():
            yield _answer(line)


def _answer(question: str | dict[str, Any]) -> dict[str, Any]:
    try:
        found, days = _work_out(_object(question) if isinstance(question, str) else question)
    except Refusal as refusal:
        return {
            "code": refusal.code,
            "message": {"zh": refusal.explain("zh"), "en": refusal.explain("en")},
            "remedy": {"zh": refusal.advise("zh"), "en": refusal.advise("en")},
        }
    return {
        "due": found.due.isoformat() if found.due else None,
        "provisional": found.provisional,
        "days": [_day(one) for one in days],
    }


def _day(record: DayRecord) -> dict[str, Any]:
    why = f"{record.why.zh} / {record.why.en}"
    return {"date": record.day.isoformat(), "kind": record.kind.value, "counted": record.counted, "why": why}


def _object(line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError):
        question = None
    if not isinstance(question, dict):
        raise DeadlineUnreadable(part="JSON", value=_shown(line))
    for name in question.keys() - _NAMES:
        raise DeadlineUnreadable(part="JSON", value=_shown(name))
    return question


def _work_out(question: dict[str, Any]) -> tuple[Deadline, list[DayRecord]]:
    length = question.get("days")
    if not isinstance(length, int) or isinstance(length, bool):
        raise DeadlineUnreadable(part="days", value=_shown(length))
    start, unit = _read_date(question.get("start"), "start"), _read_unit(question.get("unit"))
    pauses = _read_pauses(question.get("pauses"))
    calendar = Calendar.load()
    found = deadline(start=start, length=length, unit=unit, pauses=pauses, calendar=calendar)
    return found, explain(start=start, length=length, unit=unit, pauses=pauses, calendar=calendar)


def _read_date(value: Any, part: str) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise DeadlineUnreadable(part=part, value=_shown(value))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DeadlineUnreadable(part=part, value=_shown(value)) from None


def _read_unit(value: Any) -> Unit:
    try:
        return Unit(value) if value is not None else Unit.WORKING_DAY
    except ValueError:
        raise DeadlineUnreadable(part="unit", value=_shown(value)) from None


def _read_pauses(value: Any) -> list[Pause]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise DeadlineUnreadable(part="pauses", value=_shown(value))
    return [_read_pause(one) for one in value]


def _read_pause(value: Any) -> Pause:
    """`A..B`, `A..`, or the same as a list [A, B] or [A, null]."""
    ends = value.split("..") if isinstance(value, str) else value
    if not isinstance(ends, list) or len(ends) != 2:
        raise DeadlineUnreadable(part="pause", value=_shown(value))
    paused_on, resumed_on = ends
    return Pause(_read_date(paused_on, "pause"), _read_date(resumed_on, "pause") if resumed_on else None)


def _shown(value: Any) -> str:
    text = "null" if value is None else str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _table(found: Deadline, days: list[DayRecord]) -> Iterator[str]:
    if found.due is None:
        yield "期限中止，尚无到期日 / the clock is paused: no due date yet"
    else:
        yield f"到期日 / due: {found.due.isoformat()}"
    if found.provisional:
        yield "暂定：有的年份尚无放假安排 / provisional: a year has no holiday notice yet"
    place = 0
    for one in days:
        place += one.counted
        number = str(place) if one.counted else "-"
        yield f"{one.day.isoformat()}  {number:>4}  {_KINDS[one.kind.value]} {one.kind.value}  {one.why.zh} / {one.why.en}"


def _sentence(refusal: Refusal, language: str) -> str:
    return f"{refusal.explain(language)} {refusal.advise(language)}"


class _Parser(argparse.ArgumentParser):
    """Ends with a sentence instead of a usage dump."""

    def error(self, message: str) -> NoReturn:
        raise Sentence(
            "命令有误。用法:./anxin deadline --start 2026-02-13 --days 3 [--unit day] [--pause A..B] [--json]，或 ./anxin deadline -",
            f"The command cannot be read: {message}. "
            "Usage: ./anxin deadline --start 2026-02-13 --days 3 [--unit day] [--pause A..B] [--json], or ./anxin deadline -",
        )


def _parser() -> _Parser:
    parser = _Parser(prog="./anxin deadline", description="计算期限 / when a period ends", allow_abbrev=False)
    parser.add_argument("--start", required=True, help="事件当日 / the day of the event, such as 2026-02-13")
    parser.add_argument("--days", required=True, type=int, help="期限长度 / the length, in units")
    parser.add_argument("--unit", help="working-day （默认 / default）, day, month, year")
    parser.add_argument(
        "--pause", action="append", metavar="A..B", help="中止期间 / a pause; A.. is still open"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON / answer in JSON")
    return parser
