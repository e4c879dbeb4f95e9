"""What the pages read: published tables and the policy, each once, as rows.

Belongs here: reading. Does not: choosing or arranging rows for a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import duckdb

from dashboards.reading import Reading, grouped
from scoring.actions.owners import owners_on
from scoring.assumed import Rule, rows_by_rule
from scoring.assumptions import resting
from scoring.named_people import named
from scoring.vocabulary import Subject

Row = dict[str, Any]


class Tables(Reading):
    """Rows of published tables and of the policy, in key order.

    The view is that of the run's last period, or of an earlier calendar `year` (`for_year`).
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__(con)
        self.year: int | None = None
        self.has_models = False
        self.beside: frozenset[str] = frozenset()  # letters and bundles that lie in the site
        self.answers: dict[Any, Any] = {}  # what functions of these tables gave (memoized.py)

    def for_year(self, year: int) -> Tables:
        """The same rows, viewed for an earlier calendar year."""
        other = Tables(self.con)
        other.year, other._rows, other._indexes = year, self._rows, self._indexes
        return other

    def at(self, page: str) -> str:
        """A page's file for the year looked at: `arr.html`, or `arr-2024.html` for 2024."""
        return page if self.year is None else f"{page.removesuffix('.html')}-{self.year}.html"

    @cached_property
    def earlier_years(self) -> list[int]:
        """Calendar years before the run's for which programs were judged, the latest first."""
        periods = self.values("fct_program_compliance", "period")
        years = sorted((int(p) for p in periods if p.isdigit()), reverse=True)
        return [year for year in years if year < self.run["year"]]

    @cached_property
    def run(self) -> Row:
        """The run's parameters."""
        return self.query("select * from run.parameters")[0]

    @property
    def period(self) -> str:
        """The last period that the run computed, or the year looked at."""
        return self.run["last_period"] if self.year is None else str(self.year)

    @cached_property
    def tier_year(self) -> int:
        """The latest tier year that is assigned; the one after the year without any."""
        if self.year is not None:
            return self.year + 1
        return self.latest("tier_assignments", "tier_year") or self.run["year"] + 1

    @cached_property
    def results(self) -> list[Row]:
        """Requirement results of the period, in key order."""
        table = "marts.fct_requirement_results"
        if table not in self.present:
            return []
        return self.query(
            f"select * from {table} where period = ? order by partner_id, program, requirement",
            [self.period],
        )

    @cached_property
    def review(self) -> str | None:
        """The latest review, up to the year looked at; None without one."""
        names = self.values("governance_reviews", "review")
        until = self.year or self.run["year"]
        return max((name for name in names if int(name[:4]) <= until), default=None)

    @cached_property
    def headline_changes(self) -> list[Row]:
        """Changes of the period against the year before, with the latest review's recommendations.

        The reviews of a year say much the same as the year, so their other changes stay out.
        """
        rows = [row for row in self.rows("changes") if row["since"] == "year-before"]
        periods = defaultdict(lambda: self.period, {Subject.RECOMMENDATION: self.review})
        return [row for row in rows if row["period"] == periods[row["kind"]]]

    @cached_property
    def resting(self) -> Row:
        """How many memberships and tiers of the period depend on values that nobody has confirmed;
        none where the models are not built."""
        if "intermediate.int_policy__assumed" not in self.present:
            return {"memberships": 0, "tiers": 0}
        return resting(self.con, self.period)

    @cached_property
    def arr_year(self) -> int:
        """The year whose ARR is shown: the latest with any, up to the run's."""
        if self.year is not None:
            return self.year
        return self.latest("fct_arr_by_partner_year", "year") or self.run["year"]

    @cached_property
    def latest_flow_year(self) -> int | None:
        """The latest year of fct_app_data_flow."""
        return self.latest("fct_app_data_flow", "year")

    @cached_property
    def benefit_labels(self) -> Mapping[str, str]:
        """Benefit id -> its name in the policy."""
        rows = self.query("select distinct benefit, label from policy.benefits order by all")
        return {row["benefit"]: row["label"] for row in rows}

    @cached_property
    def apps_by_partner(self) -> Mapping[str, list[Row]]:
        """Partner id -> its apps."""
        return grouped(self.apps.values(), "partner_id")

    @cached_property
    def clauses(self) -> Mapping[str, Row]:
        """Clause id -> document, section and words."""
        rows = self.query("select * from policy.clauses order by clause")
        return {row["clause"]: row for row in rows}

    @cached_property
    def programs(self) -> Mapping[str, Row]:
        """Program id -> its row, in the policy's order."""
        rows = self.query("select * from policy.programs order by position")
        return {row["program"]: row for row in rows}

    @cached_property
    def requirements(self) -> Mapping[tuple[str, str], Row]:
        """(program, requirement) -> its row, in the policy's order."""
        rows = self.query("select * from policy.requirements order by position")
        return {(row["program"], row["requirement"]): row for row in rows}

    @cached_property
    def tiers(self) -> Mapping[str, Row]:
        """Tier id -> its row, lowest first."""
        rows = self.query("select * from policy.tiers order by tier_rank")
        return {row["tier"]: row for row in rows}

    @cached_property
    def criteria(self) -> Mapping[str, Row]:
        """Criterion id -> its metric's row, in the ladder's order."""
        rows = self.query(
            "select distinct on (criterion) criterion, metrics.* from policy.tier_criteria"
            " left join policy.metrics as metrics using (metric) order by criterion, tier_rank"
        )
        return {row["criterion"]: row for row in rows}

    @cached_property
    def unconfirmed(self) -> Mapping[str, Row]:
        """Parameter id -> its row, for parameters whose value is in no document and confirmed by
        nobody."""
        rows = self.query(
            "from policy.parameters where status in ('placeholder', 'reported') order by parameter"
        )
        return {row["parameter"]: row for row in rows}

    @cached_property
    def assumed(self) -> Mapping[Rule, list[str]]:
        """(program, tier or None, requirement or criterion) -> the parameters that it rests on and
        that are in `unconfirmed`."""
        if "intermediate.int_policy__metric_parameters" not in self.present:
            return {}
        by_rule = rows_by_rule(self.con)
        return {rule: [row["parameter"] for row in rows] for rule, rows in by_rule.items()}

    @cached_property
    def criterion_parameters(self) -> Mapping[str, list[str]]:
        """Criterion id -> the unconfirmed parameters that it rests on in any tier, each once."""
        by_rule: dict[str, list[str]] = defaultdict(list)
        for (_, tier, rule), names in self.assumed.items():
            if tier is not None:
                by_rule[rule] += [name for name in names if name not in by_rule[rule]]
        return dict(by_rule)

    @cached_property
    def metrics(self) -> Mapping[str, Row]:
        """Metric id -> label, unit and window."""
        return {row["metric"]: row for row in self.query("select * from policy.metrics")}

    @cached_property
    def named(self) -> Mapping[str, str]:
        """Token -> the person's name, of those whom the policy shows on pages."""
        return named(self.con, self.run["as_of"])

    @cached_property
    def owners(self) -> Mapping[str, list[Row]]:
        """Partner id -> who looks after it on the run's day: role and owner."""
        if "staging.stg_partner_activity__partner_owners" not in self.present:
            return {}
        rows = owners_on(self.con, self.run["as_of"])
        return grouped(sorted(rows, key=lambda row: row["role"]), "partner_id")

    @cached_property
    def apps(self) -> Mapping[str, Row]:
        """App id -> its name and its owner of the run's day, or the last one by then."""
        table = "intermediate.int_apps__owners"
        rows = self.read(
            table,
            f"select distinct on (app_id) app_id, name, partner_id from {table}, run.parameters"
            " order by app_id, coalesce(from_on <= as_of, true) desc, from_on desc nulls last",
        )
        return {row["app_id"]: row for row in rows}

    @cached_property
    def partners(self) -> Mapping[str, Row]:
        """Partner id -> its row; partners that only other files name are there too."""
        rows = {row["partner_id"]: row for row in self.rows("dim_partners")}
        for name in ("fct_program_compliance", "tier_assignments", "fct_arr_by_partner_year"):
            for partner_id in self.values(name, "partner_id"):
                rows.setdefault(partner_id, {"partner_id": partner_id, "name": None})
        return dict(sorted(rows.items()))

    def partner_name(self, partner_id: str) -> str:
        """The partner's name, or its id when no partner file gives one."""
        return self.partners.get(partner_id, {}).get("name") or partner_id


def summed(rows: Iterable[Row], column: str) -> Any:
    """The sum of a column as SQL has it: None where no row has a value."""
    values = [row[column] for row in rows if row[column] is not None]
    return sum(values) if values else None


def count_by(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, int]:
    """How many rows have each value of `key`, in order of first appearance."""
    counts: dict[Any, int] = defaultdict(int)
    for row in rows:
        counts[key(row)] += 1
    return dict(counts)
