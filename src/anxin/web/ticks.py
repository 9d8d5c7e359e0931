"""Answers that leave at fixed moments after a request arrived, so that their time tells nothing of what was found (Art. 14(2))."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def next_tick(worked: float, interval: float) -> float:
    """How long after arrival an answer leaves that took `worked` seconds: at the next multiple of `interval`, never at 0."""
    return interval * max(1, math.ceil(worked / interval))


def answer_on_the_tick(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer leaves `settings.PERSON_LOOK_UP_TICK` seconds after its request came, or a multiple; 0 is for a measurement."""

    @wraps(view)
    def paced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        arrived, interval = time.perf_counter(), settings.PERSON_LOOK_UP_TICK
        response = view(request, *args, **kwargs)
        if request.method == "POST" and interval:
            leaves = arrived + next_tick(time.perf_counter() - arrived, interval)
            time.sleep(max(0.0, leaves - time.perf_counter()))
        return response

    return paced
