"""The demonstration program on a session of Spark on this machine, by the command.

Belongs here: what `make test-spark` asks of a local session. CI asks the same of a cluster
(test_cluster.py) and runs random programs on a local session (test_parity.py). Does not: the tests,
which every engine passes (tests/engines).
"""

from __future__ import annotations

import pytest

from orchestration import settings
from tests.engines.both import SameDemonstration


class TestLocally(SameDemonstration):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> str:
        """Spark needs nothing but its environment."""
        return settings.SPARK
