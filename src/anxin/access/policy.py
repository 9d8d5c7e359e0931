"""The policy mark of interface views; the same shape as the pages' (`kind`, `roles`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True, slots=True)
class EndpointPolicy:
    """`kind`: public."""

    kind: str
    roles: frozenset[str] = frozenset()


def public_endpoint(view: View) -> View:
    """Everyone may call it; it shows the published projection and nothing else."""
    view.policy = EndpointPolicy("public")  # type: ignore[attr-defined]
    return view
