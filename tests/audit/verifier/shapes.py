"""How somebody might tamper with a log's entries, each shape with what the verifier must say and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from anxin.audit.tree.keys import encode
from anxin.audit.tree.notes import Note
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.trust import Trust
from tests.audit.verifier.built_export import GENUINE, SIZES, TRUST, Export, compact, moment, row, sealed

SHAPES: list[Shape] = []
# At the beginning, inside of a checkpoint's entries, at both sides of a checkpoint, at the end.
PLACES = (0, 57, 99, 100, 431, 599)


@dataclass
class Shape:
    """`kind` and its range `first` to `end` must be found. `since`: what the auditor kept."""

    name: str
    tamper: Callable[[Export], None]
    kind: Kind
    first: int | None
    end: int | None
    trusted: Trust = TRUST
    since: tuple[Note, ...] = ()
    sm3: bool = False

    def found_in(self, faults: list[Fault]) -> bool:
        return any((one.kind, one.first, one.end) == (self.kind, self.first, self.end) for one in faults)

    def made(self) -> Export:
        export = GENUINE.copy()
        self.tamper(export)
        return export


def added_by(place: int) -> tuple[int, int]:
    """The entries that the checkpoint over a place added."""
    return max((0, *(size for size in SIZES if size <= place))), min(size for size in SIZES if size > place)


def everywhere(kind: Kind, *, whole: bool = False, places: tuple[int, ...] = PLACES) -> Callable[..., None]:
    """Register a tamper at each place. `whole`: only the checkpoint's range can be told, not the entry itself."""

    def register(tamper: Callable[[Export, int], None]) -> None:
        for place in places:
            first, end = added_by(place) if whole else (place, place + 1)

            def at_place(export: Export, place: int = place) -> None:
                tamper(export, place)

            SHAPES.append(Shape(f"{tamper.__name__}-{place}", at_place, kind, first, end))

    return register


INNER = PLACES[:-1]


@everywhere(Kind.MISSING, places=INNER)
def delete(export: Export, place: int) -> None:
    del export.rows[place]


@everywhere(Kind.ROOT, whole=True, places=INNER)
def delete_and_renumber(export: Export, place: int) -> None:
    del export.rows[place]
    export.renumber()


@everywhere(Kind.LEAVES_MISSING, places=(599,))
def delete_last(export: Export, place: int) -> None:
    del export.rows[place]


@everywhere(Kind.COMMITMENT)
def edit_text(export: Export, place: int) -> None:
    line = export.rows[place]
    export.rows[place] = line | {"entry": line["entry"].replace("出具", "改为")}


@everywhere(Kind.ROOT, whole=True)
def edit_text_and_commit_again(export: Export, place: int) -> None:
    line = export.rows[place]
    export.rows[place] = sealed(line | {"entry": line["entry"].replace("出具", "改为")})


@everywhere(Kind.COMMITMENT)
def change_salt(export: Export, place: int) -> None:
    export.rows[place] |= {"salt": encode(b"another one's salt"[:16])}


@everywhere(Kind.COMMITMENT, places=INNER)
def swap_salts(export: Export, place: int) -> None:
    line, other = export.rows[place], export.rows[place + 1]
    export.rows[place] = line | {"salt": other["salt"]}
    export.rows[place + 1] = other | {"salt": line["salt"]}


@everywhere(Kind.COMMITMENT)
def shorten_salt(export: Export, place: int) -> None:
    export.rows[place] = sealed(export.rows[place] | {"salt": encode(b"short")})


@everywhere(Kind.COMMITMENT)
def change_commitment(export: Export, place: int) -> None:
    export.rows[place] |= {"commitment": encode(b"c" * 32)}


@everywhere(Kind.ENTRY_KIND)
def change_kind(export: Export, place: int) -> None:
    line = export.rows[place]
    export.rows[place] = line | {"kind": "e" if line["kind"] == "q" else "q"}


