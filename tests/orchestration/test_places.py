"""A run's places are its own: the process that started it keeps none of them."""

from __future__ import annotations

import os

import pytest

from orchestration.settings import VARIABLES, locations


def test_a_runs_places_are_gone_after_it(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLES["policy"], raising=False)
    monkeypatch.setenv(VARIABLES["site"], "elsewhere")
    before = {name: os.environ.get(name) for name in VARIABLES.values()}
    places = locations(tmp_path, tmp_path / "w.duckdb", tmp_path / "site", "other")
    with pytest.raises(ZeroDivisionError), places.exported():
        assert os.environ[VARIABLES["policy"]] == "other"
        assert locations() == places
        raise ZeroDivisionError
    assert {name: os.environ.get(name) for name in VARIABLES.values()} == before
