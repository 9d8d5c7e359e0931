"""URL table of api."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.api import description, keys, organizations, search

urlpatterns: list[URLPattern | URLResolver] = [
    path("organizations/<str:uscc>", organizations.organization, name="api-organization"),
    path("search", search.search, name="api-search"),
    path("keys", keys.keys, name="api-keys"),
    path("openapi.json", description.openapi, name="api-openapi"),
]
