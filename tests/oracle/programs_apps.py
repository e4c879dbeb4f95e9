"""Apps, installations and usage of a random program.

Belongs here: what the platform sends. Does not belong here: partners, sales, deals.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .dates import month_end, month_of, months_between, next_month

ZONE = ZoneInfo("America/Los_Angeles")
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
            _usage(c, apps, target)
    programs_moves.apps(c)
    _usage_files(c)


def midnight(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


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


def _call(c, app: str, company: str, at: datetime, method=None, code=200) -> None:
    method = method or c.rng.choice(["GET", "GET", "get", "HEAD", "POST", "PATCH", "OPTIONS"])
    c.land.put(
        "usage_events",
        app_id=app,
        company_id=company,
        occurred_at=at.astimezone(UTC),
        http_method=method,
        response_code=code,
        call_count=c.rng.choice([1, 1, 2, 7]),
    )


def _usage(c, apps: list[dict], target: int) -> None:
    """Companies around the target in every month of the last year, fewer before."""
    rng, land = c.rng, c.land
    launches = [a["first_launched_on"] or a["listed"] for a in apps]
    first = min((d for d in launches if d), default=None) or c.some_day()
    months = [m for m in months_between(first, date(c.year, 12, 1)) if m.year >= c.first]
    in_year = [m for m in months if m.year == c.year]
    short = rng.choice([-1, 0, 0, 1])  # one short of, at, or one over the mean
    companies = [f"co{i}" for i in range(target + 1)]
    for company in companies:
        for a in apps:
            if rng.random() < (1.0 if a is apps[0] else 0.3):
                _installs(c, a["app_id"], company, first, plain=target >= 9)
    flow = rng.choice(["both", "both", "read", "write", "edge"])
    for i, month in enumerate(months):
        count = target if month.year == c.year else min(target, rng.choice([0, 2, 10, 12]))
        count += short if in_year and month == in_year[-1] else 0
        methods = {
            "both": ["GET", "POST"],
            "read": ["GET"],
            "write": ["put"],
            "edge": ["GET", "DELETE"] if i % 4 == 0 else ["head"],
        }[flow]
        start = max(midnight(month), midnight(first))
        for company in companies[: max(0, count)]:
            a = apps[0] if rng.random() < 0.85 else rng.choice(apps)
            at = rng.choice(
                [
                    start,
                    midnight(next_month(month)) - timedelta(seconds=1),
                    start + timedelta(days=9, hours=rng.randint(0, 23)),
                ]
            )
            _call(c, a["app_id"], company, max(at, start), rng.choice(methods))
    for a in apps:
        _edge_calls(c, a)
    if not land.rows["usage_events"]:
        _call(c, apps[0]["app_id"], "co1", midnight(first))


def _installs(c, app: str, company: str, first: date, plain: bool) -> None:
    rng, land = c.rng, c.land
    start = midnight(first) - timedelta(days=rng.choice([0, 3, 40]))
    if plain or c.chance(0.5):
        land.put(
            "installations",
            installation_id=land.id("I"),
            app_id=app,
            company_id=company,
            is_demo=False,
            installed_at=start,
        )
        return
    for _ in range(rng.choice([1, 1, 2])):  # overlapping, ended, demonstration
        begin = rng.choice([start, midnight(c.some_day())])
        end = rng.choice([None, midnight(c.some_day()), midnight(month_end(c.some_day()))])
        land.put(
            "installations",
            installation_id=land.id("I"),
            app_id=app,
            company_id=company,
            is_demo=c.chance(0.3),
            installed_at=begin,
            uninstalled_at=end if end and end > begin else None,
        )


def _edge_calls(c, app: dict) -> None:
    """Calls at the very instants of installation, launch, month ends and clock changes."""
    rng, name = c.rng, app["app_id"]
    second = timedelta(seconds=1)
    for i in c.land.rows["installations"][-6:]:
        if i["app_id"] == name:
            for at in (
                i["installed_at"],
                i["installed_at"] - second,
                i["uninstalled_at"],
                i["uninstalled_at"] and i["uninstalled_at"] - second,
            ):
                if at and c.chance(0.6):
                    _call(c, name, i["company_id"], at)
    launch = app["first_launched_on"] or app["listed"]
    if launch:
        for at in (midnight(launch), midnight(launch) - second):
            _call(c, name, "co0", at)
    y = c.year
    for day in (date(y, 1, 1), date(y + 1, 1, 1), date(y, 3, 9), date(y, 11, 2), date(y, 4, 1)):
        for at in (midnight(day), midnight(day) - second):
            if c.chance(0.4):
                _call(
                    c,
                    name,
                    rng.choice(["co0", "co1", "zz"]),
                    at,
                    code=rng.choice([200, 204, 299, 300, 199, 500]),
                )


def _usage_files(c) -> None:
    """One file a month in mixed formats; gaps, header-only months, a file of the same bytes."""
    rng, land = c.rng, c.land
    rows = land.rows["usage_events"]
    if "usage_events" in land.absent:
        return
    by_month: dict[date, list] = {}
    for row in rows:
        by_month.setdefault(month_of(row["occurred_at"].astimezone(ZONE).date()), []).append(row)
    first = date(c.first, 1, 1)
    lost = {
        m for m in months_between(first, date(c.year, 12, 1)) if c.chance(0.02) and c.chance(0.5)
    }
    when = land.last - timedelta(days=30)
    for month in months_between(first, date(c.year, 12, 1)):
        if month in lost:
            continue
        if month in by_month:
            name = f"app_usage/usage_events/{month.year}/{month.month:02d}"
            land.extra.append(("usage_events", name, by_month[month], when))
        else:
            name = f"app_usage/usage_events-{month:%Y-%m}"
            land.extra.append(("usage_events", name, [], when))
    outside = [
        r for m, rs in by_month.items() for r in rs if m.year not in range(c.first, c.year + 1)
    ]
    if outside:
        land.extra.append(("usage_events", "app_usage/usage_events/outside", outside, when))
    if by_month and c.chance(0.4):
        month = rng.choice(sorted(set(by_month) - lost) or [None])
        if month:
            land.copies.append(
                (
                    f"app_usage/usage_events/{month.year}/{month.month:02d}",
                    f"app_usage/usage_events/again/{month:%Y-%m}",
                )
            )
