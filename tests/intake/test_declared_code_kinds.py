"""Another place's pack declares a kind of code of its own; the penalties of a real file then go in as any others do."""

from __future__ import annotations

import csv
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from tests.api.schemas import faults
from tests.factories import fictional_uscc, make_organization
from tests.shared_data import shared_file

from anxin.catalog.code_kinds import CodeKindChanged, publish_code_kinds, read_code_kinds
from anxin.catalog.models import CodeKind
from anxin.catalog.pack import PACKS, read_catalog
from anxin.catalog.services import publish_catalog
from anxin.intake import header
from anxin.intake.orders import Order, Outcome
from anxin.intake.services import store_file
from anxin.law.problems import PackError
from anxin.records.models import CreditRecord, RecordEvent, RecordVersion
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import Organization, Subject

FOREIGN = Path(__file__).parent / "foreign"
FILE = "penalties/tw_prtr_penalties_dev.csv"
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
WITHDRAWN = {"資料鍵入錯誤", "陳情撤銷", "撤銷並另立裁處書", "自行撤銷", "案件廢止"}
ANNULLED = {"原處分撤銷", "實體撤銷"}
# A name that went through a conversion of encodings and lost a character.
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
Row = dict[str, str]


class Expected(NamedTuple):
    """What becomes of each row, told with `csv` alone."""

    returned: list[Row]
    renamed: list[Row]
    repeated: list[Row]
    conflicting: list[Row]
    kept: list[Row]


def facility(row: Row) -> str:
    return row["REGISTRATIONNO"].replace(" ", "")


def plain_name(row: Row) -> str:
    return re.sub(r"[\s·•・\-—_]", "", unicodedata.normalize("NFKC", row["FACILITYNAME"])).upper()


def day(text: str) -> str:
    return text.replace("/", "-")


def content(row: Row) -> tuple[str, ...]:
    changed = {"PENALTYDATE": day(row["PENALTYDATE"]), "TRANSGRESSDATE": day(row["TRANSGRESSDATE"])}
    return tuple(value.strip() for value in {**row, **changed, "REGISTRATIONNO": facility(row)}.values())


def fate(row: Row) -> str:
    """How a decision ended afterwards, nothing where it stands."""
    told = {row["APPEALRESCIND"], row["PETITIONRESULTS"]}
    return "annulled" if told & ANNULLED else "withdrawn" if told & WITHDRAWN else ""


