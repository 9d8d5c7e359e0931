"""Faultless penalty rows, column by column: fictional organizations, authorities and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anxin.city.organizations import FIRST, SECOND, TOWN, TRADES
from anxin.city.rows import PENALTY_KINDS, sender_of
from bench.codes import as_text, organization_codes, resident_numbers

Positions = NDArray[np.int64]
DAYS_BACK = 2_100
# Far from the numbers of the demonstration city.
FIRST_NUMBER = 20_000_000
DISTRICTS = ("东", "西", "南", "北", "中", "上", "下", "前", "后", "新")
AUTHORITIES = (
    "市场监管局",
    "应急管理局",
    "生态环境局",
    "交通运输局",
    "住房建设局",
    "文化旅游局",
    "卫生健康局",
)
PLACES = (
    "生产车间",
    "经营场所",
    "仓库",
    "施工现场",
    "营业大厅",
    "停车场",
    "配电间",
    "厨房",
    "门店",
    "办公区",
)
FINDINGS = ("未按规定设置警示标志", "台账记录不完整", "未张贴价目表", "设备超过检验期限", "通道被杂物占用")
TIMES = ("日常检查时", "专项检查时", "接到反映后核查时", "随机抽查时", "复查时")
BASES = (
    "安全生产管理",
    "市场秩序管理",
    "环境保护管理",
    "道路运输管理",
    "卫生管理",
    "消防管理",
    "文化市场管理",
)
SURNAMES, GIVEN = "甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十"


@dataclass(frozen=True)
class World:
    """The pools that rows are drawn from."""

    organizations: pl.DataFrame
    authorities: pl.DataFrame
    facts: pl.Series
    bases: pl.Series
    people: pl.Series
    residents: pl.Series
    dates: pl.DataFrame


def make_world(organizations: int, as_of: date, seed: int) -> World:
    """Pools of a city with that many organizations; the same arguments give the same city."""
    found = [
        f"本机关于{when}发现，当事人的{place}{what}，现场有检查记录和照片为证，当事人未提出异议，违法事实清楚（第{n}类）。"
        for when, place, what, n in product(TIMES, PLACES, FINDINGS, range(1, 8))
    ]
    # Text that CSV has to quote is rarer.
    found += [
        f'本机关{when}发现,"{place}"{what},有照片为证。'
        for when, place, what in product(TIMES, PLACES, FINDINGS)
    ]
    bases = [
        f"《{TOWN}{basis}办法(演示)》第{n}条第{m}款" for basis, n, m in product(BASES, range(5, 60), (1, 2))
    ]
    senders = [sender_of(name, TOWN + name, place) for place, name in enumerate(AUTHORITIES)]
    return World(
        organizations=_organizations(organizations),
        authorities=pl.DataFrame({"name": [s.name for s in senders], "code": [s.uscc for s in senders]}),
        facts=pl.Series(found),
        bases=pl.Series(bases),
        people=pl.Series([f"演{a}{b}" for a, b in product(SURNAMES, GIVEN)]),
        residents=resident_numbers(5_000, seed),
        dates=_dates(as_of),
    )


def _organizations(number: int) -> pl.DataFrame:
    numbers = np.arange(number, dtype=np.int64)
    shop, cooperative = numbers % 5 == 3, numbers % 20 == 7
    prefixes = np.where(cooperative, "93", np.where(shop, "92", "91"))
    endings = np.where(cooperative, "农民专业合作社", np.where(shop, "经营部", "有限公司"))
    digit = [numbers // 10**place % 10 for place in range(6)]
    parts = [
        *(_picked(DISTRICTS, digit[5]), _picked(tuple(FIRST), digit[0]), _picked(tuple(SECOND), digit[1])),
        *(_picked(tuple(FIRST), digit[2]), _picked(tuple(SECOND), digit[3]), _picked(TRADES, digit[4])),
    ]
    frame = pl.DataFrame({str(place): part for place, part in enumerate([*parts, pl.Series(endings)])})
    return pl.DataFrame(
        {
            "uscc": as_text(organization_codes(prefixes, FIRST_NUMBER + numbers)),
            "name": frame.select(pl.concat_str(pl.lit(TOWN), pl.all())).to_series(),
            "class": pl.Series(np.where(shop, "个体工商户", "法人及非法人组织")),
        }
    )


def _dates(as_of: date) -> pl.DataFrame:
    """Day numbers from `DAYS_BACK` days before `as_of` on: as written plainly, and as some write them."""
    days = [as_of + timedelta(days=place) for place in range(-DAYS_BACK, 2_000)]
    return pl.DataFrame(
        {
            "iso": [day.isoformat() for day in days],
            "slashed": [f"{day.year}/{day.month}/{day.day}" for day in days],
            "words": [f"{day.year}年{day.month}月{day.day}日" for day in days],
            "year": [day.year for day in days],
        }
    )


def _picked(pool: tuple[str, ...], positions: Positions) -> pl.Series:
    return pl.Series(pool).gather(positions)


def draw_rows(
    world: World, draw: np.random.Generator, first: int, number: int, *, identified: float
) -> tuple[pl.DataFrame, Positions]:
    """Rows `first` to `first + number`, as fields of the item, and the organization of each.

    `identified`: share of the rows that carry the (fictional) personal number of a legal representative.
    """
    chosen = draw.integers(0, world.organizations.height, number)
    organizations = world.organizations[chosen]
    authority = world.authorities[draw.integers(0, world.authorities.height, number)]
    decided = draw.integers(0, DAYS_BACK, number)
    ends = decided + draw.choice(np.array([200, 1_000, 1_800]), number)
    kinds = _picked(PENALTY_KINDS, draw.integers(0, len(PENALTY_KINDS), number))
    fact = draw.integers(0, len(world.facts), number)
    amount = draw.integers(1, 5_000, number) / 10
    with_person = pl.Series(draw.random(number) < identified)
    style = draw.random(number)
    year = world.dates["year"].gather(decided)
    columns = {
        "subject_name": organizations["name"],
        "subject_class": organizations["class"],
        "uscc": organizations["uscc"],
        "legal_representative": world.people.gather(draw.integers(0, len(world.people), number)),
        "legal_representative_id_kind": pl.select(pl.when(with_person).then(pl.lit("身份证"))).to_series(),
        "legal_representative_id_number": _where(
            with_person, world.residents.gather(draw.integers(0, len(world.residents), number))
        ),
        "document_number": pl.select(
            pl.format("杏演罚〔{}〕{}号", year, pl.int_range(first, first + number))
        ).to_series(),
        "breach_type": _picked(FINDINGS, fact % len(FINDINGS)),
        "facts": world.facts.gather(fact),
        "basis": world.bases.gather(draw.integers(0, len(world.bases), number)),
        "penalty_kinds": kinds,
        "fine": _where(kinds.str.contains("罚款"), pl.Series(amount).cast(pl.String)),
        "confiscated": _where(kinds.str.contains("没收"), pl.Series(amount * 2).cast(pl.String)),
        "decided_on": _written(world.dates, decided, style),
        "penalty_valid_to": world.dates["iso"].gather(ends),
        "authority_name": authority["name"],
        "authority_code": authority["code"],
        "source_name": authority["name"],
        "source_code": authority["code"],
    }
    rows = pl.DataFrame(columns).with_columns(
        content=pl.concat_str(
            pl.lit("责令改正，并处："), pl.col("penalty_kinds"), pl.lit("；金额见罚款金额栏，单位万元。")
        )
    )
    return rows, chosen


def _where(wanted: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(wanted).then(values)).to_series()


def _written(dates: pl.DataFrame, days: Positions, style: NDArray[np.float64]) -> pl.Series:
    """Nine in ten plainly, the others as clerks also write dates."""
    plain, slashed, words = (dates[name].gather(days) for name in ("iso", "slashed", "words"))
    return pl.select(
        pl.when(pl.Series(style < 0.05))
        .then(slashed)
        .when(pl.Series(style < 0.1))
        .then(words)
        .otherwise(plain)
    ).to_series()
