"""The Chinese sentences that the pages ask a translation for, read from templates and code."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

import anxin

PACKAGE = Path(anxin.__file__).parent
CATALOG = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
_TEMPLATE = re.compile(r"""\{%\s*translate\s+(["'])(.+?)\1""")
_BLOCK = re.compile(r"\{%\s*blocktranslate.*?%\}(.*?)\{%\s*(?:plural|endblocktranslate)\s*%\}", re.DOTALL)
_CODE = re.compile(r'\b_\("([^"]+)"\)')


def asked_for() -> set[str]:
    """Every message of templates and Python code."""
    found: set[str] = set()
    for path in PACKAGE.rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[1] for match in _TEMPLATE.findall(text)}
        found |= {re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", block) for block in _BLOCK.findall(text)}
    for path in (PACKAGE / "web").rglob("*.py"):
        found |= set(_CODE.findall(path.read_text(encoding="utf-8")))
    return found


def translated() -> dict[str, str]:
    """Messages of the English catalog that have a translation."""
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale="en")
    return {
        one: text if isinstance(text := message.string, str) else text[0]
        for message in catalog
        if message.id and message.string
        for one in ([message.id] if isinstance(message.id, str) else message.id)
    }
