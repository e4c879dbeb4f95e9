"""Metrics as data through dbt, against a plain recomputation over random rows.

Belongs here: windows, takes, comparisons and conditions of figures. Does not: their declaration
(tests/scoring/policy/test_figures.py), lines in force (docs/examples/four_levels).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.transforms.cast import merged, partner
from tests.transforms.figure_oracle import (
    FIGURES,
    GONE,
    HEIR,
    SINCE,
    Row,
    expected,
    figures_policy,
    random_rows,
)
from tests.transforms.warehouse import build_warehouse, dbt, query


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Row]]]:
    folder = tmp_path_factory.mktemp("figures")
    policy = figures_policy(folder / "policy")
    rows = random_rows(7)
    path = build_warehouse(folder / "warehouse", rows, policy=policy)
    dbt(path, "run", "--quiet", "--select", "+int_metrics__values", "+int_metrics__evidence")
    return path, rows


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_what_its_rows_make(built, name):
    path, rows = built
    figures = query(
        path,
        "select pairs.period, pairs.starts_on, pairs.ends_on, pairs.partner_id, measured.value,"
        " measured.status from intermediate.int_ledger__pairs as pairs"
        " left join intermediate.int_metrics__values as measured"
        " using (period, partner_id, program)"
        f" where measured.metric = '{name}' order by all",
    )
    assert len(figures) > 20
    values = set()
    for period, starts, ends, who, value, status in figures:
        # Plans stay with their partner; people and their courses go with a succession.
        moved = FIGURES[name][1]["rows"] != "marketing_plans"
        members = {who} | ({GONE} if moved and who == HEIR and ends >= SINCE else set())
        theirs = [r for r in rows[FIGURES[name][1]["rows"]] if r["partner_id"] in members]
        wanted = expected(theirs, name, starts, ends)
        assert (value, status) == (wanted, None if wanted is not None else "not_applicable"), (
            f"{name} of {who} in {period}"
        )
        values.add(value)
    assert len(values) > 1


def test_evidence_is_the_rows_and_says_what_does_not_count(built):
    path, _ = built
    evidence = query(
        path,
        "select standing, count(*), min(detail), count(file) from intermediate.int_figures__facts"
        " where metric = 'passed' group by 1 order by 1",
    )
    assert [row[0] for row in evidence] == ["counts", "short"]
    assert all(row[1] == row[3] for row in evidence)
    short = query(
        path,
        "select distinct detail from intermediate.int_figures__facts"
        " where metric = 'passed' and standing = 'short'",
    )
    assert any(", passed false" in row[0] or ", passed empty" in row[0] for row in short)
    shown = query(path, "select count(*) from policy.figures")
    assert shown == [(len(FIGURES),)]


def test_the_day_of_an_instant_is_the_programs(tmp_path):
    """What was installed late on a quarter's last evening in the program's zone is of that day."""
    figure = {"rows": "installations", "take": "count", "day": "installed_at"}
    figures = {"installed": ({"window": "quarter"}, figure)}
    policy = figures_policy(tmp_path / "policy", figures)
    rows = merged(partner("t", "keepers"), partner("u", "keepers"))
    app = {"name": "A", "kind": "other", "marketplace": "commercial"}
    rows["apps"] = [
        {"app_id": "a", "partner_id": "t", **app},
        {"app_id": "a", "partner_id": "u", "owned_from": date(2025, 2, 1), **app},
    ]
    # 23:30 in Los Angeles is the next day in UTC; from February the app is another's.
    moments = [datetime(2025, 1, 1, 7, 30), datetime(2025, 1, 1, 8, 30), datetime(2025, 3, 1)]
    rows["installations"] = [
        {"installation_id": f"i{n}", "app_id": "a", "company_id": "c", "is_demo": False}
        | {"installed_at": moment}
        for n, moment in enumerate(moments)
    ]
    path = build_warehouse(tmp_path / "warehouse", rows, policy=policy)
    dbt(path, "run", "--quiet", "--select", "+int_figures__metrics")
    days = query(
        path,
        "select period, partner_id, cast(value as integer) from intermediate.int_figures__metrics"
        " where period in ('2024-Q4', '2025-Q1') order by all",
    )
    assert days == [
        ("2024-Q4", "t", 1),
        ("2024-Q4", "u", 0),
        ("2025-Q1", "t", 1),
        ("2025-Q1", "u", 1),
    ]
