"""What went wrong is said on a page of ours, in the reader's language, without a trace of the inside."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from anxin.authorities.models import Account


def test_unknown_address_says_what_to_do(client: Client) -> None:
    response = client.get("/no-such-page/", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert 'href="/"' in response.content.decode()


@pytest.mark.django_db
def test_form_without_its_token_changes_nothing_and_says_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "什么都没有改变" in response.content.decode()


def test_page_of_an_unexpected_error_needs_neither_database_nor_request() -> None:
    page = render_to_string("500.html")
    assert "暂时出错" in page
    assert "Something went wrong" in page


@pytest.mark.django_db
def test_public_page_of_a_signed_in_reader_rests_in_no_cache(client: Client) -> None:
    assert "no-store" not in client.get("/rights/").headers.get("Cache-Control", "")
    client.force_login(Account.objects.create_account("reader", "a long password", display_name="测试"))
    response = client.get("/rights/")
    assert "测试" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
