"""A landing zone whose files are judged by what they had, and what is in force there."""

from datetime import datetime, timedelta

SHARE = {"share": "0.5", "minimum_rows": "10", "minimum_lines": "4"}
HEADER = "app_id,company_id,occurred_at,http_method,response_code,call_count\n"


def calls(count, first=datetime(2025, 3, 1, 12), app="A{}", step=timedelta(hours=1)):
    """Rows of the feed, two apps in turn, an hour apart."""
    return [(app.format(i % 2), f"C{i % 7}", first + i * step, "GET", 200, 1) for i in range(count)]


def as_csv(rows):
    return HEADER + "".join(
        f"{a},{c},{t:%Y-%m-%dT%H:%M:%SZ},{m},{code},{n}\n" for a, c, t, m, code, n in rows
    )


def deliver(zone, file, *contents):
    """The same path again and again, a landing each."""
    for day, content in enumerate(contents, start=1):
        zone.put(file, content, f"2025-06-{day:02d}T00:00:00")
        zone.land()
    return zone.counts(file)


def in_force(zone):
    """Rows of the feed, summed, by month."""
    return zone.rows(
        "select strftime(month, '%Y-%m'), sum(feed_rows)::int from landing.usage_calls"
        " group by 1 order by 1"
    )
