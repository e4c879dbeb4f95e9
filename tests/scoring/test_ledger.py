"""Records, chain, files and comparison of the ledger, without a warehouse."""

import json

import pytest

from scoring.ledger.compare import changes
from scoring.ledger.disputes import check_disputes
from scoring.ledger.files import FILES, RECORDS, in_force, read_ledger, write_publication
from scoring.ledger.integrity import chain_faults
from scoring.ledger.published import published_rows
from scoring.ledger.records import (
    START,
    LedgerBroken,
    LedgerRefusal,
    canonical,
    chained,
    parsed,
    sha256,
)


def opening(sequence, period, known="2025-01-06T09:00:00"):
    return {
        "kind": "publication",
        "sequence": sequence,
        "period": period,
        "known": known,
        "assessment": "review" if "-" in period else "year",
    }


def decision(partner, tier, year=2025, **more):
    row = {
        "tier_year": year,
        "partner_id": partner,
        "tier": tier,
        "tier_low": tier,
        "tier_high": tier,
        "previous_tier": None,
        "movement": "first",
        "binding_criterion": None,
        "gap_to_next": "1.0000",
        "smallest_change": None,
        "undetermined": False,
        "closed_on": None,
        "closed_reason": None,
        "policy_version": "v",
        "input_digest": "d",
    }
    return {
        "kind": "decision",
        "table": "tier_assignments",
        "key": [year, partner],
        "row": row,
        "criteria": [],
        "requirements": [],
        "margins": [],
        **more,
    }


def put(folder, sequence, period, decisions, previous=START, **more):
    """One publication in the ledger's folder; returns its head."""
    records = [{**opening(sequence, period), **more}, *decisions]
    data, head = chained([*records, {"kind": "end", "decisions": len(decisions)}], previous)
    write_publication(folder, f"{sequence:04d}-{period}", {RECORDS: data})
    return head


def test_a_record_names_the_sha256_of_the_line_before_it():
    data, head = chained([opening(1, "2024"), {"kind": "end", "decisions": 0}], START)
    first, last = data.decode().splitlines()
    assert json.loads(first)["previous"] == START
    assert json.loads(last)["previous"] == sha256(first)
    assert head == sha256(last)


def test_every_single_byte_of_the_records_counts():
    """For every byte of a publication, another value is never accepted."""
    records = [opening(1, "2024"), decision("P1", "select"), {"kind": "end", "decisions": 1}]
    data, head = chained(records, START)
    assert parsed("0001-2024", data, START).head == head
    for place in range(len(data)):
        for other in {data[place] ^ 1, data[place] ^ 0x20, 0x0A} - {data[place]}:
            with pytest.raises(LedgerBroken, match=r"records\.jsonl record \d"):
                parsed("0001-2024", data[:place] + bytes([other]) + data[place + 1 :], START)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        # A changed value: the record that holds it, not the one that follows.
        (lambda lines: [lines[0], lines[1].replace("select", "premie"), *lines[2:]], "record 2"),
        # A changed reference to the record before.
        (
            lambda lines: [lines[0], lines[1].replace(sha256(lines[0]), START), *lines[2:]],
            "record 2",
        ),
        (lambda lines: [lines[0], *lines[2:]], "record 1"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "record 2"),
        (lambda lines: lines[:-1], "record 3"),
        (lambda lines: [*lines, lines[-1]], "record 4"),
        (lambda lines: [" " + lines[0], *lines[1:]], "record 1"),
        (lambda lines: ["[]", *lines[1:]], "record 1"),
        (lambda lines: [lines[0], "{", *lines[2:]], "record 2"),
        (lambda lines: [], "record 1"),
        # The same content in another form, in the one line that no later line covers.
        (lambda lines: [*lines[:-1], lines[-1].replace(":", ": ", 1)], "record 4"),
    ],
)
def test_the_first_record_that_broke_is_named(spoil, named):
    decisions = [decision("P1", "select"), decision("P2", "select")]
    data, _ = chained([opening(1, "2024"), *decisions, {"kind": "end", "decisions": 2}], START)
    spoilt = "".join(f"{line}\n" for line in spoil(data.decode().splitlines())).encode()
    with pytest.raises(LedgerBroken, match=named + ":"):
        parsed("0001-2024", spoilt, START)


def test_the_last_newline_counts():
    data, _ = chained([opening(1, "2024"), {"kind": "end", "decisions": 0}], START)
    with pytest.raises(LedgerBroken, match="does not end with a newline"):
        parsed("0001-2024", data[:-1], START)


def test_only_decisions_stand_between_first_and_last():
    data, _ = chained(
        [opening(1, "2024"), {"kind": "note"}, {"kind": "end", "decisions": 1}], START
    )
    with pytest.raises(LedgerBroken, match="record 2: a record of kind 'note'"):
        parsed("0001-2024", data, START)


def test_a_publication_under_another_name_is_broken(tmp_path):
    put(tmp_path, 1, "2023", [])
    (tmp_path / "0001-2023").rename(tmp_path / "0001-2022")
    with pytest.raises(LedgerBroken, match="name is not its sequence and period"):
        read_ledger(tmp_path)


