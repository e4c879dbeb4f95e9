"""The checks on tables of decisions: each holds on the demonstration, and fails on a damaged table.

Belongs here: one harm per check, on a copy of what a run left. Does not: how decisions are made.
"""

from __future__ import annotations

import shutil

import duckdb
import pytest

from orchestration.definitions import defs
from orchestration.defs.decision_checks import (
    ACTIONS,
    CHANGES,
    CHECKS,
    MARGINS,
    NOTICES,
    REVIEWS,
    ROWS,
    STEPS,
    TIERS,
)

ONE = f"partner_id = (select min(partner_id) from {MARGINS})"
HARMS = {
    "everybody_assessed_has_one_tier_and_nobody_else_has": [
        f"delete from {TIERS} where {ONE}",
        f"insert into {TIERS} from {TIERS} where {ONE}",
        f"update {TIERS} set partner_id = 'nobody' where {ONE}",
    ],
    "the_tier_is_the_one_that_is_sure_unless_a_notice_keeps_a_higher": [
        f"update {TIERS} set tier = 'premier' where tier = 'foundation'",
        f"update {TIERS} set undetermined = not undetermined",
    ],
    "the_movement_is_what_the_two_tiers_say": [
        f"update {TIERS} set movement = 'up' where movement = 'same'"
    ],
    "every_margin_is_of_a_tier_that_was_assigned": [
        f"delete from {TIERS} where {ONE}",
        f"insert into {MARGINS} from {MARGINS} where {ONE}",
    ],
    "a_notice_announces_a_fall_to_a_lower_tier_on_a_later_day": [
        f"""insert into {NOTICES} by name select 2026 as tier_year, 'p' as partner_id,
            '{tier}' as tier, '{falls_to}' as falls_to, date '2026-01-01' as announced_on,
            date '{day}' as falls_on, false as is_over"""
        for tier, falls_to, day in (
            ("foundation", "select", "2026-02-01"),
            ("select", "foundation", "2026-01-01"),
        )
    ],
    # The shipped ladder has no rhythm, so that the table is empty there.
    "everybody_judged_at_a_step_has_one_tier_after_it": [
        f"""insert into {STEPS} by name select '2025-Q2' as period, 'p' as partner_id,
            'select' as tier, 'same' as movement"""
    ],
    "the_movement_of_a_step_is_what_the_two_tiers_say": [
        f"""insert into {STEPS} by name select '2025-Q2' as period, 'p' as partner_id,
            'foundation' as previous_tier, '{tier}' as tier, '{movement}' as movement"""
        for tier, movement in (("select", "down"), ("foundation", "up"), ("select", "same"))
    ],
    "every_standing_of_a_review_period_is_reviewed_once": [
        f"delete from {REVIEWS} where outcome = 'undetermined'",
        f"insert into {REVIEWS} from {REVIEWS} where outcome = 'undetermined'",
    ],
    "findings_stand_where_the_outcome_needs_them": [
        f"update {REVIEWS} set outcome = 'compliant' where outcome = 'non_compliant'",
        f"update {REVIEWS} set findings = [] where outcome = 'non_compliant'",
    ],
    "no_decision_stands_that_nobody_recorded": [
        f"update {REVIEWS} set decided_action = 'end_status' where decided_action is null"
    ],
    "every_change_differs_and_says_why": [
        f"update {CHANGES} set cause = ' '",
        f"update {CHANGES} set before = after",
    ],
    "a_changed_tier_is_the_tier_that_stands": [
        f"update {CHANGES} set after = 'premier' where kind = 'tier' and after = 'foundation'"
    ],
    "every_action_has_an_owner_a_day_and_a_command": [
        f"update {ACTIONS} set owner = ''",
        f"update {ACTIONS} set command = 'rm -rf /'",
        f"insert into {ACTIONS} from {ACTIONS}",
    ],
    "what_is_overdue_was_due_before_the_day": [
        f"update {ACTIONS} set state = 'open' where state = 'overdue'"
    ],
}
CASES = [(name, harm) for name, harms in HARMS.items() for harm in harms]
BY_NAME = {check.name: check for check in CHECKS}


@pytest.fixture(scope="module")
def con(demo_run, tmp_path_factory):
    copy = tmp_path_factory.mktemp("checks") / "w.duckdb"
    shutil.copyfile(demo_run.serving, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


def test_every_check_holds_after_a_run(con):
    for check in CHECKS:
        result = check.result(con)
        assert result.passed and result.metadata[ROWS].value == 0, check.name


@pytest.mark.parametrize(("name", "harm"), CASES)
def test_a_check_fails_on_a_table_harmed_and_shows_the_rows(con, name, harm):
    con.execute("begin")
    try:
        changed = con.execute(harm).fetchall()[0][0]
        result = BY_NAME[name].result(con)
    finally:
        con.execute("rollback")
    assert changed > 0, harm
    assert not result.passed and result.metadata[ROWS].value > 0
    assert result.description.endswith(BY_NAME[name].means)
    assert result.metadata["first_rows"].value


def test_no_check_is_without_a_harm_and_every_table_of_decisions_has_one():
    assert HARMS.keys() == BY_NAME.keys()
    graph = defs.resolve_asset_graph()
    decided = {key for key in graph.get_all_asset_keys() if key.path[0] == "decisions"}
    assert decided == {key.asset_key for key in graph.asset_check_keys if key.asset_key in decided}
    assert {check.asset for check in CHECKS} == decided
