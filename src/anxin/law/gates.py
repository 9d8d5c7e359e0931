"""The legal-basis gate: whether a catalog item may be declared at all, and if not, every reason at once.

    for refusal in legal_basis_refusals(entry):
        entry_node.fault(refusal.message…, refusal.remedy)

Three questions: is the national class or the layer's kind of basis there (Art. 9, 10), is a serious list left to national law
(Art. 31), and is the conduct one that cities recorded without a law. What opens the gate is data (`packs/china/gates.yaml`). A
machine can tell that a basis is missing or general; whether a cited law truly covers the conduct a person must say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol

from anxin.kernel.citations import CitationMalformed
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.gate_data import GateData, NegativeEntry, load_gate_data
from anxin.law.pack import Pack
from anxin.law.registry import load_pack

_GAPS = re.compile(r"[\W_]+")


class CatalogEntry(Protocol):
    """What the gate reads of a catalog item."""

    @property
    def code(self) -> str: ...
    @property
    def layer(self) -> str: ...
    @property
    def information_class(self) -> str: ...
    @property
    def name(self) -> Bilingual: ...
    @property
    def behavior(self) -> Bilingual: ...
    @property
    def legal_basis(self) -> Sequence[str]: ...


class BasisUnknown(Refusal):
    """The entry cites nothing, or something the pack does not know."""

    code: ClassVar[str] = "E-BASIS-UNKNOWN"
    clause: ClassVar[str | None] = "anshan-2022-9/9/1"
    message: ClassVar[Bilingual] = Bilingual(
        "条目“{item}”的依据“{basis}”不在规则包中。", "The basis “{basis}” of “{item}” is not in the pack."
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "引用规则包中的条款，或先登记该文件。", "Cite a clause of the pack, or list the instrument first."
    )


class ClassOutsideNationalCatalog(Refusal):
    """A national item of a class that the national base catalog does not have."""

    code: ClassVar[str] = "E-BASIS-CLASS"
    clause: ClassVar[str | None] = "anshan-2022-9/9/1"
    message: ClassVar[Bilingual] = Bilingual(
        "条目“{item}”的类别“{information_class}”不在全国公共信用信息基础目录中。",
        "The class “{information_class}” of “{item}” is not in the national base catalog.",
    )
    remedy: ClassVar[Bilingual] = Bilingual("可选类别：{known}。", "Choose one of: {known}.")


class LayerWithoutRegulation(Refusal):
    """A supplement's item without the kind of basis its layer needs."""

    code: ClassVar[str] = "E-BASIS-LAYER"
    clause: ClassVar[str | None] = "anshan-2022-9/10/1"
    message: ClassVar[Bilingual] = Bilingual(
        "补充目录条目“{item}”没有地方性法规的特殊规定作为依据。",
        "The supplement's item “{item}” rests on no local regulation.",
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "引用本层级的地方性法规，或删除该条目。", "Cite a regulation of this layer, or drop the item."
    )


class SeriousListNotNational(Refusal):
    """A serious list outside the national layer."""

    code: ClassVar[str] = "E-BASIS-SERIOUS"
    clause: ClassVar[str | None] = "anshan-2022-9/31/1"
    message: ClassVar[Bilingual] = Bilingual(
        "严重失信主体名单只能由国家设定，“{item}”不能列入本层级。",
        "Only national law sets serious lists; “{item}” cannot be in this layer.",
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "改列全国基础目录并写明国家依据。", "Put it in the national layer with its national basis."
    )


class ConductNotRecordable(Refusal):
    """Conduct that must not enter a credit record without a law of its own."""

    code: ClassVar[str] = "E-BASIS-CONDUCT"
    clause: ClassVar[str | None] = "anshan-2022-9/10/1"
    message: ClassVar[Bilingual] = Bilingual(
        "条目“{item}”涉及“{conduct_zh}”：{reason_zh}。", "“{item}” is about {conduct_en}: {reason_en}."
    )
    remedy: ClassVar[Bilingual] = Bilingual(
        "没有专门的法律依据时删除该条目（参见：{source_zh}）。",
        "Drop the item unless a law of its own covers it (see: {source_en}).",
    )


@carries_out("anshan-2022-9/9/1", "anshan-2022-9/10/1", "anshan-2022-9/31/1")
def legal_basis_refusals(entry: CatalogEntry, *, pack: Pack | None = None) -> list[Refusal]:
    """Every reason why the item may not be declared; empty where the gate is open."""
    law, data = pack or load_pack(), load_gate_data()
    return [
        *_unknown_basis(entry, law),
        *_layer(entry, law, data),
        *_serious(entry),
        *_conduct(entry, law, data),
    ]


def _unknown_basis(entry: CatalogEntry, law: Pack) -> Iterator[Refusal]:
    if not entry.legal_basis:
        yield BasisUnknown(item=entry.code, basis="-")
    for basis in entry.legal_basis:
        try:
            known = law.covers(basis)
        except CitationMalformed:
            known = False
        if not known:
            yield BasisUnknown(item=entry.code, basis=basis)


def _layer(entry: CatalogEntry, law: Pack, data: GateData) -> Iterator[Refusal]:
    if entry.layer == "national":
        if entry.information_class not in data.national_classes:
            yield ClassOutsideNationalCatalog(
                item=entry.code,
                information_class=entry.information_class,
                known=", ".join(data.national_classes),
            )
    elif not _basis_kinds(entry, law, ()) & set(data.layer_kinds.get(entry.layer, ())):
        yield LayerWithoutRegulation(item=entry.code)


def _serious(entry: CatalogEntry) -> Iterator[Refusal]:
    if entry.information_class == "serious_listing" and entry.layer != "national":
        yield SeriousListNotNational(item=entry.code)


def _conduct(entry: CatalogEntry, law: Pack, data: GateData) -> Iterator[Refusal]:
    kinds = _basis_kinds(entry, law, data.general_instruments)
    for conduct in data.negative:
        if _mentions(entry, conduct) and not kinds & set(conduct.admits):
            yield ConductNotRecordable(
                item=entry.code,
                conduct_zh=conduct.label.zh,
                conduct_en=conduct.label.en,
                reason_zh=conduct.reason.zh,
                reason_en=conduct.reason.en,
                source_zh=conduct.source.zh,
                source_en=conduct.source.en,
            )


def _basis_kinds(entry: CatalogEntry, law: Pack, not_counted: Sequence[str]) -> set[str]:
    cited = {basis.split("/")[0] for basis in entry.legal_basis} - set(not_counted)
    return {law.instruments[name].kind for name in cited if name in law.instruments}


def _mentions(entry: CatalogEntry, conduct: NegativeEntry) -> bool:
    chinese = entry.name.zh + entry.behavior.zh
    english = [_GAPS.sub("", text.casefold()) for text in (entry.code, entry.name.en)]
    tokens = {token for text in (entry.code, entry.name.en) for token in _GAPS.split(text.casefold())}
    return any(
        word in chinese
        if not word.isascii()
        else word in tokens or (len(word) > 6 and any(word in text for text in english))
        for word in conduct.words
    )
