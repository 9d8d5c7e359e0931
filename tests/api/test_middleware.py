"""The interface varies by nothing; pages keep their session, language, form token and policy headers."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def test_an_answer_of_the_interface_varies_by_nothing_and_sets_no_cookie(client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/api/keys", headers={"accept-language": "en"})

    assert "Vary" not in answer
    assert "Content-Language" not in answer
    assert not answer.cookies
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_page_keeps_its_headers_and_speaks_the_reader_s_language(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"})

    assert page["Content-Language"] == "en"
    assert page["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_a_form_without_its_token_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/verify/data", {"data": "x"})
    assert answer.status_code == 403
