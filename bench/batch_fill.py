"""Fills a prepared database with fictional organizations and their records, beside every service: only for measuring what reads them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import psycopg

from bench.codes import as_text, organization_codes

FIRST_SUBJECT = 1_000
_ORGANIZATIONS = """
INSERT INTO subjects_subject (id, kind) SELECT {first} + n, 'legal_person' FROM code;
INSERT INTO subjects_organization (subject_id, kind, uscc, local_code, name, name_folded, bigrams, sole_proprietor, registered,
                                   division_code, parent_uscc)
SELECT {first} + n, 'legal_person', uscc, '', '虚构测试' || n || '有限公司', '虚构测试' || n || '有限公司', '{{}}', false, true,
       '210399', ''
FROM code;
"""
_RECORDS = """
INSERT INTO records_creditrecord (subject_id, id, item_id, business_key)
SELECT {first} + n, {offset} + n, i.id, decode(md5('{item}' || n), 'hex')
FROM code, catalog_catalogitem i WHERE n < {number} AND i.code = '{item}';
INSERT INTO records_recordversion (subject_id, record_id, number, item_version_id, submission_id, row_number, content_digest,
                                   public_fields, restricted_fields, document_kind, document_number, decided_on,
                                   display_rule_version, display_from, display_to)
SELECT {first} + n, {offset} + n, 1, v.id, 1, n + 2, decode(md5(n::text), 'hex'), {public}, {restricted},
       'administrative_penalty', '虚' || n, '2026-01-02', 'x', '2026-01-02', '2029-01-02'
FROM code, catalog_catalogitemversion v
WHERE n < {number} AND v.id = (
    SELECT max(v.id) FROM catalog_catalogitemversion v JOIN catalog_catalogitem i ON i.id = v.item_id WHERE i.code = '{item}');
"""
_REGISTRATION = (
    "jsonb_build_object('uscc', uscc, 'status', '存续', 'registered_on', '2019-05-06', 'place', '虚构市')"
)
_PENALTY = """jsonb_build_object('document_number', '虚罚字〔2026〕第' || n || '号', 'breach_type', '虚构的违法行为', 'content', '罚款',
    'decided_on', '2026-01-02', 'fine', n * 100, 'facts', '只用于测量的事实', 'authority_name', '虚构机关')"""
_LISTING = (
    "jsonb_build_object('list_name', '虚构名单', 'decided_on', '2026-01-02', 'authority_name', '虚构机关')"
)
_DISPUTES = """
INSERT INTO records_recordevent (subject_id, record_id, kind, effective_at, by_account_id, reason, document_number,
                                 document_issuer, clause)
SELECT {first} + n, n, 'objected', now() - interval '1 day', 1, '虚构', '', '', 'x' FROM code WHERE n % 100 = 0 AND n < {number};
"""


def codes(number: int) -> pl.Series:
    """The first so many codes of this bench."""
    return as_text(organization_codes(np.full(number, "91"), np.arange(number, dtype=np.int64)))


def write_identifiers(number: int, file: Path) -> None:
    """A file of that many codes, in no order."""
    order = list(range(number))
    random.Random(1).shuffle(order)
    codes(number)[order].to_frame("uscc").write_csv(file)


def fill(address: str, organizations: int) -> None:
    """Each with its registration, every second with a penalty, every eighth on a list, every hundredth record disputed."""
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        # Keys to what is not there (a submission, an account) are not looked at, nor are triggers run.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE code (n integer, uscc text)")
        with cursor.copy("COPY code FROM STDIN") as copy:
            for row in enumerate(codes(organizations)):
                copy.write_row(row)
        cursor.execute(_ORGANIZATIONS.format(first=FIRST_SUBJECT))
        restricted = "jsonb_build_object('address', '虚构路' || n || '号')"
        kinds = (
            ("registration", organizations, _REGISTRATION, restricted),
            ("administrative-penalty", organizations // 2, _PENALTY, "NULL"),
            ("serious-listing", organizations // 8, _LISTING, "NULL"),
        )
        for place, (item, number, public, hidden) in enumerate(kinds):
            values = {"first": FIRST_SUBJECT, "offset": place * organizations, "item": item, "number": number}
            cursor.execute(_RECORDS.format(public=public, restricted=hidden, **values))
        cursor.execute(_DISPUTES.format(first=FIRST_SUBJECT, number=organizations))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
