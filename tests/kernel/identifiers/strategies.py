"""Made-up codes and numbers: division 210399 belongs to nobody."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from anxin.kernel.identifiers import resident_id, uscc

REGION = "210399"


def resident_number(born_on: date, sequence: int, region: str = REGION) -> str:
    body = f"{region}{born_on:%Y%m%d}{sequence:03d}"
    return body + resident_id.check_character(body)


def uscc_code(prefix: str, inner: str, region: str = REGION) -> str:
    body = prefix + region + inner
    return body + uscc.check_character(body)


births = st.dates(date(1900, 1, 1), date(2026, 11, 24))
resident_numbers = st.builds(resident_number, births, st.integers(0, 999))
usccs = st.builds(
    uscc_code, st.sampled_from(["91", "92", "93", "11", "N1"]), st.text(uscc.ALPHABET, min_size=9, max_size=9)
)
registration_bodies = st.from_regex(r"210399[0-9]{8}", fullmatch=True)
