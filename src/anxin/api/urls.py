"""URL table of api."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.api import (
    batches,
    changes,
    description,
    keys,
    log,
    organizations,
    readings,
    search,
    statistics,
    submission,
    submissions,
    tokens,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("organizations/<str:uscc>", organizations.organization, name="api-organization"),
    path(
        "organizations/<slug:code_kind>/<path:local_code>",
        organizations.local_organization,
        name="api-local-organization",
    ),
    path("search", search.search, name="api-search"),
    path("submissions", submissions.submit, name="api-submissions"),
    path("submissions/<int:number>", submission.submission, name="api-submission"),
    path("submissions/<int:number>/returned", submission.returned, name="api-submission-returned"),
    path("statistics", statistics.statistics, name="api-statistics"),
    path("log/checkpoint", log.checkpoint, name="api-log-checkpoint"),
    path("log/proof", log.proof, name="api-log-proof"),
    path("readings", readings.readings, name="api-readings"),
    path("batches", batches.batches, name="api-batches"),
    path("batches/<int:number>", batches.batch, name="api-batch"),
    path("batches/<int:number>/result", batches.result, name="api-batch-result"),
    path("changes", changes.changes, name="api-changes"),
    path("oauth/token", tokens.token, name="api-token"),
    path("keys", keys.keys, name="api-keys"),
    path("openapi.json", description.openapi, name="api-openapi"),
]
