"""Reseller reports of a random program: lines, order forms, reports, forecasts, rates.

Belongs here: what resellers send, and the rates it is converted by. Does not belong here: people.
"""

from datetime import date, timedelta
from decimal import Decimal

from .dates import anniversary, month_end, month_of, months_between, next_month

CUSTOMERS = [
    [("Acme Corp", "acme.com"), ("ACME Corporation", "www.acme.com"), ("Acme", "eu.acme.com")],
    [("Bolt & Sons Ltd", "bolt.co.uk"), ("Bolt and Sons", "shop.bolt.co.uk")],
    [("Zürich Bau GmbH", None), ("ZURICH BAU G.m.b.H.", None), ("Zurich  Bau", None)],
    [("Delta Co., Ltd.", None), ("DELTA", None)],
    [("Echo Inc", "echo.org")],
    [("Foxtrot", "foxtrot.com.au")],
]
AMOUNTS = [
    "100000",
    "99999.9999",
    "100000.0001",
    "60000",
    "50000",
    "40000.0001",
    "8333.3333",
    "8333.3334",
    "12345.6789",
    "0",
    "25000",
]


def write(c) -> None:
    resellers = [p for (p, prog) in c.enrolled if prog == "reseller"]
    resellers += [p for p in c.partners if p not in resellers and c.chance(0.08)]
    for partner in dict.fromkeys(resellers):
        if c.chance(0.1):
            continue  # never reported
        _reports(c, partner, _lines(c, partner))
    _rates(c)


def _term_end(c, start: date) -> date:
    months = c.rng.choice([12, 12, 12, 12, 1, 3, 6, 13, 24, 36])
    end = anniversary(start, months) - timedelta(days=1)
    if c.chance(0.3):
        end += timedelta(days=c.rng.choice([-1, 1, 14, 17]))
    return max(end, start)


def _lines(c, partner: str) -> list[dict]:
    rng, out = c.rng, []
    for n in range(rng.randint(1, 5)):
        subscription, customer = f"S{n}", rng.choice(CUSTOMERS)
        currency = rng.choices(["USD", "EUR", "GBP", "JPY", "SEK"], [73, 13, 7, 5, 2])[0]
        products = rng.choice([["core"], ["core", None], [None], ["core", "Safety", None, "CORE "]])

        def line(
            kind, start, end, amount, sub=subscription, who=customer, cur=currency, of=products
        ):
            name, domain = rng.choice(who)
            form = (
                _form(c, partner, sub, start) if kind in ("new", "expansion", "renewal") else None
            )
            month = month_of(start)
            month = rng.choice([month, month, next_month(month), anniversary(month, -1)])
            out.append(
                {
                    "partner_id": partner,
                    "report_month": month,
                    "line_id": f"L{len(out)}",
                    "line_type": kind,
                    "subscription_id": sub,
                    "customer_name": name,
                    "customer_domain": domain,
                    "product": rng.choice(of),
                    "quantity": None,
                    "term_start": start,
                    "term_end": end,
                    "amount": Decimal(amount),
                    "currency": cur,
                    "order_form_id": form,
                }
            )

        start = c.some_day()
        end = _term_end(c, start)
        full = Decimal(rng.choice(AMOUNTS)) * (100 if currency == "JPY" else 1)
        line("new", start, end, full)
        for _ in range(rng.randint(0, 4)):
            kind = rng.choice(
                [
                    "expansion",
                    "contraction",
                    "renewal",
                    "renewal",
                    "cancellation",
                    "credit",
                    "credit",
                    "new",
                    "new",
                    "one_time",
                    "upgrade",
                ]
            )
            inside = rng.choice(
                [
                    start,
                    end,
                    end + timedelta(days=1),
                    c.any_day(start, end),
                    month_end(start),
                    c.near(anniversary(start, 6)),
                ]
            )
            small = (full * Decimal(rng.choice(["0.1", "0.25"]))).quantize(Decimal("0.0001"))
            if kind == "expansion":
                line(kind, min(inside, end), end, small)
            elif kind == "contraction":
                line(kind, start, end, -small)
            elif kind in ("renewal", "new"):
                begin = inside if inside > start else end + timedelta(days=1)
                begin += timedelta(days=rng.choice([0, 0, 31, 400]) if c.chance(0.3) else 0)
                line(kind, begin, _term_end(c, begin), full + small * rng.choice([0, 1, -1]))
            elif kind == "one_time":
                line(kind, inside, max(inside, end), small)
            elif kind == "upgrade":  # a cancellation and a new line of one day
                line("cancellation", inside, max(inside, end), "0")
                line("new", inside, _term_end(c, inside), full + small)
            elif kind == "cancellation":
                line(kind, inside, max(inside, end), rng.choice(["0", "-5", "77"]))
            else:
                size = rng.choice([small, full, full * 2])
                if c.chance(0.4):  # over the whole term
                    inside = start
                line(kind, inside, max(inside, rng.choice([end, anniversary(inside, 1)])), -size)
    if c.chance(0.2):  # a line of the month before, once more
        again = rng.choice(out)
        month = next_month(again["report_month"])
        out.append({**again, "report_month": month, "line_id": f"L{len(out)}", "product": None})
    return out


