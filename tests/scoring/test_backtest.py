"""A policy over the past years on hand, and equal partners that were treated differently.

Belongs here: scoring.backtest over the demonstration run and a warehouse by hand.
Does not: what-if of one year, on which it rests.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from orchestration.cli.drawing.whatif import draw_backtest
from scoring.backtest import backtest
from scoring.backtest.answer import years_on_hand
from scoring.backtest.equal_facts import twins
from scoring.policy.labels import labels_of
from scoring.policy.load import load_policy
from scoring.run import write_decisions
from scoring.whatif import WhatIfError, settings_in, what_if
from scoring.whatif.facts import measured
from scoring.whatif.judge import outcome
from tests.conftest import DEMO_YEAR
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse

MINIMUM = "reseller.minimum_arr_usd"
SELECT = "technology.select_active_customers"
TRIED = {MINIMUM: Decimal(150_000), SELECT: Decimal(110)}
AVERAGE = "average_monthly_active_customers"


def test_each_year_on_hand_is_answered_as_what_if_answers_it(demo_con):
    years = years_on_hand(demo_con)
    assert years == [DEMO_YEAR - 2, DEMO_YEAR - 1, DEMO_YEAR]
    answered = backtest(demo_con, dict.fromkeys(years, TRIED))
    assert [year.answer.year for year in answered.years] == years
    moved = 0
    for year in answered.years:
        alone = what_if(demo_con, year.answer.year, TRIED)
        assert year.answer.as_dict() == alone.as_dict()
        moved += alone.tiers.height + alone.standings.height
    assert moved > 3


def test_newly_failed_and_affected_are_those_between_the_two_thresholds(demo_con):
    """Counted anew from the published tables; what an unread row leaves open stays open."""
    for year in backtest(demo_con, {DEMO_YEAR: {MINIMUM: Decimal(150_000)}}).years:
        between = demo_con.execute(
            """select results.partner_id from marts.fct_requirement_results as results
            where period = ? and requirement = 'RESL-ARR' and status in ('met', 'needs_review')
                and threshold_source = 'policy'
                and greatest(value, other_value) < 150000
                and not exists (
                    select 1 from marts.fct_unread_rows as unread
                    where unread.period = results.period
                        and unread.partner_id = results.partner_id
                        and unread.requirement = results.requirement)
            order by 1""",
            [str(DEMO_YEAR)],
        ).fetchall()
        assert between
        [failed] = year.newly_failed
        assert failed["requirement"] == "RESL-ARR"
        assert [(partner,) for partner in failed["partners"]] == between
        assert set(year.partners) <= {partner for (partner,) in between}
        arr, customers = demo_con.execute(
            """select sum(arr_usd), (select count(distinct end_customer)
                from intermediate.int_arr__customer_days
                where day = make_date($year, 12, 31) and arr_usd > 0
                    and partner_id in (select unnest($partners)))
            from marts.fct_arr_by_partner_year
            where year = $year and partner_id in (select unnest($partners))""",
            {"year": DEMO_YEAR, "partners": year.partners},
        ).fetchone()
        assert (year.arr_usd, year.end_customers) == (arr, customers)


def test_every_unequal_pair_has_equal_figures_and_a_cause(demo_con):
    answered = backtest(demo_con, dict.fromkeys(years_on_hand(demo_con), TRIED))
    pairs = [(year.answer.year, pair) for year in answered.years for pair in year.twins]
    causes = {cause for _, pair in pairs for cause in pair["causes"]}
    assert {"agreement", "waiver", "history"} <= causes
    figures = """select requirement, value from marts.fct_requirement_results
        where period = ? and partner_id = ? and program = ? and status <> 'not_applicable'
        and strength = 'must'
        order by 1"""
    for year, pair in pairs:
        assert pair["outcome"] != pair["other_outcome"]
        assert pair["causes"], pair
        if pair["what"] == "standing" and "history" not in pair["causes"]:
            one, other = (
                demo_con.execute(figures, [str(year), pair[who], pair["program"]]).fetchall()
                for who in ("partner_id", "other_id")
            )
            assert one == other


@pytest.fixture
def by_hand():
    built = warehouse()
    for partner in ("plain", "guest", "waived", "own"):
        enrol(built, partner, "technology", date(2023, 1, 1))
        invited = {"invitation": 1} if partner == "guest" else {}
        ladder_rows(built, 2025, partner, {"listed_apps": 1, AVERAGE: Decimal(4), **invited})
        results(built, "2025", partner, "technology", [("TECH-MANAGER", "met", 1)])
    put(
        built,
        "intermediate.int_ledger__waivers",
        {
            "period": "2025",
            "waiver_id": "w",
            "partner_id": "waived",
            "program": "technology",
            "requirement": AVERAGE,
        },
    )
    term = {"period": "2025", "partner_id": "own", "parameter": SELECT, "conflict": False}
    put(built, "intermediate.int_policy__partner_values", term | {"number": Decimal(3)})
    built.execute(
        """update marts.fct_tier_eligibility set threshold = 3
        where partner_id = 'own' and criterion = ? and tier = 'select'""",
        [AVERAGE],
    )
    write_decisions(built)
    yield built
    built.close()


def test_the_cause_is_named_and_the_ordinary_partner_stands_for_its_group(by_hand):
    facts = measured(by_hand, 2025)
    by_other = {pair["other_id"]: pair for pair in twins(by_hand, facts, outcome(facts, {}))}
    assert {id: pair["causes"] for id, pair in by_other.items()} == {
        "guest": ["invitation"],
        "own": ["agreement"],
        "waived": ["waiver"],
    }
    assert {pair["partner_id"] for pair in by_other.values()} == {"plain"}
    assert {pair["outcome"] for pair in by_other.values()} == {"foundation"}
    assert by_other["guest"]["other_outcome"] == "premier"
    assert "own: average_monthly_active_customers is held to 3" in by_other["own"]["differs"]


def test_partners_that_differ_in_a_figure_are_no_pair(by_hand):
    by_hand.execute(
        """update intermediate.int_metrics__values set value = 4.0001
        where partner_id = 'guest' and metric = ?""",
        [AVERAGE],
    )
    facts = measured(by_hand, 2025)
    pairs = twins(by_hand, facts, outcome(facts, {}))
    assert {pair["other_id"] for pair in pairs} == {"own", "waived"}


def test_it_is_printed_and_a_parameter_that_is_measured_by_is_refused(demo_con):
    console = Console(width=220, force_terminal=False)
    with console.capture() as capture:
        draw_backtest(console, backtest(demo_con, {DEMO_YEAR: TRIED}), labels_of(load_policy()))
    text = capture.get()
    assert "Newly missed, Minimum annual recurring revenue (RESL-ARR): P-" in text
    assert "They hold " in text
    assert "Equal facts, unequal outcomes" in text
    with pytest.raises(WhatIfError, match="changes what is measured"):
        backtest(demo_con, {DEMO_YEAR: {"agreements.version_grace_days": Decimal(1)}})
    with pytest.raises(WhatIfError, match="no year"):
        backtest(demo_con, {})


def test_settings_are_read_from_a_file(tmp_path):
    file = tmp_path / "try.txt"
    file.write_text(f"# two of them\n{MINIMUM}=1 # low\n\n  {SELECT}=2\n", "utf-8")
    assert settings_in(file) == [f"{MINIMUM}=1", f"{SELECT}=2"]
