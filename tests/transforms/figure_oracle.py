"""Metrics as data recomputed in plain Python over random rows.

Belongs here: some figures, the rows that they count, and what each comes to. Does not: dbt, or any
assertion (test_figures.py).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import copyfile
from typing import Any

from tests.scoring.policy import __file__ as policy_tests
from tests.transforms.cast import merged, partner

OTHER_VENDOR = Path(policy_tests).with_name("fictional")

PARTNERS = [f"t{number}" for number in range(6)]
GONE, HEIR, SINCE = "t0", "t1", date(2025, 3, 1)
HOSTILE = "O'Neil \\ {{ 1 / 0 }} -- ; drop table policy.figures"
COURSES = ["basics", HOSTILE, "O'Neil \\\\ {{ 1 / 0 }}", "depth"]
# The policy's value of it is 2, and of months 5.
BOUND = {"none_of": "77", "at_least": "keepers.managers_required"}
LISTED, STATUSES = "keepers.statuses", ["approved", "submitted"]
STATUSES_TOPIC = f"""
topic: statuses
parameters:
  - id: {LISTED}
    label: Statuses that count
    unit: statuses
    kind: list
    items_of: marketing_plans.status
    document: handbook
    section: Chapter 2
    status: confirmed
    values: {{2000-01-01: [{", ".join(STATUSES)}]}}
"""
Row = dict[str, Any]
Value = Decimal | int | None
# id, window (with months), figure
FIGURES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "passed": (
        {"window": "trailing", "months": 12},
        {"rows": "trainings", "take": "count", "day": "completed_on"}
        | {"where": {"passed": True, "track": ["sales", "other"]}},
    ),
    "courses": (
        {"window": "quarter"},
        {"rows": "trainings", "take": "count_distinct", "column": "course"}
        | {"day": "completed_on", "where": {"track": {"none_of": "other"}}},
    ),
    "hostile": (
        {"window": "period_end"},
        {"rows": "trainings", "take": "count", "day": "completed_on", "where": {"course": HOSTILE}},
    ),
    "funded": (
        {"window": "calendar_year"},
        {"rows": "marketing_plans", "take": "sum", "column": "funding_usd"}
        | {"day": "submitted_on", "where": {"status": "approved"}},
    ),
    "largest": (
        {"window": "half_year"},
        {"rows": "marketing_plans", "take": "highest", "column": "funding_usd"}
        | {"day": "submitted_on", "without_rows": 0},
    ),
    "smallest": (
        {"window": "period"},
        {"rows": "marketing_plans", "take": "lowest", "column": "funding_usd"}
        | {"day": "submitted_on", "without_rows": "not_applicable"},
    ),
    "mean": (
        {"window": "trailing", "months": "keepers.beacon_customers"},
        {"rows": "marketing_plans", "take": "average", "column": "funding_usd"}
        | {"day": "submitted_on", "without_rows": "not_applicable"}
        | {"where": {"funding_usd": BOUND, "status": {"listed_in": LISTED}}},
    ),
    "staff": (
        {"window": "period_end"},
        {"rows": "contacts", "take": "count_distinct", "column": "role"}
        | {"from_day": "active_from", "to_day": "active_to"},
    ),
    "staff_change": (
        {"window": "trailing", "months": 6},
        {"rows": "contacts", "take": "count", "compare": "change"}
        | {"from_day": "active_from", "until_day": "active_to"},
    ),
    "staff_kept": (
        {"window": "trailing", "months": 12},
        {"rows": "contacts", "take": "count_distinct", "column": "name", "compare": "kept"}
        | {"from_day": "active_from", "to_day": "active_to", "without_rows": 1},
    ),
    "staff_new_kept": (
        {"window": "trailing", "months": 24},
        {"rows": "contacts", "take": "count_distinct", "column": "name", "compare": "kept_of_new"}
        | {"from_day": "active_from", "to_day": "active_to", "without_rows": "not_applicable"},
    ),
}


def as_yaml(figures: dict[str, Any]) -> str:
    """Metrics and a requirement on each, as a topic; JSON is YAML."""
    metrics = [
        {"id": name, "label": name, "unit": "things", **window, "figure": figure}
        for name, (window, figure) in figures.items()
    ]
    rules = [
        {"id": f"KP-{name}", "program": "keepers", "clause": "HB-2", "strength": "should"}
        | {"label": name, "metric": name, "comparator": ">="}
        | {"threshold": "keepers.managers_required"}
        for name in figures
    ]
    return json.dumps({"topic": "figures", "metrics": metrics, "requirements": rules})


def figures_policy(folder: Path, figures: dict[str, Any] | None = None) -> Path:
    """A made-up vendor's set with these figures as metrics; its directory."""
    folder.mkdir(parents=True)
    for name in ("common.yaml", "currency.yaml", "handbook.yaml"):
        copyfile(OTHER_VENDOR / name, folder / name)
    (folder / "figures.yaml").write_text(as_yaml(figures or FIGURES), "utf-8")
    (folder / "statuses.yaml").write_text(STATUSES_TOPIC, "utf-8")
    return folder


