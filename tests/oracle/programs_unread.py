"""Rows that can't be read, put among a random program's rows: mended later, earlier, or never.

Belongs here: faults of single values, days in reverse, wrong signs. Does not belong here: files
that are damaged as a whole (tests/ingest).
"""

from decimal import Decimal

from .schema import ENTITIES

SPOILT = [
    "agreements",
    "agreement_terms",
    "contacts",
    "trainings",
    "marketing_activities",
    "customer_references",
    "business_plans",
    "order_forms",
    "enablement_materials",
    "conduct_cases",
    "apps",
    "listing_events",
    "installations",
    "contact_requests",
    "subscription_lines",
    "reports",
    "forecast_lines",
    "premier_invitations",
]
OWNERS = ("partner_id", "app_id", "agreement_id")
# What no value of the type looks like.
NO = {
    "date": ["31/12/2024", "2025-02-30", "soon"],
    "timestamp": ["yesterday", "2025-13-01T00:00:00Z"],
    "bool": ["maybe", "2"],
    "int": ["three", "2.5"],
    "money": ["1.2.3", "1,250.00", "12 USD"],
    "decimal": ["x"],
    "iso4217": ["US$", "ZZZ"],
    "quarter": ["2025-Q5"],
}


def spoil(c) -> None:
    """Add faulty copies of rows, fewer than would have a file refused."""
    c.land.faulty = c.faulty = True
    for entity in SPOILT:
        c.land.rows[entity] = _among(c, entity, c.land.rows[entity])
    for number, (entity, name, rows, when) in enumerate(c.land.extra):
        if entity == "subscription_lines" and c.chance(0.5):
            c.land.extra[number] = (entity, name, _among(c, entity, rows), when)


def _among(c, entity: str, rows: list[dict]) -> list[dict]:
    out = list(rows)
    for _ in range(min(len(rows) // 4, c.rng.choice([0, 1, 1, 2, 3]))):
        model = c.rng.choice(rows)
        bad = _faulty(c, entity, model)
        if c.chance(0.5):  # of a key of its own: nothing accepted puts it right
            bad[ENTITIES[entity]["key"][-1 if "line_id" in model else 0]] = c.land.id("U")
        at = c.rng.randint(0, len(out))  # before or after the good row of its key
        out.insert(at, bad)
    return out


def _faulty(c, entity: str, model: dict) -> dict:
    columns = ENTITIES[entity]["columns"]
    bad = dict(model)
    if entity == "subscription_lines" and c.chance(0.35):
        kind = c.rng.choice(["new", "renewal", "expansion", "contraction", "credit"])
        down = kind in ("contraction", "credit")
        if c.chance(0.5):  # a wrong sign
            return {**bad, "line_type": kind, "amount": Decimal(500 if down else -500)}
        return {**bad, "term_start": model["term_end"], "term_end": model["term_start"]}
    names = [
        name
        for name, kind in columns.items()
        if name not in OWNERS
        and name not in ("report_month", "parameter", "line_id")
        and (kind.rstrip("?") in NO or kind.startswith("enum") or not kind.endswith("?"))
    ]
    name = c.rng.choice(names)
    kind = columns[name]
    if not kind.endswith("?") and (kind == "text" or c.chance(0.3)):
        bad[name] = None
    elif kind.startswith("enum"):
        bad[name] = "unheard of"
    elif kind.rstrip("?") in NO:
        bad[name] = c.rng.choice(NO[kind.rstrip("?")])
    else:
        bad[name] = None
    return bad
