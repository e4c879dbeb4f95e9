"""Named cases of reseller lines: what ends what, what recurs, what is in doubt.

Belongs here: the lines of each case. Does not: ordinary subscriptions (reseller_lines.py).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.demo.reseller_lines import Line, Seller

DAY = timedelta(days=1)


def _credits(seller: Seller) -> None:
    y, whole = seller.world.year, date(seller.world.year + 1, 2, 28)
    for value, credit, start, end in (
        # Over the whole term it lowers what recurs, and never below nothing.
        (24_000, -6_000, date(y, 3, 1), whole),
        (12_000, -40_000, date(y, 3, 1), whole),
        # Of a month it is booked once.
        (36_000, -3_000, date(y, 9, 1), date(y, 9, 30)),
    ):
        line = seller.subscription(date(y, 3, 1), [Decimal(value)], stop=1)[0]
        seller.book.sell(
            replace(line, kind="credit", start=start, end=end, amount=Decimal(credit), form=None)
        )


def _currencies(seller: Seller) -> None:
    y = seller.world.year
    seller.subscription(date(y - 1, 5, 1), [Decimal("18500.50")], currency="GBP")
    seller.subscription(date(y, 4, 14), [Decimal("2400000")], currency="JPY")


def _return(seller: Seller) -> None:
    y = seller.world.year
    customer = ("Comeback Constructors", "comebackconstructors.com")
    seller.subscription(date(y - 1, 2, 1), [Decimal("30000")], 6, customer=customer, stop=1)
    seller.subscription(date(y, 2, 1), [Decimal("33000")], customer=customer)


def _leap(seller: Seller) -> None:
    y = seller.world.year
    seller.subscription(date(y - 2, 4, 1), [Decimal("20000")], 36)
    leap = next((n for n in range(y - 2, y + 1) if calendar.isleap(n)), y - 1)
    day = date(leap, 2, 29 if calendar.isleap(leap) else 28)
    seller.subscription(max(day, seller.book.first), [Decimal("14641.1464")])


def _changes(seller: Seller) -> None:
    y = seller.world.year
    old = seller.subscription(date(y - 1, 5, 1), [Decimal("12000")], stop=1)[0]
    seller.book.sell(
        replace(
            old,
            kind="renewal",
            start=date(y, 3, 1),
            end=date(y + 1, 2, 28),
            amount=Decimal("15000"),
            form=None,
        )
    )
    gone = seller.subscription(date(y, 1, 1), [Decimal("9000")], stop=1)[0]
    seller.cancel(gone, date(y, 6, 1))
    less = seller.subscription(date(y, 2, 1), [Decimal("24000")], stop=1)[0]
    seller.book.sell(
        replace(less, kind="contraction", start=date(y, 8, 1), amount=Decimal("-3000"), form=None)
    )
    _items(seller)


def _items(seller: Seller) -> None:
    """Upgrades, products running in parallel, renewals, trials, one-time sales, lines in doubt."""
    y = seller.world.year
    first, end = date(y, 1, 1), date(y, 12, 31)

    def sold(annual: str) -> Line:
        return seller.subscription(first, [Decimal(annual)], stop=1)[0]

    # An upgrade written as a cancellation and a new line of one day.
    old = sold("18000")
    seller.cancel(old, date(y, 10, 1))
    seller.book.sell(
        replace(old, start=date(y, 10, 1), end=date(y + 1, 9, 30), amount=Decimal("24000"))
    )
    # Two products of one subscription, renewed together, without a product, before their time.
    core = replace(sold("12000"), product="Financials")
    seller.book.lines[-1] = core
    seller.book.sell(
        replace(core, product="Workforce", start=date(y, 5, 1), end=date(y + 1, 4, 30))
    )
    seller.book.sell(
        replace(
            core,
            kind="renewal",
            product="",
            start=date(y, 12, 1),
            end=date(y + 1, 11, 30),
            amount=Decimal("26000"),
        )
    )
    # A renewal replaces a new line of the same day; they are one order.
    twice = sold("9000")
    seller.book.sell(replace(twice, kind="renewal", amount=Decimal("9600")))
    # A trial, and a set-up that is paid once.
    trial = sold("6000")
    seller.book.sell(
        replace(
            trial,
            subscription=f"{trial.subscription}-T",
            start=date(y, 12, 20),
            end=end,
            amount=Decimal("400"),
        )
    )
    seller.book.sell(
        replace(trial, kind="one_time", start=date(y, 12, 1), end=end, amount=Decimal("5000"))
    )
    # A cancellation that took the day for the last one.
    short = sold("7200")
    seller.cancel(short, date(y, 6, 30))
    seller.book.sell(replace(short, start=date(y, 7, 1), end=date(y + 1, 6, 30)))
    # An expansion of what was cancelled the month before.
    gone = sold("4800")
    seller.cancel(gone, date(y, 6, 1))
    seller.book.sell(
        replace(gone, kind="expansion", start=date(y, 7, 1), end=end, amount=Decimal("2400"))
    )


LINE_CASES: dict[str, Callable[[Seller], None]] = {
    "credits": _credits,
    "currencies": _currencies,
    "return": _return,
    "leap": _leap,
    "changes": _changes,
}
