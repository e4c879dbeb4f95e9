"""What every contender of the usage step has to know of the generated feed, and nothing heavier.

Belongs here: its months, where its files lie, the models of the step. Does not: generating it
(usage_data.py).
"""

from pathlib import Path

YEAR = 2025
MONTHS = [(year, month) for year in (YEAR - 1, YEAR) for month in range(1, 13)]
# The step's own models, in order; launches and installations are there before it.
MODELS = ("int_usage__call_months", "fct_app_usage_by_month")


def files_of(landing: Path, month: tuple[int, int] | None = None) -> list[Path]:
    """The feed's files, of one (year, month) or all."""
    pattern = f"{month[0]}/{month[1]:02d}-*.parquet" if month else "*/*.parquet"
    return sorted((landing / "app_usage" / "usage_events").glob(pattern))
