"""Other ways to serve the public answer with Django: `ANXIN_BENCH_WAY` chooses one for the whole process.

trivial: a view that reads nothing, behind the product's own middleware · models: Django models · ninja: django-ninja with a
schema over the models · drf: Django REST framework with serializers over the models.
"""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
WAY = os.environ.get("ANXIN_BENCH_WAY", "trivial")


def trivial(request: HttpRequest, uscc: str) -> HttpResponse:
    """Nothing but the way through the server and the middleware."""
    return HttpResponse(b"{}", content_type="application/json")


def models(request: HttpRequest, uscc: str) -> HttpResponse:
    """Django models to JSON."""
    from bench.peers.models import organization

    return JsonResponse(organization(uscc) or {}, json_dumps_params={"ensure_ascii": False})


def _ninja() -> Any:
    from ninja import NinjaAPI, Schema

    from bench.peers.models import organization

    class Field(Schema):
        name: str
        label_zh: str
        label_en: str
        type: str
        value: str | int | None

    class Record(Schema):
        record: int
        version: int
        item: str
        name_zh: str
        name_en: str
        section: str
        document_number: str
        decided_on: str | None
        tier: int | None
        display_from: str
        display_to: str
        unit_zh: str
        unit_en: str
        file_digest: str
        row_number: int
        fields: list[Field]

    class Answer(Schema):
        as_of: str
        uscc: str
        name: str
        record_count: int
        records: list[Record]

    Record.model_rebuild(_types_namespace={"Field": Field})
    Answer.model_rebuild(_types_namespace={"Record": Record})
    api = NinjaAPI()

    def read(request: HttpRequest, uscc: str) -> Any:
        return organization(uscc)

    api.get("/organizations/{uscc}", response=Answer)(read)
    return api.urls


def _drf() -> Any:
    from rest_framework import serializers
    from rest_framework.decorators import api_view, authentication_classes, permission_classes
    from rest_framework.response import Response

    from bench.peers.models import organization

    def fields(*names: str) -> dict[str, serializers.Field]:
        return {name: serializers.ReadOnlyField() for name in names}

    value = type("Value", (serializers.Serializer,), fields("name", "label_zh", "label_en", "type", "value"))
    record_names = (
        *(
            "record",
            "version",
            "item",
            "name_zh",
            "name_en",
            "section",
            "document_number",
            "decided_on",
            "tier",
        ),
        *("display_from", "display_to", "unit_zh", "unit_en", "file_digest", "row_number"),
    )
    record = type(
        "Record",
        (serializers.Serializer,),
        {**fields(*record_names), "fields_": value(many=True, source="fields")},
    )
    answer = type(
        "Answer",
        (serializers.Serializer,),
        {**fields("as_of", "uscc", "name", "record_count"), "records": record(many=True)},
    )

    @api_view(["GET"])
    @authentication_classes([])
    @permission_classes([])
    def read(request: Any, uscc: str) -> Any:
        return Response(answer(organization(uscc)).data)

    return read


settings.ROOT_URLCONF = "bench.peers.django_site"
django.setup()
if WAY == "ninja":
    urlpatterns = [path("api/", _ninja())]
else:
    view = {"trivial": trivial, "models": models}.get(WAY) or _drf()
    urlpatterns = [path("api/organizations/<str:uscc>", view)]
application = get_wsgi_application()
