"""Files of keys to trust."""

from __future__ import annotations

import pytest

from anxin.audit.tree.key_files import parse_key_file
from anxin.audit.tree.keys import LOG, Malformed, SigningKey

KEY = SigningKey.make("example.org/log", LOG, b"k" * 32).verifier


def test_keys_stand_one_a_line_with_the_time_in_which_they_hold() -> None:
    text = f"# ours\n\n{KEY}\n  {KEY} from 2026-01-01T00:00:00+08:00\n{KEY} from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z\n"
    always, later, a_day = parse_key_file(text)
    assert (always, always.begins, always.ends) == (KEY, None, None)
    assert (later.begins, later.ends) == (1_767_196_800, None)
    assert a_day.begins is not None
    assert a_day.ends == a_day.begins + 86_400


A_DAY = "to 2026-01-02T00:00:00Z"


@pytest.mark.parametrize(
    "words",
    [
        "from",
        "until 2026-01-01T00:00:00Z",
        "from tomorrow",
        "to 2026-01-01",
        "to 2026-01-01T00:00:00",
        "x y z",
        f"{A_DAY} {A_DAY}",
    ],
)
def test_other_words_after_a_key_are_refused(words: str) -> None:
    with pytest.raises(Malformed):
        parse_key_file(f"{KEY} {words}")
