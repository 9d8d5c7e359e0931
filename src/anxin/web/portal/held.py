"""Which subjects the signed-in account may act for now."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from anxin.access.models import Representation
from anxin.access.who_looked import Viewer


def held_by(request: HttpRequest) -> QuerySet[Representation]:
    """Representations of this account that hold at this moment."""
    now = timezone.now()
    return Representation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), account_id=request.user.pk or 0, valid_from__lte=now
    )


def held_or_404(request: HttpRequest, number: int) -> Representation:
    """Another account's representation, an ended one and none at all give the same answer."""
    found = held_by(request).select_related("subject").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def viewer_of(held: Representation) -> Viewer:
    """The same as a viewer of the log."""
    return Viewer(held.subject_id, held.account_id)
