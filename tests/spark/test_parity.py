"""DuckDB and Spark agree: every mart, and all that lies between, row by row and to 4 places.

Belongs here: that it is asked of Spark. Does not: the tests, which every engine passes
(tests/engines), or whether DuckDB's own answer is right (tests/oracle).
"""

from __future__ import annotations

import pytest

from orchestration import settings
from tests.engines.both import SameRows


class TestSpark(SameRows):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> str:
        """Spark needs nothing but its environment."""
        return settings.SPARK
