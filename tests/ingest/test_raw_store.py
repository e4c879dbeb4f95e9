"""Kept deliveries name people: nobody but the account that keeps them may open them."""

import hashlib
import os
import stat

import pytest

from ingest.deliveries.raw_store import keep, keep_file, on_disk


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_by_default():
    """Whatever the account's own habit is."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_kept_is_closed_to_others(tmp_path):
    store, data = tmp_path / "raw", b"contact_id,email\n1,kim@example.com\n"
    keep(store, hashlib.sha256(data).hexdigest(), data)
    big = tmp_path / "big.csv"
    big.write_bytes(data * 2)
    keep_file(store, hashlib.sha256(data * 2).hexdigest(), big)
    assert mode(store) == 0o700
    assert sorted(mode(path) for path in store.iterdir()) == [0o600, 0o600]


def test_a_store_that_was_open_is_closed_by_the_next_landing(tmp_path):
    store = tmp_path / "raw"
    store.mkdir(mode=0o755)
    (store / ("0" * 64)).write_bytes(b"x")
    assert mode(store / ("0" * 64)) == 0o666
    on_disk(store)
    assert (mode(store), mode(store / ("0" * 64))) == (0o700, 0o600)


def test_a_run_lands_with_its_store_closed(zone):
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n")
    zone.land()
    assert mode(zone.store) == 0o700
    assert {mode(path) for path in zone.store.iterdir()} == {0o600}
