"""J10, the auditor's visit: export with the auditor's login, one command offline, and every seeded change found.

The city, its witnesses, the sealing job and the exports are real processes; each change is made in a copy of the database by
somebody who owns the machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
import pytest
from psycopg import sql

from anxin.access.visit_snapshot import write_snapshot
from anxin.audit.exporting import export_log
from anxin.audit.log_keys import read_log_keys
from anxin.audit.tree.keys import VerifierKey
from anxin.audit.verifier.trust import trust
from anxin.audit.verifier.visit.visit import Visited, visit
from anxin.audit.witnessing import parse_witnesses
from anxin.cli.logins import make_logins
from anxin.cli.postgres import DATABASE, Server
from tests.cli.conftest import command, walk
from tests.demonstration import Demonstration

COPY = "tampered"
SEALED = """
SELECT audit_unwitnessed_since() IS NULL AND NOT EXISTS (
    SELECT FROM audit_querylogentry q
    WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'q' AND l.entry_id = q.id))
AND NOT EXISTS (
    SELECT FROM audit_eventlogentry e
    WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'e' AND l.entry_id = e.id))
"""
READING = "(SELECT min(id) FROM audit_querylogentry WHERE subject_id IS NOT NULL)"
SHOWN = "(SELECT subject, record FROM visit_effect WHERE version = 1 ORDER BY subject, record LIMIT 1)"
WITHDRAWN = "(SELECT min(id) FROM records_recordevent WHERE kind = 'withdrawn' AND by_account_id IS NOT NULL)"
MARKED = "(SELECT min(id) FROM records_recordevent WHERE kind = 'objected' AND by_account_id IS NOT NULL)"
REFITTED = (
    "UPDATE audit_leaf l SET commitment = q.commitment FROM audit_querylogentry q"
    f" WHERE q.id = {READING} AND l.kind = 'q' AND l.entry_id = q.id"
)
# What was done, and the kinds of fault or finding of which the visit must name at least these.
CHANGES: dict[str, tuple[list[str], set[str]]] = {
    "a reading deleted": ([f"DELETE FROM audit_querylogentry WHERE id = {READING}"], {"line"}),
    "a reading altered": (
        [f"UPDATE audit_querylogentry SET purpose = 'another' WHERE id = {READING}"],
        {"commitment"},
    ),
    "a reading back-dated": (
        [f"UPDATE audit_querylogentry SET at = at - interval '90 days' WHERE id = {READING}"],
        {"commitment"},
    ),
    "a reading back-dated, and its leaf with it": (
        [f"UPDATE audit_querylogentry SET at = at - interval '90 days' WHERE id = {READING}", REFITTED],
        {"root"},
    ),
    "a reading emptied of its purpose, and its leaf with it": (
        [
            "ALTER TABLE audit_querylogentry DROP CONSTRAINT query_log_states_purpose",
            f"UPDATE audit_querylogentry SET purpose = ' ' WHERE id = {READING}",
            REFITTED,
        ],
        {"root", "reading-unstated"},
    ),
    "a reading slipped in behind the tree": (
        [
            "INSERT INTO audit_querylogentry (at, route, system, reader_account_id, reader_unit_code, case_reference,"
            " subject_id, purpose, clause, fields) VALUES (now() - interval '9 days', 'support', 'desk', 1, '', '', 7,"
            " 'p', 'c', '{*}')"
        ],
        {"unsealed"},
    ),
    "an old copy restored": (
        [
            "DELETE FROM audit_cosignature WHERE checkpoint_id IN (SELECT id FROM audit_checkpoint"
            " WHERE size > (SELECT min(size) FROM audit_checkpoint))",
            "DELETE FROM audit_checkpoint WHERE size > (SELECT min(size) FROM audit_checkpoint)",
            "DELETE FROM audit_leaf WHERE index >= (SELECT max(size) FROM audit_checkpoint)",
        ],
        {"since-larger"},
    ),
    "a penalty shown without its document": (
        [f"UPDATE records_recordversion SET document_number = '' WHERE (subject_id, record_id) = {SHOWN}"],
        {"effect-without-document"},
    ),
    "a penalty made effective later than it is shown": (
        [
            "UPDATE records_recordversion SET effective_on = '2099-01-01'"
            f" WHERE (subject_id, record_id) = {SHOWN}"
        ],
        {"effect-without-date"},
    ),
    "a penalty's second version by nobody": (
        [
            "INSERT INTO records_recordversion (subject_id, record_id, number, item_version_id, submission_id,"
            " row_number, content_digest, public_fields, document_kind, document_number, decided_on, effective_on,"
            " display_from, display_to, display_rule_version, recorded_at) SELECT subject_id, record_id, 2, item_version_id,"
            " submission_id, row_number, content_digest, public_fields, document_kind, document_number, decided_on,"
            " effective_on, display_from, display_to, display_rule_version, recorded_at FROM records_recordversion"
            f" WHERE (subject_id, record_id) = {SHOWN}"
        ],
        {"effect-not-in-log"},
    ),
    "a penalty under a submission that never was": (
        [f"UPDATE records_recordversion SET submission_id = 999999 WHERE (subject_id, record_id) = {SHOWN}"],
        {"effect-without-source", "effect-not-in-log"},
    ),
    "a withdrawn penalty shown again": (
        [f"DELETE FROM records_recordevent WHERE id = {WITHDRAWN}"],
        {"gone-since-logged"},
    ),
    "a mark laid to somebody else": (
        [
            f"UPDATE records_recordevent SET by_account_id = (SELECT max(id) FROM authorities_account) WHERE id = {MARKED}"
        ],
        {"event-not-in-log"},
    ),
    "a decision by nobody": (
        ["UPDATE authorities_account SET kind = 'job' WHERE id IN (SELECT by_id FROM subjects_linkdecision)"],
        {"decision-without-person", "act-without-person"},
    ),
    "a report without its reading": (
        ["UPDATE access_creditreport SET query_log_entry_id = -id"],
        {"report-without-reading"},
    ),
}


@dataclass(frozen=True)
class Box:
    """A server with a walked city in it, and what the auditor brings: keys, a checkpoint, a login."""

    server: Server
    auditor: str
    log_keys: Path
    keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    clean: Path
    kept: Path

    def visited(self, folder: Path) -> Visited:
        trusted = trust([*self.keys, *self.witnesses], quorum=None, now=int(datetime.now(UTC).timestamp()))
        return visit(folder, trusted, since=[self.kept.read_text(encoding="utf-8")])

    def tampered(self, statements: list[str], folder: Path) -> Visited:
        """The visit over a copy of the database in which somebody did this past every trigger."""
        with psycopg.connect(self.server.address("postgres"), autocommit=True) as own:
            own.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(COPY)))
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            own.execute(make.format(sql.Identifier(COPY), sql.Identifier(DATABASE)))
        with psycopg.connect(self.server.address(COPY), autocommit=True) as own:
            own.execute("SET session_replication_role = replica")
            for statement in statements:
                assert own.execute(cast(LiteralString, statement)).rowcount != 0, statement
        with psycopg.connect(self.server.address(COPY)) as own:
            own.execute("SET ROLE anxin_auditor")
            own.commit()
            export_log(own, folder, also=write_snapshot)
        return self.visited(folder)


@pytest.fixture(scope="module")
def box(city: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    server, folder = Server(city.folder / "server", durable=False), tmp_path_factory.mktemp("visit")
    address = server.start()
    with psycopg.connect(address) as own:
        sealed = own.execute(cast(LiteralString, SEALED)).fetchone()
    if sealed is None or not sealed[0]:
        server.stop()
        walk(city)
        address = server.start()
    private = city.folder / "private"
    auditor = make_logins(address, private)["anxin_audit"]
    made = command("export-log", folder / "clean", "--snapshot", ANXIN_AUDIT_DATABASE_URL=auditor)
    assert made.returncode == 0, made.stdout + made.stderr
    witnesses = parse_witnesses((private / "witnesses.txt").read_text(encoding="utf-8"))
    ring = next(path for path in private.iterdir() if path.name.startswith("log-keys"))
    kept = folder / "kept"
    kept.write_bytes((folder / "clean" / "checkpoint").read_bytes())
    try:
        keys = tuple(read_log_keys(ring).public())
        # The city was stored a moment ago and is sealed to its last entry: the minute of grace would leave all of it out.
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("anxin.audit.verifier.visit.visit.SEALED_WITHIN_SECONDS", 0)
            yield Box(
                server, auditor, ring, keys, tuple(one.key for one in witnesses), folder / "clean", kept
            )
    finally:
        server.stop()


def test_j10_one_command_offline_passes_an_honest_city_and_prints_fifty_chains(
    box: Box, city: Demonstration
) -> None:
    keys = [word for one in box.keys for word in ("--key", str(one))]
    keys += [word for one in box.witnesses for word in ("--witness", str(one))]
    asked = ("verify", "visit", box.clean, *keys, "--since", box.kept)
    done = command(*asked, "--json", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["findings"], found["log"]["faults"], done.returncode) == ([], [], 0)
    assert found["effects"] > 1_000
    assert min(found["readings"], found["acts"]) > 0
    assert len(found["sample"]) == 50
    for chain in found["sample"]:
        assert chain["acts"][0]["act"] == "take_in_submission"
        assert chain["item"]["legal_basis"]
        assert chain["effect"]["document_kind"] == "none" or chain["effect"]["document_number"]
    # As the README says it, with the files that the demonstration leaves.
    files = ("--key", city.folder / "log-trusted.txt", "--witness", city.folder / "private" / "witnesses.txt")
    said = command("verify", "visit", box.clean, *files)
    assert said.stdout.splitlines()[-1] == "通过 / passed"
    assert said.stdout.count("take_in_submission") == 50


def test_the_sample_follows_from_the_cosigned_root_and_nothing_else(box: Box) -> None:
    first, second = box.visited(box.clean), box.visited(box.clean)
    names = [one.name for one in first.sample]
    assert names == [one.name for one in second.sample]
    # The root decides: not the order of the snapshot.
    assert names != sorted(names)


def test_nothing_personal_leaves_with_the_auditor(box: Box, city: Demonstration) -> None:
    with psycopg.connect(box.server.address(DATABASE)) as own:
        names = {row[0] for row in own.execute("SELECT name FROM subjects_naturalperson").fetchall()}
        names |= {row[0] for row in own.execute("SELECT username FROM authorities_account").fetchall()}
        persons = own.execute(
            "SELECT count(*) FROM visit_effect WHERE subject_kind = 'natural_person'"
        ).fetchone()
    assert persons == (0,)
    assert len(names) > 100
    for path in sorted(box.clean.glob("*.jsonl")):
        if not path.name.startswith("leaves-"):
            words = set(path.read_text(encoding="utf-8").replace('"', "\n").splitlines())
            assert words & names == set(), path.name


def test_the_auditors_login_reads_the_log_and_the_views_and_no_table_of_records(box: Box) -> None:
    with psycopg.connect(box.auditor, autocommit=True) as own:
        for table in ("records_recordversion", "subjects_naturalperson", "subjects_organization"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(table)))
        assert own.execute("SELECT count(*) FROM visit_effect").fetchone() != (0,)


@pytest.mark.parametrize("name", CHANGES)
def test_j10_what_was_done_to_a_copy_is_found(box: Box, name: str, tmp_path: Path) -> None:
    statements, expected = CHANGES[name]
    found = box.tampered(statements, tmp_path / "export")
    kinds = {str(one.kind) for one in [*found.log.faults, *found.findings]}
    assert expected <= kinds, sorted(kinds)
    assert not found.whole


def test_j10_erased_details_break_no_proof_and_need_two_people(box: Box, tmp_path: Path) -> None:
    event = "(SELECT min(id) FROM audit_eventlogentry WHERE act = 'publish_units')"
    row = "event_id, clause, reason, drafted_by_account_id, drafted_at, approved_by_account_id, approved_at"
    erased = [
        f"INSERT INTO audit_erasure ({row}) SELECT {event}, 'anshan-2022-9/16/1', 'r', 1, now(), 2, now()",
        f"UPDATE audit_eventlogentry SET details = '{{}}', salt = uuid_send(gen_random_uuid()) WHERE id = {event}",
    ]
    found = box.tampered(erased, tmp_path / "export")
    # Every proof holds; but no act of the log says that two people approved it.
    assert (found.log.faults, len(found.log.erased)) == ([], 1)
    assert {str(one.kind) for one in found.findings} == {"erasure-unexplained"}


def test_a_snapshot_that_was_changed_on_its_way_is_told(box: Box, tmp_path: Path) -> None:
    copy = tmp_path / "export"
    copy.mkdir()
    for path in box.clean.iterdir():
        os.link(path, copy / path.name)
    effects = (copy / "effect.jsonl").read_bytes().splitlines(keepends=True)
    (copy / "effect.jsonl").unlink()
    (copy / "effect.jsonl").write_bytes(b"".join(effects[1:]))
    assert [str(one.kind) for one in box.visited(copy).findings][:1] == ["table"]
    (copy / "manifest.json").unlink()
    assert [str(one.kind) for one in box.visited(copy).findings] == ["manifest"]
