"""Annual recurring revenue from subscription lines (section 4, ARR). USD, exact, 4 places.

Belongs here: annualisation, currency, sums by day, month and year, doubts, movements.
Does not belong here: what ends a line (subscription.py), whether a partner meets its minimum
(ledger.py).
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .constants import EURO_RATES, RATE_MAX_AGE_DAYS
from .dates import month_end, months_between, round4, term_months
from .subscription import BASE, DIFFERENCES, FULL, Subscription, product_of

ZERO = Decimal(0)
AGE = timedelta(days=RATE_MAX_AGE_DAYS)


def usd_rate(rates: dict, currency: str, day: date) -> Fraction | None:
    """USD for one unit, by the last day on or before `day` that has both rates, none too old."""
    if currency == "USD":
        return Fraction(1)
    joined, fixed = EURO_RATES.get(currency, (None, None))
    euro = currency == "EUR" or (joined is not None and joined <= day)
    for known in sorted((d for d in rates if d <= day), reverse=True):
        units = rates[known]
        other = Decimal(1) if euro else units.get(currency)
        if other and "USD" in units:
            if day - known > AGE:
                return None
            one_unit = Fraction(1) / Fraction(fixed) if euro and fixed else Fraction(1)
            return Fraction(units["USD"]) / Fraction(other) * one_unit
    return None


def equal(one: dict, other: dict) -> bool:
    """Two lines that say the same, however names, forms and domains are written."""
    same = ("subscription_id", "line_type", "term_start", "term_end", "amount", "currency")
    products = {product_of(one), product_of(other)} - {""}
    return all(one[k] == other[k] for k in same) and len(products) < 2


class Book:
    """The lines of one partner, ready to be asked for a day.

    `of_many`: domains that name nobody, by the lines of all partners.
    """

    def __init__(self, lines: list[dict], rates: dict, of_many: frozenset[str] = frozenset()):
        self.lines, self.rates = lines, rates
        grouped = defaultdict(list)
        for line in lines:
            grouped[line["subscription_id"]].append(line)
        self.subscriptions = {sid: Subscription(rows, of_many) for sid, rows in grouped.items()}
        self.whole = {}  # id(line) -> whether it counts as ARR when in force
        self.value = {}  # id(line) -> USD, a year or at its plain amount; None without a rate
        self.doubtful = set()  # ids of lines in doubt on all their days
        self.others: list[Book] = []  # the books of the other partners
        for sub in self.subscriptions.values():
            for line in sub.lines:
                self._price(sub, line)

    def _price(self, sub: Subscription, line: dict) -> None:
        kind, day = line["line_type"], line["term_start"]
        if kind == "cancellation":
            return
        recurs = sub.counts(line)
        if kind in DIFFERENCES:
            base = sub.base_of(line)
            day = base["term_start"] if base else day
            if kind == "credit":
                recurs = sub.is_whole_term(line)
            if kind == "expansion" and base is None:
                self.doubtful.add(id(line))
        earlier = [
            x
            for x in sub.lines
            if (x["report_month"], x["line_id"]) < (line["report_month"], line["line_id"])
        ]
        if any(equal(x, line) for x in earlier):
            self.doubtful.add(id(line))
        rate = usd_rate(self.rates, line["currency"], day)
        months = term_months(line["term_start"], line["term_end"]) if recurs else 12
        self.whole[id(line)] = recurs
        self.value[id(line)] = (
            None if rate is None else round4(Fraction(line["amount"]) * 12 / months * rate)
        )

    def in_force(self, sub: Subscription, day: date) -> list[dict]:
        return [x for x in sub.lines if self.whole.get(id(x)) and sub.on(x, day)]

    def in_doubt(self, sub: Subscription, line: dict, day: date) -> bool:
        """Whether the line is in doubt on that day, on which it is in force."""
        if id(line) in self.doubtful:
            return True
        if line["line_type"] not in BASE:
            return False
        for other in self.others:
            theirs = other.subscriptions.get(line["subscription_id"])
            if theirs and any(
                x["line_type"] in BASE and theirs.customer[id(x)] == sub.customer[id(line)]
                for x in other.in_force(theirs, day)
            ):
                return True
        return False

    def by_customer(
        self, day: date, sure: bool = False, priced_only: bool = False
    ) -> dict[str, Decimal | None]:
        """ARR at the day per end customer, None where a line that counts has no rate, unless
        `priced_only` leaves those out; `sure`: without the lines in doubt."""
        out: dict[str, Decimal | None] = defaultdict(lambda: ZERO)
        for sub in self.subscriptions.values():
            lines = self.in_force(sub, day)
            if sure:
                lines = [x for x in lines if not self.in_doubt(sub, x, day)]
            if priced_only:
                lines = [x for x in lines if self.value[id(x)] is not None]
            for group in self._groups(sub, lines):
                for customer, value in self._net(sub, group).items():
                    was = out[customer]
                    out[customer] = None if None in (was, value) else was + value
        return out

    @staticmethod
    def _groups(sub: Subscription, lines: list[dict]) -> list[list[dict]]:
        """The lines in force by item; what a renewal of several items renewed is one with it."""
        whole = [x for x in lines if id(x) in sub.wholes and len(sub.items[id(x)]) > 1]
        renewed = frozenset().union(*(sub.items[id(x)] for x in whole))
        groups = defaultdict(list)
        for x in lines:
            items = sub.items[id(x)]
            groups[None if items & renewed else min(items)].append(x)
        return list(groups.values())

    def _net(self, sub: Subscription, group: list[dict]) -> dict[str, Decimal | None]:
        """What the full values and expansions come to, less what contractions and credits may
        take: each customer's own first, then the others' in their order."""
        base, taken = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
        carried = any(x["line_type"] in BASE for x in group)
        counted = group if carried else []
        for x in counted:
            if self.value[id(x)] is None:
                return {sub.customer[id(x)]: None}
        for x in counted:
            side = base if x["line_type"] in BASE else taken
            side[sub.customer[id(x)]] += abs(self.value[id(x)])
        left = ZERO
        for customer in taken:
            own = min(taken[customer], base[customer])
            base[customer] -= own
            left += taken[customer] - own
        for customer in sorted(base):
            more = min(left, base[customer])
            base[customer] -= more
            left -= more
        return base

    def arr(self, day: date, sure: bool = False) -> Decimal | None:
        """ARR at the day; None when a line in force has no rate."""
        values = list(self.by_customer(day, sure).values())
        return None if None in values else sum(values, ZERO)

    def booked(self, year: int) -> Decimal | None:
        """Lines with term_start in the year, before any cut; None without a rate."""
        values = [
            self.value[id(x)]
            for sub in self.subscriptions.values()
            for x in sub.lines
            if x["term_start"].year == year
            and x["line_type"] != "cancellation"
            and id(x) not in sub.superseded
        ]
        return None if None in values else sum(values, ZERO)

    def booked_value(self, line: dict) -> Decimal | None:
        """The amount at which a line is booked: 0 for a cancellation or a superseded line."""
        sub = self.subscriptions[line["subscription_id"]]
        if line["line_type"] == "cancellation" or id(line) in sub.superseded:
            return ZERO
        return self.value[id(line)]

    def superseded(self) -> set[int]:
        """Ids of new lines that a renewal replaced: they are not orders."""
        return {i for sub in self.subscriptions.values() for i in sub.superseded}

    def months(self, year: int) -> list[dict]:
        """One row per month from the first line's to December of the year, with movements."""
        if not self.lines:
            return []
        first = min(x["term_start"] for x in self.lines)
        rows, before, opening, ever = [], {}, ZERO, set()
        for month in months_between(first, date(year, 12, 31)):
            now = self.by_customer(month_end(month))
            total = None if None in now.values() else sum(now.values(), ZERO)
            moves = dict.fromkeys(("new", "expansion", "contraction", "churn", "reactivation"))
            if total is not None and opening is not None:
                moves = dict.fromkeys(moves, ZERO)
                for customer in set(before) | set(now):
                    was, has = before.get(customer, ZERO), now.get(customer, ZERO)
                    if was != has:
                        moves[movement(was, has, customer in ever)] += has - was
            rows.append({"month": month, "arr_usd": total, **moves})
            known = self.by_customer(month_end(month), priced_only=True)
            ever |= {c for c, v in known.items() if v > 0}
            before, opening = now, total
        return rows


def movement(was: Decimal, has: Decimal, ever_above_zero: bool) -> str:
    if was == 0:
        return "reactivation" if ever_above_zero else "new"
    if has == 0:
        return "churn"
    return "expansion" if has > was else "contraction"


def know_each_other(books: dict[str, Book]) -> None:
    """Each book learns of the others: one subscription at two partners is in doubt."""
    for partner, book in books.items():
        book.others = [b for p, b in books.items() if p != partner]


__all__ = ["FULL", "Book", "equal", "know_each_other", "movement", "usd_rate"]
