"""A public answer may be kept, but is asked for anew on each use: what was annulled a moment ago is shown by no cache.

A cache that asks with the tag of what it holds is told that nothing changed, or gets the new answer. The tag is made of the
very bytes that were read at that moment, so nothing has to be told to any cache when something changes.
"""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its strong tag, or 304 without content where the reader holds the very same one."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()}"'
    response["ETag"] = tag
    answer = get_conditional_response(request, etag=tag, response=response)
    assert isinstance(answer, HttpResponse)
    answer["Cache-Control"] = "no-cache"
    return answer
