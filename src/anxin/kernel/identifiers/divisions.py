"""Provincial division codes (GB/T 2260), the first two digits of a division code.

Only this level is fixed in code: it has not changed since 1997. Counties come and go, so a full list of six-digit
codes is data of the caller. Codes that began or ended after a number was issued are why a region only ever warns.
"""

from __future__ import annotations

PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
})  # fmt: skip

# 100000 stands for the State's own registrars in a USCC.
STATE = "10"
