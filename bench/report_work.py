"""Contenders of the report bench: the same fictional report on paper, the first of a process and the next ones.

`cold`: the first report after the library is loaded; fonts are read. `warm`: the median of the next ones, each with other
content, since equal content might be answered from memory.
"""

from __future__ import annotations

import html
import io
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from anxin.access.issued_content import CREDIT_REPORT, IssuedContent
from anxin.access.report_content import SECTIONS

_SENTENCE = "虚构的事实说明,只用于测量排版。"
_LABELS = ("违法事实", "处罚依据", "处罚类别", "处罚内容", "罚款金额", "处罚机关", "处罚有效期", "备注")
_MARKS = {7: ["disputed"], 11: ["restored"]}


def content_of(records: int, serial: int = 0) -> IssuedContent:
    """A report with that many records, most of them penalties; `serial` makes it differ from the others."""
    spread = {"registration": 1, "honor": 1, "court": 1} if records > 3 else {}
    spread["administration"] = records - sum(spread.values())
    number = f"20261120090203{serial:08d}"
    sections = [
        {
            "name": name,
            "title_zh": zh,
            "title_en": en,
            "count": spread.get(name, 0),
            "records": [_record(row, serial) for row in range(spread.get(name, 0))],
        }
        for name, zh, en in SECTIONS
    ]
    content = {
        "number": number,
        "as_of": "2026-11-20T09:02:03+08:00",
        "issuer_zh": "虚构平台",
        "issuer_en": "Fictional platform",
        "subject": {
            "kind": "legal_person",
            "name": f"虚构鞍山测试第{serial}有限公司",
            "uscc": "91210399MA0000007T",
            "registered_on": "2011-02-03",
            "former_names": ["虚构旧名厂"],
        },
        "record_count": records,
        "sections": sections,
        "verify_at": f"http://127.0.0.1:8000/verify/{number}",
        "objection_at": "http://127.0.0.1:8000/rights/",
        "kind": CREDIT_REPORT,
        "issued_at": "2026-11-20T09:02:03+08:00",
        "signer": "A" * 43,
        "checkpoint": None,
        "period": None,
    }
    return cast(IssuedContent, content)


def _record(row: int, serial: int) -> dict[str, Any]:
    values: list[Any] = [_SENTENCE * (1 + (row + place) % 3) for place in range(len(_LABELS))]
    values[4] = 1_234_500 + row
    return {
        "record": 1_000 + row,
        "item": "administrative-penalty",
        "name_zh": "行政处罚",
        "name_en": "Administrative penalty",
        "adverse": True,
        "document_number": f"虚市监处罚〔2026〕{serial:04d}{row:04d}号",
        "decided_on": "2026-03-04",
        "effective_on": "2026-03-04",
        "tier": "2",
        "display_from": "2026-03-04T00:00:00+08:00",
        "display_to": "2029-03-04T00:00:00+08:00",
        "last_displayed_on": "2029-03-03",
        "marks": next((marks for every, marks in _MARKS.items() if row % every == 0), []),
        "fields": [
            {
                "name": f"field_{place}",
                "label_zh": label,
                "label_en": label,
                "type": "money" if place == 4 else "text",
                "value": values[place],
            }
            for place, label in enumerate(_LABELS)
        ],
        "lineage": {
            "unit_zh": "虚构市场监督管理局",
            "unit_en": "Fictional regulator",
            "file": "ab" * 32,
            "row": row + 2,
            "version": 1,
        },
    }


def _times(make: Callable[[IssuedContent], bytes], records: int, number: int) -> dict[str, Any]:
    began = time.perf_counter()
    paper = make(content_of(records))
    cold = time.perf_counter() - began
    times = []
    for serial in range(1, number + 1):
        content = content_of(records, serial)
        began = time.perf_counter()
        paper = make(content)
        times.append(time.perf_counter() - began)
    pages = paper.count(b"/Type /Page\n") or paper.count(b"/Type /Page ") or paper.count(b"/Type/Page/")
    return {
        "seconds": statistics.median(times),
        "cold": cold,
        "kilobytes": len(paper) // 1000,
        "pages": pages,
    }


def ours(records: int, number: int) -> dict[str, Any]:
    """Typst to PDF/A with embedded fonts and the code to scan."""
    return _times(import_module("anxin.access.report_pdf").render_report, records, number)


