"""Files and folders that appear whole or not at all, on a full disk and under kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest import atomic

FOREVER = """
import sys
from pathlib import Path
from ingest.atomic import new_folder, replace
turn = 0
while True:
    turn += 1
    with new_folder(Path(sys.argv[1])) as fresh:
        for name in "abcdefgh":
            replace(fresh / name, (f"{turn} " * 20_000).encode())
    print(turn, flush=True)
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_folder_is_replaced_at_once_and_keeps_what_is_not_ours(tmp_path):
    folder = tmp_path / "out"
    with atomic.new_folder(folder) as fresh:
        assert atomic.replace(fresh / "a", b"1") and not folder.exists()
    (folder / "mine").write_bytes(b"stays")
    (folder / "deep").mkdir()
    (folder / "deep" / "too").write_bytes(b"stays")
    with atomic.new_folder(folder) as fresh:
        assert not atomic.replace(fresh / "a", b"1")
        assert atomic.replace(fresh / "b", b"2")
        assert sorted(path.name for path in folder.iterdir()) == ["a", "deep", "mine"]
    assert (folder / "deep" / "too").read_bytes() == b"stays"
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "deep", "mine"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_block_that_ends_badly_leaves_what_was_there(tmp_path):
    folder = tmp_path / "out"
    with atomic.new_folder(folder) as fresh:
        atomic.replace(fresh / "a", b"1")
    with pytest.raises(ZeroDivisionError), atomic.new_folder(folder) as fresh:
        atomic.replace(fresh / "a", b"other")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), atomic.new_file(folder / "a") as file:
        file.write_bytes(b"half")
        raise ZeroDivisionError
    assert contents(folder) == {"a": b"1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_an_exchange_of_names_an_earlier_folder_is_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "_exchanged", lambda one, other: False)
    folder = tmp_path / "out"
    for turn in (b"1", b"2"):
        with atomic.new_folder(folder) as fresh:
            atomic.replace(fresh / "a", turn)
    assert contents(folder) == {"a": b"2"}
    # As a process that is gone would leave it between its two renames.
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder.rename(tmp_path / f".out.{gone.pid}.old")
    with atomic.new_folder(folder) as fresh:
        assert (fresh / "a").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_kills_leave_one_state_and_no_mixture(tmp_path):
    folder = tmp_path / "out"
    for turn in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", FOREVER, str(folder)], stdout=subprocess.PIPE
        )
        process.stdout.readline()
        time.sleep(0.01 * turn + 0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        files = contents(folder)
        assert sorted(files) == list("abcdefgh")
        assert len(set(files.values())) == 1
    with atomic.new_folder(folder):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True
    )
    if made.returncode:
        pytest.skip("only who may mount has a disk to fill")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_by_file_and_leaves_the_earlier_output(small_disk):
    folder = small_disk / "out"
    with atomic.new_folder(folder) as fresh:
        atomic.replace(fresh / "a", b"1")
        atomic.replace(fresh / "b", b"1")
    with (
        pytest.raises(OSError, match="No space left") as caught,
        atomic.new_folder(folder) as fresh,
    ):
        atomic.replace(fresh / "a", b"2")
        atomic.replace(fresh / "b", bytes(2 << 20))
    assert caught.value.filename == str(folder / "b")
    assert contents(folder) == {"a": b"1", "b": b"1"}
    with pytest.raises(OSError, match="No space left"):
        atomic.write_file(folder / "a", bytes(2 << 20))
    assert contents(folder) == {"a": b"1", "b": b"1"}
    assert [path.name for path in small_disk.iterdir()] == ["out"]
