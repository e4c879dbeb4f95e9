"""Deal registrations that are test cases, each with its expected outcome.

Belongs here: rivals, gaps, extensions, late answers, holidays and every failing check.
Does not: how a registration is written (deal_desk.py); ordinary registrations (deals.py).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from ingest.demo.deal_customers import customer_cases
from ingest.demo.deal_desk import DealCase, Desk, Registration
from ingest.demo.world import World


def deal_cases(world: World) -> list[DealCase]:
    """Every case registration, REG-0001 on; direct opportunities go to the world's CRM."""
    desk = Desk(world)
    cases = [*_lives(desk), *_rivals(desk), *_answers(desk), *_checks(desk)]
    return cases + customer_cases(desk.register, _case)


def _case(slug: str, outcome: str, *registrations: Registration) -> DealCase:
    return DealCase(slug, outcome, registrations)


def _lives(desk: Desk) -> list[DealCase]:
    reg = desk.register
    extended = (("approved", 3, 12), ("extension_requested", 5, 20), ("extended", 5, 22))
    direct = reg(3, 3, ("rejected", 3, 5, {"reason": "in the direct pipeline"}))
    desk.pursue(direct, direct.day - timedelta(days=30))
    poached = reg(2, 10, ("approved", 2, 12), ("closed_won", 5, 2))
    desk.pursue(poached, date(desk.world.year, 3, 20))
    return [
        _case(
            "won", "closed_won within 90 days", reg(2, 3, ("approved", 2, 6), ("closed_won", 4, 20))
        ),
        _case("lost", "closed_lost", reg(2, 4, ("approved", 2, 6), ("closed_lost", 4, 1))),
        _case("expired", "approved, never closed: expired", reg(3, 3, ("approved", 3, 5))),
        _case(
            "last-day",
            "closed on the 90th day: closed_won",
            reg(3, 4, ("approved", 3, 6), ("closed_won", 6, 4)),
        ),
        _case(
            "extended",
            "extended once, closed_won by day 180",
            reg(3, 10, *extended, ("closed_won", 8, 11)),
        ),
        _case(
            "extended-twice",
            "the second extension is ignored, the close came after expiry: expired, findings",
            reg(3, 10, *extended, ("extended", 8, 28), ("closed_won", 10, 30)),
        ),
        _case(
            "closed-late",
            "closed after expiry: stays expired, a finding",
            reg(4, 7, ("approved", 4, 9), ("closed_won", 8, 15)),
        ),
        _case("direct", "a direct opportunity was open: rejected, DEAL-NOT-DIRECT", direct),
        _case(
            "poached",
            "a direct opportunity opened while the deal was protected: a finding in "
            "fct_protected_accounts",
            poached,
        ),
        _case("withdrawn", "withdrawn before an answer", reg(5, 5, ("withdrawn", 5, 7))),
        _case(
            "active",
            "approved in November: active, expires in the next February",
            reg(11, 18, ("approved", 11, 20)),
        ),
        _case(
            "pending",
            "submitted on December 29: state submitted, answer due in January",
            reg(12, 29),
        ),
    ]


def _rivals(desk: Desk) -> list[DealCase]:
    reg = partial(desk.register, by=0)
    first = reg(6, 2, ("approved", 6, 4))
    second = reg(6, 9, ("rejected", 6, 11), by=1, like=first)
    lapsed = reg(1, 9, ("approved", 1, 13))
    gap = reg(4, 22, ("approved", 4, 24), by=1, like=lapsed)
    again = reg(4, 28, ("rejected", 4, 30), like=lapsed)
    one = reg(9, 2, ("approved", 9, 4))
    law = reg(
        9, 9, ("approved", 9, 11, {"legal": True, "reason": "public tender law"}), by=2, like=one
    )
    named = reg(
        7,
        8,
        ("approved", 7, 10),
        customer="Falcon Ridge Builders, Inc.",
        domain="falconridgebuilders.com",
        country="United States",
    )
    maybe = reg(7, 15, by=1, customer="FALCON RIDGE BUILDERS", domain=None, country="United States")
    same = reg(8, 5, at="17:30:00")
    instant = reg(8, 5, by=3, at="17:30:00", like=same)
    withdrawn = reg(10, 1, ("withdrawn", 10, 2))
    after = reg(10, 6, ("approved", 10, 8), by=2, like=withdrawn)
    return [
        _case(
            "rivals",
            "first come, first served: the second is rejected, blocked_by the first",
            first,
            second,
        ),
        _case(
            "gap",
            "filed after the first one's expiry, so it comes before the resubmission",
            lapsed,
            gap,
            again,
        ),
        _case("legal-exception", "both stand: law requires several partners", one, law),
        _case("possible-match", "same normalised name, one without a domain: review", named, maybe),
        _case("same-instant", "submitted at the same instant: review for both", same, instant),
        _case(
            "rival-withdrawn", "the earlier one was withdrawn unapproved: approve", withdrawn, after
        ),
    ]


def _answers(desk: Desk) -> list[DealCase]:
    reg, y = desk.register, desk.world.year
    return [
        _case(
            "returned",
            "returned, then approved: a return is no answer, responded_late",
            reg(4, 1, ("returned", 4, 3), ("approved", 4, 22)),
        ),
        _case(
            "answered-late",
            "approved after the 5th business day: responded_late",
            reg(5, 12, ("approved", 5, 27)),
        ),
        _case("never-answered", "no answer by the year's end: responded_late", reg(11, 3)),
        _case(
            "holiday",
            "July 4 is no business day: respond_by moves on",
            reg(7, 2, ("approved", 7, 10)),
        ),
        _case(
            "late-evening",
            f"06:30 UTC on {y}-12-10 is December 9 in the program's zone",
            reg(12, 10, ("approved", 12, 12), at="06:30:00"),
        ),
        _case(
            "offset",
            "a timestamp with an offset",
            reg(9, 16, ("approved", 9, 18), at="16:45:00-07:00"),
        ),
    ]


def _checks(desk: Desk) -> list[DealCase]:
    reg, y = desk.register, desk.world.year
    return [
        _case(
            "no-form",
            "not through the form: DEAL-FORM",
            reg(5, 6, ("rejected", 5, 8), via_form=False),
        ),
        _case(
            "renewal",
            "a customer's renewal: DEAL-NOT-RENEWAL",
            reg(5, 7, ("rejected", 5, 9), is_renewal=True),
        ),
        _case(
            "no-presales",
            "no pre-sales description: DEAL-PRESALES",
            reg(5, 8, ("rejected", 5, 12), presales=None),
        ),
        _case(
            "published",
            "the tender was public already: DEAL-NOT-PUBLISHED",
            reg(6, 10, ("rejected", 6, 12), published=date(y, 6, 1)),
        ),
        _case(
            "published-later",
            "registered before publication: passes",
            reg(6, 11, ("approved", 6, 13), published=date(y, 7, 1)),
        ),
        _case(
            "free-mail",
            "a free-mail domain is not usable: the end customer goes by name and country",
            reg(6, 16, ("approved", 6, 18), domain="gmail.com"),
        ),
        _case(
            "not-a-reseller",
            "a technology partner may not register: DEAL-REGISTER",
            reg(6, 17, ("rejected", 6, 19), partner_id=desk.technology.partner_id),
        ),
        _case(
            "unknown-partner",
            "its partner is unknown: a finding, kept",
            reg(6, 18, partner_id="P-9998"),
        ),
    ]
