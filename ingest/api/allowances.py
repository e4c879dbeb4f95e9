"""How many requests are still allowed, read from the headers of each CRM's answers.

Belongs here: reading those headers. Does not: waiting (budget.py), or any number (vendors.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

USED = re.compile(r"\bapi-usage=(\d{1,12})/(\d{1,12})")
REMAINING, INTERVAL = "X-HubSpot-RateLimit-Remaining", "X-HubSpot-RateLimit-Interval-Milliseconds"
DAILY = "X-HubSpot-RateLimit-Daily-Remaining"


def pause(headers: Mapping[str, str]) -> float:
    """Seconds to wait before the next request, 0 where the headers say nothing."""
    remaining, interval = _whole(headers.get(REMAINING)), _whole(headers.get(INTERVAL))
    return interval / 1000 if remaining == 0 and interval else 0.0


def used_up(headers: Mapping[str, str], share: float) -> str | None:
    """A sentence if the day's requests, or `share` of them, are used up: the rest is left to the
    company's other programs. None while more are allowed."""
    used = USED.search(headers.get("Sforce-Limit-Info", ""))
    if used and int(used[1]) >= int(used[2]) * share:
        return f"{used[1]} of the day's {used[2]} requests are used"
    return "the day's requests are used" if _whole(headers.get(DAILY)) == 0 else None


def _whole(text: str | None) -> int | None:
    plain = (text or "").strip()
    return int(plain) if plain.isdecimal() and len(plain) < 13 else None