def ours_sealed(records: int, number: int) -> dict[str, Any]:
    """The same with an electronic signature over the whole file."""
    render = import_module("anxin.access.report_pdf").render_report
    with tempfile.TemporaryDirectory() as folder:
        signer = import_module("anxin.access.signing").FilePaperSigner(Path(folder) / "paper-keys.json")

        def make(content: IssuedContent) -> bytes:
            sealed: bytes = signer.seal(render(content))
            return sealed

        return _times(make, records, number)


def with_reportlab(records: int, number: int) -> dict[str, Any]:
    """Platypus tables, with a Chinese font of the reader's (nothing embedded: no archive form)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("body", fontName="STSong-Light", fontSize=9, leading=13, wordWrap="CJK")
    title = ParagraphStyle("title", parent=style, fontSize=18, leading=26)

    def make(content: IssuedContent) -> bytes:
        parts: list[Any] = [Paragraph(content["subject"]["name"], title), Paragraph(content["number"], style)]
        for heading, rows in _tables(content):
            parts += [Spacer(1, 8), Paragraph(heading, style)]
            if rows:
                cells = [[Paragraph(html.escape(cell), style) for cell in row] for row in rows]
                parts.append(Table(cells, colWidths=[110, 360]))
        paper = io.BytesIO()
        SimpleDocTemplate(paper, pagesize=A4).build(parts)
        return paper.getvalue()

    return _times(make, records, number)


def with_fpdf(records: int, number: int) -> dict[str, Any]:
    """fpdf2 with our font embedded."""
    import fpdf

    font = _font()

    def make(content: IssuedContent) -> bytes:
        paper = fpdf.FPDF()
        paper.add_font("body", fname=font)
        paper.set_font("body", size=9)
        paper.add_page()
        paper.multi_cell(0, 8, content["subject"]["name"] + "\n" + content["number"])
        for heading, rows in _tables(content):
            paper.ln(4)
            paper.multi_cell(0, 6, heading, new_x="LMARGIN", new_y="NEXT")
            if rows:
                with paper.table(col_widths=(1, 3), first_row_as_headings=False) as table:
                    for cells in rows:
                        table.row(cells)
        return bytes(paper.output())

    return _times(make, records, number)


def with_weasyprint(records: int, number: int) -> dict[str, Any]:
    """HTML and CSS with our font embedded."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    face = f"@font-face {{font-family: body; src: url('{Path(_font()).as_uri()}')}} * {{font: 9pt body}}"
    style = weasyprint.CSS(string=face, font_config=fonts)

    def make(content: IssuedContent) -> bytes:
        page = weasyprint.HTML(string=_page(content))
        return bytes(page.write_pdf(stylesheets=[style], font_config=fonts))

    return _times(make, records, number)


def with_chromium(records: int, number: int) -> dict[str, Any]:
    """A headless browser, started for each report as most programs do."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise RuntimeError("no chromium here")
    with tempfile.TemporaryDirectory() as folder:
        source, paper = Path(folder) / "page.html", Path(folder) / "page.pdf"
        flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]

        def make(content: IssuedContent) -> bytes:
            source.write_text(_page(content), encoding="utf-8")
            command = [browser, *flags, "--no-pdf-header-footer", f"--print-to-pdf={paper}", source.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            return paper.read_bytes()

        return _times(make, records, min(number, 5))


def _font() -> str:
    fonts = import_module("pylopdf_fonts_zh_cn")
    return str(Path(str(fonts.__file__)).parent / "NotoSansSC-Regular.otf")


def _tables(content: IssuedContent) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings, and under each record's its fields."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for section in content["sections"]:
        found.append((f"{section['title_zh']} {section['count']}", []))
        for record in section["records"]:
            rows = [(field["label_zh"], str(field["value"])) for field in record["fields"]]
            found.append((f"{record['name_zh']} {record['document_number']}", rows))
    return found


def _page(content: IssuedContent) -> str:
    parts = [f"<h1>{content['subject']['name']}</h1><p>{content['number']}</p>"]
    for heading, rows in _tables(content):
        cells = "".join(f"<tr><th>{html.escape(a)}</th><td>{html.escape(b)}</td></tr>" for a, b in rows)
        parts.append(f"<h2>{heading}</h2><table>{cells}</table>")
    return f"<!doctype html><meta charset=utf-8><html lang=zh><body>{''.join(parts)}</body></html>"
