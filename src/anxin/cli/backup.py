"""`./anxin backup DIR [--data DIR]`: a base backup of the database, checked when it is there, and an entry of the log before it.

Whoever copies the database reads all of it: the entry is committed first, is part of the copy, and every subject sees it among its
readings. It stays where the copy fails. The entry is written with DATABASE_URL, the copy with ANXIN_BACKUP_DATABASE_URL, a login of
the group `anxin_backup` that may stream; without DATABASE_URL both are those of the demonstration's own server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from anxin.cli import database, logins
from anxin.cli.postgres.account import Account
from anxin.cli.postgres.binaries import programs
from anxin.cli.sentences import Sentence
from anxin.law.carries_out import carries_out

CLAUSE = "anshan-2022-9/45/2"
PURPOSE = "备份整个数据库 / backup of the whole database"
ADDRESS = "ANXIN_BACKUP_DATABASE_URL"


def main(argv: list[str]) -> int:
    """Log, copy, check. Raises `Sentence` where the folder is in use, or nothing usable was copied."""
    arguments = _arguments(argv)
    folder, data = Path(arguments.folder).resolve(), Path(arguments.data).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Sentence(f"{folder} 不是空文件夹。", f"{folder} is not an empty folder.")
    with database.opened(data) as environment:
        address = _address(environment, data)
        os.environ.update(logins.for_worker(environment, data))
        entry = log_backup(folder.name)
        copy_database(address, folder)
    print(f"备份 / backup: {folder}\n日志条目 / entry of the log: {entry}")
    return 0


def _address(environment: dict[str, str], data: Path) -> str:
    if not os.environ.get("DATABASE_URL"):
        return logins.make_logins(environment["DATABASE_URL"], data / "private")[logins.STREAMS]
    given = os.environ.get(ADDRESS)
    if not given:
        raise Sentence(
            f"请在 {ADDRESS} 中给出备份用的数据库账号，见 docs/production.md。",
            f"Name the login for backups in {ADDRESS}: see docs/production.md.",
        )
    return given


@carries_out("anshan-2022-9/45/2")
def log_backup(name: str) -> int:
    """One committed entry about no one subject: everything on file is going to be copied. Its number."""
    import django

    django.setup()
    from anxin.audit.services import Reading, Route, System, log_query

    return log_query(
        Reading(
            route=Route.BACKUP,
            system=System.COMMAND,
            reader_account_id=0,
            purpose=PURPOSE,
            clause=CLAUSE,
            case_reference=f"backup/{name}"[:120],
            fields=["*"],
        )
    )


def copy_database(address: str, folder: Path) -> None:
    """A base backup with the log of writes it needs, held against its own manifest. Raises `Sentence`."""
    ours = programs(own_account())
    parts = urlsplit(address)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory() as private:
        # A password among the arguments or in the environment could be read by others on the machine.
        file = Path(private) / "password"
        file.touch(mode=0o600)
        file.write_text(f"*:*:*:*:{_escaped(unquote(parts.password or ''))}\n")
        bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")).geturl()
        run_program(
            [ours / "pg_basebackup", "-d", bare, "-D", folder, "--checkpoint=fast", "--no-password"], file
        )
        run_program([ours / "pg_verifybackup", "--quiet", folder], file)


def _escaped(password: str) -> str:
    """As a password file wants it."""
    return password.replace("\\", "\\\\").replace(":", "\\:")


def own_account() -> Account:
    """Ours: these programs, unlike the server, may be run by root."""
    return Account(os.geteuid(), os.getegid(), demoted=False)


def run_program(command: list[str | Path], password_file: Path) -> None:
    """Run it to its end. Raises `Sentence` with its last words where it failed."""
    environment = {**os.environ, "PGPASSFILE": str(password_file)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [""]
        raise Sentence(f"备份没有完成：{said[0]}", f"The backup was not finished: {said[0]}")


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    store = Path(os.environ.get("ANXIN_STORE", root / ".anxin"))
    parser = argparse.ArgumentParser(prog="./anxin backup", description="备份数据库 / back the database up")
    parser.add_argument("folder", help="空文件夹 / an empty folder")
    parser.add_argument("--data", default=str(store / "demo"), help="数据文件夹 / data folder")
    return parser.parse_args(argv)
