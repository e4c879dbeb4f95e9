"""Results under other thresholds: the same answer as a run's, and only for thresholds of the
policy.

Belongs here: scoring.whatif over a warehouse by hand. Does not: parameters that need a new run.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from rich.console import Console

from orchestration.cli.app import WRONG_USE, _exit_code
from orchestration.cli.drawing.whatif import draw_what_if
from scoring.policy.labels import labels_of
from scoring.policy.load import load_policy
from scoring.policy.overrides import WrongOverride, with_overrides
from scoring.policy.yaml_lines import PolicyError
from scoring.run import write_decisions
from scoring.whatif import (
    WhatIfError,
    frontier,
    frontier_answer,
    grid,
    settings_between,
    settings_of,
    values_of,
    variants,
    what_if,
)
from scoring.whatif.facts import measured
from scoring.whatif.judge import outcome
from scoring.words import figure, plural
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse

SELECT = "technology.select_active_customers"
MINIMUM = "reseller.minimum_arr_usd"
INVITED = "technology.invitation_overrides_facts"
AVERAGE = "average_monthly_active_customers"


@pytest.fixture
def con():
    built = warehouse()
    facts = {"near": "99.5", "exact": "100", "far": "3"}
    for partner, average in facts.items():
        enrol(built, partner, "technology", date(2023, 1, 1))
        ladder_rows(built, 2025, partner, {"listed_apps": 1, AVERAGE: Decimal(average)})
        results(built, "2025", partner, "technology", [("TECH-MANAGER", "met", 1)])
    enrol(built, "guest", "technology", date(2023, 1, 1))
    ladder_rows(built, 2025, "guest", {"listed_apps": 1, AVERAGE: 4, "invitation": 1})
    results(built, "2025", "guest", "technology", [("TECH-MANAGER", "met", 1)])
    for partner, arr in (("low", "90000"), ("mid", "100000"), ("top", "250000")):
        enrol(built, partner, "reseller", date(2023, 1, 1))
        status = "met" if Decimal(arr) >= 100_000 else "not_met"
        results(built, "2025", partner, "reseller", [("RESL-ARR", status, Decimal(arr))])
        row = {"partner_id": partner, "year": 2025, "arr_usd": Decimal(arr)}
        put(built, "marts.fct_arr_by_partner_year", row)
    write_decisions(built)
    yield built
    built.close()


def test_without_a_setting_it_answers_as_the_run_did(con):
    unchanged = outcome(measured(con, 2025), {})
    tiers = "select partner_id, tier, tier_high from decisions.tier_assignments order by 1"
    assert unchanged.tiers.select("partner_id", "tier", "tier_high").rows() == (
        con.execute(tiers).fetchall()
    )
    standings = "select partner_id, program, status from marts.fct_program_compliance order by 1, 2"
    assert unchanged.standings.rows() == con.execute(standings).fetchall()
    answer = what_if(con, 2025, {})
    assert (answer.tiers.height, answer.standings.height) == (0, 0)


TIER_CASES = [
    # settings, partners who move and whereto
    ({SELECT: Decimal("99.5")}, {"near": "select"}),  # exactly at the new threshold
    ({SELECT: Decimal("99.5001")}, {}),  # a ten-thousandth above it
    ({SELECT: Decimal("100.0001")}, {"exact": "foundation"}),
    ({SELECT: Decimal(3)}, {"near": "select", "far": "select"}),
    ({INVITED: False}, {"guest": "foundation"}),  # the facts decide again
    # the requirement fails, so the program does, and with it every tier above the first
    (
        {"technology.managers_required": Decimal(2)},
        {"exact": "foundation", "guest": "foundation"},
    ),
]


@pytest.mark.parametrize(("settings", "moves"), TIER_CASES)
def test_who_would_move(con, settings, moves):
    answer = what_if(con, 2025, settings)
    assert dict(answer.tiers.select("partner_id", "tier_then").rows()) == moves


STANDING_CASES = [
    (Decimal(90_000), {("low", "compliant")}),
    (Decimal("90000.0001"), set()),
    (Decimal("100000.0001"), {("mid", "non_compliant")}),
]


@pytest.mark.parametrize(("minimum", "moves"), STANDING_CASES)
def test_whose_standing_would_differ(con, minimum, moves):
    answer = what_if(con, 2025, {MINIMUM: minimum})
    assert set(answer.standings.select("partner_id", "status_then").rows()) == moves
    for row in answer.standings.to_dicts():
        assert row["requirements"] == ["RESL-ARR"]
        assert row["arr_usd"] in (Decimal(90_000), Decimal(100_000))


def test_what_no_threshold_can_change_stays(con):
    con.execute(
        """update intermediate.int_ledger__judged set threshold_source = 'AGR-1'
        where partner_id = 'low'"""
    )
    put(
        con,
        "intermediate.int_ledger__waivers",
        {
            "period": "2025",
            "waiver_id": "w",
            "partner_id": "mid",
            "program": "reseller",
            "requirement": "RESL-ARR",
        },
    )
    con.execute(
        """update intermediate.int_ledger__judged
        set metric_status = 'no_evidence', judged_status = 'no_evidence', value = null
        where partner_id = 'top'"""
    )
    facts = measured(con, 2025)
    for minimum in (1, 10_000_000):
        standings = outcome(facts, {MINIMUM: Decimal(minimum)}).standings
        resellers = dict(standings.filter(program="reseller").select("partner_id", "status").rows())
        # by its own agreement; by a waiver; without evidence
        assert resellers == {"low": "non_compliant", "mid": "compliant", "top": "undetermined"}


def test_a_partners_own_term_on_invitations_stays(con):
    term = {"period": "2025", "partner_id": "guest", "parameter": INVITED, "value": "true"}
    put(con, "intermediate.int_policy__partner_values", term | {"conflict": False})
    assert what_if(con, 2025, {INVITED: False}).tiers.is_empty()


def test_an_invitation_is_never_waived(con):
    waiver = {"period": "2025", "waiver_id": "w", "partner_id": "exact", "program": "technology"}
    put(con, "intermediate.int_ledger__waivers", waiver | {"requirement": "invitation"})
    rules = outcome(measured(con, 2025), {}).results.filter(partner_id="exact", id="invitation")
    assert rules["status"].to_list() == ["not_met"]


def test_an_open_question_is_open_only_between_its_two_values(con):
    con.execute(
        """update intermediate.int_ledger__judged set value_high = 120000
        where partner_id = 'low'"""
    )
    facts = measured(con, 2025)
    statuses = {
        minimum: outcome(facts, {MINIMUM: Decimal(minimum)})
        .standings.filter(partner_id="low")["status"]
        .item()
        for minimum in (80_000, 110_000, 130_000)
    }
    assert statuses == {80_000: "compliant", 110_000: "undetermined", 130_000: "non_compliant"}


def test_a_grid_has_a_row_for_each_combination(con):
    rows = grid(con, 2025, {SELECT: [Decimal(99), Decimal(101)], INVITED: [True, False]})
    assert rows.select(SELECT, INVITED, "tier_moves", "tier:select").rows() == [
        ("99", "True", 1, 2),
        ("99", "False", 2, 2),
        ("101", "True", 1, 0),
        ("101", "False", 2, 0),
    ]


def test_the_frontier_holds_every_value_at_which_an_answer_turns(con):
    steps = frontier(con, 2025, MINIMUM)
    assert steps.select("threshold", "partners", "passing", "standing_moves").rows() == [
        (Decimal("90000.0000"), ["low"], 3, 1),
        (Decimal("100000.0000"), ["mid"], 2, 0),
        (Decimal("250000.0000"), ["top"], 1, 1),
    ]


def test_many_at_once_say_what_each_says_alone(con, monkeypatch):
    # So that variants are judged in several parts.
    monkeypatch.setattr(variants, "ROWS_AT_ONCE", 100)
    values = {
        SELECT: [Decimal(3), Decimal("99.5"), Decimal(100), Decimal(101)],
        MINIMUM: [Decimal(0), Decimal(90_000), Decimal(250_001)],
        INVITED: [True, False],
    }
    answers = grid(con, 2025, values).to_dicts()
    assert len(answers) == 24 and len({tuple(row.values())[3:] for row in answers}) > 6
    for row in answers:
        settings = {
            SELECT: Decimal(row[SELECT]),
            MINIMUM: Decimal(row[MINIMUM]),
            INVITED: row[INVITED] == "True",
        }
        alone = what_if(con, 2025, settings)
        assert row["tier_moves"] == alone.tiers.height
        assert row["standing_moves"] == alone.standings.height
        for each in alone.counts.to_dicts():
            assert row[f"{each['what']}:{each['value']}"] == each["partners_then"]


def test_the_value_for_a_wanted_number_of_partners_is_said(con):
    counts = {
        row["threshold"]: row["tier:select"] for row in frontier(con, 2025, SELECT).to_dicts()
    }
    value, wanted = next(iter(counts.items()))
    assert list(counts.values()).count(wanted) == 1
    sentence = frontier_answer(con, 2025, SELECT, "select", wanted).sentence
    assert sentence == f"{SELECT} = {figure(value)} gives {plural(wanted, 'partner')} in select."
    assert what_if(con, 2025, {SELECT: value}).counts.filter(
        (pl.col("what") == "tier") & (pl.col("value") == "select")
    )["partners_then"].to_list() == [wanted]
    missed = frontier_answer(con, 2025, SELECT, "select", 999).sentence
    assert missed.startswith(f"No value of {SELECT} gives 999 partners in select; nearest: ")
    with pytest.raises(WhatIfError, match=r"there are: .*select"):
        frontier_answer(con, 2025, SELECT, "gold", 1)


def test_values_are_listed_or_ranged():
    policy = load_policy()
    settings = values_of(
        policy, [f"{SELECT}=8,10", f"{MINIMUM}=80000:120000:20000", f"{INVITED}=true"]
    )
    assert settings == {
        SELECT: [Decimal(8), Decimal(10)],
        MINIMUM: [Decimal(80_000), Decimal(100_000), Decimal(120_000)],
        INVITED: [True],
    }
    for wrong in ([f"{SELECT}=8", f"{SELECT}=9"], [f"{SELECT}=9:8:1"], [f"{SELECT}=1:2:0"]):
        with pytest.raises(WrongOverride):
            values_of(policy, wrong)


@pytest.mark.parametrize(
    "text", ["reseller.minimum=5", f"{MINIMUM}=abc", MINIMUM, f"{MINIMUM}@2025-13-01=5"]
)
def test_a_setting_typed_wrongly_is_wrong_use(text):
    with pytest.raises(WrongOverride) as error:
        with_overrides(load_policy(), [text])
    assert _exit_code(error.value) == WRONG_USE


def test_another_set_is_the_settings_in_which_it_differs():
    policy = load_policy()
    other = with_overrides(policy, [f"{SELECT}@2025-07-01=12", f"{MINIMUM}@2026-01-01=1"])
    assert settings_between(policy, other, 2025) == {SELECT: Decimal(12)}
    fewer = other.model_copy(update={"requirements": other.requirements[1:], "name": "fewer"})
    with pytest.raises(PolicyError, match=r"fewer differs .* \(requirements\); compute it"):
        settings_between(policy, fewer, 2025)


REFUSED = [
    ({"agreements.version_grace_days": Decimal(30)}, "changes what is measured"),
    ({"no.such": Decimal(1)}, "not a threshold"),
    ({SELECT: True}, "is not a number"),
    ({INVITED: Decimal(1)}, "is not a boolean"),
]


@pytest.mark.parametrize(("settings", "words"), REFUSED)
def test_what_it_cannot_answer_is_said(con, settings, words):
    with pytest.raises(WhatIfError, match=words):
        what_if(con, 2025, settings)


def test_a_year_that_was_not_run_is_said(con):
    with pytest.raises(WhatIfError, match="run that year first"):
        what_if(con, 2019, {})


def test_overrides_become_settings_of_the_year_they_touch():
    policy = load_policy()
    later = [f"{SELECT}@2026-01-01=12", f"{INVITED}=false"]
    assert settings_of(policy, later, 2025) == {INVITED: False}
    assert settings_of(policy, later, 2026) == {SELECT: Decimal(12), INVITED: False}


def test_it_is_printed_with_who_would_move(con):
    console = Console(width=200, force_terminal=False)
    with console.capture() as capture:
        draw_what_if(
            console, what_if(con, 2025, {MINIMUM: Decimal(90_000)}), labels_of(load_policy())
        )
    text = capture.get()
    assert f"2025 with {MINIMUM} = 90,000" in text
    assert "Tiers that would differ: none" in text
    assert "│    90,000 │" in text
