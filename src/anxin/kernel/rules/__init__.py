"""The rule kit: one body, two readings.

A rule is written once, as a small exact expression tree, and read three ways that always agree:

- `evaluate(body, facts)`: one case, Python values, with the reasons in the order of the law;
- `to_sql(body, columns)`: a whole table, as PostgreSQL text;
- `to_polars(body)`: a whole file, as a Polars expression.

    from anxin.kernel.citations import Citation
    from anxin.kernel.rules import Field, Kind, Rule, case, const, evaluate, rule_in_force, to_sql, when

    decided_on = Field("decided_on", Kind.DATE)
    penalty_kinds = Field("penalty_kinds", Kind.TEXTS)
    fine = Field("fine", Kind.INTEGER)  # fen

    months = case(
        when(penalty_kinds.overlaps("license_revoked"), 36, "order-36/5/3", zh="吊销许可证件", en="license revoked"),
        when(fine >= 1_000_000, 12, "order-36/5/2", zh="罚款数额较大", en="larger fine"),
        otherwise=3,
    )
    rule = Rule("display_maximum", Citation.parse("order-36/5"), valid_from=date(2026, 4, 1), valid_to=None,
                body=decided_on.add_months(months))

    verdict = evaluate(rule.body, {"decided_on": date(2026, 4, 30), "penalty_kinds": ("fine",), "fine": 5_000})
    verdict.value     # date(2026, 7, 30)
    verdict.reasons   # the branches that fired, each with citation and text; `otherwise` gives none

    to_sql(rule.body, {"decided_on": "d.decided_on", "fine": "p.fine_fen", "penalty_kinds": "p.kinds"})
    to_polars(rule.body)                       # columns have the names of the fields
    to_polars(branch_of(months))               # which branch fired: 1, 2, …, or 0 for otherwise

Values: `INTEGER` (64 bits; money is fen), `TEXT`, `BOOLEAN`, `DATE`, `TEXTS` (several texts, such as penalty kinds).
No floats. A missing value (None, NULL, null) behaves as in SQL:

- a comparison, arithmetic or date shift with a missing part is missing;
- and/or/not follow three-valued logic; a `when` fires only if its condition is true, never if it is missing;
- `greatest` and `least` skip missing parts and are missing only if all parts are.

Say `is_missing(x)` in an early branch where the unknown must not fall through to `otherwise`.
Months and years run to the corresponding day, or to the month's end where there is none (31 January + 1 month).
Text is compared for equality only: an order of texts would depend on each engine's collation.

Operators: `<  <=  >  >=  +  -  *  &  |  ~`; equality is `.equals(x)` / `.differs(x)`, because `==` compares trees.
Name fields in lower case: linters take upper-case names for constants and turn comparisons round.
A tree is checked when it is built: mixing kinds raises `TypeError` at import, not on a citizen's page.
"""

from anxin.kernel.rules.columns import to_polars
from anxin.kernel.rules.evaluation import Reason, Verdict, evaluate
from anxin.kernel.rules.expressions import (
    Case,
    Const,
    Expression,
    Field,
    When,
    all_of,
    any_of,
    branch_of,
    case,
    const,
    fields_of,
    greatest,
    is_missing,
    least,
    missing,
    when,
)
from anxin.kernel.rules.kinds import Kind, Value
from anxin.kernel.rules.rule import NoRuleInForce, Rule, rule_in_force
from anxin.kernel.rules.sql import to_sql

__all__ = [
    "Case",
    "Const",
    "Expression",
    "Field",
    "Kind",
    "NoRuleInForce",
    "Reason",
    "Rule",
    "Value",
    "Verdict",
    "When",
    "all_of",
    "any_of",
    "branch_of",
    "case",
    "const",
    "evaluate",
    "fields_of",
    "greatest",
    "is_missing",
    "least",
    "missing",
    "rule_in_force",
    "to_polars",
    "to_sql",
    "when",
]
