"""A backup reads everything: its entry stands in the log first, lies in the copy, and the copy opens as a database (Art. 45(2))."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest

from anxin.cli import backup
from anxin.cli.postgres import Server
from anxin.cli.postgres.account import server_account
from anxin.cli.sentences import Sentence
from anxin.locks import Lock
from tests.cli.conftest import command
from tests.demonstration import Demonstration

LAST = "SELECT id, reader_account_id, fields, case_reference FROM audit_querylogentry WHERE route = 'backup' ORDER BY id DESC"


def entries(address: str) -> list[tuple[int, int, list[str], str]]:
    with psycopg.connect(address) as connection:
        return connection.execute(LAST).fetchall()


def test_45_2_a_backup_is_an_entry_and_the_copy_holds_it(city: Demonstration, tmp_path: Path) -> None:
    copy, server = tmp_path / "nightly", Server(city.folder / "server", durable=False)
    address = server.start()
    sealer = psycopg.connect(address)
    try:
        before = entries(address)
        # As the sealing job does beside which backups are made.
        sealer.execute("SELECT pg_advisory_lock(%s)", [Lock.SEALER])
        made = command("backup", copy, "--data", city.folder)
        assert made.returncode == 0, made.stderr
        [(number, reader, fields, case), *earlier] = entries(address)
        assert (reader, fields, case, earlier) == (0, ["*"], "backup/nightly", before)
        assert str(number) in made.stdout
        again = command("backup", copy, "--data", city.folder)
        assert (again.returncode, len(entries(address))) == (2, len(before) + 1)
        with pytest.raises(Sentence):
            backup.copy_database(
                server.address("anxin").replace("anxin_admin", "anxin_audit"), tmp_path / "no"
            )
    finally:
        sealer.close()
        server.stop()
    opened = restored(copy, city, tmp_path / "elsewhere")
    try:
        assert entries(opened.start())[0][0] == number
    finally:
        opened.stop()


def test_a_damaged_copy_is_no_backup(city: Demonstration, tmp_path: Path) -> None:
    """The control: what checks the copy sees one changed byte."""
    copy = tmp_path / "nightly"
    assert command("backup", copy, "--data", city.folder).returncode == 0
    check = [backup.programs(backup.own_account()) / "pg_verifybackup", "--quiet", copy]
    backup.run_program(check, tmp_path / "none")
    file = max((copy / "base").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(Sentence):
        backup.run_program(check, tmp_path / "none")


def restored(copy: Path, city: Demonstration, folder: Path) -> Server:
    folder.mkdir()
    shutil.move(copy, folder / "cluster")
    shutil.copy2(city.folder / "server" / "password", folder / "password")
    account = server_account(city.folder / "server" / "cluster")
    for path in (folder, *folder.rglob("*")):
        account.own(path)
    return Server(folder, durable=False)
