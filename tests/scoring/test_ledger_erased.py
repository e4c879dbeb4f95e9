"""Where the record of erasures allows a computed decision to differ, and what it never hides."""

import json

import pytest

from ingest.erasing.log import NAME, NOTHING, LogBroken, added, read_log
from ingest.erasing.person import Person
from ingest.people.tokens import Tokens
from scoring.ledger.erased import as_published, erasures_of, opening_of
from scoring.ledger.files import read_ledger
from tests.scoring.test_ledger import put

KIM = Person(("kim@example.com",), frozenset(), ("Kim Ode",), Tokens(b"s"))
TOKEN = KIM.token("kim@example.com")


def line(old, new, file="crm/x.csv", delivered=None, evidence=()):
    files = [{"file": file, "delivered": delivered or old, "old": old, "new": new}]
    return {"files": files, "evidence": list(evidence)}


def log(*lines):
    erased = NOTHING
    for one in lines:
        _, erased = added(erased, one)
    return erased


ERASED = log(line("a", "b", evidence=[["published", "now"]]))


def test_a_token_stands_for_words_and_nothing_else():
    published = {"row": {"tier": "select", "closed_reason": "as kim@example.com wrote", "n": 1}}
    computed = {"row": {"tier": "select", "closed_reason": f"as {TOKEN} wrote", "n": 1}}
    assert as_published(published, computed, ERASED) == published
    assert as_published(published, computed, NOTHING) == computed
    computed["row"] |= {"tier": "premier", "closed_reason": f"as {TOKEN} lied", "n": 2}
    assert as_published(published, computed, ERASED) == computed


@pytest.mark.parametrize("value", ["premier", None, 3, ["x"], {"y": "z"}])
def test_other_values_are_never_taken_from_the_record(value):
    assert as_published({"tier": "select"}, {"tier": value}, ERASED) == {"tier": value}


def test_an_address_in_an_earlier_sentence_may_be_left_unsaid():
    before = "Taken for one person: C1 and C2 (kim@example.com)."
    now = "Taken for one person: C1 and C2 (by one e-mail address)."
    assert as_published(before, now, ERASED) == before
    assert as_published(before, now, NOTHING) == now
    assert as_published(before, now.replace("C2", "C3"), ERASED) != before


def test_evidence_is_held_to_the_noted_pair():
    for published, computed, holds in (
        ("published", "now", True),
        ("published", "other", False),
        ("another", "now", False),
    ):
        row = as_published({"evidence_digest": published}, {"evidence_digest": computed}, ERASED)
        assert (row["evidence_digest"] == published) is holds


def test_two_erasures_of_one_file_lead_back_to_what_was_delivered():
    erased = log(line("a", "b"), line("b", "c", delivered="a"))
    assert erased.kept("a") == erased.kept("b") == "c"
    assert erased.as_delivered("b") == erased.as_delivered("c") == "a"
    assert erased.mark("crm") and not erased.mark("app_usage")
    assert erased.head_at(2) == erased.head and erased.head_at(3) is None
    assert erased.head_at(1) == log(line("a", "b")).head


def test_a_line_that_is_not_chained_is_named(tmp_path):
    data, erased = added(ERASED, line("x", "y"))
    (tmp_path / "erasures.jsonl").write_bytes(data)
    assert read_log(tmp_path) == erased
    first = json.loads(data.decode().split("\n")[0])
    for bad in (
        data.replace(b'"new":"b"', b'"new":"d"'),
        data[data.index(b"\n") + 1 :],
        data + json.dumps(first).encode() + b"\n",
        data + b"[]\n",
    ):
        (tmp_path / "erasures.jsonl").write_bytes(bad)
        with pytest.raises(LogBroken, match=r"raw/erasures\.jsonl line \d"):
            read_log(tmp_path)


def test_who_erased_is_held_by_the_next_publication_alone(tmp_path):
    """A rewritten and rechained record is detected if a later publication states the record's
    head."""
    store, ledger = tmp_path / "raw", tmp_path / "ledger"
    store.mkdir()
    data, erased = added(NOTHING, {**line("a", "b"), "by": "Ann", "reason": "asked"})
    (store / NAME).write_bytes(data)
    put(ledger, 1, "2024", [])
    (store / NAME).write_bytes(added(NOTHING, {**line("a", "b"), "by": "Eve", "reason": "x"})[0])
    assert erasures_of(read_ledger(ledger), store) == (1, [])
    (store / NAME).write_bytes(data)
    put(ledger, 2, "2025", [], read_ledger(ledger).head, erasures=opening_of(store))
    assert erasures_of(read_ledger(ledger), store) == (1, [])
    (store / NAME).write_bytes(added(erased, line("x", "y"))[0])
    assert erasures_of(read_ledger(ledger), store) == (2, [])
    for by in ("Eve", "Bob"):
        (store / NAME).write_bytes(added(NOTHING, {**line("a", "b"), "by": by})[0])
        [fault] = erasures_of(read_ledger(ledger), store)[1]
        assert "0002-2025 was made after others" in fault.text
