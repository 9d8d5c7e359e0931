"""The data folder of the server: made once, checked at every start.

The server runs with the folder as its working directory and names it by `/proc/self/cwd` where a demoted user could not
walk the way to it. So the data stays in the folder asked for, and no folder above has to be opened to anybody.
"""

from __future__ import annotations

import locale
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from anxin.cli.postgres.account import Account
from anxin.cli.postgres.binaries import major_version, programs
from anxin.cli.postgres.trouble import last_line, sentence_for
from anxin.cli.sentences import Sentence

ADMINISTRATOR = "anxin_admin"
HERE = "/proc/self/cwd"


def named(cluster: Path, account: Account) -> str:
    """How the server itself is told where its data is; its working directory must be `cluster`."""
    return str(cluster) if account.reaches(cluster) else HERE


def make_cluster(cluster: Path, account: Account, password_file: Path) -> None:
    """Make an empty database cluster and the password of its administrator. Whole or absent after any interruption."""
    work = cluster.with_name(cluster.name + ".making")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    account.own(work)
    password = secrets.token_urlsafe(24)
    write_private(password_file, password)
    _initialize(work, account, password)
    work.rename(cluster)


def _initialize(work: Path, account: Account, password: str) -> None:
    command = [
        str(programs(account) / "initdb"),
        *("-D", named(work, account), "-U", ADMINISTRATOR, "--auth=scram-sha-256", "--pwfile=/dev/stdin"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *(f"--locale={_system_locale()}", "--data-checksums", "--no-instructions", "--no-sync"),
    ]
    # initdb opens the password by name: a pipe of ours would be closed to another user, a socket has no name.
    reading, writing = os.pipe()
    if account.demoted:
        os.fchown(reading, account.user, account.group)
    os.write(writing, password.encode() + b"\n")
    os.close(writing)
    done = subprocess.run(
        command, stdin=reading, capture_output=True, check=False, cwd=work, **account.run_as()
    )
    os.close(reading)
    if done.returncode:
        shutil.rmtree(work, ignore_errors=True)
        raise sentence_for(last_line(done.stderr), work.parent)


def _system_locale() -> str:
    """C.UTF-8 where the C library has it: word characters of trigram search come from there, not from PostgreSQL."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def check_version(cluster: Path) -> None:
    """Refuse a folder that another major version wrote: starting on it would fail, or worse, would not."""
    found, ours = (cluster / "PG_VERSION").read_text().strip(), major_version()
    if found != ours:
        raise Sentence(
            f"数据文件夹 {cluster.parent} 属于 PostgreSQL {found}，本程序带的是 {ours}。请换一个 --data 文件夹，或先升级数据。",
            f"The data folder {cluster.parent} belongs to PostgreSQL {found}; this program carries {ours}. "
            "Choose another --data folder, or upgrade the data first.",
        )


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, never visible half-written."""
    work = path.with_name(path.name + ".making")
    work.unlink(missing_ok=True)
    with os.fdopen(os.open(work, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    work.rename(path)