def random_rows(seed: int) -> dict[str, list[Row]]:
    """Partners with trainings, plans and people; one partner merges into another."""
    draw = random.Random(seed)

    def day(first: str = "2022-06-01", days: int = 1_300) -> date:
        return date.fromisoformat(first) + timedelta(days=draw.randrange(days))

    rows = merged(*(partner(name, "keepers") for name in PARTNERS))
    rows["partner_successions"] = [
        {"partner_id": GONE, "successor_id": HEIR, "effective_on": SINCE}
    ]
    rows["trainings"] = [
        {
            "training_id": f"tr{number}",
            "partner_id": draw.choice(PARTNERS),
            "contact_id": "c1",
            "course": draw.choice(COURSES),
            "track": draw.choice(["sales", "technical_sales", "other"]),
            "completed_on": draw.choice([None, day(), day(), date(2024, 12, 31), date(2025, 1, 1)]),
            "passed": draw.choice([True, True, False, None]),
        }
        for number in range(150)
    ]
    rows["marketing_plans"] = [
        {
            "plan_id": f"mp{number}",
            "partner_id": draw.choice(PARTNERS),
            "submitted_on": day(),
            "status": draw.choice(["submitted", "approved", "rejected"]),
            "funding_usd": draw.choice([None, Decimal(draw.randrange(-200, 90_000)) / 7]),
        }
        for number in range(90)
    ]
    for row in rows["marketing_plans"]:
        if row["funding_usd"] is not None:
            row["funding_usd"] = rounded(row["funding_usd"])
    rows["contacts"] = []
    for number in range(90):
        begins = day()
        ends = draw.choice([None, begins + timedelta(days=draw.randrange(700))])
        rows["contacts"].append(
            {
                "contact_id": f"c{number}",
                "partner_id": draw.choice(PARTNERS),
                "name": f"name {draw.randrange(40)}",
                "role": draw.choice(["sales", "support", "other"]),
                "active_from": begins,
                "active_to": ends,
            }
        )
    return rows


def rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)


def begins(window: dict[str, Any], starts: date, ends: date) -> date | None:
    """The first day of a figure's window; None for all before."""
    kind, months = window["window"], window.get("months")
    if kind == "trailing":
        back = 5 if isinstance(months, str) else months
        return months_on(ends + timedelta(days=1), -back)
    half = 1 if ends.month <= 6 else 7
    quarter = (ends.month - 1) // 3 * 3 + 1
    return {
        "period": starts,
        "calendar_year": date(ends.year, 1, 1),
        "half_year": date(ends.year, half, 1),
        "quarter": date(ends.year, quarter, 1),
    }.get(kind)


def holds(row: Row, where: dict[str, Any]) -> bool:
    """Every condition of a figure, in the forms that are used above."""
    for column, condition in where.items():
        value = row[column]
        if condition == BOUND:
            good = value is not None and value != 77 and value >= 2
        elif condition == {"listed_in": LISTED}:
            good = value in STATUSES
        elif isinstance(condition, dict):
            good = value != condition["none_of"]
        else:
            good = value in condition if isinstance(condition, list) else value == condition
        if not good:
            return False
    return True


def in_force(row: Row, figure: dict[str, Any], day: date) -> bool:
    last, until = (row.get(figure.get(key, "")) for key in ("to_day", "until_day"))
    return (
        row[figure["from_day"]] <= day
        and (last is None or last >= day)
        and (until is None or until > day)
    )


def of(rows: Iterable[Row], figure: dict[str, Any]) -> tuple[Value, int]:
    """The figure over rows, and how many there are; None without rows."""
    column = figure.get("column", "")
    present = [row for row in rows if not column or row[column] is not None]
    take, values = figure["take"], [row.get(column) for row in present]
    if take == "count":
        return len(present), len(present)
    if take == "count_distinct":
        return len(set(values)), len(present)
    if take == "sum":
        return sum(values, Decimal(0)), len(present)
    if not values:
        return None, 0
    plain: dict[str, Callable[[], Decimal]] = {
        "lowest": lambda: min(values),
        "highest": lambda: max(values),
        "average": lambda: rounded(sum(values, Decimal(0)) / len(values)),
    }
    return plain[take](), len(present)


def expected(rows: list[Row], name: str, starts: date, ends: date) -> Value:
    """A metric of one partner's rows in one period; None for not applicable."""
    window, figure = FIGURES[name]
    first = begins(window, starts, ends)
    rows = [row for row in rows if holds(row, figure.get("where", {}))]
    nothing = figure.get("without_rows", "not_applicable")
    nothing = None if nothing == "not_applicable" else nothing
    if "day" in figure:
        inside = [
            row
            for row in rows
            if (day := row[figure["day"]]) is not None
            and day <= ends
            and (first is None or day >= first)
        ]
        value, _ = of(inside, figure)
        return nothing if value is None else value
    now = [row for row in rows if in_force(row, figure, ends)]
    compare = figure.get("compare")
    if compare is None:
        return of(now, figure)[0]
    assert first is not None
    before = [row for row in rows if in_force(row, figure, first - timedelta(days=1))]
    if compare == "change":
        return of(now, figure)[0] - of(before, figure)[0]
    column = figure["column"]
    earlier = {row[column] for row in before}
    if compare == "kept_of_new":
        came: dict[str, date] = {}
        for row in rows:
            came[row[column]] = min(came.get(row[column], date.max), row[figure["from_day"]])
        earlier = {item for item, day in came.items() if first <= day <= ends}
    kept = earlier & {row[column] for row in now}
    return rounded(Decimal(len(kept)) / len(earlier)) if earlier else nothing
