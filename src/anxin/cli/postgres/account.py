"""Which user the server runs as: ourselves, or an unprivileged one when we are root (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anxin.cli.sentences import Sentence

# The first of these that the machine knows. PostgreSQL looks its user's name up, so a bare number will not do.
UNPRIVILEGED_NAMES = ("anxin", "nobody", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group number; `demoted` where they are not our own."""

    user: int
    group: int
    demoted: bool

    def own(self, path: Path) -> None:
        """Give one file or folder (never what lies above it) to the server's user."""
        if self.demoted:
            os.chown(path, self.user, self.group)

    def run_as(self) -> dict[str, Any]:
        """Arguments of `subprocess` that make a child this user, with no other groups."""
        return {"user": self.user, "group": self.group, "extra_groups": []} if self.demoted else {}

    def reaches(self, folder: Path) -> bool:
        """Whether the server's user may pass through every folder on the way to and into `folder`."""
        if not self.demoted:
            return True
        real = folder.resolve()
        return all(self._passes(step) for step in (real, *real.parents))

    def _passes(self, folder: Path) -> bool:
        try:
            found = folder.stat()
        except FileNotFoundError:
            return True
        if found.st_uid == self.user:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.group else 0o001))


def server_account(cluster: Path) -> Account:
    """The account for a cluster: our own; as root, the folder's owner or else an unprivileged user of the machine."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), demoted=False)
    if (cluster / "PG_VERSION").exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, demoted=True)
    for name in UNPRIVILEGED_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, demoted=True)
    raise Sentence(
        "以 root 启动时需要一个普通用户来运行数据库，但本机没有 nobody 用户。请改用普通用户启动。",
        "Started as root, the database needs an ordinary user to run as, and this machine has no `nobody`. "
        "Start as an ordinary user.",
    )
