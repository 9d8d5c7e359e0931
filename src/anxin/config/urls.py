"""The URL table. The permission matrix is generated from it: every view carries its policy (`anxin.web.policy`)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("anxin.web.site.urls")),
    path("my/", include("anxin.web.portal.urls")),
    path("desk/", include("anxin.web.desk.urls")),
    path("api/", include("anxin.api.urls")),
]

handler500 = "anxin.config.unavailable.error_answer"
