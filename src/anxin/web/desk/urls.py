"""URL table of web/desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.web.desk import inbox, intake

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.home, name="desk-home"),
    path("intake/", intake.hand_in, name="desk-intake"),
    path("submissions/<int:number>/", inbox.submission, name="desk-submission"),
    path("queue/", inbox.queue, name="desk-queue"),
]
