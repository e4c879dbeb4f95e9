"""What a literal of each kind looks like, as Polars expressions over whole columns of text.

Belongs here: `literals` of sources.yaml, one function per kind. Does not: which columns there are,
or rules between columns (rules.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

import polars as pl

from ingest.judging.clock import clock_of
from ingest.judging.contract import Column
from ingest.judging.currencies import currency_codes
from ingest.judging.truth import NEITHER, words

# Characters at the ends of a text that are not part of it: every blank of Unicode, and those
# without a width that copying from a page leaves behind (zero-width space, word joiner, byte order
# mark).
BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
# ISO 8601's extended form; 24:00 and leap seconds do not exist in the calendar used here.
MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
    r" ?(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?$"
)
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# Characters that XML, a PDF or a terminal can't hold. Tabs and line ends are text.
UNSHOWN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{FFFE}\x{FFFF}]"
# The form in which a spreadsheet writes an identifier of many digits: the last ones are lost.
SHORTENED = r"^-?[0-9](?:[.,][0-9]+[Ee]\+?|[Ee]\+)[0-9]{2,3}$"
# A spreadsheet shows 15 digits of a number that it computed, and keeps up to 17.
SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)
LONG = r"^[+-]?[0-9]+\.[0-9]+$"
# Digits before and after the point that the SQL types of contract.SQL_TYPES can hold.
MONEY_WHOLE, MONEY_PLACES = 14, 4
DECIMAL_WHOLE, DECIMAL_PLACES = 28, 10


@dataclass(frozen=True)
class Literal:
    """How a kind is read: `value` is canonical text (null where it does not fit); `rule` and
    `message` say which rule a text breaks that does not fit, and what to write instead."""

    value: pl.Expr
    rule: str
    message: str


def blank_to_null(column: pl.Expr) -> pl.Expr:
    """Text without the blanks at its ends; null where nothing is left (semantics 2)."""
    text = column.str.strip_chars(BLANKS)
    return pl.when(text.str.len_bytes() > 0).then(text)


def _keep(value: pl.Expr, fits: pl.Expr) -> pl.Expr:
    return pl.when(fits).then(value)


def _text(raw: pl.Expr, column: Column) -> Literal:
    unshown = raw.str.contains(UNSHOWN)
    if not column.name.endswith("_id"):
        remedy = "holds a control character, which no page can show; remove it"
        return Literal(_keep(raw, ~unshown), "text", remedy)
    remedy = (
        "holds a control character, or is a number that a spreadsheet shortened, as 4.51E+14; "
        "format the column as text and enter the identifier again"
    )
    shortened = raw.str.strip_chars().str.contains(SHORTENED)
    return Literal(_keep(raw, ~unshown & ~shortened), "text", remedy)


def _date(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars()
    day = value.str.to_date("%Y-%m-%d", strict=False)
    fits = value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & (day.dt.year() >= 1)
    remedy = "is not an ISO 8601 date; write an existing day as YYYY-MM-DD"
    return Literal(_keep(value, fits), "date", remedy)


def _month(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars()
    fits = value.str.contains(r"^[0-9]{4}-(0[1-9]|1[0-2])$") & ~value.str.starts_with("0000")
    return Literal(_keep(value + "-01", fits), "month", "is not a month; write YYYY-MM")


def _quarter(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars()
    fits = value.str.contains(r"^[0-9]{4}-Q[1-4]$") & ~value.str.starts_with("0000")
    return Literal(_keep(value, fits), "quarter", "is not a quarter; write YYYY-Qn, e.g. 2025-Q1")


def _minutes(offset: pl.Expr) -> pl.Expr:
    """`+hh`, `+hhmm` or `+hh:mm` as minutes; anything else as 0."""
    digits = offset.str.replace(":", "", literal=True)
    hours = digits.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = hours * 60 + digits.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    return pl.when(digits.str.starts_with("-")).then(-minutes).otherwise(minutes)


def _moments(raw: pl.Series) -> pl.Series:
    """Canonical UTC text of ISO 8601 moments, null where a text is not one.

    In steps over a frame: as one nested expression each step would be computed many times.
    """
    value = pl.col("value")
    # The pattern fixes the place of everything up to the seconds; slices cost less than captures.
    seconds = value.str.slice(16, 1) == ":"
    frame = pl.DataFrame({"value": raw.str.strip_chars()}).with_columns(
        day=value.str.slice(0, 10),
        clock=pl.when(value.str.len_bytes() > 10)
        .then(value.str.slice(11, 5))
        .otherwise(pl.lit("00:00")),
        second=pl.when(seconds).then(value.str.slice(16, 3)).otherwise(pl.lit(":00")),
        tail=pl.when(seconds).then(value.str.slice(19)).otherwise(value.str.slice(16)),
    )
    frame = frame.with_columns(
        local=pl.concat_str("day", pl.lit(" "), "clock", "second").str.to_datetime(
            "%Y-%m-%d %H:%M:%S", time_unit="us", strict=False
        ),
        fraction=pl.col("tail").str.extract(r"^[.,]([0-9]+)").fill_null("") + "000000",
        offset=pl.col("tail").str.extract(r"([+-][0-9:]+)$").fill_null(""),
    )
    micros = pl.col("fraction").str.slice(0, 6).cast(pl.Int64, strict=False)
    shift = pl.duration(microseconds=micros) - pl.duration(minutes=_minutes(pl.col("offset")))
    frame = frame.with_columns(moment=pl.col("local") + shift)
    known = pl.col("moment").dt.year().is_between(1, 9999) & (pl.col("local").dt.year() >= 1)
    text = pl.col("moment").dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
    return frame.select(_keep(text, value.str.contains(MOMENT) & known))["moment"]


def _days_to_moments(raw: pl.Series, zone: str) -> pl.Series:
    """Days without a time as the moments at which they begin in a zone; other texts as they are."""
    value = raw.str.strip_chars()
    days = value.filter(value.str.contains(DAY)).unique().drop_nulls()
    if not days.len():
        return raw
    clock = clock_of(zone)
    starts: dict[str, str] = {}
    for text in days:
        try:
            starts[text] = clock.begin(date.fromisoformat(text)).isoformat(" ")
        except (ValueError, OverflowError):
            continue  # no day, or one at the end of the calendar: it is read as it is
    return value.replace(list(starts), list(starts.values()))


def _timestamp(raw: pl.Expr, column: Column) -> Literal:
    remedy = "is not an ISO 8601 moment; write e.g. 2025-03-01T09:30:00Z"
    zone = column.day_zone

    def moments(texts: pl.Series) -> pl.Series:
        return _moments(_days_to_moments(texts, zone) if zone else texts)

    return Literal(raw.map_batches(moments, return_dtype=pl.String), "timestamp", remedy)


def _bool(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars().str.to_lowercase()
    parsed = value.replace_strict(words(), default=None, return_dtype=pl.String)
    return Literal(parsed, "bool", NEITHER)


def _int(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars()
    number = value.str.strip_prefix("+").cast(pl.Int64, strict=False)
    fits = value.str.contains(r"^[+-]?[0-9]+$")
    remedy = "is not a whole number of at most 18 digits; write digits only"
    return Literal(_keep(number.cast(pl.String), fits), "int", remedy)


def _number(raw: pl.Expr, whole: int, places: int) -> pl.Expr:
    """Canonical text of a plain decimal with at most `whole` digits before the point and `places`
    after it."""
    value = raw.str.strip_chars()
    fits = value.str.contains(rf"^[+-]?0*[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{places}}})?$")
    canonical = value.str.strip_prefix("+").str.replace(r"^(-?)0+([0-9])", "${1}${2}")
    return _keep(canonical, fits)


def _as_shown(raw: pl.Series) -> pl.Series:
    """Numbers of more than 15 digits with decimals, as a spreadsheet shows them: to 15 digits.

    118818.40000000001 is what a program writes that has computed 118818.4.
    """
    value = raw.str.strip_chars()
    digits = value.str.replace_all(r"[+.-]", "").str.strip_chars_start("0").str.len_bytes()
    long = value.filter(value.str.contains(LONG) & (digits > SHOWN.prec)).unique()
    if not long.len():
        return raw
    shown = [format(SHOWN.plus(Decimal(text)), "f") for text in long]
    short = [text.rstrip("0").rstrip(".") if "." in text else text for text in shown]
    return value.replace(long.to_list(), short)


def _rounded(raw: pl.Expr, whole: int, places: int) -> pl.Expr:
    """A number that fits as it is written, else as a spreadsheet would show it."""
    shown = raw.map_batches(_as_shown, return_dtype=pl.String)
    return pl.coalesce(_number(raw, whole, places), _number(shown, whole, places))


def _money(raw: pl.Expr, column: Column) -> Literal:
    form = f"at most {MONEY_WHOLE} digits, and at most {MONEY_PLACES} decimals after a dot"
    remedy = f"is not an amount; write an optional sign, {form}"
    return Literal(_rounded(raw, MONEY_WHOLE, MONEY_PLACES), "money", remedy)


def _decimal(raw: pl.Expr, column: Column) -> Literal:
    trimmed = raw.str.strip_chars().str.replace(r"(\.[0-9]{10})0+$", "${1}")
    form = f"at most {DECIMAL_WHOLE} digits, and at most {DECIMAL_PLACES} decimals after a dot"
    remedy = f"is not a plain number; write an optional sign, {form}"
    return Literal(_rounded(trimmed, DECIMAL_WHOLE, DECIMAL_PLACES), "decimal", remedy)


def _enum(raw: pl.Expr, column: Column) -> Literal:
    members = {choice.lower(): choice for choice in column.choices}
    value = raw.str.strip_chars().str.to_lowercase()
    parsed = value.replace_strict(members, default=None, return_dtype=pl.String)
    return Literal(parsed, "enum", f"is none of {', '.join(column.choices)}")


def _iso4217(raw: pl.Expr, column: Column) -> Literal:
    value = raw.str.strip_chars()
    remedy = "is not an ISO 4217 code; write e.g. USD"
    return Literal(_keep(value, value.is_in(currency_codes())), "iso4217", remedy)


KINDS: Mapping[str, Callable[[pl.Expr, Column], Literal]] = {
    "text": _text,
    "date": _date,
    "month": _month,
    "quarter": _quarter,
    "timestamp": _timestamp,
    "bool": _bool,
    "int": _int,
    "money": _money,
    "decimal": _decimal,
    "enum": _enum,
    "iso4217": _iso4217,
}


def literal(column: Column, raw: pl.Expr) -> Literal:
    """How `raw`, a column of text with null for empty, reads as a column of the contract."""
    return KINDS[column.kind](raw, column)
