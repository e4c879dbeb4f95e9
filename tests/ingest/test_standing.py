"""What a suite said stands until it says something else; a refused file until it comes right."""

from __future__ import annotations

import dagster as dg
import pytest

from ingest.standing import kept_results, standing_refusals
from orchestration.defs.ingest import source_check
from tests.ingest.test_land import accounts

CHECK = dg.AssetCheckSpec("crm_deliveries_are_acceptable", asset=["landing", "accounts"])


@pytest.fixture
def refused(zone):
    zone.put("crm/accounts-1.csv", accounts("Acme"), "2025-01-01T00:00:00")
    zone.put("crm/accounts-2.csv", "account_id,domain\nA0,x.com\n", "2025-01-02T00:00:00")
    zone.land()
    return zone


def test_a_run_with_nothing_new_shows_what_was_said_before(refused):
    said = kept_results(refused.con, "crm")
    assert said[0] and len(said[1]) == 64
    shown = source_check(refused.con, CHECK, "crm")
    assert refused.land().checks == []
    assert kept_results(refused.con, "crm") == said
    again = source_check(refused.con, CHECK, "crm")
    assert not again.passed and again.description == shown.description
    assert "crm/accounts-2.csv: refused: " in again.description
    assert again.metadata["judged"] == dg.MetadataValue.text(said[1])


def test_a_refused_file_stands_through_good_ones_until_it_comes_right(refused):
    refused.put("crm/accounts-3.csv", accounts("Beta"), "2025-01-03T00:00:00")
    refused.land()
    # Of the newest delivery there is nothing to complain: the file that was refused still is.
    assert all(result.passed for result in kept_results(refused.con, "crm")[0])
    assert not source_check(refused.con, CHECK, "crm").passed
    assert [each.file for each in standing_refusals(refused.con)] == ["crm/accounts-2.csv"]
    assert standing_refusals(refused.con, "reseller_reports") == []
    refused.put("crm/accounts-2.csv", accounts("Acme"), "2025-01-04T00:00:00")
    refused.land()
    assert standing_refusals(refused.con, "crm") == []
    assert source_check(refused.con, CHECK, "crm").passed


def test_where_nothing_was_delivered_nothing_was_judged(zone):
    zone.land()
    assert kept_results(zone.con, "crm") == ([], None)
    assert source_check(zone.con, CHECK, "crm").passed