def sort_by_hand(rows: list[Row]) -> Expected:
    """The first name of a facility holds, the first content of a document holds."""
    found = Expected([], [], [], [], [])
    names: dict[str, str] = {}
    documents: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in rows:
        early = day(row["PENALTYDATE"]) < day(row["TRANSGRESSDATE"])
        if early or not row["TRANSGRESSLAW"].strip() or PRIVATE_USE.search(row["TRANSGRESSNAME"]):
            found.returned.append(row)
        elif names.setdefault(facility(row), plain_name(row)) != plain_name(row):
            found.renamed.append(row)
        else:
            key = (facility(row), row["COUNTY"], row["DOCUMENTNO"])
            new = key not in documents
            same = documents.setdefault(key, content(row)) == content(row)
            (found.kept if new else found.repeated if same else found.conflicting).append(row)
    return found


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with shared_file(FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def foreign(pack: None) -> Iterator[None]:
    """The test's own pack beside the city's, with nothing but data."""
    kinds = read_code_kinds([FOREIGN])
    publish_code_kinds(kinds=kinds.values())
    publish_catalog(
        definitions=read_catalog([FOREIGN / "catalog"], code_kinds=kinds),
        pack="foreign",
        by_account_id=None,
        on=TODAY,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header, "FOLDERS", (*header.FOLDERS, FOREIGN / "mappings"))
        yield


def hand_in(path: Path, keys: KeyRing) -> Outcome:
    return store_file(
        Order(
            path=path,
            item="environmental-penalty",
            unit=None,
            channel="command",
            received_at=NOW,
            as_of=TODAY,
            mapping="foreign-penalties",
        ),
        keys,
    )


def test_the_whole_file_is_stored_as_counting_by_hand_says(
    foreign: None, keys: KeyRing, rows: list[Row]
) -> None:
    expected = sort_by_hand(rows)

    outcome = hand_in(shared_file(FILE), keys)

    assert (outcome.read, outcome.returned, outcome.duplicates) == (
        len(rows),
        len(expected.returned),
        len(expected.repeated),
    )
    assert outcome.queued == len(expected.renamed) + len(expected.conflicting)
    assert outcome.accepted == outcome.linked == len(expected.kept) == RecordVersion.objects.count()
    assert outcome.read == outcome.accepted + outcome.returned + outcome.duplicates + outcome.queued
    _check_reasons(outcome, expected)
    _check_subjects(outcome, expected)
    _check_values(expected)
    _check_endings(expected)
    again = hand_in(shared_file(FILE), keys)
    assert again.replayed
    assert RecordVersion.objects.count() == len(expected.kept)


def _check_reasons(outcome: Outcome, expected: Expected) -> None:
    assert outcome.reasons == {
        "E-REQUIRED": 4,
        "E-DATE-ORDER": 1,
        "E-ENC-PUA": 1,
        "Q-NAME": len(expected.renamed),
        "Q-KEY-CONFLICT": len(expected.conflicting),
    }
    assert outcome.warnings == {"W-NORMALIZED": 3, "W-LATE": len(expected.kept)}


def _check_subjects(outcome: Outcome, expected: Expected) -> None:
    known = {facility(row) for row in (*expected.kept, *expected.renamed)}
    stored = Organization.objects.values_list("local_code", "code_kind_id", "uscc", "sole_proprietor")
    assert set(stored) == {(code, "facility-number", None, False) for code in known}
    assert outcome.new_subjects == len(known)
    holders = Counter(CreditRecord.objects.values_list("subject_id", flat=True))
    assert sorted(holders.values()) == sorted(Counter(map(facility, expected.kept)).values())


def _check_values(expected: Expected) -> None:
    versions = list(RecordVersion.objects.values_list("document_number", "decided_on", "public_fields"))
    told = Counter(
        (row["COUNTY"], row["DOCUMENTNO"], day(row["PENALTYDATE"]), day(row["TRANSGRESSDATE"]))
        for row in expected.kept
    )
    kinds = RecordVersion.objects.values_list("document_kind", flat=True).distinct()
    assert set(kinds) == {"administrative_penalty"}
    assert told == Counter(
        (fields["county"], number, decided.isoformat(), fields["breached_on"])
        for number, decided, fields in versions
    )
    amounts = [fields.get("amount") for _, _, fields in versions]
    assert sum(amount or 0 for amount in amounts) == sum(int(r["PENALTYMONEY"] or 0) for r in expected.kept)
    assert amounts.count(None) == sum(not row["PENALTYMONEY"] for row in expected.kept) > 0
    assert amounts.count(0) == sum(row["PENALTYMONEY"] == "0" for row in expected.kept) > 0
    assert len({number for number, _, _ in versions}) < len({key[:2] for key in told})


def _check_endings(expected: Expected) -> None:
    ended = Counter(filter(None, map(fate, expected.kept)))
    assert Counter(RecordEvent.objects.values_list("kind", flat=True)) == ended
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_record")
        assert cursor.fetchone() == (len(expected.kept) - ended.total(),)
        cursor.execute(
            "SELECT count(*) FROM published_record p JOIN records_recordevent e USING (subject_id, record_id)"
        )
        assert cursor.fetchone() == (0,)
        # One transaction wrote decision and ending: no moment lies between them.
        cursor.execute("SELECT DISTINCT xmin::text FROM records_recordversion")
        writers = cursor.fetchall()
        cursor.execute("SELECT DISTINCT xmin::text FROM records_recordevent")
        assert cursor.fetchall() == writers
        assert len(writers) == 1


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_a_facility_has_a_public_page_is_found_and_answered(
    foreign: None, client: Client, keys: KeyRing, rows: list[Row], tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    row = next(row for row in rows if not fate(row) and row["TRANSGRESSLAW"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerow(row)
    assert hand_in(path, keys).accepted == 1
    code, name = facility(row), row["FACILITYNAME"]

    page = client.get(f"/organizations/facility-number/{code}/").content.decode()
    assert {code, name, "设施管制编号", row["DOCUMENTNO"]} <= set(re.split(r"[<>]", page))
    for asked in (name[:2], code, f" {code.lower()[:1]}-{code[1:]}"):
        found = client.get("/search/", {"q": asked}).content.decode()
        assert f'href="/organizations/facility-number/{code}/"' in found, asked
        assert [
            (one["uscc"], one["code_kind"], one["local_code"])
            for one in client.get("/api/search", {"q": asked}).json()["organizations"]
        ] == [(None, "facility-number", code)]
    description = client.get("/api/openapi.json").json()
    promised = {"$ref": "#/components/schemas/Organization"}
    answer = client.get(f"/api/organizations/facility-number/{code}")
    assert faults(answer.json(), promised, description) == []
    assert (answer.json()["name"], answer.json()["record_count"]) == (name, 1)
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
@pytest.mark.parametrize(
    "address",
    ["facility-number/Z0000000", "another-kind/A1234567", "facility-number/A%00", "facility-number/A/B"],
)
def test_an_unknown_local_code_and_a_sole_proprietors_are_answered_alike(
    foreign: None, client: Client, address: str
) -> None:
    make_organization(uscc=None, code_kind_id="facility-number", local_code="Z0000000", sole_proprietor=True)

    assert client.get(f"/organizations/{address}/").status_code == 404
    answer = client.get(f"/api/organizations/{address}")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-NOT-FOUND")


def test_figures_of_the_file(rows: list[Row]) -> None:
    expected = sort_by_hand(rows)
    by_county = Counter((row["COUNTY"], row["DOCUMENTNO"]) for row in rows)

    assert len(rows) == 12_776
    assert len({content(row) for row in rows}) == 12_776 - 299
    assert sum(number > 1 for number in by_county.values()) == 394
    assert sum(bool(fate(row)) for row in rows) == 618
    assert sum(row["PENALTYMONEY"] in ("", "0") for row in rows) == 5
    assert sum(day(row["PENALTYDATE"]) < day(row["TRANSGRESSDATE"]) for row in rows) == 1
    assert tuple(map(len, expected)) == (6, 14, 298, 89, 12_369)


def test_no_code_of_another_kind_enters_under_the_citys_pack(pack: None) -> None:
    assert read_code_kinds([PACKS / "china", PACKS / "anshan"]) == {}
    assert not CodeKind.objects.exists()
    subject = Subject.objects.create(kind="legal_person")
    make_organization(subject=subject, uscc=None, code_kind_id="facility-number", local_code="A1234567")
    with pytest.raises(IntegrityError, match="code_kind_id"):
        connection.check_constraints()


def test_an_item_with_an_undeclared_kind_of_code_is_refused_with_file_and_line() -> None:
    with pytest.raises(PackError, match=r"environmental-penalty.yaml:20.*facility_number"):
        read_catalog([FOREIGN / "catalog"], code_kinds={})


@pytest.mark.parametrize(
    "changes",
    [
        {"uscc": None},
        {"uscc": None, "code_kind_id": "facility-number"},
        {"code_kind_id": "facility-number", "local_code": "A1234567"},
        {"local_code": "A1234567"},
    ],
)
def test_art_12_2_one_identifier_of_a_declared_kind(foreign: None, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="art_12_2_one_identifier_of_a_declared_kind"):
        make_organization(**changes)


def test_art_12_2_code_has_18_characters_still(foreign: None) -> None:
    with pytest.raises(IntegrityError, match="art_12_2_code_has_18_characters"):
        make_organization(uscc="A1234567")


def test_a_local_code_belongs_to_one_organization(foreign: None) -> None:
    make_organization(uscc=None, code_kind_id="facility-number", local_code="A1234567")
    with pytest.raises(IntegrityError, match="local_code_belongs_to_one_organization"):
        make_organization(uscc=None, code_kind_id="facility-number", local_code="A1234567")


def test_a_kind_keeps_its_pattern(foreign: None, tmp_path: Path) -> None:
    shutil.copy(FOREIGN / "code_kinds.yaml", tmp_path)
    file = tmp_path / "code_kinds.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("[A-Z](", "[A-Z]?("), encoding="utf-8")

    with pytest.raises(CodeKindChanged):
        publish_code_kinds(kinds=read_code_kinds([tmp_path]).values())


def test_a_code_of_the_wrong_form_goes_back(
    foreign: None, keys: KeyRing, rows: list[Row], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerow({**rows[0], "REGISTRATIONNO": fictional_uscc(1)})

    outcome = hand_in(path, keys)

    assert (outcome.read, outcome.returned, outcome.reasons) == (1, 1, {"E-LOCAL-CODE": 1})
    assert not Organization.objects.exists()
