"""Role by address by own and other unit by own and other subject: made from the table of addresses and its policies (Art. 45).

Each address that names something says in `RULES` whose it is; an address that says nothing fails the first test. Everything of
the other world bears a mark, which no answer to anybody of this one may hold, unless the rule lets the role see both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anxin.authorities.models import RoleAssignment
from tests.contracts.test_routes import PAGES
from tests.web.two_worlds import World, make_world, officer_of

OURS, THEIRS = "本处秘", "他处秘"
PURPOSE = {"purpose": "核对", "case_reference": "虚案〔2026〕1号"}
# "unit": its own unit's; "territory": out of the credit officer's territory; "sender": the unit that sent it and credit officers;
# "act": as "sender", but acts of the unit that sent it alone; "everybody": whoever has the role; "apart": auditors without a part
# in it, so not of the unit that looked; "nobody": there is none here to open; "held": who may act for the subject; "key": the
# unit whose key it is.
RULES: dict[str, tuple[str, str]] = {
    "desk-submission": ("GET", "unit"),
    "desk-submission-progress": ("GET", "unit"),
    "desk-submission-returned": ("GET", "nobody"),
    "desk-decision": ("GET", "territory"),
    "desk-decision-undo": ("POST", "territory"),
    "desk-code-exception-end": ("POST", "everybody"),
    "desk-person-rename": ("POST", "nobody"),
    "desk-person-rename-undo": ("POST", "nobody"),
    "desk-record": ("POST", "sender"),
    "desk-record-act": ("POST", "act"),
    "desk-audit-complaint": ("GET", "apart"),
    "desk-audit-take": ("POST", "apart"),
    "desk-audit-answer": ("POST", "apart"),
    "desk-client": ("GET", "nobody"),
    "desk-batch": ("GET", "nobody"),
    "desk-batch-progress": ("GET", "nobody"),
    "desk-batch-cancel": ("POST", "nobody"),
    "desk-batch-result": ("GET", "nobody"),
    "desk-log-alarm-draft": ("POST", "nobody"),
    "desk-log-alarm-approve": ("POST", "nobody"),
    "my-credit": ("GET", "held"),
    "my-report": ("POST", "held"),
    "my-report-pdf": ("POST", "held"),
    "my-report-data": ("POST", "held"),
    "my-authorizations": ("GET", "held"),
    "my-authorization-withdraw": ("POST", "held"),
    "my-special-report": ("GET", "held"),
    "my-readings": ("GET", "held"),
    "my-readings-file": ("POST", "held"),
    "my-reading": ("GET", "held"),
    "my-reading-proof": ("GET", "sealed"),
    "my-reading-report": ("POST", "held"),
    "my-complaints": ("GET", "held"),
    "my-complaint-words": ("POST", "held"),
    "api-submission": ("GET", "key"),
    "api-submission-returned": ("GET", "key"),
}
# Clients' tokens and their batches: tests/api/test_reading_interface.py.
ELSEWHERE = {"api-batch", "api-batch-result"}
ROLES = RoleAssignment.Role.values
MISSING = 404
NAMED = [
    one
    for one in PAGES
    if one.pattern.converters and one.callback.policy.kind != "public"  # type: ignore[attr-defined]
]


@pytest.fixture
def worlds() -> tuple[World, World]:
    return make_world(OURS, "210302"), make_world(THEIRS, "210303")


def test_each_address_that_names_something_says_whose_it_is() -> None:
    assert {str(one.name) for one in NAMED} == set(RULES) | ELSEWHERE


def expected(rule: str, role: str, policy: Any, own: bool) -> set[int]:
    """The statuses of which the answer must be one."""
    if role == "anonymous":
        return {401} if rule == "key" else {302}
    if rule == "key":
        return {401}
    if policy.kind == "officer" and role not in policy.roles:
        return {403}
    opened, hidden = {200, 302, 409, 422}, {MISSING}
    credit_officer = role == "credit_officer"
    return {
        "unit": opened if own else hidden,
        "territory": opened if own else hidden,
        "everybody": opened,
        "nobody": hidden,
        "sender": opened if own or credit_officer else hidden,
        "act": {200} if own and not credit_officer else {409},
        "apart": hidden if own else opened,
        "held": opened if own and role == "representative" else hidden,
        # Nothing is sealed here: there is no proof yet, for nobody.
        "sealed": hidden,
    }[rule]


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_art_45_role_by_address_by_unit_by_subject(worlds: tuple[World, World]) -> None:
    ours, theirs = worlds
    seen: dict[str, set[str]] = {}
    for role, client in readers(ours):
        for one in NAMED:
            name = str(one.name)
            if name in ELSEWHERE:
                continue
            method, rule = RULES[name]
            # The other world first: what an act changes in this one must not open anything there.
            for world in (theirs, ours):
                given = {key: world.named(name)[key] for key in one.pattern.converters}
                body = PURPOSE | ({"act": "withdraw"} if rule == "act" else {})
                response = client.generic(method, reverse(name, kwargs=given)) if method == "GET" else client.post(
                    reverse(name, kwargs=given), body
                )  # fmt: skip
                wanted = expected(rule, role, one.callback.policy, world is ours)  # type: ignore[attr-defined]
                case = (role, name, world.mark, response.status_code)
                assert response.status_code in wanted, case
                text = body_of(response)
                assert THEIRS not in text or (world is theirs and 200 in wanted), case
                if OURS in text:
                    seen.setdefault(role, set()).add(name)
    assert {"my-readings", "my-report", "my-complaints", "my-authorizations"} <= seen["representative"]
    assert "desk-submission" in seen["clerk"]
    assert "desk-record" in seen["officer"]
    assert "desk-decision" in seen["credit_officer"]


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_art_45_lists_hold_nothing_of_another_unit_or_subject(worlds: tuple[World, World]) -> None:
    ours, _theirs = worlds
    lists = [
        one
        for one in PAGES
        if not one.pattern.converters and one.callback.policy.kind in ("officer", "signed_in")  # type: ignore[attr-defined]
    ]
    seen = set()
    for role, client in readers(ours):
        for one in lists:
            text = body_of(client.get(reverse(str(one.name))))
            assert THEIRS not in text, (role, one.name)
            seen |= {(role, str(one.name))} if OURS in text else set()
    assert {("clerk", "desk-home"), ("officer", "desk-queue"), ("credit_officer", "desk-queue")} <= seen
    assert len(lists) > 10


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_art_45_a_units_key_opens_its_own_submissions_alone(worlds: tuple[World, World]) -> None:
    ours, theirs = worlds
    for name in ("api-submission", "api-submission-returned"):
        answers = {
            world.mark: Client().get(
                reverse(name, kwargs={"number": world.submission}),
                headers={"Authorization": f"Bearer {ours.key}"},
            )
            for world in worlds
        }
        assert {mark: one.status_code for mark, one in answers.items()} == {OURS: 200, THEIRS: 404}
        assert theirs.mark not in body_of(answers[THEIRS])


def readers(world: World) -> Iterator[tuple[str, Client]]:
    """Somebody of each role at the world's unit, its subject's representative, and nobody."""
    yield "anonymous", Client()
    accounts = {role: officer_of(world.unit, world.division, role, role) for role in ROLES}
    accounts["representative"] = world.representation.account
    for role, account in accounts.items():
        client = Client()
        client.force_login(account)
        yield role, client


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(content).decode(errors="replace")
