"""What verify says about each way in which a recomputation can differ, without a warehouse."""

import pytest

from scoring.ledger.files import DELIVERIES, POLICY, RECORDS, lines, write_publication
from scoring.ledger.records import START, chained, sha256
from scoring.ledger.verify import check_files, verify
from tests.scoring.test_ledger import decision, opening

DELIVERED = {
    "delivery_id": "d",
    "file": "crm/accounts.csv",
    "sha256": "0" * 64,
    "received_at": "2025-01-06",
    "rows_accepted": 3,
    "status": "accepted",
}
PUBLISHED = [decision("P1", "select"), decision("P2", "premier")]


@pytest.fixture
def place(tmp_path):
    """A ledger of one publication with its policy and deliveries; the raw store is empty."""
    written = {POLICY: b"{}", DELIVERIES: lines([DELIVERED])}
    first = {
        **opening(1, "2024"),
        "policy": {"sha256": sha256(written[POLICY])},
        "deliveries": {"sha256": sha256(written[DELIVERIES])},
        "code_version": "a" * 64,
    }
    written[RECORDS], _ = chained([first, *PUBLISHED, {"kind": "end", "decisions": 2}], START)
    write_publication(tmp_path / "ledger", "0001-2024", written)
    return tmp_path


def faults(place, decisions, landed=(DELIVERED,), code="a" * 64):
    ledger, checked = check_files(place / "ledger", place / "raw", lambda rows: [])
    assert checked.faults == []
    checked = verify(ledger, checked, None, lambda *_: (decisions, list(landed)), code)
    return [fault.text for fault in checked.faults]


def test_the_same_decisions_hold(place):
    assert faults(place, PUBLISHED) == []
    assert faults(place, list(reversed(PUBLISHED))) == []


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ([PUBLISHED[0], decision("P2", "select")], "record 3: computed again it differs"),
        ([PUBLISHED[1]], "record 2: 2025/P1 has no such decision"),
        ([*PUBLISHED, decision("P3", "select")], "lacks decisions: 2025/P3"),
        (
            [{**PUBLISHED[0], "evidence_digest": "x"}, PUBLISHED[1]],
            "the same row on other evidence",
        ),
    ],
)
def test_the_first_record_that_differs_is_named(place, decisions, words):
    (fault,) = faults(place, decisions)
    assert words in fault and "the version of then" not in fault


def test_a_difference_under_other_code_says_so(place):
    (fault,) = faults(place, [PUBLISHED[1]], code="b" * 64)
    assert "use the version of then" in fault


@pytest.mark.parametrize("landed", [(), ({**DELIVERED, "rows_accepted": 2},)])
def test_a_delivery_that_lands_otherwise_is_named(place, landed):
    (fault,) = faults(place, PUBLISHED, landed)
    assert fault.startswith("crm/accounts.csv: landed as")


def test_what_can_not_be_computed_is_a_fault(place):
    def broken(*_):
        raise ValueError("no such parameter")

    ledger, checked = check_files(place / "ledger", place / "raw", lambda rows: [])
    (fault,) = verify(ledger, checked, None, broken, "a" * 64).faults
    assert "not computed: no such parameter" in fault.text


@pytest.mark.parametrize("name", [POLICY, DELIVERIES])
def test_a_changed_snapshot_is_named_and_nothing_computed(place, name):
    (place / "ledger" / "0001-2024" / name).write_bytes(b"[]")
    ledger, checked = check_files(place / "ledger", place / "raw", lambda rows: [])
    (fault,) = verify(ledger, checked, None, lambda *_: 1 / 0, "a" * 64).faults
    assert f"ledger/0001-2024/{name}" in fault.text


def test_a_kept_file_that_is_not_its_name_is_named(place):
    (place / "raw").mkdir()
    (place / "raw" / sha256("x")).write_text("x")
    (place / "raw" / sha256("y")).write_text("z")
    (place / "raw" / ".half.12").write_text("an unfinished copy is nobody's")
    _, checked = check_files(place / "ledger", place / "raw", lambda rows: [])
    assert [fault.place for fault in checked.faults] == [f"raw/{sha256('y')}"]
