"""Installations and calls of the apps of a random program, and the files that carry them.

Belongs here: usage. Does not belong here: apps themselves (programs_apps.py).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .dates import month_end, month_of, months_between, next_month

ZONE = ZoneInfo("America/Los_Angeles")


def midnight(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def call(c, app: str, company: str, at: datetime, method=None, code=200) -> None:
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


def usage(c, apps: list[dict], target: int) -> None:
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
            call(c, a["app_id"], company, max(at, start), rng.choice(methods))
    for a in apps:
        _edge_calls(c, a)
    if not land.rows["usage_events"]:
        call(c, apps[0]["app_id"], "co1", midnight(first))


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
                    call(c, name, i["company_id"], at)
    launch = app["first_launched_on"] or app["listed"]
    if launch:
        for at in (midnight(launch), midnight(launch) - second):
            call(c, name, "co0", at)
    y = c.year
    for day in (date(y, 1, 1), date(y + 1, 1, 1), date(y, 3, 9), date(y, 11, 2), date(y, 4, 1)):
        for at in (midnight(day), midnight(day) - second):
            if c.chance(0.4):
                call(
                    c,
                    name,
                    rng.choice(["co0", "co1", "zz"]),
                    at,
                    code=rng.choice([200, 204, 299, 300, 199, 500]),
                )


def usage_files(c) -> None:
    """One file per month in mixed formats; gaps, header-only months, a file of the same bytes."""
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
