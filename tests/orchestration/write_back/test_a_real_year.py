"""The demonstration's year, published from its run and written into a CRM: killed midway,
completed, read back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter

import duckdb
import pytest

from orchestration.ledger import publish
from orchestration.settings import locations
from scoring.ledger.freeze import Request
from tests.conftest import DEMO_YEAR
from tests.crm import salesforce
from tests.crm.server import SECRET, serving
from tests.orchestration.write_back.calls import KEY, SALESFORCE, TIER, TIERS, configure, counts, go
from tests.orchestration.write_back.calls import journal as journal_of

NOT_NEEDED = ("site", "dagster_home", "*.lock*", "done")
# Twenty records at a time, so that there is a midway.
KILLED = """
from ingest.api.client import vendors
from orchestration.settings import locations
from orchestration.write_back import destination, write_back
vendors()["salesforce"]["keys"] = 20
write_back(locations(), destination("crm"), apply=True)
"""


@pytest.fixture
def home(demo_run, tmp_path, monkeypatch):
    """A copy of the demonstration's run with its year published, and a CRM configured."""
    home = tmp_path / "home"
    shutil.copytree(demo_run.warehouse.parent, home, ignore=shutil.ignore_patterns(*NOT_NEEDED))
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "RAW", "LEDGER"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(home))
    monkeypatch.setenv("CRM_ID", "client")
    monkeypatch.setenv("CRM_SECRET", SECRET)
    done = publish(locations(), Request(str(DEMO_YEAR), "A. Reyes"))
    assert done.written, done.stopped
    return home


def decided(home):
    """Key -> the run's decision, in the form that the CRM should hold."""
    with duckdb.connect(str(home / "plumbline.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select partner_id, tier, tier_year, undetermined from decisions.tier_assignments"
            " where tier_year = ?",
            [DEMO_YEAR + 1],
        ).fetchall()
    return {f"{year}/{who}": (who, tier.capitalize(), year, open) for who, tier, year, open in rows}


def held(crm):
    fields = ("Partner__c", "Tier__c", "Year__c", "Undetermined__c")
    assert Counter(row[KEY] for row in crm.objects[TIER]).most_common(1)[0][1] == 1
    return {row[KEY]: tuple(row[name] for name in fields) for row in crm.objects[TIER]}


def test_a_published_year_arrives_whole_after_a_kill_midway(home):
    wanted = decided(home)
    with serving(salesforce.answer) as crm:
        crm.page = 50
        configure(home, SALESFORCE % crm.url + TIERS % (TIER, KEY))
        assert counts(go()) == {"create": len(wanted)} and crm.count("PATCH") == 0
        child = subprocess.Popen([sys.executable, "-c", KILLED], env=os.environ.copy())

        def kill_in_the_second(crm, request):
            if request.method != "PATCH" or crm.count("PATCH") < 2:
                return None
            crm.answer(crm, request)  # Written, and nobody is there any more to be told.
            os.kill(child.pid, signal.SIGKILL)
            return salesforce.answer(crm, request)

        crm.trouble = kill_in_the_second
        assert child.wait(120) == -signal.SIGKILL
        crm.trouble = lambda *_: None
        assert len(held(crm)) == 40 < len(wanted)
        assert Counter(state for _, state in journal_of(home)) == {"sent": 40, "written": 20}
        planned = go()
        assert counts(planned) == {"same": 40, "create": len(wanted) - 40}
        states = Counter(one.state for one in go(apply=True).receipts.values())
        assert states == {"taken up": 20, "written": len(wanted) - 40}
        assert held(crm) == wanted
        assert counts(go()) == {"same": len(wanted)}
        assert crm.count("DELETE") == 0
        # A field that somebody overwrites is named, and corrected.
        crm.objects[TIER][0]["Tier__c"] = "another's word"
        assert counts(go()) == {"same": len(wanted) - 1, "update": 1}
        go(apply=True)
        assert held(crm) == wanted
