"""What resellers sell: subscriptions as lines, with exact ARR where a case asks for it.

Belongs here: lines by month of one reseller and the order forms behind them.
Does not: how and when they are reported (reseller.py, workbooks.py).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from ingest.demo import names
from ingest.demo.line_cases import LINE_CASES
from ingest.demo.line_slips import LINE_SLIPS
from ingest.demo.world import Partner, World, add_months, cents, next_month, term_end

DAY = timedelta(days=1)
PRODUCTS = ("Project Management", "Financials", "Quality & Safety", "Preconstruction", "Workforce")
# About one dollar in each currency; only to size amounts, never to convert.
PER_USD = {"USD": 1, "EUR": 0.92, "GBP": 0.79, "CAD": 1.36, "AUD": 1.51, "JPY": 148, "AED": 3.67}
HOME = {
    "Germany": "EUR",
    "France": "EUR",
    "Ireland": "EUR",
    "Netherlands": "EUR",
    "Spain": "EUR",
    "United Kingdom": "GBP",
    "Canada": "CAD",
    "Australia": "AUD",
    "Japan": "JPY",
}
# Months that a reporting case uses exclusively: nothing else of the partner starts in them.
KEPT = {"missing": 8, "no_sales": 7, "withdrawn": 4, "bad_correction": 2, "corrected": 3}


@dataclass(frozen=True)
class Line:
    """One line of a report; `report_month` is the month of its start unless said otherwise."""

    kind: str
    subscription: str
    customer: str
    domain: str
    product: str
    quantity: int
    start: date
    end: date
    amount: Decimal
    currency: str
    form: str | None = None
    month: date | None = None

    @property
    def report_month(self) -> date:
        """First day of the month that reports the line."""
        return self.month or self.start.replace(day=1)


@dataclass
class Book:
    """All lines of one reseller and its order forms (line, executed day)."""

    partner: Partner
    first: date
    lines: list[Line] = field(default_factory=list)
    forms: list[tuple[str, Line, date]] = field(default_factory=list)
    customers: list[tuple[str, str]] = field(default_factory=list)

    def sell(self, line: Line, executed: date | None = None, form: bool = True) -> Line:
        """Add a line; a new, expansion or renewal line gets its executed order form."""
        if form and line.kind in ("new", "expansion", "renewal"):
            number = f"OF-{self.partner.partner_id[2:]}-{len(self.forms) + 1:03d}"
            line = replace(line, form=number)
            self.forms.append((number, line, executed or line.start - DAY))
        self.lines.append(line)
        return line


def open_book(world: World, rng: random.Random, p: Partner, customers) -> Book:
    """All that a reseller sells in the three years."""
    enrolled = p.stay("reseller").enrolled
    book = Book(p, enrolled if enrolled.day == 1 else next_month(enrolled))
    if p.knobs.get("reports") == "none":
        return book
    currency = p.knobs.get("currency")
    if p.case and not currency:
        currency = "USD"
    currency = currency or (HOME.get(p.country, "USD") if rng.random() < 0.8 else "USD")
    seller = Seller(world, rng, book, currency, customers)
    if "arr" in p.knobs:
        seller.exact(Decimal(p.knobs["arr"]))
    else:
        low = 155_000 if p.case else 0
        seller.ordinary(max(low, min(rng.lognormvariate(12.33, 0.55), 1_400_000)))
    if "lines" in p.knobs:
        {**LINE_CASES, **LINE_SLIPS}[p.knobs["lines"]](seller)
    if p.terminated:
        book.lines = [line for line in book.lines if line.start < p.terminated]
        book.forms = [form for form in book.forms if form[1].start < p.terminated]
    return book


class Seller:
    """Writes one reseller's subscriptions into its book."""

    def __init__(
        self, world: World, rng: random.Random, book: Book, currency: str, customers
    ) -> None:
        self.world, self.rng, self.book, self.currency = world, rng, book, currency
        self.customers, self.count = customers, 0
        self.kept = KEPT.get(book.partner.knobs.get("reports", ""))

    def subscription(
        self,
        start: date,
        annual: list[Decimal],
        months: int = 12,
        currency: str = "",
        customer: tuple[str, str] | None = None,
        stop: int | None = None,
    ) -> list[Line]:
        """A subscription of terms from `start`, with its annual value in each term."""
        rng, code = self.rng, currency or self.currency
        self.count += 1
        if customer is None:
            name = next(self.customers)
            customer = (name, names.domain(name, self.book.partner.country))
        if customer not in self.book.customers:
            self.book.customers.append(customer)
        blank = Line(
            "new",
            f"S-{self.book.partner.partner_id[2:]}-{self.count:02d}",
            customer[0],
            customer[1],
            rng.choice(PRODUCTS),
            rng.randint(1, 60),
            start,
            start,
            Decimal(0),
            code,
        )
        written = []
        term, at = 0, start
        while at <= self.world.end and (stop is None or term < stop):
            value = annual[min(term, len(annual) - 1)] * months / 12
            line = replace(
                blank,
                kind="renewal" if term else "new",
                start=at,
                end=term_end(at, months),
                amount=value,
            )
            written.append(self.book.sell(line))
            at = add_months(start, months * (term + 1))
            term += 1
        return written

    def start_day(self, early: bool) -> date:
        """A first day outside the month that a reporting case uses exclusively."""
        rng, first = self.rng, self.book.first
        left = (self.world.end.year - first.year) * 12 + 10 - first.month
        months = rng.randint(0, 8) if early else rng.randint(0, max(0, left))
        day = add_months(first, max(0, min(months, left)))
        if day.month == self.kept:
            day = add_months(day, 1)
        return day.replace(day=rng.choice((1, 1, 1, rng.randint(2, 28))))

    def exact(self, arr: Decimal) -> None:
        """Two subscriptions whose annual values at the year's end sum to exactly this."""
        one = (arr * 3 / 5).quantize(Decimal("0.0001"))
        for at, value in enumerate((one, arr - one)):
            start = add_months(self.book.first, at)
            terms = (self.world.end - start).days // 365 + 1
            earlier = value * Decimal("1.02") if arr == Decimal("99999.9999") else value
            self.subscription(start, [earlier.quantize(Decimal("0.01"))] * (terms - 1) + [value])

    def ordinary(self, target: float) -> None:
        """Customers whose values at the end sum to about the target, with growth and churn."""
        rng, scale = self.rng, PER_USD[self.currency]
        count = max(3, min(14, round(target / 24_000)))
        shares = [rng.uniform(0.5, 1.8) for _ in range(count)]
        for at, share in enumerate(shares):
            final = target * share / sum(shares) * scale
            growth = rng.uniform(1.02, 1.12)
            terms = 3
            values = [cents(final / growth ** (terms - 1 - k)) for k in range(terms)]
            months = 24 if rng.random() < 0.08 and not self.book.partner.case else 12
            lines = self.subscription(self.start_day(at < count * 0.85), values, months)
            # One who enrolls in the last month may have nothing to sell before the end.
            if rng.random() < 0.3 and lines:
                self.change(rng.choice(lines))
        for _ in range(round(count * rng.uniform(0.05, 0.3))):
            value = cents(rng.uniform(6_000, 20_000) * scale)
            lines = self.subscription(self.start_day(True), [value], stop=rng.choice((1, 1, 2)))
            if rng.random() < 0.4 and lines:
                self.cancel(lines[-1], add_months(lines[-1].start, rng.randint(4, 9)))

    def change(self, line: Line) -> None:
        """An expansion, contraction or small credit within a term."""
        start = add_months(line.start, self.rng.randint(2, 7))
        if start.month == self.kept:
            start = add_months(start, 1)
        if not line.start < start < line.end or start > self.world.end:
            return
        kind = self.rng.choices(("expansion", "contraction", "credit"), weights=(70, 20, 10))[0]
        sign = 1 if kind == "expansion" else -1
        part = self.rng.uniform(0.02, 0.12 if kind == "expansion" else 0.05)
        amount = sign * cents(float(line.amount) * part)
        end = term_end(start, 2) if kind == "credit" else line.end
        self.book.sell(
            replace(line, kind=kind, start=start, end=end, amount=amount, form=None, quantity=1)
        )

    def cancel(self, line: Line, day: date) -> None:
        """A cancellation that ends a subscription early."""
        if day.month == self.kept:
            day = add_months(day, 1)
        if day <= self.world.end:
            self.book.sell(
                replace(
                    line, kind="cancellation", start=day, end=line.end, amount=Decimal(0), form=None
                )
            )
