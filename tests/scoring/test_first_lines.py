"""The answer before the proof: the policy's words, the right form, and what comes first.

Belongs here: scoring.first_lines over criteria by hand. Does not: which criteria there are.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scoring.actions.kinds import LABELS as LABELS_OF_KINDS
from scoring.actions.kinds import QUERIES, TASKS
from scoring.first_lines import act, action_lines, missed, program_lines, tier_line
from scoring.policy.load import load_policy
from scoring.proof import Criterion

WORDED = {own.id: own for own in load_policy().sentences}
METRICS = {metric.id: metric for metric in load_policy().metrics}
LABELS = {"foundation": "Foundation", "select": "Select", "premier": "Premier"}


def criterion(metric: str, value: object, threshold: object, sign: str = ">=", **more: Any):
    fields: dict[str, Any] = {
        "id": metric,
        "status": "not_met",
        "value": None if value is None else Decimal(str(value)),
        "comparator": sign,
        "threshold": Decimal(str(threshold)),
        "threshold_source": "policy",
        "clause": None,
        "sentence": f"{METRICS[metric].label}: x",
        "strength": "must",
        "metric": metric,
        "unit": METRICS[metric].unit,
        "wording": WORDED[metric],
    }
    return Criterion(**(fields | more))


# metric, value, sign, threshold, what was found, what to do
SAID = [
    ("agreements_redlined", 2, "<=", 0, "two standard agreements carry changes", "restore the"),
    ("agreements_redlined", 1, "<=", 0, "one standard agreement carries changes", "agreement"),
    ("agreements_current", 2, ">=", 3, "one of the three agreements", "the missing agreement in"),
    ("agreements_current", 1, ">=", 3, "two of the three agreements", "the two missing"),
    (
        "arr_usd",
        "99999.9999",
        ">=",
        100000,
        "is $99,999.9999, below the minimum of $100,000",
        "by $",
    ),
    ("arr_usd", "87400.49", ">=", 100000, "is $87,400, below", "by $12,600"),
    ("reports_received", 3, ">=", 12, "nine monthly reports are missing", "deliver the missing"),
    ("listed_apps", 0, ">=", 1, "no app was listed", "list an app"),
    ("contact_answered_share", "0.8333", ">=", "0.9", "83.3 % of the contact", "answer contact"),
    (
        "average_monthly_active_customers",
        "99.99",
        ">=",
        100,
        "came to 99.99 in",
        "customers to 100",
    ),
    (
        "average_monthly_active_customers",
        0,
        ">=",
        100,
        "no customer was active",
        "customers to 100",
    ),
]


@pytest.mark.parametrize(("metric", "value", "sign", "threshold", "words", "todo"), SAID)
def test_what_is_missed_is_said_in_the_policys_words(metric, value, sign, threshold, words, todo):
    one = criterion(metric, value, threshold, sign)
    assert words in missed(one)
    assert todo in act(one)


def test_every_metric_that_is_judged_has_words():
    policy = load_policy()
    judged = {rule.metric for rule in policy.requirements}
    judged |= {rule.metric for tier in policy.ladder.tiers for rule in tier.criteria}
    assert judged == set(WORDED)


def test_what_is_not_decided_says_whether():
    assert (
        missed(criterion("arr_usd", None, 100000, status="no_evidence"))
        == "nothing that was delivered shows whether annual recurring revenue reaches the minimum"
    )
    open_one = criterion("arr_usd", 103000, 100000, status="needs_review")
    assert missed(open_one).startswith("a person has to judge whether annual recurring revenue")


def tier(**more: Any) -> dict[str, Any]:
    return {
        "tier": "foundation",
        "tier_year": 2026,
        "previous_tier": "select",
        "movement": "down",
        "undetermined": False,
        "closed_on": None,
    } | more


def ladder(*parts: Criterion, **more: Any) -> list[Criterion]:
    return [criterion("program_compliance", 0, 1, tier="select", parts=parts, **more)]


def test_one_miss_is_one_sentence_with_its_day():
    broken = criterion("agreements_redlined", 2, 0, "<=")
    met = criterion("partnership_managers", 1, 1, status="met")
    [line] = tier_line(tier(), LABELS, ladder(broken, met), list(LABELS))
    assert line == (
        "Foundation for 2026, down from Select: two standard agreements carry changes; restore the "
        "standard text of the changed agreements by December 31, 2026 to reach Select for 2027."
    )


def test_several_misses_are_named_first_and_then_what_to_do():
    rows = [*ladder(criterion("agreements_redlined", 2, 0, "<="))]
    rows.append(criterion("listed_apps", 0, 1, tier="select"))
    why, what = tier_line(tier(movement="same"), LABELS, rows, list(LABELS))
    assert why.startswith("Foundation for 2026, as before: two standard agreements")
    assert what.startswith("To reach Select for 2027, by December 31, 2026: restore")


def test_who_has_risen_hears_that_first():
    row = tier(tier="select", movement="up", previous_tier="foundation")
    rows = [criterion("invitation", 0, 1, tier="premier")]
    line, _ = tier_line(row, LABELS, rows, list(LABELS))
    assert line.startswith("Select for 2026, up from Foundation. Short of Premier: no invitation")


def test_programs_that_fail_come_first_and_nothing_is_said_twice():
    broken = criterion("agreements_redlined", 2, 0, "<=", program="technology")
    short = criterion("reports_received", 3, 12, program="reseller")
    lines = program_lines(
        [
            ("Referral", "compliant", []),
            ("Technology", "non_compliant", [broken]),
            ("Reseller", "non_compliant", [short]),
        ],
        tier_lines=[broken],
    )
    assert lines == [
        "Non-compliant in the Technology program for this reason.",
        "Non-compliant in the Reseller program: nine monthly reports are missing; deliver the "
        "missing monthly reports.",
        "Compliant in the Referral program.",
    ]


def test_non_compliant_is_explained_by_what_is_missed_alone():
    unseen = criterion("arr_usd", None, 100000, status="no_evidence", program="reseller")
    short = criterion("reports_received", 3, 12, program="reseller")
    why, besides = program_lines([("Reseller", "non_compliant", [unseen, short])])
    assert why == (
        "Non-compliant in the Reseller program: nine monthly reports are missing; deliver the "
        "missing monthly reports."
    )
    assert besides.startswith("Undecided there besides: nothing that was delivered shows whether")


def test_what_is_missed_comes_before_what_is_undecided_on_the_way_to_a_tier():
    rows = ladder(criterion("listed_apps", None, 1, status="no_evidence", tier="select"))
    rows = [*rows, criterion("agreements_redlined", 2, 0, "<=", tier="select")]
    first, *_ = tier_line(tier(movement="same"), LABELS, rows, list(LABELS))
    assert first.startswith("Foundation for 2026, as before: two standard agreements")


def test_a_role_that_answers_is_named_without_underscores_and_a_person_as_written():
    due = {"due_on": date(2026, 1, 15), "state": "open", "kind": "report", "reason": "Report: due"}
    rows = [{**due, "owner": "channel_manager", "action_id": "1"}]
    rows.append({**due, "owner": "j_ito@vendor.example", "action_id": "2"})
    [line] = action_lines(rows)
    assert "(channel manager)" in line and "(j_ito@vendor.example)" in line


@pytest.mark.parametrize(
    ("kind", "state", "about", "line"),
    [
        ("report", "open", "Report for 2025-12", "Report for 2025-12: ask for it by "),
        ("case", "overdue", "Conduct case C-1", "Conduct case C-1: decide it, overdue since "),
        (
            "registration",
            "waiting",
            "Registration R-1",
            "Registration R-1: wait for the answer by ",
        ),
    ],
)
def test_each_action_says_what_it_asks_for(kind, state, about, line):
    row = {"due_on": date(2026, 1, 15), "state": state, "kind": kind, "reason": f"{about}: due"}
    [shown] = action_lines([{**row, "owner": "channel_manager", "action_id": "1"}])
    assert shown == f"To do on our side: {line}January 15, 2026 (channel manager)."


def test_every_kind_of_action_has_a_task():
    assert TASKS.keys() == QUERIES.keys() == LABELS_OF_KINDS.keys()


def test_an_open_tier_says_what_is_open_and_asks_nothing_for_the_next_year_instead():
    row = tier(tier="select", movement="same", undetermined=True, tier_high="premier")
    rows = [criterion("invitation", 0, 1, tier="premier", status="needs_review")]
    [line] = tier_line(row, LABELS, rows, list(LABELS))
    assert line == (
        "Select for 2026, as before, or up to Premier: the invitation has not been answered; "
        "accept the invitation."
    )


def test_what_is_missed_besides_an_open_question_is_for_the_next_year():
    row = tier(movement="same", undetermined=True, tier_high="select")
    rows = [
        criterion(
            "average_monthly_active_customers", None, 100, tier="select", status="needs_review"
        ),
        criterion("listed_apps", 0, 1, tier="select"),
    ]
    [line] = tier_line(row, LABELS, rows, list(LABELS))
    first, second = line.split(". ")
    assert first == (
        "Foundation for 2026, as before, or up to Select: a person has to judge how many customers "
        "are active in an average month"
    )
    assert second.startswith("Short of Select: no app was listed")
    assert second.endswith("by December 31, 2026 to reach Select for 2027.")


def test_an_invitation_has_a_day_of_its_own():
    row = tier(tier="select", movement="same")
    rows = [criterion("invitation", 0, 1, tier="premier")]
    why, what = tier_line(row, LABELS, rows, list(LABELS))
    assert why == "Select for 2026, as before: no invitation was accepted in time."
    assert what == (
        "To reach Premier for 2027: accept an invitation, which the program team gives."
    )