def test_a_ledger_reads_in_order_and_finds_what_is_gone(tmp_path):
    head = put(tmp_path, 1, "2023", [decision("P1", "select", 2024)])
    last = put(tmp_path, 2, "2024", [decision("P1", "premier")], head)
    ledger = read_ledger(tmp_path)
    assert [p.name for p in ledger.publications] == ["0001-2023", "0002-2024"]
    assert ledger.head == last
    (tmp_path / "0001-2023").rename(tmp_path.parent / "away")
    with pytest.raises(LedgerBroken, match="publication 1 is gone"):
        read_ledger(tmp_path)


def test_a_cut_tail_shows_only_to_who_noted_the_head(tmp_path):
    head = put(tmp_path, 1, "2023", [])
    last = put(tmp_path, 2, "2024", [], head)
    assert chain_faults(tmp_path, last)[1] == []
    assert chain_faults(tmp_path, head)[1] == []  # an earlier head is still one of the chain
    for file in (tmp_path / "0002-2024").iterdir():
        file.unlink()
    (tmp_path / "0002-2024").rmdir()
    assert chain_faults(tmp_path)[1] == []
    (fault,) = chain_faults(tmp_path, last)[1]
    assert last in fault.text and "0001-2023" in fault.text


def test_a_rewritten_tail_is_another_ledger(tmp_path):
    head = put(tmp_path, 1, "2023", [])
    other, _ = chained([opening(1, "2023") | {"by": "x"}, {"kind": "end", "decisions": 0}], START)
    (tmp_path / "0001-2023" / RECORDS).write_bytes(other)
    assert chain_faults(tmp_path, head)[1]


def test_what_does_not_belong_into_the_ledger_is_named(tmp_path):
    put(tmp_path, 1, "2023", [])
    (tmp_path / "0001-2023" / "note.txt").write_text("x")
    (tmp_path / "copy").mkdir()
    (tmp_path / ".0002-2024.new").mkdir()  # left by a killed process: nobody's
    assert [f.place for f in chain_faults(tmp_path)[1]] == [
        "ledger/0001-2023/note.txt",
        "ledger/copy",
    ]


def test_an_unfinished_publication_is_unseen_and_swept_by_the_next(tmp_path):
    unfinished = tmp_path / ".0001-2023.new"
    unfinished.mkdir()
    (unfinished / FILES[0]).write_text("half")
    assert read_ledger(tmp_path).publications == ()
    put(tmp_path, 1, "2023", [])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0001-2023"]


def test_the_latest_publication_counts_as_it_was_known(tmp_path):
    head = put(tmp_path, 1, "2024", [decision("P1", "select")])
    put(tmp_path, 2, "2024", [decision("P1", "premier")], head, known="2025-03-01T00:00:00")
    ledger = read_ledger(tmp_path)

    def tiers(**when):
        return published_rows(in_force(ledger, **when)).tier_assignments["tier"].to_list()

    assert tiers() == ["premier"]
    assert tiers(known_at=ledger.publications[0].known) == ["select"]
    assert tiers(before=2) == ["select"]
    assert tiers(before=1) == []


def test_changes_are_told_by_row_and_amount():
    fact = {"tier": "premier", "criterion": "average"}
    missed = [{**fact, "status": "not_met", "value": "48.0000"}]
    reached = [{**fact, "status": "met", "value": "52.5000"}]
    was = decision("P1", "select", criteria=missed)
    now = decision("P1", "premier", criteria=reached)
    by_column = {(c.item, c.column): (c.before, c.after, c.amount) for c in changes([was], [now])}
    assert by_column["", "tier"] == ("select", "premier", None)
    assert by_column["premier average", "value"] == ("48.0000", "52.5000", "+4.5000")
    assert changes([was], [was]) == []
    (gone,) = changes([was, decision("P2", "select")], [was])
    assert gone.key == ("2025", "P2") and gone.column == "decision"


def dispute(name, partner, program=None):
    return {"dispute_id": name, "partner_id": partner, "program": program, "outcome": "upheld"}


def test_a_disputed_tier_changes_only_with_the_dispute_cited(tmp_path):
    head = put(tmp_path, 1, "2024", [decision("P1", "select"), decision("P2", "select")])
    assert head
    (current,) = read_ledger(tmp_path).publications
    moved = [decision("P1", "premier"), decision("P2", "select")]
    disputes = [dispute("D1", "P1"), dispute("D2", "P2")]
    with pytest.raises(LedgerRefusal, match="D1; add --dispute D1"):
        check_disputes(disputes, moved, current, [])
    check_disputes(disputes, moved, current, ["D1"])
    check_disputes([dispute("D2", "P2")], moved, current, [])  # nobody disputes what moves
    with pytest.raises(LedgerRefusal, match="no dispute D9"):
        check_disputes(disputes, moved, current, ["D1", "D9"])


def test_text_in_a_record_is_text(tmp_path):
    """Line ends, quotes and marks of other alphabets come back as they were."""
    odd = 'a"b\\\n\u2028é\u0000'
    put(tmp_path, 1, "2024", [decision(odd, "select")])
    (publication,) = read_ledger(tmp_path).publications
    assert publication.decisions[0]["row"]["partner_id"] == odd
    assert canonical(odd).count("\n") == 0