@everywhere(Kind.OUT_OF_PLACE)
def duplicate(export: Export, place: int) -> None:
    export.rows.insert(place, export.rows[place])


@everywhere(Kind.ROOT, whole=True, places=(0, 57, 100, 431))
def duplicate_and_renumber(export: Export, place: int) -> None:
    export.rows.insert(place, export.rows[place])
    export.renumber()


@everywhere(Kind.ROOT, whole=True)
def insert_and_renumber(export: Export, place: int) -> None:
    export.rows.insert(place, row(place, text="后来加入"))
    export.renumber()


@everywhere(Kind.MISSING, places=INNER)
def swap(export: Export, place: int) -> None:
    export.rows[place : place + 2] = export.rows[place : place + 2][::-1]


@everywhere(Kind.ROOT, whole=True, places=INNER)
def swap_and_renumber(export: Export, place: int) -> None:
    export.rows[place : place + 2] = export.rows[place : place + 2][::-1]
    export.renumber()


@everywhere(Kind.ROOT, whole=True)
def erase_and_commit_to_another(export: Export, place: int) -> None:
    line = export.rows[place]
    export.rows[place] = {
        "index": place,
        "kind": line["kind"],
        "erased": True,
        "commitment": encode(b"c" * 32),
    }


@everywhere(Kind.SALT_OF_ERASED, places=(57,))
def erase_but_keep_salt(export: Export, place: int) -> None:
    line = export.rows[place]
    erased = {"index": place, "kind": line["kind"], "erased": True, "commitment": line["commitment"]}
    export.rows[place] = erased | {"salt": line["salt"]}


@everywhere(Kind.ROOT, whole=True)
def back_date(export: Export, place: int) -> None:
    line = export.rows[place]
    export.rows[place] = sealed(
        line | {"entry": line["entry"].replace(str(moment(place)), str(moment(-500)))}
    )


@everywhere(Kind.LINE, places=(0, 431, 599))
def cut_line(export: Export, place: int) -> None:
    export.rows[place] = compact(export.rows[place])[:80]


def line(name: str, change: Callable[[dict[str, object]], str]) -> None:
    """Register a line that is not written as it must be, in the middle of the log."""

    def tamper(export: Export) -> None:
        export.rows[217] = change(export.rows[217])

    SHAPES.append(Shape(f"line-{name}", tamper, Kind.LINE, 217, 218))


def _malformed() -> Iterator[tuple[str, Callable[[dict[str, object]], str]]]:
    yield "empty", lambda _: ""
    yield "text", lambda _: "no json"
    yield "list", lambda _: "[]"
    yield "number", lambda _: "5"
    yield "two", lambda one: compact(one) + "," + compact(one)
    yield "more fields", lambda one: compact(one | {"more": 1})
    yield "field twice", lambda one: compact(one)[:-1] + ',"kind":"q"}'
    yield "other entry first", lambda one: '{"entry":"[\\"q\\", 1, 5, \\"harmless\\"]",' + compact(one)[1:]
    yield "index true", lambda one: compact(one | {"index": True})
    yield "index text", lambda one: compact(one | {"index": "217"})
    yield "index part", lambda one: compact(one | {"index": 217.0})
    yield "index below", lambda one: compact(one | {"index": -1})
    yield "no salt", lambda one: compact({name: one[name] for name in one if name != "salt"})
    yield "salt no base64", lambda one: compact(one | {"salt": "*" * 24})
    yield "short commitment", lambda one: compact(one | {"commitment": encode(b"c")})
    yield "entry no text", lambda one: compact(one | {"entry": ["q", 1, 5]})
    yield "entry no json", lambda one: compact(one | {"entry": "q"})
    yield "entry without moment", lambda one: compact(one | {"entry": '["q", 1]'})
    yield "half a character", lambda one: compact(one).replace("出具", "\ud800")
    yield (
        "erased untrue",
        lambda one: compact({"index": 217, "kind": "q", "erased": 1, "commitment": one["commitment"]}),
    )


for _name, _change in _malformed():
    line(_name, _change)
