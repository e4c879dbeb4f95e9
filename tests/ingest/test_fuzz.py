"""Whatever a file holds, the landing goes on, counts every row, and leaves the others alone."""

import hashlib
from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.deliveries.delivery import read_pieces
from ingest.deliveries.discover import LandingFile
from ingest.deliveries.settings import Settings
from ingest.judging.contract import entities
from tests.ingest.counts import possible
from tests.ingest.fuzz import fuzz, fuzz_losses

ENTITIES = [spec.name for spec in entities() if spec.name != "usage_events"]
ENDINGS = (".csv", ".json", ".ndjson", ".parquet", ".xlsx", "")
PIECES = st.sampled_from(
    (
        b'"',
        b",",
        b";",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"partner_id",
        b"account_id",
        b"name",
        b"data",
        b"PAR1",
        b"PK\x03\x04",
        b"1.2",
        b"2025-01-01",
        b"\xef\xbb\xbf",
    )
)


def test_spoilt_files_are_counted_and_touch_no_other(tmp_path):
    """Some 200 mutants; the long form is `python -m tests.ingest.fuzz --mutants 10000`."""
    outcome = fuzz(200, seed=20_251_122)
    assert outcome.broken == []
    assert outcome.mutants == 200
    # Both ways out were taken, and most of what was read was counted a second time.
    assert min(outcome.statuses["accepted"], outcome.statuses["refused"]) > 20
    assert outcome.counted > 60


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=40), st.sampled_from(ENTITIES), st.sampled_from(ENDINGS))
def test_no_bytes_end_a_reader(tmp_path_factory, pieces, entity, ending):
    data = b"".join(pieces)
    path = Path(tmp_path_factory.getbasetemp()) / f"any{ending}"
    path.write_bytes(data)
    source = next(spec.source for spec in entities() if spec.name == entity)
    file = LandingFile(
        path,
        f"{source}/{entity}{ending}",
        source,
        entity,
        hashlib.sha256(data).hexdigest(),
        datetime(2025, 1, 1),
    )
    for piece in read_pieces([file], Settings()):
        read, accepted, quarantined, duplicate = piece.counts
        assert read == accepted + quarantined + duplicate
        allowed = possible(data, ending)
        if piece.refusal is None and allowed is not None and ending:
            assert read in allowed


def test_no_good_file_loses_most_of_its_rows_unseen():
    assert fuzz_losses(6, seed=3) == []
