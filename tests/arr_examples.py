"""The worked examples of ARR as landing rows (arr_examples.yaml).

Belongs here: reading the examples. Does not: what computes them (the oracle, the models).
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yaml")
SECOND = "second"


@dataclass
class Example:
    """One partner's lines and the figures that result; `partner` is the example's own id."""

    partner: str
    says: str
    lines: list[dict]
    arr: dict[date, Decimal | None]
    booked: Decimal | None = None
    other: Decimal | None = None
    findings: list[str] | None = None
    moves: dict[date, dict[str, Decimal]] = field(default_factory=dict)


@cache
def examples() -> tuple[Example, ...]:
    """Every example of the file, in its order."""
    written = yaml.load(FILE.read_text("utf-8"), Loader=yaml.BaseLoader)["examples"]
    return tuple(_example(f"e{n:02}", says, body) for n, (says, body) in enumerate(written.items()))


def rates() -> dict[date, dict[str, Decimal]]:
    """Units of each currency for one euro, by day."""
    by_day = yaml.load(FILE.read_text("utf-8"), Loader=yaml.BaseLoader)["rates"]
    return {
        date.fromisoformat(day): {c: Decimal(v) for c, v in units.items() if v != "N/A"}
        for day, units in by_day.items()
    }


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _example(partner: str, says: str, body: dict) -> Example:
    return Example(
        partner=partner,
        says=says,
        lines=[_line(partner, n, text) for n, text in enumerate(body["lines"], start=1)],
        arr={month(m): None if v == "null" else Decimal(v) for m, v in body["arr"].items()},
        booked=Decimal(body["booked"]) if "booked" in body else None,
        other=Decimal(body["other"]) if "other" in body else None,
        findings=body.get("findings"),
        moves={
            month(m): {kind: Decimal(v) for kind, v in kinds.items()}
            for m, kinds in body.get("moves", {}).items()
        },
    )


def _line(partner: str, number: int, text: str) -> dict:
    kind, span, *rest = shlex.split(text)
    first, _, last = span.partition("..")
    start = date.fromisoformat(first)
    more = dict(item.split("=", 1) for item in rest if "=" in item)
    plain = [item for item in rest if "=" not in item]
    customer = more.get("customer", "Acme")
    return {
        "partner_id": f"{partner}-{more['at']}" if "at" in more else partner,
        "report_month": month(more["month"]) if "month" in more else start.replace(day=1),
        "line_id": more.get("line", f"L{number}"),
        "line_type": kind,
        # Subscriptions of other examples are other subscriptions.
        "subscription_id": f"{partner}-{more.get('sub', 'S')}",
        "customer_name": customer,
        "customer_domain": more.get("domain"),
        "product": more.get("product"),
        "quantity": None,
        "term_start": start,
        "term_end": date.fromisoformat(last) if last else max(start, date(2027, 12, 31)),
        "amount": Decimal(plain[0]) if plain else Decimal(0),
        "currency": plain[1] if len(plain) > 1 else "USD",
        "order_form_id": more.get("form"),
    }
