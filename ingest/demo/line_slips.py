"""Named cases of reseller lines: currencies that went, lines that end early, slips of a sender.

Belongs here: the lines of one case each. Does not: the cases of what recurs (line_cases.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from ingest.demo.world import add_months, term_end

if TYPE_CHECKING:
    from ingest.demo.reseller_lines import Line, Seller

# Currencies that joined the euro: the day, and how many of them are one euro for ever.
JOINED = (("HRK", date(2023, 1, 1), "7.5345"), ("BGN", date(2026, 1, 1), "1.95583"))


def withdrawn(seller: Seller) -> None:
    """100,000 euros a year for three years, in a currency withdrawn within the year before."""
    start = max(date(seller.world.year - 2, 2, 1), seller.book.first)
    currency, units = "EUR", "1"
    for code, joined, each in JOINED:
        # A currency is good for a year after it was withdrawn.
        if joined <= start <= add_months(joined, 12):
            currency, units = code, each
    seller.subscription(start, [Decimal("100000") * Decimal(units)], 36, currency=currency)


def stale(seller: Seller) -> None:
    """A year in roubles; the ECB published none of them after March 1, 2022."""
    seller.subscription(date(seller.world.year, 3, 1), [Decimal("900000")], currency="RUB")


def shared(seller: Seller) -> None:
    """A subscription that another reseller reports under the same id for the same customer."""
    customer = ("Two Doors Builders", "twodoorsbuilders.com")
    start = date(seller.world.year, 2, 1)
    line = seller.subscription(start, [Decimal("50000")], customer=customer, stop=1)[0]
    seller.book.lines[-1] = replace(line, subscription="S-SHARED-01")


def ends(seller: Seller) -> None:
    """What ends lines, and what counts only while they run."""
    y = seller.world.year

    def sold(start: date, annual: str, months: int = 12, currency: str = "") -> Line:
        return seller.subscription(start, [Decimal(annual)], months, currency, stop=1)[0]

    def less(line: Line, start: date, end: date, amount: str) -> None:
        cut = Decimal(amount)
        kind = "contraction"
        seller.book.sell(
            replace(line, kind=kind, start=start, end=end, amount=cut, form=None, quantity=1)
        )

    # A contraction outlives the half year that it takes from, another is larger than its line.
    less(sold(date(y, 1, 1), "12000", 6), date(y, 4, 1), date(y, 12, 31), "-2250")
    less(sold(date(y, 1, 1), "12000"), date(y, 3, 1), date(y, 12, 31), "-20000")
    # In euros, whose rate of the line's own first day prices the difference too.
    less(sold(date(y, 2, 1), "24000", 12, "EUR"), date(y, 8, 1), date(y + 1, 1, 31), "-4000")
    # Three weeks that lead into the first year.
    first = sold(date(y, 2, 1), "18000")
    seller.book.sell(
        replace(first, start=date(y, 1, 10), end=date(y, 1, 31), amount=Decimal("1100"))
    )
    # A renewal taken back, and a line cancelled on its first day.
    old = sold(date(y - 1, 7, 1), "9000")
    again = replace(old, kind="renewal", start=date(y, 7, 1), end=date(y + 1, 6, 30))
    seller.cancel(seller.book.sell(again), date(y, 7, 1))
    never = sold(date(y, 5, 1), "6600")
    seller.cancel(never, never.start)


def slips(seller: Seller) -> None:
    """What a sender gets wrong; each is a finding beside a figure that stands."""
    y = seller.world.year
    first = date(y, 1, 1)

    def sold(annual: str, product: str = "") -> Line:
        line = seller.subscription(first, [Decimal(annual)], stop=1)[0]
        seller.book.lines[-1] = replace(line, product=product or line.product)
        return seller.book.lines[-1]

    # A product that nobody knows is cancelled: the whole ends.
    misspelt = sold("7000", "Financials")
    seller.cancel(replace(misspelt, product="Finncials"), date(y, 9, 1))
    # Two products, renewed together; then one of them alone.
    core = sold("12000", "Financials")
    seller.book.sell(replace(core, product="Workforce", start=date(y, 2, 1)))
    whole = replace(core, kind="renewal", product="", start=date(y, 6, 1))
    seller.book.sell(replace(whole, end=term_end(date(y, 6, 1), 12), amount=Decimal("24000")))
    part = replace(core, kind="renewal", start=date(y, 11, 1), amount=Decimal("13000"))
    seller.book.sell(replace(part, end=term_end(date(y, 11, 1), 12)))
    # Ids that differ by case alone, and one id of two customers.
    alike = sold("5000")
    seller.book.sell(replace(alike, subscription=alike.subscription.lower(), start=date(y, 4, 1)))
    one = sold("8000")
    other = replace(one, customer="Somebody Else Builders", domain="somebodyelse.com")
    seller.book.sell(replace(other, start=date(y, 3, 1)))


LINE_SLIPS: dict[str, Callable[[Seller], None]] = {
    "withdrawn": withdrawn,
    "stale": stale,
    "shared": shared,
    "ends": ends,
    "slips": slips,
}
