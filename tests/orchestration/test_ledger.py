"""Publishing, proving and restating on a small program whose data come late and policy changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingest.landing.record_decision import BadDecision, record
from ingest.shortcuts import VARIABLE
from orchestration import rebuilding, replay
from orchestration.ledger import publish
from orchestration.settings import Locations, locations
from orchestration.speed import contents, direct, stages
from orchestration.verification import computed_again, sources_of, verify
from orchestration.warehouse import WarehouseBusy, connect, write_lock
from scoring.ledger.files import MADE, RECORDS, read_ledger
from scoring.ledger.freeze import Request
from scoring.ledger.records import LedgerRefusal, chained
from scoring.published import ACTIONS
from tests.faults import tamper
from tests.orchestration.published_program import (
    DISPUTE,
    Story,
    tell,
)
from tests.orchestration.test_run import command


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    return tell(tmp_path_factory.mktemp("ledger"))


def test_a_published_tier_is_explained_as_it_was_published(story):
    decision = story.proof.decision
    assert decision["publication"] == "0002-2024"
    assert decision["published_by"] == "Ann"
    assert decision["rows_as_published"] is False
    metric = "average_monthly_active_customers"
    customers = next(c for c in story.proof.criteria if c.metric == metric)
    # As known when it was published: 99 customers of a hundred. Late calls bring three more, and
    # the later policy asks for 101.
    assert (customers.status, customers.value, customers.threshold) == ("not_met", 99, 100)
    assert customers.since == "met, 102; 101 needed"
    assert customers.threshold_rule is None and customers.pivot == ()


def test_the_scorecard_shows_what_was_published(story):
    assert "Published as 0002-2024 by Ann on" in story.page
    assert "As published; the data of today say: met, 102; 101 needed." in story.page
    assert "run.published_criteria" in story.page
    assert story.wrong_on_pages == []


def test_a_publication_has_a_record_a_decision(story):
    first, second, third = read_ledger(story.places.ledger).publications
    assert [len(p.decisions) for p in (first, second, third)] == [3, 3, 3]
    assert (first.head, second.head, third.head) == tuple(
        outcome.preview.head for outcome in (story.first, story.second, story.third)
    )
    record = second.decisions[0]
    assert record["row"]["partner_id"] == "alone" and record["row"]["tier"] == "foundation"
    assert {r["requirement"]: r["status"] for r in record["requirements"]}[
        "TECH-MANAGER"
    ] == "not_met"
    assert record["deliveries"] == second.opening["deliveries"]["sha256"]
    assert len(record["evidence_digest"]) == len(record["row"]["input_digest"]) == 64
    assert third.opening["supersedes"] == second.name and third.opening["disputes"] == ["D-1"]


def test_the_preview_says_who_moves_and_what_it_rests_on(story):
    shown = story.second.preview
    assert [(m["partner_id"], m["movement"]) for m in shown.moves] == [("alone", "down")]
    assert "technology.select_active_customers" in {p["parameter"] for p in shown.reported}
    assert ("partner_activity", "contacts", "stale") in {
        (s["source"], s["entity"], s["status"]) for s in shown.sources
    }
    assert shown.stopped_by(["no-moves", "no-waivers"]) == ["no-moves: 1 row of moves"]


def test_late_data_and_a_new_policy_move_nothing_published(story):
    expected = [
        (2024, "alone", "select", "foundation"),
        (2024, "short", "foundation", "foundation"),
        (2024, "steady", "select", "foundation"),
        (2025, "alone", "foundation", "select"),
        (2025, "short", "foundation", "foundation"),
        (2025, "steady", "select", "select"),
    ]
    assert story.after_late == expected


def test_restate_says_what_would_change_and_changes_nothing(story):
    (restated,) = story.restated
    assert not story.touched
    assert Path(restated.late[0]["file"]).name == "2024-late.csv"
    assert {change.key for change in restated.changes} == {("2025", "short")}
    by_item = {(c.item, c.column): c for c in restated.changes}
    assert (by_item["", "tier"].before, by_item["", "tier"].after) == ("foundation", "select")
    average = by_item["select average_monthly_active_customers", "value"]
    assert (average.before, average.after, average.amount) == ("99.0000", "102.0000", "+3.0000")
    # Decided by the policy of that time: the threshold that has changed since is not among its
    # changes.
    assert not [c for c in restated.changes if c.column == "threshold"]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ("plain", "published already, as 0002-2024 by Ann"),
        ("without reason", "--reason"),
        ("another", "0002-2024 is"),
        ("without dispute", "--dispute D-1"),
        ("unknown dispute", "no dispute D-2"),
        ("another request", "published already, as 0003-2024"),
        ("the same again", "published already, as 0003-2024"),
        ("another period", "plumbline run --year 2025"),
    ],
)
def test_a_second_publication_needs_name_reason_and_its_dispute(story, attempt, words):
    assert words in story.refused[attempt]


def test_a_publication_that_was_cut_off_is_finished_by_the_same_request(story):
    """With the answer that it would have had, and without a second publication."""
    assert story.finished == story.third and story.finished.written
    assert story.finished.site_drawn_by == "plumbline run --year 2024"
    assert len(read_ledger(story.places.ledger).publications) == 3


def test_a_superseding_publication_is_what_shows(story):
    assert (2025, "short", "select", "foundation") in story.shown


def test_everything_published_is_computed_again_bit_for_bit(story):
    """Each under the policy of its time, although data and policy have changed since."""
    assert story.verified.faults == []
    assert story.verified.computed == ["0001-2023", "0002-2024", "0003-2024"]


def test_tables_computed_again_by_compiled_sql_are_those_that_dbt_builds(story, monkeypatch):
    ledger, sources = read_ledger(story.places.ledger), sources_of(story.places)
    compiled: dict[str, str] = {}
    tables: list[dict[str, str]] = []
    by_dbt, decide = rebuilding.run_dbt, replay.decide

    def held_then_decide(con, published):
        tables.append({place: contents.content(con, place) for place in _places(con)})
        return decide(con, published)

    monkeypatch.setattr(replay, "decide", held_then_decide)
    monkeypatch.setattr(
        rebuilding, "run_dbt", lambda w, words, *_: by_dbt(w, words, None, compiled)
    )
    with monkeypatch.context() as plain:
        plain.setenv(VARIABLE, "1")
        records = computed_again(ledger, ledger.publications[1], sources)
    assert compiled
    monkeypatch.delattr(rebuilding, "run_dbt")
    monkeypatch.setattr(direct, "_stored_sql", lambda key: compiled)
    assert computed_again(ledger, ledger.publications[1], sources) == records
    assert tables[0] == tables[1] and "marts.fct_tier_eligibility" in tables[0]


def _places(con) -> list[str]:
    rows = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('staging', 'intermediate', 'marts') order by all"
    ).fetchall()
    return [place for (place,) in rows]


# Tables that compare with the last publication, or wait for one, differ once there is one.
ANSWERS = {"decisions.changes", "decisions.actions"}


def test_a_run_as_known_then_gives_what_it_gave_then(story):
    """What was known then includes the publication that rests on it, and nothing later."""
    for name, rows in story.once_published.items():
        assert story.known_again[name] == rows, name
    for name in story.as_known.keys() - ANSWERS:
        assert story.known_again[name] == story.as_known[name], name


@pytest.fixture
def copied(story, tmp_path) -> Locations:
    """A copy of the story's ledger, raw store and landing zone that may be damaged."""
    for name in ("ledger", "raw", "landing"):
        shutil.copytree(story.places.warehouse.parent / name, tmp_path / name)
    return locations(tmp_path / "landing", tmp_path / "plumbline.duckdb", tmp_path / "site", None)


