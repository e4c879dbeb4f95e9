"""The default words in the configuration of a launch.

Belongs here: what the Launchpad shows as defaults, so that it says what they do. Does not: what
the values mean (request.py, resources.py, dashboards.py).
"""

from __future__ import annotations

# Without apostrophes or commas, which the Launchpad's YAML would put into quotes.
WHOLE_YEAR = "the whole year"
PERIODS_END = "end of the period"
EVERYTHING = "everything that was received"
AS_STARTED = "as this UI was started"
RUNS_DAY = "day of the run"
DEFAULTS = frozenset({"", WHOLE_YEAR, PERIODS_END, EVERYTHING, AS_STARTED, RUNS_DAY})


def chosen(text: str | None) -> str | None:
    """What a person wrote in place of a default; None where the field has the default or is
    empty."""
    return None if text is None or text.strip() in DEFAULTS else text.strip()
