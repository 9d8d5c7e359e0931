"""Middleware that pages need and the programmatic interface does not: sessions, languages, forms, frames.

The interface has no session and speaks both languages at once, so its answers vary by nothing and any cache may share them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

INTERFACE = "/api/"
Handler = Callable[[HttpRequest], HttpResponseBase]


class PagesOnly:
    """The middleware of `PAGE_MIDDLEWARE` as one, passed by for addresses below `/api/`."""

    def __init__(self, get_response: Handler) -> None:
        self._plain = self._full = get_response
        self._view_hooks: list[Callable[..., HttpResponseBase | None]] = []
        self._error_hooks: list[Callable[..., HttpResponseBase | None]] = []
        for name in reversed(settings.PAGE_MIDDLEWARE):
            made: Any = import_string(name)(self._full)
            if hasattr(made, "process_view"):
                self._view_hooks.insert(0, made.process_view)
            if hasattr(made, "process_exception"):
                self._error_hooks.append(made.process_exception)
            self._full = made

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Through the whole chain, or straight to the view."""
        return self._plain(request) if request.path_info.startswith(INTERFACE) else self._full(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        """What the chain has to say before the view runs (form tokens)."""
        if request.path_info.startswith(INTERFACE):
            return None
        answers = (hook(request, *view) for hook in self._view_hooks)
        return next((answer for answer in answers if answer is not None), None)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """What the chain has to say of an error, the innermost first; None where it is an error indeed."""
        if request.path_info.startswith(INTERFACE):
            return None
        answers = (hook(request, error) for hook in self._error_hooks)
        return next((answer for answer in answers if answer is not None), None)
