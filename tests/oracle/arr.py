"""Annual recurring revenue from subscription lines (section 4, ARR). USD, exact, 4 places.

Belongs here: cuts, annualisation, currency, sums by day, month and year, movements.
Does not belong here: whether a partner meets its minimum in the ledger (ledger.py).
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .dates import DAY, month_end, months_between, round4, term_months
from .names import normalised, usable

FULL = ("new", "renewal")  # state a full value
CUT_BY_FULL = ("new", "renewal", "expansion", "contraction")
CARRIES_CREDIT = ("new", "renewal", "expansion")
COUNTED = ("new", "expansion", "contraction", "renewal", "credit")
ZERO = Decimal(0)


def usd_rate(rates: dict, currency: str, day: date) -> Fraction | None:
    """USD for one unit, by the last day on or before `day` that has both rates."""
    if currency == "USD":
        return Fraction(1)
    for known in sorted((d for d in rates if d <= day), reverse=True):
        units = rates[known]
        other = Decimal(1) if currency == "EUR" else units.get(currency)
        if other and "USD" in units:
            return Fraction(units["USD"]) / Fraction(other)
    return None


def annual_usd(line: dict, rates: dict) -> Decimal | None:
    """The line's annualised amount in USD by its original term; None without a rate."""
    rate = usd_rate(rates, line["currency"], line["term_start"])
    if rate is None:
        return None
    months = term_months(line["term_start"], line["term_end"])
    return round4(Fraction(line["amount"]) * 12 / months * rate)


def effective_end(line: dict, siblings: list[dict]) -> date:
    """The line's last day after the cuts by other lines of its subscription."""
    end = line["term_end"]
    for other in siblings:
        if other is line:
            continue
        cut = other["term_start"] - DAY
        if other["line_type"] in FULL and line["line_type"] in CUT_BY_FULL:
            if line["term_start"] < other["term_start"]:
                end = min(end, cut)
        elif other["line_type"] == "cancellation" and line["term_start"] <= other["term_start"]:
            end = min(end, cut)
    return end


class Book:
    """The lines of one partner, ready to be asked for a day."""

    def __init__(self, lines: list[dict], rates: dict):
        self.lines = lines
        self.subscriptions = defaultdict(list)
        for line in lines:
            self.subscriptions[line["subscription_id"]].append(line)
        self.value = {id(x): annual_usd(x, rates) for x in lines}
        self.end = {id(x): effective_end(x, s) for s in self.subscriptions.values() for x in s}

    def in_force(self, day: date) -> list[tuple[dict, Decimal | None]]:
        """(line, USD) that count on the day; credits already limited to their subscription."""
        out = []
        for lines in self.subscriptions.values():
            alive = [
                x
                for x in lines
                if x["line_type"] in COUNTED and x["term_start"] <= day <= self.end[id(x)]
            ]
            base = [x for x in alive if x["line_type"] != "credit"]
            out += [(x, self.value[id(x)]) for x in base]
            if not any(x["line_type"] in CARRIES_CREDIT for x in base):
                continue
            credits = [x for x in alive if x["line_type"] == "credit"]
            values = [self.value[id(x)] for x in base + credits]
            room = None if None in values else max(ZERO, sum(self.value[id(x)] for x in base))
            for x in credits:
                value = self.value[id(x)]
                if room is not None:
                    value = max(value, -room)
                    room += value
                out.append((x, value))
        return out

    def arr(self, day: date) -> Decimal | None:
        """ARR at the day; None when a line in force has no rate."""
        values = [v for _, v in self.in_force(day)]
        return None if None in values else sum(values, ZERO)

    def by_customer(self, day: date) -> dict[str, Decimal]:
        """ARR at the day per end customer; lines without a rate are left out."""
        out = defaultdict(lambda: ZERO)
        for line, value in self.in_force(day):
            out[customer_of(line)] += value or ZERO
        return out

    def booked(self, year: int) -> Decimal | None:
        """Annualised lines with term_start in the year, before any cut; None without a rate."""
        values = [
            self.value[id(x)]
            for x in self.lines
            if x["term_start"].year == year and x["line_type"] in COUNTED
        ]
        return None if None in values else sum(values, ZERO)

    def months(self, year: int) -> list[dict]:
        """A row a month from the first line's to December of the year, with movements."""
        if not self.lines:
            return []
        first = min(x["term_start"] for x in self.lines)
        rows, before, opening, ever = [], {}, ZERO, set()
        for month in months_between(first, date(year, 12, 31)):
            total = self.arr(month_end(month))
            now = self.by_customer(month_end(month))
            moves = dict.fromkeys(("new", "expansion", "contraction", "churn", "reactivation"))
            if total is not None and opening is not None:
                moves = dict.fromkeys(moves, ZERO)
                for customer in set(before) | set(now):
                    was, has = before.get(customer, ZERO), now.get(customer, ZERO)
                    if was != has:
                        moves[movement(was, has, customer in ever)] += has - was
            rows.append({"month": month, "arr_usd": total, **moves})
            ever |= {c for c, v in now.items() if v > 0}
            before, opening = now, total
        return rows


def movement(was: Decimal, has: Decimal, ever_above_zero: bool) -> str:
    if was == 0:
        return "reactivation" if ever_above_zero else "new"
    if has == 0:
        return "churn"
    return "expansion" if has > was else "contraction"


def customer_of(line: dict) -> str:
    return usable(line["customer_domain"]) or normalised(line["customer_name"])
