"""A person confirms a placeholder or a reported value; the record lies outside the shipped sets."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from scoring.policy.archive import from_json, to_json
from scoring.policy.confirmations import FILE, confirm, record_of
from scoring.policy.load import SETS, load_policy, policy_dir
from scoring.policy.yaml_lines import PolicyError

NAME = "technology.select_active_customers"
DAY = date(2026, 11, 20)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    return tmp_path


def record() -> Path:
    return record_of(policy_dir(), SETS)


def test_a_confirmed_value_says_who_and_when_and_the_package_is_untouched(home: Path) -> None:
    before, files = load_policy(), {f: f.read_bytes() for f in SETS.rglob("*.yaml")}
    confirm(before, record(), NAME, "A. Reyes", DAY, 'The page says "100"')
    after = load_policy()
    held = after.parameter(NAME)
    assert (held.status, held.confirmed_by, held.confirmed_on) == ("confirmed", "A. Reyes", DAY)
    assert (held.reported_by, held.values) == (before.parameter(NAME).reported_by, held.values)
    assert after.version != before.version
    assert from_json(to_json(after)) == after.model_copy(update={"files": {}})
    assert {f: f.read_bytes() for f in SETS.rglob("*.yaml")} == files
    assert record() == home / "policy" / policy_dir().name / FILE


def test_confirmations_add_up_and_a_tiers_name_is_one(home: Path) -> None:
    for name in (NAME, "ladder.select", "technology.invitation_due", "ingest.refused_share"):
        confirm(load_policy(), record(), name, "B", DAY)
    policy = load_policy()
    confirmed = [p.id for p in policy.parameters if p.status == "confirmed"]
    assert confirmed == ["ingest.refused_share", "technology.invitation_due", NAME]
    assert next(t for t in policy.ladder.tiers if t.id == "select").status == "confirmed"
    assert record().read_text("utf-8").count("- parameter:") == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reseller.minimum_arr_usd", "is from_source: nothing to confirm"),
        ("technology.nowhere", "no parameter 'technology.nowhere'"),
        ("ladder.gold", "no parameter 'ladder.gold'"),
    ],
)
def test_what_needs_no_confirmation_is_refused(home: Path, name: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        confirm(load_policy(), record(), name, "B", DAY)
    assert not record().exists()


def test_a_second_confirmation_names_the_first(home: Path) -> None:
    confirm(load_policy(), record(), NAME, "A. Reyes", DAY)
    with pytest.raises(PolicyError, match=r"confirmed by A\. Reyes on 2026-11-20"):
        confirm(load_policy(), record(), NAME, "B", DAY)


def test_another_value_is_not_confirmed_and_can_be(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(policy_dir(), own, ignore=shutil.ignore_patterns("cases"))
    confirm(load_policy(own), record_of(own, SETS), NAME, "A. Reyes", DAY)
    assert load_policy(own).parameter(NAME).status == "confirmed"
    tiers = own / "tiers.yaml"
    text = tiers.read_text("utf-8")
    tiers.write_text(
        text.replace("{2000-01-01: 100}", "{2000-01-01: 100, 2027-01-01: 150}"), "utf-8"
    )
    changed = load_policy(own)
    assert changed.parameter(NAME).status == "reported"
    assert changed.lapsed == (
        f"{NAME}: A. Reyes confirmed 100 on 2026-11-20; the set says 100, 150 now",
    )
    confirm(changed, record_of(own, SETS), NAME, "B", date(2026, 12, 1))
    again = load_policy(own)
    assert (again.parameter(NAME).confirmed_by, again.lapsed) == ("B", ())


def test_a_confirmation_of_what_is_not_there_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(policy_dir(), own, ignore=shutil.ignore_patterns("cases"))
    confirm(load_policy(own), own / FILE, NAME, "B", DAY)
    text = (own / FILE).read_text("utf-8")
    (own / FILE).write_text(text.replace(NAME, "technology.gone"), "utf-8")
    with pytest.raises(PolicyError, match=r"technology\.gone is confirmed and not in the set"):
        load_policy(own)
