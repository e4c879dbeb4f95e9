"""Metrics as data: what a set may declare, what follows from it, and each fault by its place.

Belongs here: reading and checking. Does not: the figures themselves (tests/transforms).
"""

import re
from pathlib import Path
from shutil import copyfile

import pytest

from ingest.judging.contract import entities
from scoring.policy.archive import from_json, to_json
from scoring.policy.countable import countable
from scoring.policy.land import policy_rows
from scoring.policy.load import load_policy
from scoring.policy.needs import needs
from scoring.policy.yaml_lines import PolicyError

FICTIONAL = Path(__file__).with_name("fictional")
MODELS = Path(__file__).parents[3] / "transforms" / "models"
HEAD = """
  - id: beads
    label: Beads
    unit: beads
    window: {window}
"""
# A valid figure, by the keys whose values the faults below replace.
GOOD = {
    "window": "trailing",
    "months": "12",
    "rows": "customer_references",
    "take": "count",
    "day": "provided_on",
    "where": "{status: [offered, accepted]}",
}


def declared(folder: Path, **other: str) -> Path:
    """A set with the metric `beads`; the file that declares it."""
    for name in ("common.yaml", "currency.yaml"):
        copyfile(FICTIONAL / name, folder / name)
    fields = {key: value for key, value in (GOOD | other).items() if value}
    text = HEAD.format(window=fields.pop("window"))
    text += f"    months: {fields.pop('months')}\n" if "months" in fields else ""
    if fields.pop("figure", "") != "none":
        text += "    figure:\n" + "".join(f"      {key}: {fields[key]}\n" for key in fields)
    file = folder / "handbook.yaml"
    before, after = (FICTIONAL / "handbook.yaml").read_text("utf-8").split("\nparameters:\n")
    file.write_text(f"{before}{text}\nparameters:\n{after}", "utf-8")
    return file


