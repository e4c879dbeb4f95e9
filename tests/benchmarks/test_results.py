"""What benchmarks measured is kept, shown as it was measured, and never typed by hand.

Belongs here: the recorder, the report, the ceilings. Does not: any timing.
"""

import sys

import pytest

from benchmarks import measure, report, results
from benchmarks.measure import Contender, alternate
from benchmarks.results import Case, Measured, keep, kept_cases

PAGE = "Before.\n<!-- results: usage -->\nold figures\n<!-- end of results -->\nAfter.\n"


def _case(size, *contenders, baseline="base"):
    return Case(f"{size} events", size, baseline, list(contenders), "python -m benchmarks.usage")


def test_a_case_is_kept_over_its_older_self_and_read_back_by_size(tmp_path):
    keep("usage", _case(100, Measured("base", [9.0], [9.0], [9.0])), tmp_path)
    keep("usage", _case(10, Measured("base", [1.0], [1.0], [1.0])), tmp_path)
    newer = _case(100, Measured("base", [8.0, 7.0, 6.0], [1.0] * 3, [2.0] * 3))
    keep("usage", newer, tmp_path)
    assert [c.size for c in kept_cases("usage", tmp_path)] == [10, 100]
    assert kept_cases("usage", tmp_path)[1] == newer
    assert kept_cases("never_run", tmp_path) == []


def test_the_page_holds_what_was_kept_and_its_own_words(tmp_path):
    ours = Measured("ours", [2.0, 4.0, 3.0], [5.0, 5.0, 5.0], [70.0, 90.0, 80.0])
    base = Measured("base", [6.0, 6.0, 6.0], [1.0, 1.0, 1.0], [10.0, 10.0, 10.0])
    gone = Measured("other", [0.5], [0.5], [999.0], "out of memory")
    keep("usage", _case(10, ours, base, gone), tmp_path)
    (tmp_path / "images").mkdir()
    for name in report.PAGES:
        (tmp_path / name).write_text(PAGE if name == "performance.md" else "", "utf-8")
    report.write(tmp_path, tmp_path)
    text = (tmp_path / "performance.md").read_text("utf-8")
    assert text.startswith("Before.\n") and text.endswith("After.\n") and "old figures" not in text
    assert "| ours | 3.00 | 2.00 to 4.00 | 5.00 | 90 | 0.50 |" in text
    assert "| other | out of memory |  |  | 999 |  |" in text
    assert not list((tmp_path / "images").iterdir())
    keep("usage", _case(100, ours, base, gone), tmp_path)
    report.write(tmp_path, tmp_path)
    first = (tmp_path / "images/bench-usage.svg").read_text("utf-8")
    assert first.startswith("<svg") and "other" not in first
    report.write(tmp_path, tmp_path)
    assert (tmp_path / "images/bench-usage.svg").read_text("utf-8") == first


def test_no_ratio_against_a_baseline_that_did_not_finish():
    ours, base = Measured("ours", [2.0], [2.0], [2.0]), Measured("base", [1.0], [1.0], [9.0], "x")
    assert _case(1, ours, base).ratio(ours) is None


def test_what_starting_up_takes_is_left_out_of_those_that_do_start():
    ours, base = Measured("ours", [5.0], [9.0], [5.0]), Measured("base", [8.0], [10.0], [8.0])
    start = Measured("start", [3.0], [4.0], [3.0])
    samples = [ours, base, start]
    plain = Case("1 event", 1, "base", samples, "x", start_up="start", starting=["ours"])
    assert plain.ratio_beyond_start_up(ours) == 0.25
    assert plain.ratio_beyond_start_up(base) is None
    starting = Case("1 event", 1, "base", samples, "x", start_up="start", starting=["ours", "base"])
    assert starting.ratio_beyond_start_up(ours) == 0.4
    assert starting.ratio_beyond_start_up(ours, "work") == pytest.approx(5 / 6)
    first, _, row, *_ = report.table(plain).splitlines()
    assert first.endswith("| ratio | beyond start-up | its work |")
    assert row.endswith("| 0.62 | 0.25 | 0.50 |")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise MemoryError", "out of memory"),
        ("import os; os.kill(os.getpid(), 9)", "out of memory"),
        ("import time; time.sleep(60)", "stopped after 0 minutes"),
        ("x = bytearray(200 << 20); import time; time.sleep(60)", "stopped above 0 GiB"),
        ("pass", None),
    ],
)
def test_a_contender_that_does_not_finish_is_reported_as_that(monkeypatch, code, expected):
    monkeypatch.setattr(measure, "MOST_SECONDS", 1 if "0 minutes" in str(expected) else 60)
    monkeypatch.setattr(measure, "MOST_MEMORY_SHARE", 0.1 / measure.memory_gib())
    contender = Contender("one", [sys.executable, "-c", code])
    alternate([contender], 2)
    assert contender.outcome == expected
    assert len(contender.seconds) == (2 if expected is None else 1)


def test_a_contender_with_a_fault_of_its_own_is_an_error():
    with pytest.raises(RuntimeError, match="ValueError: broken"):
        alternate([Contender("one", [sys.executable, "-c", "raise ValueError('broken')"])], 1)


def test_every_block_of_the_page_has_its_results():
    page = (report.DOCS / "performance.md").read_text("utf-8")
    for _, name, _ in report.BLOCK.findall(page):
        assert report.block(name, results.kept_cases(name)) in page
