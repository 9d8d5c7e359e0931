"""URL table of web/portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.web.portal import special_reports, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.my_home, name="my-home"),
    path("<int:representation>/report/", views.my_report, name="my-report"),
    path("<int:representation>/report.pdf", views.my_report_pdf, name="my-report-pdf"),
    path("<int:representation>/report.jws", views.my_report_data, name="my-report-data"),
    path("<int:representation>/special-report/", special_reports.special_report, name="my-special-report"),
]
