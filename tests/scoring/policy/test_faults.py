"""Every fault of a policy set is named with file, line and remedy.

Belongs here: sets broken in one place. Does not: what a good set holds (test_shipped.py).
"""

from pathlib import Path
from shutil import copyfile

import pytest

from scoring.policy.load import load_policy
from scoring.policy.yaml_lines import PolicyError

FICTIONAL = Path(__file__).with_name("fictional")

# what is replaced, by what, the text of the line that the message must name, words of the message
FAULTS = {
    "unknown key": (
        "    status: confirmed\n    values:\n",
        "    status: confirmed\n    currency: USD\n    values:\n",
        "currency: USD",
        ("Extra inputs", "known keys are"),
    ),
    "unknown topic key": ("about: A", "abuot: A", "abuot: A", ("unknown key 'abuot'", "use one")),
    "missing key": ("    unit: USD\n", "", "harbour_masters.minimum_arr_usd", ("unit", "add it")),
    "dates out of order": (
        "      2000-01-01: 200000\n      2025-01-01: 250000",
        "      2025-01-01: 250000\n      2000-01-01: 200000",
        "2000-01-01: 200000",
        ("dates out of order", "put the earliest date first"),
    ),
    "duplicate date": (
        "      2025-01-01: 250000",
        "      2000-01-01: 250000",
        "2000-01-01: 250000",
        ("the date 2000-01-01 stands twice", "has it already"),
    ),
    "no values": ("    values: {2000-01-01: 5}", "    values: {}", "values: {}", ("no value",)),
    "no date": ("values: {2000-01-01: 5}", "values: {now: 5}", "now: 5", ("effective_from",)),
    "impossible date": ("2025-01-01: 250000", "2025-02-30: 1", "2025-02-30", ("can't be read",)),
    "value of the wrong kind": (
        "values: {2000-01-01: 5}",
        "values: {2000-01-01: many}",
        "2000-01-01: many",
        ("'many' is not a number", "write 100 or 0.9"),
    ),
    "unknown metric": (
        "metric: arr_usd",
        "metric: arr_eur",
        "metric: arr_eur",
        ("HM-REVENUE: unknown metric 'arr_eur'",),
    ),
    "criterion on an unknown metric": (
        "{id: customers, metric: average_monthly_active_customers",
        "{id: customers, metric: lamps",
        "metric: lamps",
        ("beacon: unknown metric 'lamps'",),
    ),
    "unknown parameter": (
        "    threshold: keepers.managers_required",
        "    threshold: keepers.manager_required",
        "threshold: keepers.manager_required",
        ("unknown parameter 'keepers.manager_required'",),
    ),
    "unknown clause": (
        "    clause: HB-2\n    strength",
        "    clause: HB-9\n    strength",
        "    clause: HB-9",
        ("KP-MANAGERS: unknown clause 'HB-9'",),
    ),
    "unknown clause of a parameter": (
        "    clause: HB-3\n    document: handbook\n    section: Chapter 3\n    status: confirmed\n"
        "    values: {2000-01-01: 5}",
        "    clause: HB-8\n    document: handbook\n    section: Chapter 3\n    status: confirmed\n"
        "    values: {2000-01-01: 5}",
        "clause: HB-8",
        ("keepers.beacon_customers: unknown clause 'HB-8'",),
    ),
    "unknown program": (
        "    program: harbour_masters\n    clause",
        "    program: pirates\n    clause",
        "program: pirates",
        ("unknown program 'pirates'",),
    ),
    "threshold of the wrong kind": (
        "    threshold: keepers.managers_required",
        "    threshold: program.time_zone",
        "threshold: program.time_zone",
        ("program.time_zone is a text, and threshold needs a number",),
    ),
    "two thresholds": (
        "    threshold: keepers.managers_required",
        "    threshold: keepers.managers_required\n    threshold_expected: true",
        "threshold: keepers.managers_required",
        ("either a threshold or threshold_expected",),
    ),
    "unknown comparator": (
        '    metric: partnership_managers\n    comparator: ">="',
        '    metric: partnership_managers\n    comparator: "=>"',
        'comparator: "=>"',
        ("unknown comparator '=>': write one of >=, <=, =",),
    ),
    "unknown document": (
        "    document: handbook\n    section: Chapter 4",
        "    document: leaflet\n    section: Chapter 4",
        "document: leaflet",
        ("unknown document 'leaflet'", "list it under documents"),
    ),
    "unknown enforcement": (
        "{requirements: [KP-MANAGERS]}",
        "{requirements: [KP-MANAGER]}",
        "requirements: [KP-MANAGER]",
        ("HB-2: enforced by unknown requirements 'KP-MANAGER'",),
    ),
    "rule that nothing holds": (
        "    text: A Keeper has two managers.\n    enforced_by: {requirements: [KP-MANAGERS]}\n",
        "    text: A Keeper has two managers.\n",
        "enforced_by",
        ("HB-2: a rule clause that nothing holds",),
    ),
    "unknown entity": (
        "reads: {contacts: state}",
        "reads: {sailors: state}",
        "sailors: state",
        ("reads unknown entity 'sailors'",),
    ),
    "id twice": (
        "  - id: keepers.beacon_customers",
        "  - id: keepers.managers_required",
        "label: Customers of a lit beacon",
        ("parameters: keepers.managers_required stands twice",),
    ),
    "ladder of another program": (
        "ladder:\n  program: keepers",
        "ladder:\n  program: harbour_masters",
        "program: harbour_masters",
        ("has_tiers",),
    ),
    "key twice": (
        "    label: The regatta",
        "    label: The regatta\n    label: A regatta",
        "label: A regatta",
        ("the key label stands twice",),
    ),
    "not YAML": ("topic: handbook", "topic: [handbook", "about", ("not YAML",)),
    "unknown item": (
        "    kind: text\n    document: handbook\n    section: Chapter 1\n    status: confirmed\n"
        "    values: {2000-01-01: DE}",
        "    kind: list\n    items_of: programs\n    document: handbook\n    section: Chapter 1\n"
        "    status: confirmed\n    values: {2000-01-01: [pirates]}",
        "[pirates]",
        ("unknown item 'pirates' of programs",),
    ),
    "unknown period": (
        "    kind: text\n    document: handbook\n    section: Chapter 1\n    status: confirmed\n"
        "    values: {2000-01-01: DE}",
        "    kind: list\n    items_of: periods\n    document: handbook\n    section: Chapter 1\n"
        "    status: confirmed\n    values: {2000-01-01: [years]}",
        "[years]",
        ("unknown item 'years' of periods", "use year, review, month"),
    ),
    "no such choice": (
        "    kind: text\n    document: handbook\n    section: Chapter 1\n    status: confirmed\n"
        "    values: {2000-01-01: DE}",
        "    kind: text\n    choices: [FR, IT]\n    document: handbook\n    section: Chapter 1\n"
        "    status: confirmed\n    values: {2000-01-01: DE}",
        "2000-01-01: DE",
        ("unknown item 'DE'", "use FR, IT"),
    ),
}
# Faults whose line is another than that of the text, because the text is what is missing.
NEAR = {"missing key", "rule that nothing holds", "not YAML", "id twice", "two thresholds"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_file_line_and_remedy(name: str, tmp_path: Path) -> None:
    old, new, marker, words = FAULTS[name]
    text = (FICTIONAL / "handbook.yaml").read_text("utf-8")
    assert text.count(old) >= 1
    broken = text.replace(old, new, 1)
    copyfile(FICTIONAL / "common.yaml", tmp_path / "common.yaml")
    file = tmp_path / "handbook.yaml"
    file.write_text(broken, "utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{file}:")
    line = int(message.removeprefix(f"{file}:").partition(":")[0])
    if name not in NEAR:
        assert marker in broken.splitlines()[line - 1], message
    for word in words:
        assert word in message
    assert "; " in message


def test_a_set_needs_a_directory_with_topics(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="name one of procore, or a directory"):
        load_policy("nowhere")
    with pytest.raises(PolicyError, match="no policy here"):
        load_policy(tmp_path)
    (tmp_path / "empty.yaml").write_text("", "utf-8")
    with pytest.raises(PolicyError, match=r"empty\.yaml:1: no keys here"):
        load_policy(tmp_path)


def test_a_set_without_a_parameter_that_is_looked_up_is_refused(tmp_path: Path) -> None:
    for name in ("common.yaml", "currency.yaml", "handbook.yaml"):
        copyfile(FICTIONAL / name, tmp_path / name)
    file = tmp_path / "common.yaml"
    file.write_text(
        file.read_text("utf-8").replace("harbour_masters.arr_measure", "harbour_masters.measure")
    )
    with pytest.raises(
        PolicyError, match=r"no parameter harbour_masters\.arr_measure, which metric"
    ):
        load_policy(tmp_path)
    file.write_text(file.read_text("utf-8").replace("deal.approval_days", "deal.days"))
    with pytest.raises(PolicyError, match=r"no parameter deal\.approval_days, which every run"):
        load_policy(tmp_path)
