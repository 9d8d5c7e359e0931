"""Signing in and out, the way on from there, and the sign of life."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.i18n import set_language as django_set_language

from anxin.authorities.queries import roles_of
from anxin.web.policy import public_page, signed_in_page


class SignIn(LoginView):
    """By password; and by the unified log-in where there is one."""

    template_name = "web/sign_in.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(**given), "unified": bool(settings.UNIFIED_LOGIN)}


sign_in = public_page(SignIn.as_view())
sign_out = public_page(LogoutView.as_view())
set_language = public_page(django_set_language)


@signed_in_page
@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Officers to their desk, everybody else to their own pages."""
    if roles_of(request.user):
        return redirect("desk-home")
    return redirect("my-home")


@public_page
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the database answers."""
    with connections["site"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
