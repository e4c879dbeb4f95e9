"""Anybody can be erased from random programs, and everything that was published still verifies."""

import pytest

from tests.orchestration.erased_programs import wrong
from tests.quick_run import models


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return models(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize(("seed", "earlier"), [(3, False), (11, True)])
def test_everything_published_verifies_without_them(tmp_path, compiled, seed, earlier):
    """`python -m tests.orchestration.erased_programs` is the long form. `earlier`: published by a
    release in which people landed as delivered."""
    assert wrong(tmp_path, seed, compiled, earlier=earlier) == []
