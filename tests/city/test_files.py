"""The city is fictional, and the same for the same seed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from anxin.city.doubts import write_conflicting, write_doubtful
from anxin.city.files import write_city
from anxin.kernel.identifiers.uscc import uscc_errors

AS_OF = date(2026, 11, 20)


def digest(folder: Path, seed: int) -> str:
    organizations, _ = write_city(folder, seed=seed, as_of=AS_OF)
    write_doubtful(folder, organizations, seed=seed, as_of=AS_OF)
    write_conflicting(folder, seed=seed, as_of=AS_OF)
    sums = [
        f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*.csv"))
    ]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


def test_the_same_seed_gives_the_same_city_byte_for_byte(tmp_path: Path) -> None:
    assert digest(tmp_path / "a", 1) == digest(tmp_path / "b", 1)


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    assert digest(tmp_path / "a", 1) != digest(tmp_path / "b", 2)


def test_two_thousand_organizations_have_valid_codes_of_nobodys_division_and_names_of_their_own(
    tmp_path: Path,
) -> None:
    organizations, files = write_city(tmp_path, seed=1, as_of=AS_OF)

    assert len({one.uscc for one in organizations}) == len({one.name for one in organizations}) == 2_000
    assert all(one.uscc[2:8] == "210399" and not uscc_errors(one.uscc) for one in organizations)
    assert sum(file.rows for file in files) == 20_000
