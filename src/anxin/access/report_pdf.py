"""The report on paper: Typst to PDF/A, from the same content as page and data, sealed as a whole."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, cast

import segno
import typst

from anxin.access.issued_content import CREDIT_REPORT, IssuedContent
from anxin.access.report_codes import code_of, write_code
from anxin.access.report_data import canonical, content_digest
from anxin.access.report_paper import DASH, paper_of
from anxin.access.signing import paper_signer
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_one_at_a_time = Lock()


class ReportNotPrintable(Refusal):
    """The fonts lack a character, and a report with a blank in it would be wrong."""

    code: ClassVar[str] = "E-REPORT-GLYPH"
    message = Bilingual(
        "报告里有字体不支持的字，不能生成 PDF。",
        "The report holds a character that no font has, so no PDF can be made.",
    )
    remedy = Bilingual(
        "请使用网页版或者签名数据；也可以请管理员补充字体。",
        "Use the page or the signed data, or ask the administrator for a font.",
    )


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # The second package holds the characters of names that the first lacks; the template names both.
    fonts = [str(files(package)) for package in ("pylopdf_fonts_zh_cn", "noto_cjk_sans_otc")]
    return typst.Compiler(input=str(_TEMPLATE), font_paths=fonts, ignore_system_fonts=True)


def warm_up() -> None:
    """Read the fonts and compile the template once, so that the first reader does not wait for it."""
    empty: dict[str, Any] = {
        "number": "0" * 4 + "01" * 5 + "A" * 8,
        "as_of": "",
        "issuer_zh": DASH,
        "issuer_en": DASH,
        "subject": {"kind": "natural_person", "name": DASH},
        "record_count": 0,
        "sections": [],
        "verify_at": DASH,
        "objection_at": DASH,
        "kind": CREDIT_REPORT,
        "signer": DASH,
        "checkpoint": None,
        "period": None,
    }
    paper_signer().seal(render_report(cast(IssuedContent, empty)))


def sealed_report(content: IssuedContent, signed: str) -> bytes:
    """The paper with the signed data within and our seal over all of it. Raises `ReportNotPrintable`, `NoSigner`."""
    return paper_signer().seal(render_report(content, signed))


def render_report(content: IssuedContent, signed: str | None = None) -> bytes:
    """PDF/A-3b bytes, A4, with the signed data as an attachment. Raises `ReportNotPrintable` for a missing glyph."""
    code = io.BytesIO()
    digest = content_digest(canonical(content))
    address = write_code(code_of(content, digest), content["verify_at"])
    segno.make(address, error="m").save(code, kind="svg", border=0)
    paper = json.dumps(paper_of(content, digest=digest.hex()), ensure_ascii=False)
    inputs = {"report": paper, "code": code.getvalue().decode()}
    if signed is not None:
        inputs["signed"] = signed
    try:
        with _one_at_a_time:
            made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards="a-3b")
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise ReportNotPrintable from error
        raise
    assert isinstance(made, bytes)
    return made