def _form(c, partner: str, subscription: str, start: date) -> str | None:
    kind = c.rng.choices(
        ["good", "empty", "unknown", "other", "late", "open"],
        [95, 1, 1, 1, 1, 1] if partner in c.careful else [84, 3, 3, 3, 4, 3],
    )[0]
    if kind == "empty":
        return None
    form = c.land.id("F")
    if kind == "unknown":
        return form
    executed = start if kind != "late" else c.period_edge()
    owner = c.rng.choice(c.partners) if kind == "other" else partner
    c.land.put(
        "order_forms",
        order_form_id=form,
        partner_id=owner,
        subscription_id=subscription,
        customer_name="n",
        submitted_on=start - timedelta(days=3),
        executed_on=None if kind == "open" else executed,
        status="submitted" if kind == "open" else "executed",
    )
    return form


def _reports(c, partner: str, lines: list[dict]) -> None:
    rng, land = c.rng, c.land
    start = c.enrolled.get((partner, "reseller"), date(c.first, 1, 1))
    groups = {}
    for row in lines:
        groups.setdefault(row["report_month"], []).append(row)
    punctual = partner in c.careful
    first = min([month_of(start), *groups])
    months = months_between(anniversary(first, -1), date(c.year, 12, 1))
    corrected = []
    for month in sorted({*months, *groups}):
        due = next_month(month).replace(day=15)
        group = groups.get(month)
        if group is None and not punctual and c.chance(0.12):
            continue
        received = due - timedelta(days=rng.choice([0, 0, 3]))
        if not punctual and c.chance(0.2):
            received = rng.choice(
                [
                    due + timedelta(days=1),
                    max(due, c.period_edge()),
                    date(due.year, 12, 31),
                    date(due.year + 1, 1, 1),
                ]
            )
        report = {
            "partner_id": partner,
            "report_month": month,
            "received_on": received,
            "declares_no_sales": group is None,
        }
        roll = rng.random()
        if group is None and roll < 0.05:  # had lines; the later report declares no sales
            sample = {**rng.choice(lines), "report_month": month}
            land.put("subscription_lines", **sample)
            land.put("reports", **{**report, "declares_no_sales": False})
            corrected.append(("reports", [report]))
        elif group and roll < 0.15:  # replaced as a whole
            for row in [*group, {**rng.choice(lines), "report_month": month, "line_id": "L99"}]:
                land.put("subscription_lines", **{**row, "amount": row["amount"] * 2})
            land.put("reports", **report)
            corrected.append(("subscription_lines", group))
        else:
            land.put("reports", **report)
            for row in group or []:
                land.put("subscription_lines", **row)
        if month.month % 3 == 1 and c.chance(0.98 if punctual else 0.7):
            land.put(
                "forecast_lines",
                partner_id=partner,
                report_month=month,
                line_id="1",
                quarter=f"{month.year}-Q{(month.month - 1) // 3 + 1}",
                expected_arr=Decimal("1000"),
                currency="USD",
            )
        if c.chance(0.1):
            land.put(
                "marketing_lines",
                partner_id=partner,
                report_month=month,
                line_id="1",
                activity="event",
            )
    for n, (entity, rows) in enumerate(corrected):
        when = land.last - timedelta(days=20) + timedelta(hours=n)
        tag = c.partners.index(partner)
        land.extra.append(
            (entity, f"reseller_reports/{entity}-fix-{tag}-{n}", [{**r} for r in rows], when)
        )


def _rates(c) -> None:
    rng = c.rng
    if c.chance(0.03):
        return
    day = date(c.first - 1, 11, 1) if c.chance(0.8) else date(c.first, 6, 1)
    rows = []
    while day <= date(c.year + 1, 1, 20):
        if day.weekday() < 5 and c.chance(0.4):
            rate = {
                "USD": f"{rng.randint(10300, 11900) / 10000:.4f}",
                "JPY": f"{rng.randint(15500, 17200) / 100:.2f}",
                "GBP": f"{rng.randint(8300, 8800) / 10000:.4f}",
                "SEK": "N/A",
            }
            for currency in ("USD", "JPY", "GBP"):
                if c.chance(0.06):
                    rate[currency] = "N/A"
            rows.append((day, rate))
        day += timedelta(days=1)
    text = "Date,USD,JPY,GBP,SEK,\n" + "".join(
        f"{d},{r['USD']},{r['JPY']},{r['GBP']},{r['SEK']},\n" for d, r in reversed(rows)
    )
    c.land.rates = text
