"""DuckDB and Snowflake's text, driver and dbt agree on fakesnow, row by row and to 4 places.

fakesnow is DuckDB inside: this shows that the models' Snowflake SQL is read, that its driver
carries rows there and back, and that what sqlglot makes of that SQL is what DuckDB's own text says.
It shows nothing of Snowflake's own semantics or speed.

Belongs here: the server, what it is left with, what it is made to do otherwise. Does not: the tests
that every engine passes (tests/engines), or how Snowflake's text is written (test_text.py).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.dbt import manifest_json
from orchestration.engines.snowflake import snowflake_python
from orchestration.engines.steps import EngineMissing
from orchestration.engines.tables import put_out_sources, write_for_snowflake
from orchestration.warehouse import connect
from tests.engines.both import SameDemonstration, SameRows

from .server import FAKE, PYTHON, running
from .text import check_names, check_text, statements


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Where fakesnow is, also in the environment."""
    with (
        running(tmp_path_factory.mktemp("fakesnow") / "requests.log") as variables,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


ASK = """
import contextlib
from remote_snowflake_session import connect
with contextlib.closing(connect()) as con:
    shown = con.cursor().execute("show schemas in database company").fetchall()
print(sorted(row[1].lower() for row in shown))
"""


class TestSnowflake(SameDemonstration, SameRows):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, server) -> str:
        """Snowflake, whose place fakesnow takes."""
        return settings.SNOWFLAKE

    def test_the_text_is_snowflakes(self, demonstration, random_programs):
        written = statements()
        assert len(written) > 190
        faults = [f"{name}: {fault}" for name, sql in written.items() for fault in check_text(sql)]
        assert not faults, "\n".join(faults)

    def test_every_name_is_one_by_snowflakes_rules(self, demonstration, random_programs, tmp_path):
        warehouse = Path(shutil.copy(demonstration[0], tmp_path))
        with connect(warehouse) as con:
            put_out_sources(con, manifest_json(), tmp_path, write_for_snowflake)
        faults = check_names(statements(), tmp_path / "sources")
        assert not faults, "\n".join(faults)

    def test_no_schema_of_a_run_is_left(self, demonstration):
        engines = settings.DBT_PROJECT.parent / "orchestration/engines"
        answer = subprocess.run([PYTHON, "-c", ASK], cwd=engines, capture_output=True, text=True)
        # fakesnow makes the one that a session names; no run does.
        assert answer.stdout.strip() == "['information_schema', 'marts']", answer.stderr


def test_a_snowflake_that_does_not_answer_is_told(server, monkeypatch):
    monkeypatch.setenv("SNOWFLAKE_USER", "")
    with pytest.raises(EngineMissing, match=r"no Snowflake answers.*SNOWFLAKE_USER must be set"):
        snowflake_python()


def test_every_correction_of_fakesnow_is_still_needed_and_does_what_it_says():
    written = subprocess.run([PYTHON, FAKE], capture_output=True, text=True, check=True).stdout
    answers = json.loads(written)
    assert len(answers) == 4
    for reason, plain, corrected, documented in answers:
        assert plain != documented, f"fakesnow does it by itself now: {reason}"
        assert corrected == documented, reason
