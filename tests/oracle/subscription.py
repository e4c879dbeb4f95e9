"""One subscription: what its lines are, what ends them, what they change (section 4, ARR).

Belongs here: products and items, trials, what ends what, the line a difference changes.
Does not belong here: money, days' sums, movements (arr.py).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .constants import MINIMUM_TERM_MONTHS, NAMES_PER_DOMAIN
from .dates import DAY, term_months
from .names import normalised, usable

FULL = ("new", "renewal")  # state a full value
BASE = ("new", "renewal", "expansion")  # carry a contraction or a credit
CUT_BY_FULL = ("new", "renewal", "expansion", "contraction")
DIFFERENCES = ("expansion", "contraction", "credit")


def order(line: dict) -> tuple:
    return line["term_start"], line["report_month"], line["line_id"]


def product_of(line: dict) -> str:
    return normalised(line["product"])


def domains_of_many(lines: Iterable[dict]) -> frozenset[str]:
    """Domains that five or more unlike names share in these lines."""
    names = defaultdict(set)
    for line in lines:
        names[usable(line["customer_domain"])].add(normalised(line["customer_name"]))
    return frozenset(d for d, many in names.items() if d and len(many) >= NAMES_PER_DOMAIN)


def is_short(line: dict) -> bool:
    months = term_months(line["term_start"], line["term_end"])
    return line["line_type"] == "new" and months < MINIMUM_TERM_MONTHS


def same_product(one: dict, other: dict) -> bool:
    """Both name the same product, or one of them none."""
    a, b = product_of(one), product_of(other)
    return a == b or not a or not b


def is_superseded(line: dict, lines: list[dict]) -> bool:
    """Whether a renewal of its subscription replaces a new line."""
    return line["line_type"] == "new" and any(
        x["line_type"] == "renewal"
        and x["subscription_id"] == line["subscription_id"]
        and x["term_start"] == line["term_start"]
        and same_product(x, line)
        for x in lines
    )


class Subscription:
    """The lines of one (partner, subscription_id), settled day by day.

    end[id(line)]: its last day, None where it never counts. items[id(line)]: the products that it
    is a line of ("" for none). customer[id(line)]. trials, superseded: ids of lines. `of_many`:
    domains that name nobody.
    """

    def __init__(self, lines: list[dict], of_many: frozenset[str] = frozenset()):
        self.of_many = of_many
        self.lines = sorted(lines, key=order)
        self.customer = {id(x): self._customer(x) for x in lines}
        self.trials = {id(x) for x in lines if self._is_trial(x)}
        self.superseded = {id(x) for x in lines if is_superseded(x, lines)}
        self.items: dict[int, frozenset[str]] = {}
        self.end: dict[int, date | None] = {}
        self.wholes = {id(x) for x in lines if x["line_type"] == "renewal" and not self.known(x)}
        self._settle()

    def _customer(self, line: dict) -> str:
        """The line's registrable domain; else that of the latest line so far with the same name;
        else the name."""
        own, name = self._domain(line), normalised(line["customer_name"])
        if own:
            return f"d:{own}"
        earlier = [
            x
            for x in self.lines
            if x["term_start"] <= line["term_start"]
            and normalised(x["customer_name"]) == name
            and self._domain(x)
        ]
        if not earlier:
            return f"n:{name}"
        return f"d:{self._domain(max(earlier, key=order))}"

    def _domain(self, line: dict) -> str | None:
        own = usable(line["customer_domain"])
        return None if own in self.of_many else own

    def _is_trial(self, line: dict) -> bool:
        return is_short(line) and not any(
            x["term_start"] == line["term_end"] + DAY
            and (
                (
                    x["line_type"] == "new"
                    and product_of(x) == product_of(line)
                    and not self._is_trial(x)
                )
                or (x["line_type"] == "renewal" and self._renews(x, line))
            )
            for x in self.lines
        )

    def _renews(self, renewal: dict, line: dict) -> bool:
        """Whether a renewal is one of the line's item: by product, or as one of the whole."""
        product = product_of(renewal)
        if not product or product == product_of(line):
            return True
        return not any(
            product_of(x) == product
            and x is not renewal
            and (
                (x["line_type"] in BASE and x["term_start"] < renewal["term_start"])
                or (x["line_type"] == "new" and x["term_start"] == renewal["term_start"])
            )
            for x in self.lines
        )

    def known(self, line: dict) -> bool:
        """Whether the line's product is known on its first day."""
        product, day = product_of(line), line["term_start"]
        if not product:
            return False
        kind = line["line_type"]
        that_day = {"renewal": ("new",), "cancellation": BASE}.get(kind, FULL)
        return any(
            product_of(x) == product
            and x is not line
            and id(x) not in self.trials
            and (
                (x["line_type"] in BASE and x["term_start"] < day)
                or (x["line_type"] in that_day and x["term_start"] == day)
            )
            for x in self.lines
        )

    def _label(self, line: dict) -> frozenset[str]:
        """The items of a line that states its own: never asked of a difference to another's."""
        if id(line) not in self.wholes:
            return frozenset([product_of(line)])
        day, own = line["term_start"], product_of(line)
        renewed = {
            product_of(x)
            for x in self.lines
            if id(x) not in self.trials
            and (
                (x["term_start"] < day and x["line_type"] == "new")
                or (x["term_start"] < day and x["line_type"] in BASE and product_of(x))
                or (x["term_start"] < day and self._first_of_all(x))
                or (x["term_start"] == day and id(x) in self.superseded and same_product(x, line))
            )
        }
        renewed |= {own} if own else set()
        return frozenset(renewed or {""})

    def _first_of_all(self, line: dict) -> bool:
        """A renewal without product that found nothing to renew is an item without product."""
        return (
            line["line_type"] == "renewal"
            and not product_of(line)
            and self._label(line) == frozenset([""])
        )

    def counts(self, line: dict) -> bool:
        """Whether a line can be in force at all; credits are treated separately."""
        return (
            line["line_type"] in CUT_BY_FULL
            and id(line) not in self.trials
            and id(line) not in self.superseded
        )

    def on(self, line: dict, day: date) -> bool:
        """In force on the day, as far as the days so far have cut it."""
        end = self.end.get(id(line))
        return end is not None and line["term_start"] <= day <= end

    def _cut(self, line: dict, day: date) -> None:
        """The line ends on the day before."""
        end = self.end.get(id(line))
        if end is None or end < day:
            return
        self.end[id(line)] = day - DAY if line["term_start"] < day else None

    def _settle(self) -> None:
        for day in sorted({x["term_start"] for x in self.lines}):
            self._settle_day(day, [x for x in self.lines if x["term_start"] == day])

    def _settle_day(self, day: date, starting: list[dict]) -> None:
        earlier = [x for x in self.lines if x["term_start"] < day and id(x) in self.items]
        cancellations = []
        for x in starting:
            if x["line_type"] == "cancellation":
                scope = product_of(x) if self.known(x) else None
                past = any(
                    self.counts(y)
                    and y["line_type"] in BASE
                    and self.in_scope(y, scope)
                    and self.on(y, day)
                    for y in earlier
                )
                cancellations.append((scope, past))
        for x in starting:
            if x["line_type"] in FULL and self.counts(x):
                for y in earlier:
                    if self._ends(x, y):
                        self._cut(y, day)
        for scope, _ in cancellations:
            for y in earlier:
                if self.in_scope(y, scope):
                    self._cut(y, day)
        own = [
            x
            for x in starting
            if x["line_type"] in FULL or (x["line_type"] == "expansion" and product_of(x))
        ]
        rest = [x for x in starting if x["line_type"] in DIFFERENCES and x not in own]
        for group in (own, rest):
            labels = {id(x): self._label(x) if x in own else self._items_of(x, day) for x in group}
            for x in group:
                self.items[id(x)] = labels[id(x)]
                if self.counts(x) or x["line_type"] == "credit":
                    self.end[id(x)] = x["term_end"]
                for scope, past in cancellations:
                    if not past and self.in_scope(x, scope):
                        self.end[id(x)] = None

    def in_scope(self, line: dict, scope: str | None) -> bool:
        return scope is None or scope in self.items[id(line)]

    def _ends(self, full: dict, line: dict) -> bool:
        if line["line_type"] not in CUT_BY_FULL:
            return False
        if id(full) in self.wholes:
            return True
        items = self._label(full) if full["line_type"] in FULL else frozenset()
        if not items & self.items[id(line)]:
            return False
        same = self.customer[id(full)] == self.customer[id(line)]
        return full["line_type"] == "renewal" or same

    def _items_of(self, line: dict, day: date) -> frozenset[str]:
        """The items of a difference: its known product's, else of the line it changes."""
        if self.known(line):
            return frozenset([product_of(line)])
        base = self._latest([x for x in self._fulls() if self.on(x, day)])
        if base is None and line["line_type"] == "credit":
            base = self._first_within(line, self._fulls())
            return self._label(base) if base else frozenset([product_of(line)])
        return self.items[id(base)] if base else frozenset([product_of(line)])

    def _fulls(self) -> list[dict]:
        return [x for x in self.lines if x["line_type"] in FULL and self.counts(x)]

    @staticmethod
    def _latest(lines: list[dict]) -> dict | None:
        return max(lines, key=order, default=None)

    @staticmethod
    def _first_within(credit: dict, lines: list[dict]) -> dict | None:
        within = [x for x in lines if credit["term_start"] < x["term_start"] <= credit["term_end"]]
        return min(within, key=order, default=None)

    def base_of(self, line: dict) -> dict | None:
        """The line that a difference changes, or a credit is given on."""
        items, fulls = self.items[id(line)], self._fulls()
        own = [x for x in fulls if self.items[id(x)] & items]
        for candidates in (own, fulls):
            latest = self._latest([x for x in candidates if self.on(x, line["term_start"])])
            if latest:
                return latest
        if line["line_type"] != "credit":
            return None
        return self._first_within(line, own) or self._first_within(line, fulls)

    def is_whole_term(self, credit: dict) -> bool:
        base = self.base_of(credit)
        return (
            base is not None
            and credit["term_start"] <= base["term_start"]
            and credit["term_end"] >= base["term_end"]
        )
