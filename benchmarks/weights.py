"""`python -m benchmarks.weights`: the weight of each page and of the earlier build's same page.

Belongs here: bytes and rows of pages that both builds make. Does not: the earlier build
(reference.py), or clocks (pages.py).

Both builds make their site from the landing zone that the earlier build's `demo` writes at 300
partners. The rows of a page's tables stand beside its bytes, since a page may list more of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.places import workplace
from benchmarks.quick import WHOLE, Pair
from benchmarks.reference import NoReference, reference

HEAD = ("page", "KB before", "KB now", "share", "rows before", "rows now")


def weights(earlier: Path, ours: Path) -> list[tuple[str, int, int, int, int]]:
    """(page, bytes before, bytes now, rows of tables before, rows now) of every page that both
    sites have at their top, the page that grew most first."""
    weighed = []
    for page in earlier.glob("*.html"):
        now = ours / page.name
        if now.exists():
            texts = page.read_bytes(), now.read_bytes()
            before, after = texts
            rows = before.count(b"<tr"), after.count(b"<tr")
            weighed.append((page.name, len(before), len(after), *rows))
    return sorted(weighed, key=lambda one: (-one[2] / one[1], one[0]))


def main() -> int:
    """Run both builds cold and print a line per page; exit code 1 without the earlier build."""
    try:
        reference()
    except NoReference as error:
        print(f"Pages were not weighed: {error}", file=sys.stderr)
        return 1
    with workplace() as work:
        pair = Pair(work, WHOLE)
        pair.cold()
        lines = weights(pair.kept("earlier") / "site", pair.kept("ours") / "site")
    print(f"| {' | '.join(HEAD)} |\n| --- |{' --: |' * (len(HEAD) - 1)}")
    for page, before, now, rows_before, rows in lines:
        cells = (f"{before / 1000:.0f}", f"{now / 1000:.0f}", f"{now / before:.2f}")
        print(f"| {' | '.join((page, *cells, str(rows_before), str(rows)))} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
