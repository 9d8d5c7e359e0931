"""Clause by clause: live (and where), not software (and why), or not yet. Only `@carries_out` feeds "live".

for article in coverage(load_pack()):
    for clause in article.clauses:
        clause.status, clause.places, clause.tests
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anxin.kernel.citations import Citation, CitationMalformed
from anxin.kernel.text import Bilingual
from anxin.law.mentions import Mention, find_mentions
from anxin.law.pack import Article, Clause, Pack
from anxin.law.problems import Problem, Problems

LIVE, NOT_SOFTWARE, NOT_YET = "live", "not_software", "not_yet"
STATUS_LABELS = {
    LIVE: Bilingual("已落实", "live"),
    NOT_SOFTWARE: Bilingual("不由软件办理", "not software"),
    NOT_YET: Bilingual("尚未落实", "not yet"),
}


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """A clause with the places that carry it out. A test alone makes nothing live."""

    clause: Clause
    places: tuple[Mention, ...]
    tests: tuple[Mention, ...]

    @property
    def status(self) -> str:
        """`live`, `not_software` or `not_yet`."""
        if not self.clause.by_code:
            return NOT_SOFTWARE
        return LIVE if self.places else NOT_YET

    @property
    def label(self) -> Bilingual:
        """The status in words."""
        return STATUS_LABELS[self.status]


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """An article and its clauses."""

    article: Article
    clauses: tuple[ClauseCoverage, ...]

    def count(self, status: str) -> int:
        """How many of its clauses have the status."""
        return sum(clause.status == status for clause in self.clauses)


def coverage(
    pack: Pack, *, instrument: str | None = None, mentions: Iterable[Mention] | None = None
) -> tuple[ArticleCoverage, ...]:
    """Every article of the pack's regulation (or of another instrument), in order."""
    by_citation: dict[str, list[Mention]] = {}
    for mention in find_mentions()[0] if mentions is None else mentions:
        by_citation.setdefault(mention.citation, []).append(mention)
    return tuple(
        ArticleCoverage(article, tuple(_cover(clause, by_citation) for clause in article.clauses))
        for article in pack.articles_of(instrument or pack.regulation)
    )


def _cover(clause: Clause, by_citation: dict[str, list[Mention]]) -> ClauseCoverage:
    found = by_citation.get(str(clause.citation), [])
    return ClauseCoverage(
        clause,
        places=tuple(mention for mention in found if mention.kind != "test"),
        tests=tuple(mention for mention in found if mention.kind == "test"),
    )


def citation_problems(pack: Pack) -> tuple[Problem, ...]:
    """Every `@carries_out` whose citation is malformed or names no clause, with file and line."""
    mentions, unreadable = find_mentions()
    problems = Problems()
    for mention in mentions:
        if mention.citation not in pack.clauses:
            problems.add(
                mention.file,
                mention.line,
                Bilingual(f"条款“{mention.citation}”不存在", f"there is no clause “{mention.citation}”"),
                _hint(pack, mention.citation),
            )
    return tuple(sorted((*unreadable, *problems.found)))


def _hint(pack: Pack, citation: str) -> Bilingual:
    try:
        wanted = Citation.parse(citation)
    except CitationMalformed as refusal:
        return refusal.remedy
    known = [
        str(clause.citation)
        for clause in pack.clauses.values()
        if (clause.citation.instrument, clause.citation.article) == (wanted.instrument, wanted.article)
    ]
    listed = ", ".join(known) or "-"
    return Bilingual(f"该条的条款有：{listed}", f"clauses of that article: {listed}")
