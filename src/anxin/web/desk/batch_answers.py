"""The answer of a batch as a download; who took it is written down first (Art. 18(2), 45)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anxin.access.batch.queries import answer_lines, as_csv, batch_of, refused_rows
from anxin.audit.services import record_event
from anxin.web.desk.use_choices import ROLES
from anxin.web.policy import officer_page, reader_of
from anxin.web.templatetags.interface_words import batch_reason

FORMS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "ndjson": ("application/x-ndjson", "ndjson"),
    "refused": ("text/csv; charset=utf-8", "refused.csv"),
}


@officer_page(*ROLES)
@require_safe
def result(request: HttpRequest, number: int, form: str) -> HttpResponseBase:
    """The answer in one of three forms, to the one who ordered it: the log names that account as the reader."""
    found = batch_of(reader_of(request), number)
    lines = answer_lines(found) if found is not None and form in FORMS else None
    if found is None or lines is None:
        return render(request, "web/not_found.html", status=404)
    record_event(
        act="hand_out_batch",
        by_account_id=reader_of(request).pk,
        clause="anshan-2022-9/18/2",
        details={"batch": found.pk},
    )
    kind, ending = FORMS[form]
    response = StreamingHttpResponse(_written(lines, form), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="batch-{found.pk}.{ending}"'
    return response


def _written(lines: Iterator[bytes], form: str) -> Iterator[bytes]:
    if form == "ndjson":
        return lines
    return as_csv(lines) if form == "csv" else _refused(lines)


def _refused(lines: Iterator[bytes]) -> Iterator[bytes]:
    yield ("\ufeff" + ",".join([_("行"), _("代码"), _("原因")]) + "\r\n").encode()
    for rows in refused_rows(lines):
        text = io.StringIO()
        csv.writer(text).writerows([row, reason, batch_reason(reason)] for row, reason in rows)
        yield text.getvalue().encode()
