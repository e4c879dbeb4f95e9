"""A shared fixture is made once, by one of those who need it, whole, and is there for all of
them."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.once import once


def test_one_makes_it_and_all_wait_until_it_is_whole(tmp_path):
    made: list[Path] = []

    def make(home: Path) -> None:
        made.append(home)
        (home / "first").touch()
        time.sleep(0.2)
        (home / "last").touch()

    def want(_: int) -> list[str]:
        home = once(tmp_path / "what", make)
        return sorted(path.name for path in home.iterdir())

    with ThreadPoolExecutor(4) as pool:
        views = list(pool.map(want, range(4)))
    assert made == [tmp_path / "what"]
    assert views == [["done", "first", "last"]] * 4


def test_what_failed_is_made_again(tmp_path):
    def fail(home: Path) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        once(tmp_path / "what", fail)
    home = once(tmp_path / "what", lambda home: (home / "made").touch())
    assert sorted(path.name for path in home.iterdir()) == ["done", "made"]
