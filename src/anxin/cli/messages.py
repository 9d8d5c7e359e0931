"""`./anxin messages`: bring the English texts up to date with the Chinese ones in code and templates.

Chinese is the language of the source; `locale/en` holds the English. Compiled catalogs are never committed: every
start compiles those that are older than their text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
HEADER_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def compile_catalogs() -> None:
    """Write `django.mo` beside each `django.po` that is newer."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        with target.open("wb") as file:
            write_mo(file, catalog)


def source_messages() -> dict[str, list[str]]:
    """Every text to be translated, with the places where it stands (`file:line`)."""
    from io import BytesIO

    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    keywords = {
        "gettext": None,
        "gettext_lazy": None,
        "_": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
    }
    found: dict[str, list[str]] = {}
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/**/*.html")]):
        text = path.read_text(encoding="utf-8")
        # A template's indentation is no program's: without it, its text reads as Python does.
        code = re.sub(r"(?m)^[ \t]+", "", templatize(text)) if path.suffix == ".html" else text
        for line, message, _, _ in extract("python", BytesIO(code.encode()), keywords=keywords):
            for one in message if isinstance(message, tuple) else (message,):
                if isinstance(one, str) and one:
                    found.setdefault(one, []).append(f"{path.relative_to(PACKAGE)}:{line}")
    return found


def main(argv: list[str]) -> int:
    """Add new texts to the English file, name those without translation, and compile."""
    import django
    from babel.messages.pofile import read_po, write_po
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    path = LOCALE / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale="en")
    wanted = source_messages()
    for message in wanted:
        catalog.add(message)
    for stale in [m.id for m in catalog if m.id and m.id not in wanted and isinstance(m.id, str)]:
        catalog.delete(stale)
    # A header that changes with every run would set every two branches against each other.
    catalog.creation_date = catalog.revision_date = HEADER_DATE
    with path.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, no_location=True, width=110)
    missing = [m.id for m in catalog if m.id and not m.string]
    print(
        "\n".join(f"未翻译 / no English yet: {text}" for text in missing)
        or "译文齐全 / all texts are translated"
    )
    compile_catalogs()
    return 1 if missing else 0
