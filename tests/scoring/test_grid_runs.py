"""What-if answers as the pipeline would: a few variants of the grid of 1,000, drawn by chance.

Belongs here: the short form of grid_runs.py, which says how the long one is run.
Does not: what-if's own rules (test_whatif.py).
"""

from __future__ import annotations

from math import prod

import pytest

from tests.scoring.grid_runs import VALUES, differences, variants

DRAWN = variants(sample=2, seed=11)


def test_the_grid_has_a_thousand_variants():
    assert prod(map(len, VALUES.values())) == 1_000
    assert len({tuple(each.values()) for each in variants(1_000, seed=1)}) == 1_000


@pytest.mark.parametrize("variant", DRAWN, ids=lambda each: "-".join(map(str, each.values())))
def test_what_if_says_what_a_full_run_does(demo_run, tmp_path, variant):
    assert differences(demo_run.serving, variant, tmp_path) == []
