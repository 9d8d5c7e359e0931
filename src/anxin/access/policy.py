"""Who may open what: the mark that every view of pages and interface carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True, slots=True)
class Policy:
    """`kind`: public, signed_in or officer; `roles`: for officers, one of these is needed at some unit."""

    kind: str
    roles: frozenset[str] = frozenset()


def public_endpoint(view: View) -> View:
    """Everyone may call it; it shows the published projection and nothing else."""
    view.policy = Policy("public")  # type: ignore[attr-defined]
    return view
