"""A suite's result stands until the next one; a refused file stays refused until a good one
comes."""

from __future__ import annotations

import dagster as dg
import pytest

from ingest.deliveries.kept_results import kept_results, standing_refusals
from orchestration.defs.deliveries import Watched
from tests.ingest.test_land import accounts

CHECK = Watched("crm", "accounts", dg.AssetKey(["landing", "accounts"]), is_first=True)


@pytest.fixture
def refused(zone):
    zone.put("crm/accounts-1.csv", accounts("Acme"), "2025-01-01T00:00:00")
    zone.put("crm/accounts-2.csv", "account_id,domain\nA0,x.com\n", "2025-01-02T00:00:00")
    zone.land()
    return zone


def test_a_run_with_nothing_new_shows_what_was_said_before(refused):
    results = kept_results(refused.con, "crm")
    assert results[0] and len(results[1]) == 64
    shown = CHECK.judged(refused.con)
    assert refused.land().checks == []
    assert kept_results(refused.con, "crm") == results
    again = CHECK.judged(refused.con)
    assert not again.passed and again.description == shown.description
    assert "crm/accounts-2.csv: refused: " in again.description
    assert again.metadata["judged"] == dg.MetadataValue.text(results[1])


def test_a_refused_file_stands_through_good_ones_until_it_comes_right(refused):
    refused.put("crm/accounts-3.csv", accounts("Beta"), "2025-01-03T00:00:00")
    refused.land()
    # The newest delivery has no fault, but the refused file is still refused.
    assert all(result.passed for result in kept_results(refused.con, "crm")[0])
    assert not CHECK.judged(refused.con).passed
    assert [each.file for each in standing_refusals(refused.con)] == ["crm/accounts-2.csv"]
    assert standing_refusals(refused.con, "reseller_reports") == []
    refused.put("crm/accounts-2.csv", accounts("Acme"), "2025-01-04T00:00:00")
    refused.land()
    assert standing_refusals(refused.con, "crm") == []
    assert CHECK.judged(refused.con).passed


def test_where_nothing_was_delivered_nothing_was_judged(zone):
    zone.land()
    assert kept_results(zone.con, "crm") == ([], None)
    assert CHECK.judged(zone.con).passed


def test_each_entity_has_its_own_word(refused):
    """The other table of the source is not accused; the remedy and the file stand beside it."""
    other = Watched("crm", "opportunities", dg.AssetKey(["landing", "opportunities"]), False)
    assert other.judged(refused.con).passed
    shown = CHECK.judged(refused.con).metadata
    assert "crm/accounts-2.csv" in shown["files_refused"].value
    assert "plumbline check FILE" in shown["what_to_do"].value
