"""`gates.yaml`: national classes, kinds of basis by layer, general instruments, and the negative list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    Problems,
    allow_keys,
    bilingual,
    entries,
    read_located,
    require,
    section,
    texts,
)
from anxin.law.reading import INSTRUMENT_KINDS
from anxin.law.registry import PACKS

_NEGATIVE_KEYS = {"name", "label", "words", "admits", "reason", "source", "instrument"}


@dataclass(frozen=True, slots=True)
class NegativeEntry:
    """Conduct that needs a law of its own. `admits`: kinds of instrument that open it; none: never."""

    name: str
    label: Bilingual
    words: tuple[str, ...]
    admits: tuple[str, ...]
    reason: Bilingual
    source: Bilingual
    instrument: str


@dataclass(frozen=True, slots=True)
class GateData:
    """What `gates.yaml` says. `layer_kinds`: the kinds of basis of which a layer needs one."""

    national_classes: tuple[str, ...]
    layer_kinds: Mapping[str, tuple[str, ...]]
    general_instruments: tuple[str, ...]
    negative: tuple[NegativeEntry, ...]


@lru_cache(maxsize=1)
def load_gate_data() -> GateData:
    """The gate's data. `PackError` with file and line where it is faulty."""
    problems = Problems()
    root = read_located(PACKS / "china" / "gates.yaml", problems, relative_to=PACKS)
    allow_keys(root, {"national_classes", "layers", "general_instruments", "negative", "checked_on"})
    data = GateData(
        national_classes=texts(section(root, "national_classes"), "classes", needed=True),
        layer_kinds={
            require(node, "layer", str): _kinds(node, "basis_kinds") for node in entries(root, "layers")
        },
        general_instruments=texts(root, "general_instruments", needed=True),
        negative=tuple(_negative(node) for node in entries(root, "negative")),
    )
    problems.raise_if_any()
    return data


def _negative(node: Located) -> NegativeEntry:
    allow_keys(node, _NEGATIVE_KEYS)
    return NegativeEntry(
        name=require(node, "name", str),
        label=bilingual(node, "label"),
        words=texts(node, "words", needed=True),
        admits=_kinds(node, "admits"),
        reason=bilingual(node, "reason"),
        source=bilingual(node, "source"),
        instrument=require(node, "instrument", str),
    )


def _kinds(node: Located, key: str) -> tuple[str, ...]:
    kinds = texts(node, key)
    for kind in kinds:
        if kind not in INSTRUMENT_KINDS:
            node.mapping[key].fault(
                Bilingual(f"没有文件种类“{kind}”", f"there is no kind of instrument “{kind}”"),
                Bilingual("改正名称", "correct the name"),
            )
    return kinds
