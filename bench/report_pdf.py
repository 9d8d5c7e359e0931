"""How long a report takes on paper: the first of a process, and the next ones, for a page or three and for 200 records.

python -P -m bench.report_pdf [--records 0 6 50 200] [--rounds 20] [--keep FOLDER]

One JSON line a size: pages, milliseconds `cold` (a new process; fonts are read) and `warm` (median and p95, each report with
other content, since equal content would be answered from the compiler's memory). Needs no database; everything is fictional.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any, cast

from anxin.access.report_content import SECTIONS, ReportContent

_SENTENCE = "虚构的事实说明,只用于测量排版。"
_LABELS = ("违法事实", "处罚依据", "处罚类别", "处罚内容", "罚款金额", "处罚机关", "处罚有效期", "备注")
_MARKS = {7: ["disputed"], 11: ["restored"]}


def content_of(records: int, serial: int = 0) -> ReportContent:
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
    }
    return cast(ReportContent, content)


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


def _cold(records: int, answer: Any) -> None:
    from anxin.access.report_pdf import render_report

    began = time.perf_counter()
    render_report(content_of(records))
    answer.put((time.perf_counter() - began) * 1000)


def measure(records: int, rounds: int, keep: Path | None) -> dict[str, Any]:
    """Pages and times of one size."""
    import pypdfium2

    from anxin.access.report_pdf import render_report

    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    process = spawn.Process(target=_cold, args=(records, answer))
    process.start()
    cold = answer.get(timeout=60)
    process.join()
    render_report(content_of(1))
    times = []
    for serial in range(1, rounds + 1):
        content = content_of(records, serial)
        began = time.perf_counter()
        paper = render_report(content)
        times.append((time.perf_counter() - began) * 1000)
    if keep is not None:
        (keep / f"report-{records}.pdf").write_bytes(paper)
    with pypdfium2.PdfDocument(paper) as document:
        pages = len(document)
    return {
        "records": records,
        "pages": pages,
        "kilobytes": len(paper) // 1000,
        "cold_ms": round(cold, 1),
        "warm_median_ms": round(statistics.median(times), 1),
        "warm_p95_ms": round(sorted(times)[max(0, int(len(times) * 0.95) - 1)], 1),
    }


def main() -> None:
    """Measure each size asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, nargs="+", default=[0, 6, 50, 200])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    for records in arguments.records:
        print(json.dumps(measure(records, arguments.rounds, arguments.keep)), flush=True)


if __name__ == "__main__":
    main()
