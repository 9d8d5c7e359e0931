"""The report on paper: Typst to PDF/A, from the same content as page and data."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import ClassVar

import pylopdf_fonts_zh_cn
import segno
import typst

from anxin.access.report_content import ReportContent
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_one_at_a_time = Lock()


class ReportNotPrintable(Refusal):
    """The fonts lack a character, and a report with a blank in it would be wrong."""

    code: ClassVar[str] = "E-REPORT-GLYPH"
    message = Bilingual(
        "报告里有字体不支持的字,不能生成 PDF。",
        "The report holds a character that no font has, so no PDF can be made.",
    )
    remedy = Bilingual(
        "请使用网页版或者签名数据;也可以请管理员补充字体。",
        "Use the page or the signed data, or ask the administrator for a font.",
    )


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Compiler(input=str(_TEMPLATE), font_paths=[str(fonts)], ignore_system_fonts=True)


def render_report(content: ReportContent) -> bytes:
    """PDF/A-2b bytes, A4. Raises `ReportNotPrintable` where a character has no glyph."""
    code = io.BytesIO()
    segno.make(content["verify_at"], error="m").save(code, kind="svg", border=0)
    inputs = {"report": json.dumps(content, ensure_ascii=False), "code": code.getvalue().decode()}
    try:
        with _one_at_a_time:
            made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b")
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise ReportNotPrintable from error
        raise
    assert isinstance(made, bytes)
    return made
