"""The lines of resellers by who has them: one book for a partner and a day.

Belongs here: partners that become one, in ARR. Does not belong here: ARR of one partner's lines
(arr.py).
"""

from datetime import date
from decimal import Decimal

from .arr import ZERO, Book, know_each_other, movement
from .dates import month_end, months_between
from .moves import holder, members
from .subscription import domains_of_many


class Books:
    """Books of the partners as of each day: from a succession on the two are one.

    Lines of a partner and of those that had merged into it by a day are one book on that day, as if
    they had always been; earlier days are not affected.
    """

    def __init__(self, facts, year: int):
        self.facts = facts
        self.lines = facts.of("subscription_lines")
        self.of_many = domains_of_many(x for x in self.lines if x["report_month"].year <= year)
        self.named = sorted({line["partner_id"] for line in self.lines})
        self.edges = sorted({s["effective_on"] for s in facts.of("partner_successions")})
        self.kept: dict[date | None, dict[str, Book]] = {}

    def on(self, day: date) -> dict[str, Book]:
        """The books of everybody who has lines on the day."""
        era = max((d for d in self.edges if d <= day), default=None)
        if era not in self.kept:
            books = {}
            for partner in {holder(self.facts, p, day) for p in self.named}:
                whose = set(members(self.facts, partner, day))
                rows = [x for x in self.lines if x["partner_id"] in whose]
                books[partner] = Book(rows, self.facts.rates, self.of_many)
            know_each_other(books)
            self.kept[era] = books
        return self.kept[era]

    def book(self, partner: str, day: date) -> Book:
        return self.on(day).get(partner) or Book([], self.facts.rates)

    def booked(self, partner: str, year: int) -> Decimal | None:
        """By the partner that had each line on its term_start."""
        values = []
        for line in self.lines:
            day = line["term_start"]
            if day.year == year and holder(self.facts, line["partner_id"], day) == partner:
                values.append(self.book(partner, day).booked_value(line))
        return None if None in values else sum(values, ZERO)

    def touching(self, year: int) -> set[str]:
        """Partners that had, on a day of the year, a line on a day of its term."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        partners = set()
        for x in self.lines:
            begin, end = max(first, x["term_start"]), min(last, x["term_end"])
            days = {begin, *(d for d in self.edges if begin <= d <= end)}
            partners |= {holder(self.facts, x["partner_id"], d) for d in days if d <= end}
        return partners

    def months(self, year: int) -> list[dict]:
        """One row per partner and month, from its first line's to December of the year."""
        firsts: dict[str, date] = {}
        for x in self.lines:
            for day in (x["term_start"], *(d for d in self.edges if d > x["term_start"])):
                who = holder(self.facts, x["partner_id"], day)
                firsts[who] = min(firsts.get(who, day), day)
        return [
            {"partner_id": p, **row} for p in firsts for row in self._months(p, firsts[p], year)
        ]

    def _months(self, partner: str, first: date, year: int) -> list[dict]:
        rows, before, opening, ever = [], {}, ZERO, set()
        for month in months_between(first, date(year, 12, 31)):
            now = self.book(partner, month_end(month)).by_customer(month_end(month))
            total = None if None in now.values() else sum(now.values(), ZERO)
            moves = dict.fromkeys(("new", "expansion", "contraction", "churn", "reactivation"))
            if total is not None and opening is not None:
                moves = dict.fromkeys(moves, ZERO)
                for customer in set(before) | set(now):
                    was, has = before.get(customer, ZERO), now.get(customer, ZERO)
                    if was != has:
                        moves[movement(was, has, customer in ever)] += has - was
            rows.append({"month": month, "arr_usd": total, **moves})
            ever |= {c for c, v in now.items() if v is not None and v > 0}
            before, opening = now, total
        return rows
