"""A figure that rests on an unconfirmed value is marked everywhere, with who read it and when.

Belongs here: pages, letters, proofs, bundles, what-ifs of the demonstration run. Does not: which
values those are (tests/scoring/policy), or how many results rest on each (test_assumptions.py).
"""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
import pytest

from dashboards.letters import write_letters
from dashboards.letters.reading import read_letter
from dashboards.letters.write import letter_name
from scoring.assumed import assumed_by_rule
from scoring.bundle import write_bundle
from scoring.explain import explain
from scoring.vocabulary import Certainty
from scoring.whatif import what_if
from tests.conftest import DEMO_YEAR

REPORTED = ("technology", "select", "average_monthly_active_customers")
MINIMUM = ("reseller", None, "RESL-ARR")
RESELLER, CLIMBER = "P-0055", "P-0020"


@pytest.fixture(scope="module")
def con(demo_run):
    connection = duckdb.connect(str(demo_run.serving), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def rules(con):
    return assumed_by_rule(con)


def test_a_rule_rests_on_its_threshold_its_periods_and_what_its_metric_reads(rules):
    minimum = {one.parameter for one in rules[MINIMUM]}
    assert minimum == {
        "fx.rate_max_age_days",
        "reseller.arr_first_judged_months",
        "reseller.arr_measure",
        "reseller.arr_minimum_term_months",
    }
    (select,) = (one for one in rules[REPORTED] if one.status == Certainty.REPORTED)
    assert select.reported_by and select.read_on and select.read_on in select.sentence
    assert any(
        "overrides_facts" in one.parameter for one in rules["technology", "premier", "invitation"]
    )


def test_explain_names_each_with_who_read_it_and_when(con, rules):
    for partner, rule in ((RESELLER, MINIMUM), (CLIMBER, REPORTED)):
        proof = explain(con, partner, DEMO_YEAR)
        wanted = (rule[2], rule[1])
        (shown,) = [c for c in proof.criteria if (c.id, c.tier) == wanted]
        assert shown.assumed == rules[rule]
        assumed = shown.to_json()["assumed"]
        assert [one["parameter"] for one in assumed] == [one.parameter for one in rules[rule]]
        assert all(one["read_on"] for one in assumed if one["status"] == "reported")


def test_a_letter_marks_the_result_and_lists_the_values_on_paper_too(con, rules, tmp_path):
    write_letters(con, DEMO_YEAR, tmp_path)
    for partner, rule in ((RESELLER, MINIMUM), (CLIMBER, REPORTED)):
        letter = read_letter((tmp_path / letter_name(partner, DEMO_YEAR)).read_text("utf-8"))
        # The PDF is made from the blocks.
        items = [item for block in letter.blocks for item in block.get("items", [])]
        for one in rules[rule]:
            (item, *_) = [item for item in items if item.startswith(f"{one.label}:")]
            assert (one.read_on or "placeholder") in item
            assert (one.reported_by or "placeholder") in item
    cells = [row[0] for b in letter.blocks for row in b.get("rows", [])]
    assert any("(placeholder)" in cell or "(reported)" in cell for cell in cells)


def test_a_bundle_holds_what_each_rule_rests_on(con, rules, tmp_path):
    made = write_bundle(con, CLIMBER, DEMO_YEAR, tmp_path / "bundle.duckdb")
    with duckdb.connect(str(made.file), read_only=True) as bundle:
        rows = bundle.execute(
            "select parameter, reported_by, read_on from assumptions"
            " where program = ? and tier = ? and rule = ? order by parameter",
            list(REPORTED),
        ).fetchall()
        values = "select reported_by, read_on from policy_values where status = 'reported'"
        assert all(by and on for by, on in bundle.execute(values).fetchall())
    assert rows == [(one.parameter, one.reported_by, one.read_on) for one in rules[REPORTED]]


def test_a_what_if_rests_on_what_was_not_set(con, rules):
    (select,) = (one for one in rules[REPORTED] if one.status == Certainty.REPORTED)
    assumed = {one.parameter for one in what_if(con, DEMO_YEAR, {}).assumed}
    assert select.parameter in assumed
    then = what_if(con, DEMO_YEAR, {select.parameter: Decimal(80)})
    assert {one.parameter for one in then.assumed} == assumed - {select.parameter}


PAGES = {
    "compliance.html": 10,
    "tiers.html": 1,
    "arr.html": 1,
    "deals.html": 1,
    "governance.html": 1,
    "apps.html": 1,
    "accounts.html": 1,
    "quality.html": 1,
    "today.html": 1,
}


@pytest.mark.parametrize(("page", "least"), PAGES.items())
def test_a_page_marks_what_its_figures_rest_on(demo_run, page, least):
    html = (demo_run.site / page).read_text("utf-8")
    marks = re.findall(r'<a class="mark" href="policy\.html#[^"]+" title="[^"]+">', html)
    assert len(marks) >= least


def test_a_scorecard_marks_thresholds_and_values(demo_run, rules):
    html = (demo_run.site / "partners" / f"{CLIMBER}.html").read_text("utf-8")
    (select,) = (one for one in rules[REPORTED] if one.status == Certainty.REPORTED)
    assert f"reported by {select.reported_by}".replace("'", "&#39;") in html
    assert f"read {select.read_on}" in html
    assert 'class="mark"' in html
