"""URL table of web/site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from anxin.web import unified_login
from anxin.web.site import (
    catalog,
    doors,
    integrity,
    law,
    lookup,
    rights,
    statistics,
    templates_to_fill,
    verification,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", lookup.home, name="home"),
    path("search/", lookup.search, name="search"),
    path("organizations/<str:uscc>/", lookup.organization, name="organization"),
    path(
        "organizations/<slug:code_kind>/<path:local_code>/",
        lookup.local_organization,
        name="local-organization",
    ),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<slug:code>/", catalog.catalog_item, name="catalog-item"),
    path("catalog/<slug:code>/template.xlsx", templates_to_fill.workbook, name="catalog-template-workbook"),
    path("catalog/<slug:code>/template.csv", templates_to_fill.csv, name="catalog-template-csv"),
    path("law/", law.law, name="law"),
    path("law/places/<str:code>/", law.place, name="law-place"),
    path("law/<int:number>/", law.article, name="law-article"),
    path("verify/", verification.verify, name="verify"),
    path("verify/data", verification.verify_signed, name="verify-signed"),
    path("verify/<str:number>", verification.verify_report, name="verify-report"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("verify/<str:number>/copy", verification.verify_copy, name="verify-copy"),
    path("rights/", rights.rights, name="rights"),
    path("sign-in/", doors.sign_in, name="sign-in"),
    path("sign-in/unified/", unified_login.begin, name="unified-login"),
    path("sign-in/unified/return/", unified_login.finish, name="unified-login-return"),
    path("sign-out/", doors.sign_out, name="sign-out"),
    path("after-sign-in/", doors.after_sign_in, name="after-sign-in"),
    path("language/", doors.set_language, name="set-language"),
    path("healthz", doors.health, name="health"),
]
