"""URL table of api."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.api import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("organizations/<str:uscc>", views.organization, name="api-organization"),
    path("search", views.search, name="api-search"),
    path("keys", views.keys, name="api-keys"),
    path("openapi.json", views.openapi, name="api-openapi"),
]
