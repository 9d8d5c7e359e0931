"""What must hold between the files of a pack: references, duplicates, dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from anxin.kernel.text import Bilingual
from anxin.law.pack import Article, Clause, Pack, Place
from anxin.law.problems import Problems


def check_pack(pack: Pack, problems: Problems) -> None:
    """Note every broken reference, double clause, gap in the articles, and impossible date."""
    _check_regulation(pack, problems)
    _check_articles(pack, problems)
    for article in pack.articles:
        for clause in article.clauses:
            _check_clause(pack, clause, problems)
    for parameter in pack.parameters.values():
        if not pack.covers(str(parameter.clause)):
            _fault(
                problems,
                parameter.place,
                Bilingual(
                    f"条款“{parameter.clause}”不存在", f"the clause “{parameter.clause}” does not exist"
                ),
                Bilingual("改正引用，或补充该条款", "correct the citation, or add the clause"),
            )
    for instrument in pack.instruments.values():
        if instrument.valid_from and instrument.valid_to and instrument.valid_to <= instrument.valid_from:
            _fault(
                problems,
                instrument.place,
                Bilingual("失效日早于施行日", "it would end before it begins"),
                Bilingual("核对两个日期", "check the two days"),
            )


def _check_regulation(pack: Pack, problems: Problems) -> None:
    file = f"{pack.name}/pack.yaml"
    if pack.regulation not in pack.instruments:
        _fault(
            problems,
            Place(file, 1),
            Bilingual("regulation 不在 instruments 中", "its regulation is not among the instruments"),
            Bilingual("在 instruments.yaml 中补充", "add it to instruments.yaml"),
        )
    numbers = [article.number for article in pack.articles_of(pack.regulation)]
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if missing:
        listed = ", ".join(map(str, missing))
        _fault(
            problems,
            Place(file, 1),
            Bilingual(f"缺少第{listed}条", f"articles {listed} are missing"),
            Bilingual("在 clauses 中各加一个文件", "add a file for each below clauses"),
        )


def _check_articles(pack: Pack, problems: Problems) -> None:
    seen: set[tuple[str, int]] = set()
    for article in pack.articles:
        key = (article.instrument, article.number)
        if key in seen or article.instrument not in pack.instruments:
            _fault(
                problems,
                _place(article),
                Bilingual(
                    f"条文“{key[0]}/{key[1]}”重复，或文件未登记",
                    f"article {key[0]}/{key[1]} is double or its instrument unknown",
                ),
                Bilingual("保留一个文件，并登记 instruments", "keep one file, and list the instrument"),
            )
        seen.add(key)
        _check_double(article, problems)


def _check_double(article: Article, problems: Problems) -> None:
    citations: set[str] = set()
    for clause in article.clauses:
        if str(clause.citation) in citations:
            _fault(
                problems,
                clause.place,
                Bilingual(f"“{clause.citation}”重复", f"“{clause.citation}” is given twice"),
                Bilingual("合并为一处", "merge the two"),
            )
        citations.add(str(clause.citation))


def _check_clause(pack: Pack, clause: Clause, problems: Problems) -> None:
    _check_known(problems, clause.place, clause.who, pack.roles, Bilingual("角色", "role"))
    _check_known(problems, clause.place, clause.parameters, pack.parameters, Bilingual("参数", "parameter"))
    instruments = [source.split("/")[0] for source in clause.sources]
    _check_known(problems, clause.place, instruments, pack.instruments, Bilingual("文件", "instrument"))


def _check_known(
    problems: Problems, place: Place, names: Iterable[str], known: Collection[str], what: Bilingual
) -> None:
    for name in names:
        if name not in known:
            _fault(
                problems,
                place,
                Bilingual(f"没有名为“{name}”的{what.zh}", f"there is no {what.en} “{name}”"),
                Bilingual("改正名称，或补充定义", "correct the name, or define it"),
            )


def _place(article: Article) -> Place:
    return article.clauses[0].place if article.clauses else Place(f"{article.instrument}/{article.number}", 0)


def _fault(problems: Problems, place: Place, what: Bilingual, remedy: Bilingual) -> None:
    problems.add(place.file, place.line, what, remedy)
