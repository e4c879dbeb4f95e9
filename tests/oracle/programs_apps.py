"""Apps of a random program, what is asked about them and what their partners report.

Belongs here: apps. Does not belong here: installations and calls (programs_usage.py), partners,
sales, deals.
"""

from datetime import date, timedelta

from .programs_usage import midnight, usage, usage_files

TARGETS = [0, 1, 1, 2, 50, 99, 100, 100, 100, 101, 101]  # around the averages that decide


def write(c) -> None:
    from . import programs_moves

    owners = [p for (p, prog) in c.enrolled if prog == "technology"]
    big = 0
    for partner in dict.fromkeys(owners):
        target = c.rng.choice(TARGETS)
        big += target >= 49
        if partner in c.careful and target < 9 and c.chance(0.7):
            target = 10
        target = target if big <= 2 else min(target, 11)
        apps = [_app(c, partner, n) for n in range(c.rng.choice([0, 1, 1, 1, 1, 2, 2, 3]))]
        if apps:
            usage(c, apps, target)
    programs_moves.apps(c)
    usage_files(c)


def _app(c, partner: str, n: int) -> dict:
    rng, land = c.rng, c.land
    app = f"app-{partner[:3].replace(chr(39), 'q')}-{n}"
    joined = c.enrolled[partner, "technology"]
    if partner in c.careful and c.chance(0.7):  # in good time and well kept
        listed = max(joined, date(c.first, 1, 3))
    else:
        listed = rng.choice([c.some_day(), joined, date(c.year, 10, 31), date(c.year, 11, 1)])
    launched = rng.choice([None, listed, listed - timedelta(days=40), listed + timedelta(days=1)])
    tidy = c.chance(0.75)
    row = {
        "app_id": app,
        "partner_id": partner,
        "name": f"App {n}",
        "kind": "data_connector",
        "marketplace": rng.choices(["commercial", "fedramp"], [92, 8])[0],
        "declared_data_flow": rng.choice(["pull", "push", "bidirectional", None]),
        "first_launched_on": launched,
        "description": "x" if tidy else None,
        "logo_url": "https://x.com/l.png" if tidy or c.chance(0.5) else None,
        "support_contact": "a@b.com" if tidy or c.chance(0.5) else None,
    }
    land.put("apps", **row)
    events = {("submitted", listed - timedelta(days=30))}
    if partner in c.careful or c.chance(0.8):
        events.add(("validated", listed - timedelta(days=rng.choice([0, 1, 20]))))
    if c.chance(0.08):
        row["first_launched_on"] = land.rows["apps"][-1]["first_launched_on"] = None  # never
        listed = None
    else:
        events.add(("listed", listed))
        if c.chance(0.12):
            events.add(("validation_failed", listed + timedelta(days=rng.choice([1, 60]))))
        if c.chance(0.15):
            out = max(c.period_edge(), listed)
            events.add(("removed", out))
            if c.chance(0.6):
                back = out + timedelta(days=rng.choice([0, 1, 30]))
                events |= {("reapplied", back), ("listed", back)}
                if c.chance(0.6):
                    events.add(("validated", back + timedelta(days=rng.choice([0, 0, 3]))))
    for event, day in sorted(events, key=str):
        land.put("listing_events", app_id=app, event=event, occurred_on=day)
    for kind in ("training", "support"):
        if partner in c.careful or c.chance(0.8):
            land.put(
                "enablement_materials",
                material_id=land.id("E"),
                partner_id=partner,
                app_id=rng.choice([app, app, None]),
                kind=kind,
                verified_on=joined
                if partner in c.careful
                else rng.choice([joined, c.period_edge()]),
            )
    if c.chance(0.8):
        tested = c.near(listed) if listed else c.some_day()
        land.put("test_customers", app_id=app, company_id="co1", tested_on=tested)
    for _ in range(rng.choice([0, 0, 2, 5, 10])):
        _contact_request(c, app)
    if c.chance(0.35):
        _activity_report(c, app)
    return {**row, "listed": listed}


def _contact_request(c, app: str) -> None:
    rng = c.rng
    day = c.some_day()
    edges = [
        midnight(day),
        midnight(day) - timedelta(seconds=1),
        midnight(day) + timedelta(hours=9),
    ]
    received = rng.choice(edges)
    answered = received + timedelta(
        days=rng.choice([0, 1, 2, 2, 3, 4, 5, 6]), seconds=rng.choice([0, -1, 1])
    )
    c.land.put(
        "contact_requests",
        request_id=c.land.id("Q"),
        app_id=app,
        received_at=received,
        answered_at=max(answered, received) if c.chance(0.93) else None,
    )


def _activity_report(c, app: str) -> None:
    """Two overlapping 30-day windows of the vendor's report."""
    rng, land = c.rng, c.land
    end = c.any_day(date(c.year, 2, 1), date(c.year, 12, 31))
    rows = [
        {
            "date": end - timedelta(days=d),
            "response_code": rng.choice([200, 201, 404]),
            "http_method": rng.choice(["GET", "POST"]),
            "normalized_route": "/v1/x",
            "count": rng.randint(0, 5),
        }
        for d in range(0, 60, 7)
    ]
    when = midnight(end) + timedelta(hours=12)
    for n, part in enumerate([rows[3:], rows[:6]]):
        name = f"app_usage/api_call_activity/{app}/report-{n}"
        path = land.root / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["Date,Response Code,HTTP Method,Normalized Route,Count"]
        lines += [
            f"{r['date']},{r['response_code']},{r['http_method']},{r['normalized_route']},"
            f"{r['count']}"
            for r in part
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        land.received.append(
            (f"{name}.csv", min(when, land.last) + timedelta(seconds=n) - timedelta(days=1))
        )
