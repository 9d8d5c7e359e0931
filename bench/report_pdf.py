"""The report on paper: three pages and 200 records, the first of a process and the next ones."""

from __future__ import annotations

from bench.frame import Contender, Figure, Result, Run, Scale, race

WORK = "bench.report_work:"
# Six records fill three pages of our layout.
THREE_PAGES, MANY = 6, 200
PEERS = {
    "reportlab (font not embedded)": "with_reportlab",
    "fpdf2": "with_fpdf",
    "WeasyPrint": "with_weasyprint",
    "Chromium": "with_chromium",
}


def run(scale: Scale) -> Result:
    """Ours and the peers at three pages; ours at 200 records."""
    number = 3 if scale.quick else 20
    small = {"records": THREE_PAGES, "number": number}
    contenders = [
        Contender("ours (Typst, PDF/A)", WORK + "ours", small),
        Contender("ours, sealed (PAdES)", WORK + "ours_sealed", small),
    ]
    if scale.peers:
        contenders += [Contender(name, WORK + call, small) for name, call in PEERS.items()]
    runs = race(contenders, scale.rounds)
    many = {"records": MANY, "number": max(2, number // 4)}
    [large] = race([Contender("ours, 200 records", WORK + "ours", many)], scale.rounds)
    result = Result("report_pdf", "Report on paper")
    result.figures = [
        Figure("three pages, warm", runs[0].median * 1000, "ms", 40.0),
        Figure("three pages, sealed, warm", runs[1].median * 1000, "ms", 100.0),
        Figure("three pages, cold", runs[0].middle("cold") * 1000, "ms", 100.0),
        Figure("200 records, warm", large.median * 1000, "ms", 500.0),
        Figure("200 records, cold", large.middle("cold") * 1000, "ms"),
    ]
    head = ["contender", "warm ms", "cold ms", "× ours, warm", "pages", "kB", "peak MB"]
    result.tables["One report"] = [head, *[_row(one, runs[0]) for one in (*runs, large)]]
    result.notes.append(
        "Ours embeds its fonts, says what it is in PDF/A, and carries the code to scan; the others draw the same fields plainly."
    )
    return result


def _row(run: Run, ours: Run) -> list[str]:
    if not run.seconds:
        return [run.name, f"not run: {run.failed[:60]}", "", "", "", "", ""]
    times = [
        f"{run.median * 1000:.1f}",
        f"{run.middle('cold') * 1000:.1f}",
        f"{run.median / ours.median:.1f}",
    ]
    return [
        run.name,
        *times,
        str(run.answer["pages"] or "?"),
        str(run.answer["kilobytes"]),
        f"{run.peak_mb:.0f}",
    ]
