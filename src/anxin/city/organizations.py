"""The organizations of the city: legal persons, branches, cooperatives and sole proprietors."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from anxin.city.codes import fictional_code

NUMBER = 2_000
# A town and brands that are nobody's.
TOWN = "杏川市"
FIRST = "澜霁栩珩沐瑾岚朔弈棠"
SECOND = "禾澍垣湛铎泠稷翊茗砚"
TRADES = (
    "机械制造",
    "食品",
    "建筑工程",
    "物流",
    "环保科技",
    "商贸",
    "医疗器械",
    "餐饮管理",
    "矿山设备",
    "信息技术",
)
SHOPS = ("面馆", "五金店", "水果店", "理发店", "修车行")
FOUNDED = date(2005, 1, 4)
FOUNDED_WITHIN_DAYS = 6_900


@dataclass(frozen=True, slots=True)
class FictionalOrganization:
    """One organization; `former_name` is empty where it never changed."""

    uscc: str
    name: str
    kind: str
    registered_on: date
    former_name: str


def make_organizations(draw: random.Random) -> list[FictionalOrganization]:
    """2,000 organizations with different codes and names."""
    return [_organization(number, draw) for number in range(NUMBER)]


def _organization(number: int, draw: random.Random) -> FictionalOrganization:
    brand = FIRST[number // 10 % 10] + SECOND[number % 10]
    trade = TRADES[number // 100 % 10]
    day = FOUNDED + timedelta(days=draw.randrange(FOUNDED_WITHIN_DAYS))
    former = ""
    if number % 20 == 7:
        prefix, kind, name = "93", "农民专业合作社", f"{TOWN}{brand}{trade}农民专业合作社"
    elif number % 5 == 3:
        prefix, kind, name = "92", "个体工商户", f"{TOWN}{brand}{trade}{SHOPS[number % len(SHOPS)]}"
    elif number % 20 == 9:
        prefix, kind, name = "91", "分公司", f"{TOWN}{brand}{trade}有限公司第{number % 7 + 1}分公司"
    else:
        prefix, kind, name = "91", "有限责任公司", f"{TOWN}{brand}{trade}有限公司"
        former = f"{TOWN}{brand}{trade}经营部" if number % 25 == 0 else ""
    if number >= NUMBER // 2:
        name = name.replace(TOWN, f"{TOWN}东岭", 1)
        former = former.replace(TOWN, f"{TOWN}东岭", 1)
    return FictionalOrganization(fictional_code(prefix, 10_000 + number), name, kind, day, former)
