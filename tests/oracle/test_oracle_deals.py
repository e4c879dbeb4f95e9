"""The plain recomputation on registrations of deals, against values worked out by hand."""

from datetime import date

import pytest

from tests.oracle.by_hand import P, land, partner

from .oracle import compute


def deal(ref, at, who=P, domain="acme.com", **more):
    return {
        "registration_id": ref,
        "partner_id": who,
        "customer_name": "Acme",
        "via_form": "yes",
        "customer_domain": domain,
        "country": "US",
        "submitted_at": at,
        "is_renewal": "no",
        "presales_description": "demo",
        **more,
    }


def event(ref, kind, at, **more):
    return {"registration_id": ref, "event": kind, "occurred_at": at, **more}


@pytest.mark.parametrize(
    ("events", "later", "answer", "blocked_by"),
    [
        ([], {}, "reject", "D1"),  # unanswered for 90 days
        ([], {"at": "2025-05-04T12:00:00Z"}, "approve", None),  # for 91
        ([], {"domain": "www.Acme.com"}, "reject", "D1"),
        ([], {"domain": ""}, "review", None),  # equal names, one usable domain: possible
        ([], {"domain": "other.com"}, "review", None),  # equal names on two usable domains
        ([event("D1", "rejected", "2025-06-30T12:00:00Z")], {}, "approve", None),
        ([event("D1", "withdrawn", "2025-06-30T12:00:00Z")], {}, "approve", None),
        ([event("D1", "approved", "2025-02-02T12:00:00Z")], {}, "reject", "D1"),  # 90th day
        ([event("D1", "approved", "2025-02-01T12:00:00Z")], {}, "approve", None),  # expired
        (
            [event("D2", "approved", "2025-05-05T12:00:00Z", legal_exception="yes")],
            {},
            "approve",
            None,
        ),
    ],
)
def test_first_come_first_served(tmp_path, events, later, answer, blocked_by):
    rows = partner("reseller")
    rows["partners"].append({**rows["partners"][0], "partner_id": "P2"})
    rows["enrollments"].append({**rows["enrollments"][0], "partner_id": "P2"})
    # The first one's approvals begin a day before its submission would stop blocking by itself.
    submitted = "2025-02-01T12:00:00Z" if events else "2025-02-02T12:00:00Z"
    land(
        tmp_path,
        {
            **rows,
            "accounts": [],
            "opportunities": [],
            "registrations": [
                deal("D1", submitted),
                deal("D2", **{"at": "2025-05-03T12:00:00Z", "who": "P2", **later}),
            ],
            "registration_events": events,
        },
    )
    got = {r["registration_id"]: r for r in compute(tmp_path, 2025)["fct_deal_registrations"]}
    assert (got["D2"]["recommendation"], got["D2"]["blocked_by"]) == (answer, blocked_by)


@pytest.mark.parametrize(
    ("events", "state", "expires"),
    [
        (["approved 2025-02-01"], "expired", date(2025, 5, 2)),
        (["approved 2025-10-02"], "approved", date(2025, 12, 31)),
        (["approved 2025-02-01", "closed_won 2025-05-02"], "closed_won", date(2025, 5, 2)),
        (["approved 2025-02-01", "closed_won 2025-05-03"], "expired", date(2025, 5, 2)),
        (
            ["approved 2025-02-01", "extended 2025-05-02", "closed_won 2025-07-31"],
            "closed_won",
            date(2025, 7, 31),
        ),
        (["approved 2025-02-01", "extended 2025-05-03"], "expired", date(2025, 5, 2)),
        (
            ["approved 2025-02-01", "extension_requested 2025-05-02", "extended 2025-05-04"],
            "expired",
            date(2025, 7, 31),
        ),
        (
            ["approved 2025-02-01", "extended 2025-03-01", "extended 2025-04-01"],
            "expired",
            date(2025, 7, 31),
        ),
        (["closed_won 2025-03-01"], "submitted", None),
    ],
)
def test_life_of_a_registration(tmp_path, events, state, expires):
    rows = [event("D1", e.split()[0], e.split()[1] + "T18:00:00Z") for e in events]
    land(
        tmp_path,
        {
            **partner("reseller"),
            "registration_events": rows,
            "registrations": [deal("D1", "2025-01-31T12:00:00Z")],
        },
    )
    got = compute(tmp_path, 2025)["fct_deal_registrations"][0]
    assert (got["state"], got["approval_expires_on"]) == (state, expires)
    assert got["respond_by"] == date(2025, 2, 7)
