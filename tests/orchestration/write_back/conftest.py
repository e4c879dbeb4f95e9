"""A home with a ledger of one year, and a CRM that its plumbline.yaml names."""

from __future__ import annotations

import pytest

from tests.crm import hubspot, salesforce
from tests.crm.server import SECRET, serving
from tests.orchestration.write_back.calls import (
    HUBSPOT,
    KEY,
    SALESFORCE,
    TIER,
    TIERS,
    configure,
    publish,
)
from tests.scoring.test_ledger import decision


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A ledger of two publications, of which the second counts for its own year."""
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    monkeypatch.setenv("CRM_ID", "client")
    monkeypatch.setenv("CRM_SECRET", SECRET)
    monkeypatch.setenv("CRM_TOKEN", "token-1")
    # A ledger without deliveries fits every program; which program a ledger belongs to is tested
    # elsewhere.
    monkeypatch.setattr("orchestration.write_back.work.hold_program", lambda *_: None)
    rows = [decision(f"P{n}", tier) for n, tier in enumerate(["foundation", "select", "premier"])]
    publish(tmp_path, rows)
    return tmp_path


@pytest.fixture
def crm(home):
    with serving(salesforce.answer) as serving_crm:
        configure(home, SALESFORCE % serving_crm.url + TIERS % (TIER, KEY))
        yield serving_crm


@pytest.fixture
def hub(home):
    with serving(hubspot.answer) as serving_crm:
        serving_crm.tokens = 1
        configure(home, HUBSPOT % serving_crm.url + TIERS % ("tiers", "plumbline_key"))
        yield serving_crm
