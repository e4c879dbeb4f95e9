"""A published year is proved with what libraries said then, whatever they say now."""

from datetime import datetime

import pytest

from ingest.judging import clock, currencies
from ingest.judging.clock import Clock
from ingest.resolved import business_days
from ingest.resolved.domains import Domains
from orchestration import verification
from orchestration.ledger import publish
from orchestration.run import run_year
from orchestration.settings import locations
from orchestration.verification import verify
from scoring.ledger.files import ANSWERS
from scoring.ledger.freeze import Request
from tests.faults.program import arrive, receive

LINES = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,customer_domain,"
    "term_start,term_end,amount,currency\n"
    "steady,2023-01,L1,new,S1,Acme,acme.com,2022-01-01,2023-12-31,250000,USD\n"
)
ENROLLED = (
    "partner_id,program,application_completed_on,enrolled_on\n"
    "steady,reseller,2022-01-01,2022-01-01\n"
)


class NobodyWorks:
    """A calendar of another version: every day is a holiday."""

    def is_working_day(self, day):
        return False

    def get(self, day):
        return "Other Day"


def other_libraries(monkeypatch):
    """Every list that ages says something else."""
    monkeypatch.setattr(Domains, "resolve", lambda self, text: ("other.example", False))
    monkeypatch.setattr(business_days, "calendar_of", lambda name, years: NobodyWorks())
    monkeypatch.setattr(clock, "_installed", lambda zone: Clock(zone, ((datetime.min, 50400),)))
    monkeypatch.setattr(currencies, "_installed_codes", lambda: ("EUR",))
    monkeypatch.setattr(currencies, "_installed_days", dict)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    landing = folder / "landing"
    arrive(landing, "first")
    more = {
        "reseller_reports/subscription_lines-2023-01.csv": LINES,
        "partner_activity/enrollments-reseller.csv": ENROLLED,
    }
    for name, text in more.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    receive(landing, dict.fromkeys(more, "2024-01-05T09:00:00Z"))
    places = locations(landing, folder / "plumbline.duckdb", folder / "site", None)
    run_year(places, 2023)
    publish(places, Request("2023", by="Ann"))
    return places


def test_a_published_year_verifies_after_every_library_was_upgraded(published, monkeypatch):
    other_libraries(monkeypatch)
    assert [fault.text for fault in verify(published, 2023, None).faults] == []


def test_without_what_was_kept_the_upgraded_libraries_would_tell_another_story(
    published, monkeypatch
):
    other_libraries(monkeypatch)
    monkeypatch.setattr(verification, "read_answers", lambda text: None)
    assert verify(published, 2023, None).faults


def test_a_kept_answer_that_was_changed_is_named(published):
    (file,) = published.ledger.glob(f"*/{ANSWERS}")
    kept = file.read_bytes()
    file.write_bytes(kept.replace(b'"acme.com"', b'"acne.com"'))
    try:
        faults = [fault.text for fault in verify(published, 2023, None, compute=False).faults]
    finally:
        file.write_bytes(kept)
    assert len(faults) == 1 and ANSWERS in faults[0]
