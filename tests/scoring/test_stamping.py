"""When a publication existed, and what somebody who backdates one must still break
(docs/ledger.md)."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import stamping as asking
from orchestration.settings import locations
from scoring.ledger import moments, stamping, vouching
from scoring.ledger.files import MADE, RECORDS, read_ledger, write_publication
from scoring.ledger.integrity import chain_faults
from scoring.ledger.records import LedgerRefusal
from tests.scoring.test_vouching import forged, records
from tests.scoring.time_authority import OPENSSL, Authority, authority, serving

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="OpenSSL is not installed")
NAME = "0001-2024"
AT = datetime(2025, 2, 3, 10, 0)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority") / "trusted", "Trusted")


@pytest.fixture
def place(tmp_path, trusted):
    """A ledger of one publication with its moment and a stamp of the trusted authority."""
    data, _ = records()
    write_publication(tmp_path / "ledger", NAME, {RECORDS: data})
    note(tmp_path)
    stamp(tmp_path, trusted)
    return tmp_path


def note(place: Path) -> None:
    [publication] = read_ledger(place / "ledger").publications
    statement = vouching.statement(publication.name, publication.opening, publication.head, AT)
    (place / "ledger" / NAME / MADE).write_bytes(moments.note(statement))


def stamp(place: Path, by: Authority, head: str | None = None) -> Path:
    head = head or read_ledger(place / "ledger").head
    data = by.answer(stamping.request_of(head).as_bytes())
    return stamping.add(place / "ledger" / NAME, data)


def vouched(place: Path, by: Authority):
    ledger, faults = chain_faults(place / "ledger")
    assert faults == []
    good, faults = stamping.stamps(place / "ledger", ledger.publications, by.roots)
    return good, [fault.text for fault in faults]


def test_a_stamp_names_its_authority_and_moment(place, trusted):
    [good], faults = vouched(place, trusted)
    assert faults == [] and good.authority == "CN=Trusted time"
    now = datetime.now(UTC).replace(tzinfo=None)
    assert abs(datetime.fromisoformat(good.at) - now) < timedelta(hours=1)


def test_a_stamp_is_read_by_openssl_too(place, trusted):
    head = place / "head"
    head.write_text(read_ledger(place / "ledger").head, "utf-8")
    words = ["ts", "-verify", "-data", head, "-in", place / "ledger" / NAME / "stamped-01.tsr"]
    words += ["-CAfile", trusted.roots]
    done = subprocess.run([OPENSSL, *words], capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr


@pytest.mark.parametrize("changes", [{"by": "Eve"}, {"on": "2024-12-31"}, {"tier": "premier"}])
def test_a_ledger_written_anew_has_no_stamp(place, trusted, changes):
    forged(place, **changes)
    good, faults = vouched(place, trusted)
    assert good == [] and "does not hold" in faults[0] and "no authority" in faults[1]


def test_who_takes_the_stamp_away_is_seen(place, trusted):
    (place / "ledger" / NAME / "stamped-01.tsr").unlink()
    good, faults = vouched(place, trusted)
    assert good == [] and len(faults) == 1 and "no authority" in faults[0]


def test_who_stamps_anew_cannot_have_an_earlier_moment(place, trusted):
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=1)
    forged(place, by="Eve")
    (place / "ledger" / NAME / "stamped-01.tsr").unlink()
    stamp(place, trusted)
    [good], faults = vouched(place, trusted)
    assert faults == [] and datetime.fromisoformat(good.at) > before


def test_an_authority_of_ones_own_is_not_trusted(place, trusted, tmp_path):
    forged(place, by="Eve")
    (place / "ledger" / NAME / "stamped-01.tsr").unlink()
    own = authority(tmp_path / "own", "Trusted")
    stamp(place, own)
    good, faults = vouched(place, trusted)
    assert good == [] and "does not hold" in faults[0]
    assert vouched(place, own)[0]


def test_a_certificate_for_something_else_stamps_nothing(place, trusted, tmp_path):
    plain = authority(tmp_path / "plain", "Plain", use="plain")
    with pytest.raises(RuntimeError):
        stamp(place, plain)


def test_every_changed_byte_of_a_stamp_is_seen_or_changes_nothing(place, trusted):
    file = place / "ledger" / NAME / "stamped-01.tsr"
    data = file.read_bytes()
    [good], _ = vouched(place, trusted)
    for spot in range(0, len(data), 97):
        file.write_bytes(data[:spot] + bytes([data[spot] ^ 0x20]) + data[spot + 1 :])
        vouchers, faults = vouched(place, trusted)
        assert faults or vouchers == [good], spot


def test_without_authorities_no_stamp_is_needed(place):
    ledger, _ = chain_faults(place / "ledger")
    assert stamping.stamps(place / "ledger", ledger.publications, None) == ([], [])


@pytest.mark.parametrize(
    "text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"]
)
def test_a_list_without_certificates_is_refused_by_name(tmp_path, text):
    file = tmp_path / stamping.AUTHORITIES
    file.write_text(text, "utf-8")
    with pytest.raises(LedgerRefusal, match="PEM"):
        stamping.trusted(file)


def test_the_moment_of_the_machine_stands_beside_the_stated_day(place):
    ledger = read_ledger(place / "ledger")
    [made], faults = moments.moments(place / "ledger", ledger.publications)
    assert faults == [] and (made.on, made.at) == ("2025-02-01", "2025-02-03T10:00:00")


@pytest.mark.parametrize("column", ["at", "on", "by", "head"])
def test_a_changed_moment_is_seen(place, column):
    file = place / "ledger" / NAME / MADE
    record = json.loads(file.read_bytes())
    record["statement"][column] = "2024-01-01T00:00:00"
    file.write_text(json.dumps(record), "utf-8")
    ledger, faults = chain_faults(place / "ledger")
    made, faults = moments.moments(place / "ledger", ledger.publications)
    assert made == [] and "not what was written" in faults[0].text


def test_a_moment_rewritten_with_its_digest_is_a_claim_beside_the_stamp(place, trusted):
    """Nothing prevents it; the stamp beside it is unchanged."""
    before = vouched(place, trusted)
    [publication] = read_ledger(place / "ledger").publications
    statement = vouching.statement(
        publication.name, publication.opening, publication.head, datetime(2024, 1, 1)
    )
    (place / "ledger" / NAME / MADE).write_bytes(moments.note(statement))
    [made], faults = moments.moments(place / "ledger", [publication])
    assert faults == [] and made.at == "2024-01-01T00:00:00"
    assert vouched(place, trusted) == before and before[0][0].at > made.at


def test_a_stated_day_rewritten_with_its_digest_is_not_the_ledgers(place):
    [publication] = read_ledger(place / "ledger").publications
    opening = {**publication.opening, "on": "2024-01-01"}
    statement = vouching.statement(publication.name, opening, publication.head, AT)
    (place / "ledger" / NAME / MADE).write_bytes(moments.note(statement))
    made, faults = moments.moments(place / "ledger", [publication])
    assert made == [] and "the ledger has 2025-02-01" in faults[0].text


@pytest.fixture
def places(place, monkeypatch, trusted):
    """The places of a command whose policy set trusts the authority."""
    policy = place / "policy"
    policy.mkdir()
    shutil.copy(trusted.roots, policy / stamping.AUTHORITIES)
    monkeypatch.setattr(asking, "hold_program", lambda places: None)
    return locations(place / "landing", place / "plumbline.duckdb", place / "site", str(policy))


def test_an_authority_is_asked_over_http(places, trusted):
    with serving(trusted) as url:
        written = asking.stamp(places, "2024", url)
    assert written.name == "stamped-02.tsr"
    assert len(vouched(places.ledger.parent, trusted)[0]) == 2


def test_an_answer_to_another_question_is_not_taken(places, trusted, monkeypatch):
    other = trusted.answer(stamping.request_of(read_ledger(places.ledger).head).as_bytes())
    with (
        serving(SimpleNamespace(answer=lambda body: other)) as url,
        pytest.raises(LedgerRefusal, match="Nonce"),
    ):
        asking.stamp(places, "2024", url)


def test_what_is_no_answer_is_refused_by_name(places, trusted):
    with (
        serving(trusted, kind="text/html") as url,
        pytest.raises(LedgerRefusal, match="text/html"),
    ):
        asking.stamp(places, "2024", url)
    with pytest.raises(LedgerRefusal, match="gives no stamp"):
        asking.stamp(places, "2024", "http://127.0.0.1:9/")
    with pytest.raises(LedgerRefusal, match="2023 is not published"), serving(trusted) as url:
        asking.stamp(places, "2023", url)
    big = SimpleNamespace(answer=lambda body: b"\x00" * (asking.LARGEST + 1))
    with serving(big) as url, pytest.raises(LedgerRefusal, match="more than"):
        asking.stamp(places, "2024", url)
