"""One literal to one Python value, by the column's type; anything else is a fault.

Belongs here: the literals of the landing contract. Does not belong here: files, rows.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

# Blanks at both ends are lost, the no-break ones too.
BLANKS = " \t\r\n\v\f\u00a0\u1680\u2007\u202f\u205f\u3000\ufeff\u2060\u200b"
TRUE, FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
CURRENCIES = {
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "CHF",
    "CAD",
    "AUD",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "TRY",
    "BRL",
    "MXN",
    "INR",
    "CNY",
    "HKD",
    "SGD",
    "KRW",
    "ZAR",
    "THB",
    "PHP",
    "IDR",
    "MYR",
    "ILS",
    "ISK",
    "AED",
    "SAR",
    "CLP",
    "COP",
    "ARS",
    "RUB",
}


# Withdrawn, with the day from which the code was no more.
WITHDRAWN = {"HRK": date(2023, 1, 1), "LTL": date(2015, 1, 1), "BGN": date(2026, 1, 1)}


def currency_is_good(code: str, day: date | None) -> bool:
    """Active, or withdrawn no earlier than a year before the row's own first day."""
    withdrawn = WITHDRAWN.get(code)
    if withdrawn is None or day is None:
        return True
    return day <= withdrawn.replace(year=withdrawn.year + 1)


class Fault(ValueError):
    """A literal that its column's type does not admit."""


def parse(text, kind: str):
    """A Python value for a literal (str, or already typed from json/parquet); None when empty."""
    optional = kind.endswith("?")
    kind = kind.rstrip("?")
    if isinstance(text, str):
        text = text.strip(BLANKS)
    if text is None or text == "":
        if optional:
            return None
        raise Fault("required")
    if isinstance(text, bool):
        text = "true" if text else "false"
    if isinstance(text, datetime):
        return text if text.tzinfo else text.replace(tzinfo=UTC)
    if isinstance(text, date):
        text = text.isoformat()
    return _PARSERS[kind.split("(")[0]](str(text), kind)


def _text(text, kind):
    return text


def _date(text, kind):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise Fault("date")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Fault("date") from error


def _bool(text, kind):
    low = text.lower()
    if low not in TRUE | FALSE:
        raise Fault("bool")
    return low in TRUE


def _enum(text, kind):
    low = text.lower()
    if low not in kind[5:-1].split(","):
        raise Fault("enum")
    return low


def _int(text, kind):
    if not re.fullmatch(r"[+-]?\d+", text):
        raise Fault("int")
    return int(text)


def _money(text, kind):
    if not re.fullmatch(r"[+-]?\d+(\.\d{1,4})?", text):
        raise Fault("money")
    return Decimal(text)


def _decimal(text, kind):
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise Fault("decimal")
    return Decimal(text)


def _month(text, kind):
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise Fault("month")
    return date.fromisoformat(text + "-01")


def _quarter(text, kind):
    if not re.fullmatch(r"\d{4}-Q[1-4]", text):
        raise Fault("quarter")
    return text


def _timestamp(text, kind):
    try:
        got = datetime.fromisoformat(text)
    except ValueError as error:
        raise Fault("timestamp") from error
    return (got if got.tzinfo else got.replace(tzinfo=UTC)).astimezone(UTC)


def _currency(text, kind):
    if text not in CURRENCIES and text not in WITHDRAWN:
        raise Fault("iso4217")
    return text


_PARSERS = {
    "text": _text,
    "date": _date,
    "bool": _bool,
    "enum": _enum,
    "int": _int,
    "money": _money,
    "decimal": _decimal,
    "month": _month,
    "quarter": _quarter,
    "timestamp": _timestamp,
    "iso4217": _currency,
}
