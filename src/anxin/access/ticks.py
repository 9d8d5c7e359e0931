"""Answers that leave at fixed moments after a request arrived, so that their time tells nothing of what was found (Art. 14(2)).

The view marks its answer; the outermost middleware holds it, so that sessions, rights and templates are within the time too. What
takes longer than one interval leaves at the next: the interval must be longer than the work, whatever is asked.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The last stretch is slept apart and is as long for every answer, since a processor wakes later from a longer rest.
LAST_STRETCH = 0.01


def next_tick(worked: float, interval: float) -> float:
    """How long after arrival an answer leaves that took `worked` seconds: at the next multiple of `interval`, never at 0."""
    return interval * max(1, math.ceil(worked / interval))


def on_the_tick(response: HttpResponse) -> HttpResponse:
    """Mark an answer that leaves on the tick."""
    response.on_the_tick = True  # type: ignore[attr-defined]
    return response


def answer_on_the_tick(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the view answers to a form leaves on the tick; the form itself at once."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        return on_the_tick(response) if request.method == "POST" else response

    return marked


class HoldForTheTick:
    """Middleware, outside of all that asks the database: `settings.PERSON_LOOK_UP_TICK` seconds or a multiple; 0 is for a measurement."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        arrived, interval = time.perf_counter(), settings.PERSON_LOOK_UP_TICK
        response = self._answer(request)
        if interval and getattr(response, "on_the_tick", False):
            leaves = arrived + next_tick(time.perf_counter() - arrived + LAST_STRETCH, interval)
            time.sleep(max(0.0, leaves - LAST_STRETCH - time.perf_counter()))
            time.sleep(max(0.0, leaves - time.perf_counter()))
        return response
