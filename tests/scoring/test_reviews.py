"""Governance reviews: findings, the run of non-compliant reviews, recommendations, decisions.

Belongs here: semantics 8 in tables with a comment per row. Does not: the warehouse.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from scoring.reviews import (
    COMPLIANCE_SCHEMA,
    ENDINGS_SCHEMA,
    ESCALATION_SCHEMA,
    RECORDED_SCHEMA,
    RESULTS_SCHEMA,
    REVIEW_SCHEMA,
    governance_reviews,
    shown_reviews,
)

PERIODS = {
    f"{year}-{half}": date(year, *end)
    for year in (2023, 2024, 2025)
    for half, end in (("H1", (6, 30)), ("H2", (12, 31)))
}
STATUS = {"N": "non_compliant", "C": "compliant", "U": "undetermined"}
STEPS = ("mend", "reduce", "end_status")


def frame(rows, schema):
    return pl.DataFrame(rows, schema=schema, orient="row")


def compliance(outcomes, program="resale", partner="p", enrolled=None):
    """One letter per half-year from 2023-H1 on; `-` where the pair was in no ledger."""
    enrolled = enrolled or [date(2020, 1, 1)] * len(outcomes)
    return frame(
        [
            (review, partner, program, STATUS[letter], since, ends)
            for (review, ends), letter, since in zip(
                PERIODS.items(), outcomes, enrolled, strict=False
            )
            if letter != "-"
        ],
        COMPLIANCE_SCHEMA,
    )


def reviewed(
    rows, results=(), endings=(), recorded=(), published=(), show=False, ladders=((None, STEPS),)
):
    steps = [
        (review, partner, place, step)
        for review in PERIODS
        for partner, ladder in ladders
        for place, step in enumerate(ladder)
    ]
    recorded = frame(recorded, RECORDED_SCHEMA)
    published = frame(published, REVIEW_SCHEMA)
    computed = governance_reviews(
        rows,
        frame(results, RESULTS_SCHEMA),
        frame(endings, ENDINGS_SCHEMA),
        frame(steps, ESCALATION_SCHEMA),
        recorded,
        published,
    )
    return (shown_reviews(computed, recorded, published) if show else computed).to_dicts()


RUNS = [
    ("C", [0], ["maintain"]),
    ("N", [1], ["mend"]),
    ("NN", [1, 2], ["mend", "reduce"]),
    ("NNNN", [1, 2, 3, 4], ["mend", "reduce", "end_status", "end_status"]),  # the last step stays
    ("NCN", [1, 0, 1], ["mend", "maintain", "mend"]),  # a compliant review breaks the run
    ("NUN", [1, 1, 2], ["mend", "maintain", "reduce"]),  # an undetermined one does not, nor adds
    ("U", [0], ["maintain"]),
    ("UNCUNN", [0, 1, 0, 0, 1, 2], ["maintain", "mend", "maintain", "maintain", "mend", "reduce"]),
]


@pytest.mark.parametrize(("outcomes", "counts", "actions"), RUNS)
def test_run_of_non_compliant_reviews(outcomes, counts, actions):
    reviews = reviewed(compliance(outcomes))
    assert [row["consecutive_non_compliant"] for row in reviews] == counts
    assert [row["recommended_action"] for row in reviews] == actions
    assert [row["outcome"] for row in reviews] == [STATUS[letter] for letter in outcomes]


def test_a_partners_own_agreement_may_state_the_steps():
    rows = pl.concat([compliance("NNN"), compliance("NNN", partner="q")])
    ladders = ((None, STEPS), ("q", ("mend", "mend")))
    actions = {(r["partner_id"], r["review"]): r for r in reviewed(rows, ladders=ladders)}
    assert [actions["p", r]["recommended_action"] for r in list(PERIODS)[:3]] == list(STEPS)
    assert [actions["q", r]["recommended_action"] for r in list(PERIODS)[:3]] == ["mend"] * 3


def test_each_program_stands_alone():
    rows = pl.concat([compliance("NN"), compliance("CN", program="advice")])
    counts = {(r["review"], r["program"]): r["consecutive_non_compliant"] for r in reviewed(rows)}
    assert counts[("2023-H2", "resale")] == 2
    assert counts[("2023-H2", "advice")] == 1


def test_a_new_enrolment_starts_the_count_anew():
    since = [date(2020, 1, 1), date(2020, 1, 1), date(2024, 2, 1), date(2024, 2, 1)]
    reviews = reviewed(compliance("NNNN", enrolled=since))
    assert [row["consecutive_non_compliant"] for row in reviews] == [1, 2, 1, 2]


def test_a_half_year_before_the_enrolment_is_no_review():
    reviews = reviewed(compliance("--N"))
    assert [(r["review"], r["consecutive_non_compliant"]) for r in reviews] == [("2024-H1", 1)]


def test_findings_are_the_musts_not_met():
    results = [
        ("2023-H1", "p", "resale", "R-PLAN", "must", "not_met"),
        ("2023-H1", "p", "resale", "R-ARR", "must", "not_met"),
        ("2023-H1", "p", "resale", "R-REF", "should", "not_met"),  # advice
        ("2023-H1", "p", "resale", "R-MGR", "must", "waived"),  # a person excused it
        ("2023-H1", "p", "resale", "R-REP", "must", "no_evidence"),  # not a finding: unknown
        ("2023-H1", "p", "advice", "S-MGR", "must", "not_met"),  # another program's
        ("2023-H2", "p", "resale", "R-MGR", "must", "met"),
    ]
    reviews = reviewed(compliance("NC"), results)
    assert [row["findings"] for row in reviews] == [["R-ARR", "R-PLAN"], []]


def test_an_upheld_ending_case_ends_every_program_at_once():
    rows = pl.concat(
        [compliance("CC"), compliance("UC", program="advice"), compliance("CC", partner="q")]
    )
    reviews = {
        (r["review"], r["partner_id"], r["program"]): r["recommended_action"]
        for r in reviewed(rows, endings=[("2023-H1", "p"), ("2023-H1", "p")])
    }
    assert reviews == {
        ("2023-H1", "p", "resale"): "end_status",
        ("2023-H1", "p", "advice"): "end_status",
        ("2023-H1", "q", "resale"): "maintain",  # another partner's case
        ("2023-H2", "p", "resale"): "maintain",  # upheld in the earlier review
        ("2023-H2", "p", "advice"): "maintain",
        ("2023-H2", "q", "resale"): "maintain",
    }


def test_a_decision_stands_beside_and_changes_nothing():
    recorded = [("2023-H1", "p", "resale", "end_status")]
    reviews = reviewed(compliance("NN"), recorded=recorded)
    assert [row["decided_action"] for row in reviews] == ["end_status", None]
    assert [row["recommended_action"] for row in reviews] == ["mend", "reduce"]


def test_a_published_review_counts_and_shows_as_published():
    final = [("2023-H1", "p", "resale", "non_compliant", ["R-OLD"], 1, "mend", None)]
    recorded = [("2023-H1", "p", "resale", "remediate")]
    rows = compliance("CN")
    first, second = reviewed(rows, recorded=recorded, published=final, show=True)
    # Late data would make the first review compliant; it was published as non-compliant.
    assert (first["outcome"], first["findings"]) == ("non_compliant", ["R-OLD"])
    assert first["decided_action"] == "remediate"
    assert second["consecutive_non_compliant"] == 2
    # What would be computed today is still there to compare with.
    computed = reviewed(rows, published=final)[0]
    assert (computed["outcome"], computed["consecutive_non_compliant"]) == ("compliant", 0)
