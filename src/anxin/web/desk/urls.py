"""URL table of web/desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.web.authorized import desk_authorized
from anxin.web.desk import (
    audit,
    batch_answers,
    batches,
    clients,
    code_exceptions,
    decision,
    inbox,
    intake,
    log_alarms,
    look_up,
    person_look_up,
    persons,
    queue,
    records,
    submissions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.home, name="desk-home"),
    path("intake/", intake.hand_in, name="desk-intake"),
    path("submissions/<int:number>/", submissions.submission, name="desk-submission"),
    path("submissions/<int:number>/progress", submissions.progress, name="desk-submission-progress"),
    path("submissions/<int:number>/returned.xlsx", submissions.returned, name="desk-submission-returned"),
    path("quality/", submissions.quality, name="desk-quality"),
    path("queue/", queue.queue, name="desk-queue"),
    path("queue/<int:number>/", decision.decide, name="desk-decision"),
    path("queue/<int:number>/undo/", decision.undo, name="desk-decision-undo"),
    path("code-exceptions/", code_exceptions.code_exceptions, name="desk-code-exceptions"),
    path("code-exceptions/<int:number>/end/", code_exceptions.end_exception, name="desk-code-exception-end"),
    path("persons/", persons.persons, name="desk-persons"),
    path("persons/<int:subject>/rename/", persons.rename, name="desk-person-rename"),
    path("persons/<int:subject>/rename/undo/", persons.undo, name="desk-person-rename-undo"),
    path("audit/", audit.audit_home, name="desk-audit"),
    path("audit/complaints/<int:number>/", audit.complaint, name="desk-audit-complaint"),
    path("audit/complaints/<int:number>/take/", audit.take, name="desk-audit-take"),
    path("audit/complaints/<int:number>/answer/", audit.answer, name="desk-audit-answer"),
    path("audit/log/", audit.log, name="desk-audit-log"),
    path("audit/unusual/", audit.unusual, name="desk-audit-unusual"),
    path("log-alarms/", log_alarms.log_alarms, name="desk-log-alarms"),
    path("log-alarms/<int:alarm>/draft/", log_alarms.draft, name="desk-log-alarm-draft"),
    path("log-alarms/<int:alarm>/approve/", log_alarms.approve, name="desk-log-alarm-approve"),
    path("batches/", batches.batches, name="desk-batches"),
    path("batches/<int:number>/", batches.batch, name="desk-batch"),
    path("batches/<int:number>/progress", batches.progress, name="desk-batch-progress"),
    path("batches/<int:number>/cancel/", batches.cancel, name="desk-batch-cancel"),
    path("batches/<int:number>/result.<str:form>", batch_answers.result, name="desk-batch-result"),
    path("clients/", clients.clients, name="desk-clients"),
    path("clients/new/", clients.new_client, name="desk-client-new"),
    path("clients/<int:number>/", clients.client, name="desk-client"),
    path("look-up/", look_up.look_up, name="desk-look-up"),
    path("look-up/person/", person_look_up.person_look_up, name="desk-person-look-up"),
    path("authorized/", desk_authorized, name="desk-authorized"),
    path("records/<int:subject>/<int:number>/", records.record, name="desk-record"),
    path("records/<int:subject>/<int:number>/act/", records.act, name="desk-record-act"),
]
