"""Case registrations about customers: whose they are, names, domains, and claims that expire.

Belongs here: those cases. Does not: how a registration is written (deal_desk.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any


def customer_cases(register: Callable[..., Any], case: Callable[..., Any]) -> list[Any]:
    """Each case; `register` writes one registration, `case` names some of them."""
    reg = partial(register, by=0, country="United States")
    named = reg(2, 17, ("approved", 2, 19), customer="Osprey Civil Works", domain="ospreycivil.com")
    rebrand = reg(2, 24, by=1, customer="Osprey Civil Works Inc", domain="osprey-group.com")
    paving = {"customer": "Larkspur Paving", "domain": "larkspurpaving.com"}
    old = reg(3, 17, **paving)
    late = reg(6, 16, ("approved", 6, 18), by=2, **paving)
    spelt = reg(9, 8, ("approved", 9, 10), customer="Whitcombe Structural", domain=None)
    misspelt = reg(9, 15, by=1, customer="Whitcomb Structural", domain=None)
    tenants = [
        reg(11, 4 + i, by=i, customer=f"{name} Contracting", domain="eastgate-tower.com")
        for i, name in enumerate(("Abbot", "Birchall", "Corwin", "Denholm", "Eastlake"))
    ]
    page = reg(5, 13, ("approved", 5, 15), customer="Thorne Carpentry", domain="thorne.github.io")
    other = reg(
        5, 20, ("approved", 5, 22), by=1, customer="Vesper Roofs", domain="vesper.github.io"
    )
    lost = reg(2, 5, ("approved", 2, 10), ("closed_lost", 4, 2))
    anew = reg(5, 6, ("approved", 5, 8), by=1, like=lost)
    won = reg(1, 14, ("approved", 1, 16), ("closed_won", 2, 20))
    beaten = reg(9, 3, ("rejected", 9, 5), by=1, like=won)
    return [
        case(
            "two-domains",
            "one name on two usable domains, a rebrand or a subsidiary: review",
            named,
            rebrand,
        ),
        case(
            "unanswered-rival",
            "the earlier one stood unanswered for 91 days: it blocks no more, approve",
            old,
            late,
        ),
        case(
            "near-names",
            "two spellings of one name: a finding with both rows, which decides nothing",
            spelt,
            misspelt,
        ),
        case(
            "domain-of-many",
            "five unlike names on one domain, which names no company: a finding, approve",
            *tenants,
        ),
        case(
            "shared-host",
            "two customers with pages on one host, which names neither: approve for both",
            page,
            other,
        ),
        case("rival-lost", "the earlier one had been lost by then: approve", lost, anew),
        case(
            "rival-won",
            "the earlier one was won 195 days before and still blocks: the second is rejected",
            won,
            beaten,
        ),
    ]
