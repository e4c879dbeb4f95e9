"""Figures, dates and keys as people read them.

Belongs here: the words for keys, exact decimals without trailing zeros, lists in a sentence,
figures inside a kept sentence.
Does not: what a figure means, or how a page rounds it (dashboards/words.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from scoring.vocabulary import Action, Certainty, Standing, Status


def figure(value: Decimal | int | None) -> str:
    """`1,234.5` for 1234.5000; `nothing` for no value. Exact: digits are never rounded away."""
    if value is None:
        return "nothing"
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# A number in a sentence that states a figure, and is not part of an id or a date.
STATED = re.compile(
    r"(?P<before>: |\bis |\bleast |\bmost |\bexactly |\bfrom |\bby |\bto |\bmisses |\()"
    r"(?P<number>-?\d[\d,]*(?:\.\d+)?)(?![\w-]|[.,]\d)"
)
LONG = Decimal(10_000)
# The digits of a number of that size, with or without commas; few sentences have one.
MAY_BE_LONG = re.compile(r"\d{5}|\d,")
DOLLARS = re.compile(r"(?<![\w.,-])-?\d+(?:\.\d+)?(?= USD\b)")
ONE_OF_MANY = re.compile(r"(?<![\w.,:/-])1 (call|day|row)s\b")


def parted(text: str) -> str:
    """A stored sentence or detail with thousands separators in its figures, each to its last digit,
    and `1 day` where it has `1 days`. Numbers below 10,000 stay as they are: they may be years."""

    def shown(match: re.Match[str]) -> str:
        value = Decimal(match["number"].replace(",", ""))
        return match[0] if abs(value) < LONG else f"{match['before']}{figure(value)}"

    if MAY_BE_LONG.search(text):
        text = STATED.sub(shown, text)
    if " USD" in text:
        text = DOLLARS.sub(lambda match: figure(Decimal(match[0])), text)
    return ONE_OF_MANY.sub(r"1 \1", text) if "1 " in text else text


def listed(items: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def day(value: date | None) -> str:
    """ISO date, or `no date`."""
    return value.isoformat() if value else "no date"


FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = (*FEW, "eleven", "twelve")
MONTHS = "January February March April May June July August September October November December"


def number_word(value: Decimal | int) -> str | None:
    """`two` for 2: whole numbers up to twelve as a sentence spells them; None for others."""
    whole = int(value)
    return NUMBERS[whole] if value == whole and 0 <= whole < len(NUMBERS) else None


def long_day(value: date) -> str:
    """`December 31, 2026`."""
    return f"{MONTHS.split()[value.month - 1]} {value.day}, {value.year}"


def how_sure(row: Mapping[str, object]) -> str | None:
    """What a reader must know about a value that no document gives: that it is a placeholder, who
    reported it and when they read it, or who confirmed it; None where a document gives it.

    `row` has status, reported_by, read_on, confirmed_by and confirmed_on, as policy.parameters.
    """
    if row["status"] == Certainty.PLACEHOLDER:
        return "a placeholder until someone confirms it"
    if row["status"] == Certainty.REPORTED:
        read = f"read {row['read_on']}"
        return f"reported by {row['reported_by']} ({read}), until someone confirms it"
    if row["status"] == Certainty.CONFIRMED and row["confirmed_by"]:
        return f"confirmed by {row['confirmed_by']} on {row['confirmed_on']}"
    return None


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `2 rows`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


WORDS = {
    Status.NOT_MET: "not met",
    Standing.NON_COMPLIANT: "non-compliant",
    Status.NO_EVIDENCE: "no evidence",
    Status.NEEDS_REVIEW: "needs review",
    Status.NOT_APPLICABLE: "not applicable",
    Action.CHANGE_BENEFITS: "change benefits",
    Action.END_STATUS: "end status",
    "closed_won": "closed, won",
    "closed_lost": "closed, lost",
    "not_entitled": "not entitled",
    "on_request": "on request",
    "by_invitation": "by invitation",
    "open_opportunities": "open opportunities",
    "crossbeam_api": "account mapping tool",
    "overlaps": "flat file",
    "influenced_revenue_usd": "influenced revenue",
    "win_rate": "win rate",
    Certainty.FROM_SOURCE: "from the documents",
    "data_flow_disagrees": "data flow disagrees with what was declared",
    "demo_unknown": "demonstration installs not declared",
    "domain_of_many": "domain shared by unlike names",
    "has_more": "more pages follow",
    "ids_alike": "ids nearly alike",
    "near_names": "names nearly alike",
    "points_nowhere": "key that names nothing",
}


def word(value: str | None) -> str:
    """A value of a closed list as a person says it; other text without its underscores."""
    if value is None:
        return "none"
    return WORDS.get(value, value.replace("_", " "))


# A key of ours in a sentence, not part of a path, a dotted name, an address or an option.
KEY = re.compile(r"(?<![\w./${@'\"-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/@-]|\.\w)")
# Keys whose words differ from the key without underscores, also inside a sentence.
HYPHENED: dict[str, str] = {
    key: WORDS[key] for key in (Standing.NON_COMPLIANT, "closed_won", "closed_lost")
}


def spoken(text: str) -> str:
    """The text without the underscores of keys: `non-compliant`, `listed apps`; paths, dotted
    parameters, options of a command, addresses and what begins a quotation stay as they are."""
    if "_" not in text:
        return text
    return KEY.sub(lambda match: HYPHENED.get(match[0], match[0].replace("_", " ")), text)
