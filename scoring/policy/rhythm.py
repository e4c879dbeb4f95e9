"""The rhythm of a ladder that moves within the year: its steps, and whether it fits the set.

Belongs here: which periods raise or lower a tier, as the policy states it. Does not: the tier of
any partner (scoring/tier_steps.py).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scoring.policy.model import PolicySet, ReviewPeriod, Rhythm
from scoring.policy.places import Places
from scoring.policy.yaml_lines import PolicyError

# A month of any year but a leap one; a later day of a month is its last (int_periods).
YEAR = 2023
EACH_MONTH = "each_month"
# The windows of metrics for a tier that moves within the year: such figures follow from a period's
# last day alone, so that a quarter and the year that ends with it agree.
OF_THE_LAST_DAY = ("period_end", "calendar_year", "half_year", "quarter", "trailing")
# Metrics that are answers for a whole year.
YEARLY = ("invitation",)
NOTICE = "tiers.notice_days"


@dataclass(frozen=True)
class Step:
    """A period that moves tiers. `falls`: it may take one away; `is_review`: it is a review rather
    than a month between two; `upgrades_from`: the lowest tier from which a month raises."""

    suffix: str
    falls: bool
    is_review: bool
    upgrades_from: str | None


def months(policy: PolicySet) -> tuple[ReviewPeriod, ...]:
    """The months at whose end partners rise between reviews; none where no rhythm says so."""
    rhythm = policy.ladder.rhythm if policy.ladder else None
    if rhythm is None or rhythm.upgrades != EACH_MONTH:
        return ()
    ends = {_month(r.ends) for r in policy.review_periods if r.suffix in rhythm.reviews}
    return tuple(
        ReviewPeriod(
            suffix=f"M{month:02}",
            label=f"Month {month}",
            starts=f"{month:02}-01",
            ends=f"{month:02}-{29 if month == 2 else monthrange(YEAR, month)[1]}",
        )
        for month in range(1, 13)
        # A review that ends on a month's last day covers that month.
        if month not in ends
    )


def _month(day: str) -> int:
    """The month that ends on a day as MM-DD, else 0."""
    month, last = int(day[:2]), int(day[3:])
    return month if last >= (28 if month == 2 else monthrange(YEAR, month)[1]) else 0


def steps(policy: PolicySet) -> Iterator[Step]:
    """Each step of a year in the order of the policy; none without a rhythm."""
    rhythm = policy.ladder.rhythm if policy.ladder else None
    if rhythm is None:
        return
    falls = rhythm.reviews if rhythm.falls is None else rhythm.falls
    for suffix in rhythm.reviews:
        yield Step(suffix, suffix in falls, True, rhythm.upgrades_from)
    for month in months(policy):
        yield Step(month.suffix, False, False, rhythm.upgrades_from)


def check_rhythm(policy: PolicySet, raw: Places) -> None:
    """Raise the first fault of the ladder's rhythm; nothing without one."""
    rhythm = policy.ladder.rhythm if policy.ladder else None
    if policy.ladder is None or rhythm is None:
        return

    def fail(problem: str, remedy: str, *inside: Any) -> PolicyError:
        return raw.fault("ladder", "", f"ladder: {problem}", remedy, *inside)

    known = [r.suffix for r in policy.review_periods]
    if not rhythm.reviews:
        raise fail("a rhythm without reviews", "name review periods", "rhythm", "reviews")
    for key in ("reviews", "falls"):
        suffixes = known if key == "reviews" else list(rhythm.reviews)
        for suffix in getattr(rhythm, key) or ():
            if suffix not in suffixes:
                problem = f"rhythm: {key} names the review period {suffix!r}, which there is not"
                raise fail(problem, f"write {', '.join(suffixes) or 'one'}", "rhythm", key)
    _check_upgrades(policy, rhythm, fail)
    for tier in policy.ladder.tiers:
        for criterion in tier.criteria:
            window = next((m.window for m in policy.metrics if m.id == criterion.metric), None)
            if window in OF_THE_LAST_DAY and criterion.metric not in YEARLY:
                continue
            problem = (
                f"{tier.id}/{criterion.id} rests on {criterion.metric}, which is figured over "
                f"{'the year' if criterion.metric in YEARLY else window}"
            )
            remedy = (
                "a tier that moves within the year rests on windows that follow from the last "
                f"day: {', '.join(OF_THE_LAST_DAY)}"
            )
            raise fail(problem, remedy, "rhythm")
    notice = next((p for p in policy.parameters if p.id == NOTICE), None)
    if notice is not None and any(dated.value != 0 for dated in notice.values):
        problem = f"a rhythm, and {NOTICE} that is not 0"
        raise fail(problem, "keep one: falls says which reviews take a tier away", "rhythm")


def _check_upgrades(policy: PolicySet, rhythm: Rhythm, fail: Any) -> None:
    tiers = [t.id for t in policy.ladder.tiers] if policy.ladder else []
    if rhythm.upgrades_from is not None and rhythm.upgrades_from not in tiers:
        problem = f"rhythm: upgrades_from names the tier {rhythm.upgrades_from!r}"
        raise fail(problem, f"write one of {', '.join(tiers)}", "rhythm", "upgrades_from")
    taken = {r.suffix for r in policy.review_periods} & {m.suffix for m in months(policy)}
    if taken:
        problem = f"rhythm: the review period {sorted(taken)[0]} has the name of a month between"
        raise fail(problem, "give it another suffix, such as Jan", "rhythm", "upgrades")
