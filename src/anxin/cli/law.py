"""`./anxin law`: every clause of the regulation, and where it is carried out, why it is not software, or "not yet".

./anxin law [--article 41] [--instrument civil-code] [--pack anshan] [--json] [--language zh|en]
./anxin law --check        validates packs, rules and citations; 1 with file:line for every fault
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence

from anxin.cli.law_check import check
from anxin.cli.sentences import Sentence
from anxin.law.coverage import LIVE, NOT_SOFTWARE, NOT_YET, ArticleCoverage, ClauseCoverage, coverage
from anxin.law.mentions import Mention
from anxin.law.pack import Pack
from anxin.law.problems import PackError
from anxin.law.registry import PACKS, load_pack


def main(argv: Sequence[str]) -> int:
    """0; 1 where `--check` finds faults or a pack cannot be read."""
    options = _parser().parse_args(argv)
    if not (PACKS / options.pack / "pack.yaml").is_file():
        raise Sentence(f"没有规则包“{options.pack}”。", f"There is no pack “{options.pack}”.")
    if options.check:
        return check(options.pack, options.language)
    try:
        pack = load_pack(options.pack)
    except PackError as error:
        print(error.explain(options.language))
        return 1
    articles = _chosen(pack, options.instrument, options.article)
    print(_as_json(pack, articles) if options.json else _as_text(pack, articles, options.language))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./anxin law", description="条款及其落实情况 / clauses and where they live"
    )
    parser.add_argument("--pack", default="anshan")
    parser.add_argument("--instrument", help="规则包中的另一文件 / another instrument of the pack")
    parser.add_argument("--article", type=int, help="只看一条 / one article only")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="校验规则包 / validate the packs")
    parser.add_argument("--language", choices=("zh", "en"), default=_language())
    return parser


def _language() -> str:
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if tag.lower().startswith("zh") else "en"


def _chosen(pack: Pack, instrument: str | None, number: int | None) -> tuple[ArticleCoverage, ...]:
    articles = coverage(pack, instrument=instrument)
    if number is not None:
        articles = tuple(one for one in articles if one.article.number == number)
    if not articles:
        raise Sentence("没有这一条。", "There is no such article.")
    return articles


def _as_json(pack: Pack, articles: Sequence[ArticleCoverage]) -> str:
    answer = {
        "pack": pack.name,
        "version": pack.version,
        "hash": pack.hash,
        "effective_on": pack.effective_on.isoformat(),
        "unverified": pack.unverified,
        "counts": _counts(articles),
        "articles": [_article_json(one) for one in articles],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _counts(articles: Sequence[ArticleCoverage]) -> dict[str, int]:
    counts = {status: sum(one.count(status) for one in articles) for status in (LIVE, NOT_SOFTWARE, NOT_YET)}
    return {"articles": len(articles), "clauses": sum(counts.values()), **counts}


def _article_json(one: ArticleCoverage) -> dict[str, object]:
    heading = one.article.heading
    return {
        "article": one.article.number,
        "heading": {"zh": heading.zh, "en": heading.en},
        "clauses": [_clause_json(clause) for clause in one.clauses],
    }


def _clause_json(covered: ClauseCoverage) -> dict[str, object]:
    clause = covered.clause
    return {
        "citation": str(clause.citation),
        "what": {"zh": clause.what.zh, "en": clause.what.en},
        "who": clause.who,
        "parameters": clause.parameters,
        "sources": clause.sources,
        "unverified": clause.unverified,
        "status": covered.status,
        "why": {"zh": clause.why.zh, "en": clause.why.en} if clause.why else None,
        "places": [_mention_json(mention) for mention in covered.places],
        "tests": [_mention_json(mention) for mention in covered.tests],
    }


def _mention_json(mention: Mention) -> dict[str, object]:
    return {
        "kind": mention.kind,
        "file": mention.file,
        "line": mention.line,
        "name": f"{mention.module}.{mention.name}",
    }


def _as_text(pack: Pack, articles: Sequence[ArticleCoverage], language: str) -> str:
    lines = [f"{pack.title.in_language(language)}  ({pack.name} {pack.version}, {pack.hash[:12]})"]
    for one in articles:
        place = one.clauses[0].clause.citation if one.clauses else None
        number = (
            (place.zh.split("条")[0] + "条") if place and language == "zh" else f"Art. {one.article.number}"
        )
        lines += ["", f"{number}  {one.article.heading.in_language(language)}"]
        for covered in one.clauses:
            lines += _clause_lines(covered, language)
    counts = _counts(articles)
    closing = {
        "zh": "{articles}条，{clauses}款项：已落实{live}，不由软件办理{not_software}，尚未落实{not_yet}",
        "en": "{articles} articles, {clauses} clauses: {live} live, {not_software} not software, {not_yet} not yet",
    }
    return "\n".join([*lines, "", closing[language].format(**counts)])


def _clause_lines(covered: ClauseCoverage, language: str) -> list[str]:
    clause = covered.clause
    lines = [f"  {clause.citation}  [{covered.label.in_language(language)}]"]
    lines.append(f"      {clause.what.in_language(language)}")
    if clause.why is not None:
        lines.append(f"      → {clause.why.in_language(language)}")
    for mention in (*covered.places, *covered.tests):
        lines.append(f"      {mention.kind:<10} {mention.file}:{mention.line}  {mention.name}")
    return lines
