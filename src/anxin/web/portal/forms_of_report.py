"""An issued report as page, as sealed paper and as signed data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anxin.access.report_pdf import ReportNotPrintable, sealed_report
from anxin.access.services import IssuedReport


def as_page(request: HttpRequest, issued: IssuedReport) -> HttpResponse:
    """The report in the browser."""
    return render(request, "portal/report.html", {"report": issued.content})


def as_paper(issued: IssuedReport) -> HttpResponse:
    """The report as PDF; 422 where a character has no glyph."""
    try:
        paper = sealed_report(issued.content, issued.signed)
    except ReportNotPrintable as refusal:
        text = (
            f"{refusal.explain('zh')}{refusal.advise('zh')}\n{refusal.explain('en')} {refusal.advise('en')}"
        )
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    return _file(paper, "application/pdf", f"{issued.report.number}.pdf")


def as_data(issued: IssuedReport) -> HttpResponse:
    """The report as a compact JWS."""
    return _file(issued.signed.encode(), "application/jose", f"{issued.report.number}.jws")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
