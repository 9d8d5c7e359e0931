"""A public answer may be kept, but is asked for anew on each use: what was annulled a moment ago is shown by no cache.

A cache that asks with the tag of what it holds is told that nothing changed, or gets the new answer. The tag is made of the
very bytes that were read at that moment, so nothing has to be told to any cache when something changes.
"""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"})


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its strong tag, or 304 without content where the reader holds the very same one."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    if CONDITIONS.isdisjoint(request.META):
        # Nearly every request: it says nothing of what it holds.
        return response
    answer = get_conditional_response(request, etag=tag, response=response)
    assert isinstance(answer, HttpResponse)
    answer.headers.setdefault("Cache-Control", "no-cache")
    return answer
