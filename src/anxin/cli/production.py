"""What `serve` and `work` need before they start: a database of at least version 16, and the secret files."""

from __future__ import annotations

import os
from pathlib import Path

from anxin.cli.database import refuse_old_server, tell_of_forgetful_server
from anxin.cli.logins import refuse_wide_login
from anxin.cli.sentences import Sentence

NEEDED = ("DATABASE_URL", "ANXIN_SECRET_KEY_FILE", "ANXIN_KEY_RING", "ANXIN_SIGNING_KEYS", "ANXIN_DATA")
# The website stores files and carries out decisions with a login of its own (`audit.casework`).
CASEWORK = "ANXIN_CASEWORK_URL"


def become(command: list[str], *, website: bool = False) -> int:
    """Replace this process by `command`; raises `Sentence` where something is missing."""
    needed = (*NEEDED, CASEWORK) if website else NEEDED
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        names = ", ".join(missing)
        raise Sentence(
            f"缺少环境变量：{names}。见 docs/production.md。",
            f"These environment variables are missing: {names}. See docs/production.md.",
        )
    for name in NEEDED[1:4]:
        path = Path(os.environ[name])
        if name != "ANXIN_SIGNING_KEYS" and not path.is_file():
            raise Sentence(f"{name} 指的文件不存在。", f"The file that {name} names does not exist.")
    refuse_old_server(os.environ["DATABASE_URL"])
    tell_of_forgetful_server(os.environ["DATABASE_URL"])
    if website:
        refuse_wide_login(os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    os.execv(command[0], command)
