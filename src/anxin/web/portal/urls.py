"""URL table of web/portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.web.authorized import my_authorized
from anxin.web.portal import authorizations, complaints, my_credit, special_reports, views, who_looked

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.my_home, name="my-home"),
    path("<int:representation>/report/", views.my_report, name="my-report"),
    path("<int:representation>/report.pdf", views.my_report_pdf, name="my-report-pdf"),
    path("<int:representation>/report.jws", views.my_report_data, name="my-report-data"),
    path("authorized/", my_authorized, name="my-authorized"),
    path("<int:representation>/authorizations/", authorizations.authorizations, name="my-authorizations"),
    path(
        "<int:representation>/authorizations/<int:number>/withdraw/",
        authorizations.withdraw,
        name="my-authorization-withdraw",
    ),
    path("<int:representation>/special-report/", special_reports.special_report, name="my-special-report"),
    path("<int:representation>/credit/", my_credit.credit, name="my-credit"),
    path("<int:representation>/readings/", who_looked.readings, name="my-readings"),
    path("<int:representation>/readings.csv", who_looked.readings_file, name="my-readings-file"),
    path("<int:representation>/readings/<slug:reference>/", who_looked.reading, name="my-reading"),
    path(
        "<int:representation>/readings/<slug:reference>/proof.json",
        who_looked.reading_proof,
        name="my-reading-proof",
    ),
    path(
        "<int:representation>/readings/<slug:reference>/report/",
        complaints.report_reading,
        name="my-reading-report",
    ),
    path("<int:representation>/complaints/", complaints.my_complaints, name="my-complaints"),
    path(
        "<int:representation>/complaints/<uuid:complaint>/words/",
        complaints.more_words,
        name="my-complaint-words",
    ),
]
