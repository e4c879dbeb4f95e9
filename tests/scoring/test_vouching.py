"""Who vouches for a publication, and what each forger must still break (docs/ledger.md)."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from scoring.ledger import vouching
from scoring.ledger.files import RECORDS, read_ledger, write_publication
from scoring.ledger.integrity import chain_faults
from scoring.ledger.records import START, LedgerRefusal, chained
from tests.scoring.test_ledger import decision, opening

pytestmark = pytest.mark.skipif(
    shutil.which(vouching.PROGRAM) is None, reason="OpenSSH is not installed"
)
AT = datetime(2025, 2, 3, 10, 0)


def key(folder: Path, name: str) -> Path:
    path = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True
    )
    return path


def allowed(folder: Path, *keys: tuple[str, Path, str]) -> Path:
    """A list of signers: identity, key, and options such as valid-before."""
    lines = [
        f"{identity} {options}{path.with_name(path.name + '.pub').read_text('utf-8')}"
        for identity, path, options in keys
    ]
    file = folder / vouching.SIGNERS
    file.write_text("".join(lines), "utf-8")
    return file


def records(tier: str = "select", **changes: str) -> tuple[bytes, str]:
    first = {**opening(1, "2024"), "by": "Ann", "on": "2025-02-01", "reason": None, **changes}
    return chained([first, decision("P1", tier), {"kind": "end", "decisions": 1}], START)


@pytest.fixture
def place(tmp_path):
    """A ledger of one publication for which Ann vouches; Bob may, Eve may not."""
    for name in ("ann", "bob", "eve"):
        key(tmp_path, name)
    signers = allowed(
        tmp_path,
        ("ann@example.com", tmp_path / "ann", ""),
        ("bob@example.com", tmp_path / "bob", ""),
    )
    data, _ = records()
    write_publication(tmp_path / "ledger", "0001-2024", {RECORDS: data})
    vouch(tmp_path, "ann", signers)
    return tmp_path


def vouch(place: Path, name: str, signers: Path | None, at: datetime = AT) -> Path:
    ledger = read_ledger(place / "ledger")
    [publication] = ledger.publications
    statement = vouching.statement(publication.name, publication.opening, publication.head, at)
    return vouching.add(
        place / "ledger" / publication.name, vouching.signed(statement, place / name, signers)
    )


def vouched(place: Path, signers: Path | None = None):
    ledger, faults = chain_faults(place / "ledger")
    assert faults == []
    names, faults = vouching.vouchers(
        place / "ledger", ledger.publications, signers or place / vouching.SIGNERS
    )
    return [(v.identity, v.at) for v in names], [fault.text for fault in faults]


def keys(place: Path) -> list[str]:
    """The fingerprints that `verify` names beside who vouched."""
    publications = read_ledger(place / "ledger").publications
    good, _ = vouching.vouchers(place / "ledger", publications, place / vouching.SIGNERS)
    assert all(one.key in one.text for one in good)
    return [one.key for one in good]


def fingerprint(key: Path) -> str:
    """As OpenSSH itself names a key, for somebody to note elsewhere."""
    words = ["ssh-keygen", "-l", "-f", str(key.with_name(f"{key.name}.pub"))]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[1]


def forged(place: Path, **changes) -> None:
    """The records written anew, with everything chained as it must be."""
    data, _ = records(**changes)
    (place / "ledger" / "0001-2024" / RECORDS).write_bytes(data)


def test_who_vouched_and_when_is_named(place):
    vouch(place, "bob", place / vouching.SIGNERS, datetime(2025, 2, 4))
    assert vouched(place) == (
        [("ann@example.com", "2025-02-03T10:00:00"), ("bob@example.com", "2025-02-04T00:00:00")],
        [],
    )


@pytest.mark.parametrize(
    "changes", [{"by": "Eve"}, {"on": "2024-12-31"}, {"reason": "asked"}, {"tier": "premier"}]
)
def test_a_ledger_written_anew_has_nobody_who_vouches(place, changes):
    forged(place, **changes)
    names, faults = vouched(place)
    assert names == [] and "it vouches for" in faults[0] and "nobody whom" in faults[1]


def test_a_ledger_written_anew_and_signed_by_somebody_else(place):
    forged(place, by="Eve")
    (place / "ledger/0001-2024/vouched-01.json").unlink()
    vouch(place, "eve", None)
    names, faults = vouched(place)
    assert names == [] and "no key of" in faults[0] and "nobody whom" in faults[1]


def test_a_statement_taken_away_or_changed(place):
    file = place / "ledger/0001-2024/vouched-01.json"
    record = json.loads(file.read_text("utf-8"))
    record["statement"]["at"] = "2024-01-01T00:00:00"
    file.write_text(json.dumps(record), "utf-8")
    assert vouched(place)[0] == []
    file.unlink()
    names, faults = vouched(place)
    assert names == [] and len(faults) == 1 and "nobody whom" in faults[0]


def test_a_signature_for_another_purpose_does_not_count(place):
    file = place / "ledger/0001-2024/vouched-01.json"
    record = json.loads(file.read_text("utf-8"))
    text = place / "text"
    text.write_text(vouching.canonical(record["statement"]), "utf-8")
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(place / "ann"), "-n", "file", str(text)],
        check=True,
        capture_output=True,
    )
    record["signature"] = text.with_name("text.sig").read_text("utf-8")
    file.write_text(json.dumps(record), "utf-8")
    assert vouched(place)[0] == []


def test_who_also_writes_the_list_of_signers_is_seen_by_ones_own_list(place, tmp_path):
    own = place / "own"
    own.mkdir()
    mine = allowed(own, ("ann@example.com", place / "ann", ""))
    forged(place, by="Eve")
    (place / "ledger/0001-2024/vouched-01.json").unlink()
    theirs = allowed(place, ("ann@example.com", place / "eve", ""))
    vouch(place, "eve", theirs)
    assert vouched(place)[1] == []
    assert keys(place) == [fingerprint(place / "eve")] != [fingerprint(place / "ann")]
    names, faults = vouched(place, mine)
    assert names == [] and faults


def test_a_key_vouches_in_its_time_only(place):
    signers = allowed(place, ("ann@example.com", place / "ann", 'valid-before="20250101Z" '))
    names, faults = vouched(place, signers)
    assert names == [] and "valid at 20250203100000Z" in faults[0]
    with pytest.raises(LedgerRefusal, match="no key of"):
        vouch(place, "ann", signers)
    with pytest.raises(LedgerRefusal, match="does not sign"):
        vouch(place, "none", signers)


def test_an_expired_key_that_states_an_earlier_moment_has_to_be_taken_off(place):
    """The moment is its owner's claim, so that `valid-before` alone does not stop them."""
    ended = ("ann@example.com", place / "ann", 'valid-before="20250101Z" ')
    (place / "ledger/0001-2024/vouched-01.json").unlink()
    forged(place, tier="premier")
    vouch(place, "ann", allowed(place, ended), datetime(2024, 12, 31))
    assert vouched(place) == ([("ann@example.com", "2024-12-31T00:00:00")], [])
    names, faults = vouched(place, allowed(place, ("bob@example.com", place / "bob", "")))
    assert names == [] and "no key of" in faults[0]


def test_an_allowed_signers_key_vouches_for_whatever_it_signs(place):
    """Only a stamp stops this (test_stamping.py)."""
    (place / "ledger/0001-2024/vouched-01.json").unlink()
    forged(place, tier="premier")
    vouch(place, "ann", place / vouching.SIGNERS)
    assert vouched(place) == ([("ann@example.com", "2025-02-03T10:00:00")], [])


def test_without_signers_nobody_need_vouch(place):
    ledger, _ = chain_faults(place / "ledger")
    assert vouching.vouchers(place / "ledger", ledger.publications, None) == ([], [])