# the replacement, the text of the line that the message must name, words of the message
FAULTS = {
    "unknown rows": ({"rows": "reference"}, "rows: reference", ("'reference'", "write ")),
    "the feed": ({"rows": "usage_events"}, "rows: usage_events", ("usage_events",)),
    "rows of nobody": ({"rows": "accounts"}, "rows: accounts", ("lead to a partner",)),
    "unknown take": ({"take": "median"}, "take: median", ("take", "correct 'median'")),
    "no column": ({"take": "sum"}, "take: sum", ("sum without a column", "under column")),
    "a column too many": (
        {"column": "status"},
        "column: status",
        ("count takes no column", "count_distinct"),
    ),
    "unknown column": (
        {"take": "count_distinct", "column": "customer"},
        "column: customer",
        ("no column 'customer'", "customer_name"),
    ),
    "no number": (
        {"take": "sum", "column": "customer_name"},
        "column: customer_name",
        ("sum of customer_name, which is of type text",),
    ),
    "several currencies": (
        {
            **{"rows": "forecast_lines", "take": "sum", "column": "expected_arr"},
            **{"day": "report_month", "where": ""},
        },
        "column: expected_arr",
        ("whatever currency", "where: {currency: USD}"),
    ),
    "nothing of nothing": (
        {"rows": "business_plans", "take": "highest", "column": "plan_year"}
        | {"day": "submitted_on", "where": ""},
        "take: highest",
        ("highest has no value where there are no rows", "without_rows"),
    ),
    "a value of nothing": ({"without_rows": "0"}, "without_rows: 0", ("beside count", "delete")),
    "unknown day": ({"day": "given_on"}, "day: given_on", ("no column 'given_on'",)),
    "no day": ({"day": "status"}, "day: status", ("day 'status' is of type enum", "provided_on")),
    "neither day": ({"day": ""}, "rows: customer", ("either a day or a from_day",)),
    "two ends": (
        {"rows": "contacts", "window": "period_end", "months": "", "day": "", "where": ""}
        | {"from_day": "active_from", "to_day": "active_to", "until_day": "active_to"},
        "until_day: active_to",
        ("two ends", "keep to_day"),
    ),
    "in force over a window": (
        {"rows": "contacts", "day": "", "where": "", "from_day": "active_from"},
        "window: trailing",
        ("in force on a day", "window: period_end"),
    ),
    "change of a day": ({"compare": "change"}, "compare: change", ("two days", "from_day")),
    "kept of a count": (
        {"rows": "contacts", "day": "", "where": "", "from_day": "active_from"}
        | {"compare": "kept", "without_rows": "0"},
        "take: count",
        ("kept of count", "count_distinct"),
    ),
    "a word that is none": (
        {"where": "{status: [offered, accept]}"},
        "where: {status",
        ("can't be 'accept'", "write offered or accepted"),
    ),
    "no truth": (
        {"rows": "trainings", "day": "completed_on", "where": "{passed: maybe}"},
        "where: {passed",
        ("can't be 'maybe'", "true or false"),
    ),
    "a bound of a word": (
        {"where": "{status: {at_least: offered}}"},
        "where: {status",
        ("at_least of status", "list its values"),
    ),
    "unknown condition": (
        {"where": "{status: {is: offered}}"},
        "where: {status",
        ("status", "is"),
    ),
    "condition on no column": ({"where": "{state: won}"}, "where: {state", ("no column 'state'",)),
    "unknown list": (
        {"where": "{customer_name: {listed_in: keepers.friend}}"},
        "where: {customer",
        ("unknown parameter 'keepers.friend'",),
    ),
    "number for a list": (
        {"where": "{customer_name: {listed_in: keepers.beacon_customers}}"},
        "where: {customer",
        ("keepers.beacon_customers is a number, and a list is needed",),
    ),
    "a control character": (
        {"where": '{customer_name: "a\\u0007b"}'},
        "where: {customer",
        ("can't be", "can be printed"),
    ),
    "no months": ({"months": ""}, "window: trailing", ("without months", "write months: 12")),
    "months beside a quarter": (
        {"window": "quarter"},
        "months: 12",
        ("beside the window 'quarter'",),
    ),
    "half a month": ({"months": "1.5"}, "months: 1.5", ("not a whole number",)),
    "months that are no parameter": (
        {"months": "keepers.month"},
        "months: keepers.month",
        ("unknown parameter 'keepers.month'",),
    ),
    "another window": ({"window": "attainment", "months": ""}, "window: att", ("'attainment'",)),
    "a window without figure": (
        {"window": "quarter", "months": "", "figure": "none"},
        "id: beads",
        ("nothing computes it", "add a figure"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_file_line_value_and_remedy(name, tmp_path):
    other, marker, words = FAULTS[name]
    file = declared(tmp_path, **other)
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{file}:"), message
    line = int(message.removeprefix(f"{file}:").partition(":")[0])
    assert marker in file.read_text("utf-8").splitlines()[line - 1], message
    for word in words:
        assert word in message
    assert "beads" in message and "; " in message


def test_a_metric_that_is_computed_gets_no_figure(tmp_path):
    file = declared(tmp_path)
    file.write_text(file.read_text("utf-8").replace("id: beads", "id: listed_apps"), "utf-8")
    with pytest.raises(PolicyError, match="a figure for a metric that is computed already"):
        load_policy(tmp_path)


@pytest.mark.parametrize(
    ("other", "kinds", "sides", "days"),
    [
        ({}, {"offered", "accepted"}, {"raises"}, "its_own_day"),
        ({"where": ""}, {None}, {"raises"}, "its_own_day"),
        (
            {"rows": "subscription_lines", "where": "", "day": "term_start"},
            {None},
            {"raises"},
            "its_own_day",
        ),
        (
            {"where": "{status: {none_of: withdrawn}}"},
            {"offered", "accepted"},
            {"raises"},
            "its_own_day",
        ),
        ({"rows": "trainings", "day": "expires_on", "where": ""}, {None}, {"raises"}, "any_day"),
        (
            {"rows": "agreements", "day": "", "where": "{agreement_type: framework}"}
            | {"from_day": "executed_on", "to_day": "ended_on"}
            | {"window": "period_end", "months": ""},
            {"framework"},
            {"raises"},
            "its_days",
        ),
        (
            {"rows": "business_plans", "take": "sum", "column": "arr_target_usd"}
            | {"day": "submitted_on", "where": ""},
            {None},
            {"raises", "lowers"},
            "any_day",
        ),
    ],
)
def test_what_a_row_that_cannot_be_read_could_do_follows(other, kinds, sides, days, tmp_path):
    declared(tmp_path, **other)
    rows = policy_rows(load_policy(tmp_path))["metric_unread"]
    own = [row for row in rows if row[0] == "beads"]
    assert {row[3] for row in own} == kinds
    assert {row[4] for row in own} == sides
    assert {row[5] for row in own} == {days}


def test_what_is_compared_is_in_doubt_on_its_two_days(tmp_path):
    """An unread line in force at the end raises the change and one in force before lowers it; a
    line that ends or contracts others does the opposite."""
    declared(
        *(tmp_path,),
        **{"rows": "lines_in_force", "take": "sum", "column": "quantity", "compare": "change"},
        **{"day": "", "where": ""},
    )
    rows = policy_rows(load_policy(tmp_path))["metric_unread"]
    results = {row[3:] for row in rows if row[0] == "beads"}
    assert results == {
        *((kind, "raises", "last_day") for kind in ("new", "renewal", "expansion")),
        *((kind, "lowers", "opening_day") for kind in ("new", "renewal", "expansion")),
        *((kind, "lowers", "last_day") for kind in ("contraction", "cancellation")),
        *((kind, "raises", "opening_day") for kind in ("contraction", "cancellation")),
    }


def test_a_recorded_set_comes_back_as_it_was(tmp_path):
    declared(tmp_path, where="{status: accepted, provided_on: {at_least: 2024-02-01}}")
    policy = load_policy(tmp_path)
    again = from_json(to_json(policy))
    assert again.version == policy.version
    assert policy_rows(again) == policy_rows(policy)


def test_every_metric_that_models_compute_is_listed_once():
    """A metric with SQL of its own is one that a model gives a value, and no other."""
    named = set()
    for model in MODELS.rglob("*.sql"):
        for call in re.findall(r"judged_pairs\(\[(.*?)\]\)", model.read_text("utf-8"), re.DOTALL):
            named |= set(re.findall(r"'([a-z_]+)'", call))
    usage = (MODELS / "intermediate/usage/int_usage__metrics.sql").read_text("utf-8")
    named |= {name for name in needs().computed if f"'{name}'" in usage}
    named |= {"program_compliance"}
    assert set(needs().computed) == named


def test_whatever_leads_to_a_partner_can_be_counted():
    left = {spec.name for spec in entities()} - set(countable())
    assert left == {"usage_events", "accounts", "opportunities", "fx_rates", "control_totals"}