def test_a_tier_rewritten_with_its_whole_chain_is_not_what_is_computed(copied):
    """The hashes were made to fit again, so only computing the decision again reveals it."""
    shutil.rmtree(copied.ledger / "0002-2024")
    shutil.rmtree(copied.ledger / "0003-2024")
    path = copied.ledger / "0001-2023" / RECORDS
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    records[2]["row"]["tier"] = "premier"
    data, head = chained(records, records[0]["previous"])
    path.write_bytes(data)
    # The note of the machine's moment names another head, so it has to be removed too.
    assert "made.json" in verify(copied, 2023, head, compute=False).faults[0].text
    path.with_name(MADE).unlink()
    verified = verify(copied, 2023, head)
    (fault,) = verified.faults
    assert fault.place == "ledger/0001-2023/records.jsonl record 3"
    assert "tier premier -> foundation" in fault.why


def test_single_bytes_changed_anywhere_are_noticed(copied):
    """A few here; `python -m tests.faults tamper` is the long form."""
    tally = tamper.tamper(copied.warehouse.parent, 150, seed=5)
    assert tally.unnoticed == []
    assert len(tally.tried) == 5


def test_a_usage_file_that_is_gone_is_named(copied):
    (copied.landing / "app_usage/usage_events/2023.parquet").unlink()
    verified = verify(copied, None, None, compute=False)
    assert {fault.place for fault in verified.faults} == {"app_usage/usage_events/2023.parquet"}


def test_a_second_writer_is_told_who_holds_the_warehouse_and_readers_read_on(story):
    with (
        write_lock(story.places, "plumbline annual_assessment 2024"),
        connect(story.places.warehouse),
    ):
        with pytest.raises(WarehouseBusy, match="annual_assessment 2024"):
            publish(story.places, Request("2024", "Ann"))
        done = command(story.places, "explain", "steady", "--year", "2024", "--json")
        assert done.returncode == 0, done.stderr
        held = command(story.places, "publish", "--year", "2024", "--by", "Ann")
        assert held.returncode == 1 and "annual_assessment 2024" in held.stderr


def test_publishing_again_brings_up_to_date_what_a_kill_left_behind(story):
    """As after a kill between the decisions, which are written first, and the actions."""
    with connect(story.places.warehouse) as con:
        whole = con.execute(ACTIONS.select).fetchall()
        stages.forget(con, "answers")
        con.execute(f"delete from {ACTIONS.qualified}")
    with pytest.raises(LedgerRefusal):
        publish(story.places, Request("2024", "Ann"))
    with connect(story.places.warehouse) as con:
        assert whole and con.execute(ACTIONS.select).fetchall() == whole


def test_the_commands_of_the_ledger_answer(story):
    done = command(story.places, "verify", "--bytes-only", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["holds"] is True
    cut = command(story.places, "verify", "--bytes-only", "--head", "f" * 64)
    assert cut.returncode == 1 and "f" * 64 in cut.stdout
    wrong = command(story.places, "publish", "--by", "Ann")
    assert wrong.returncode == 2 and "--year" in wrong.stderr
    unpublished = command(story.places, "restate", "--period", "2024-H1")
    assert unpublished.returncode == 1 and "2024-H1" in unpublished.stderr


def test_a_wrong_decision_never_reaches_the_landing_zone(tmp_path):
    with pytest.raises(BadDecision, match="outcome"):
        record(tmp_path, "disputes", {**DISPUTE, "outcome": "perhaps"})
    assert list(tmp_path.rglob("*")) == []
