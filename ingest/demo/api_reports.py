"""The platform's API call activity reports: 30-day windows that overlap, one folder per app.

Belongs here: daily counts by route of some apps and the windows cut from them.
Does not: calls of customers (usage.py); the report names neither app nor customer.
"""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

from ingest.demo.files import received_on
from ingest.demo.world import App, World

HEADER = ("Date", "Response Code", "HTTP Method", "Normalized Route", "Count")
READS = ("/rest/v1.0/projects", "/rest/v1.0/projects/{id}/rfis", "/rest/v1.1/drawings")
WRITES = ("/rest/v1.0/projects/{id}/daily_logs", "/rest/v1.0/commitments")
APPS = 10
DAY = timedelta(days=1)


def write_api_reports(world: World) -> None:
    """Write a year of reports for a few apps; one app's report was missed for a month."""
    rng = world.rng("api reports")
    launched = [a for a in world.apps if a.launched and a.launched < date(world.year, 1, 1)]
    chosen = [a for a in launched if a.partner.knobs.get("report")]
    others = [a for a in launched if a not in chosen and not a.gone and not a.partner.terminated]
    chosen += rng.sample(others, min(APPS - len(chosen), len(others)))
    missed = chosen[-1] if len(chosen) > 1 else None
    for app in chosen:
        days = _days(world, rng, app)
        for month in range(1, 13):
            if app is missed and month == 7:  # 2 windows apart by more than 30 days: evidence lost
                continue
            through = date(world.year, month, 28)
            _write(world, app, days, through)
        _write(world, app, days, world.end)


def _days(world: World, rng: random.Random, app: App) -> dict[date, list[tuple]]:
    """The rows of each day of the year, drawn once, so that windows agree where they overlap."""
    writes = app.partner.knobs.get("report") == "write" or app.flow != "pull"
    rows_of = {}
    day = date(world.year, 1, 1) - 30 * DAY
    while day <= world.end:
        rows = []
        if app.flow != "push":
            rows += [(day, 200, "GET", route, rng.randint(3, 240)) for route in READS]
        if writes and (day.weekday() < 5):
            rows += [(day, 201, "POST", route, rng.randint(1, 60)) for route in WRITES]
        if rng.random() < 0.2:
            rows.append((day, 429, "GET", READS[0], rng.randint(1, 9)))
        rows_of[day] = rows
        day += DAY
    return rows_of


def _write(world: World, app: App, days: dict[date, list[tuple]], through: date) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for back in range(29, -1, -1):
        writer.writerows(days[through - back * DAY])
    name = f"app_usage/api_call_activity/{app.app_id}/{through:%Y-%m-%d}.csv"
    world.landing.write(name, out.getvalue().encode(), received_on(through + DAY, 3))
