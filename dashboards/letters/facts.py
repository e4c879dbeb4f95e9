"""What a letter may say about one partner: its bound rows.

Belongs here: which rows. Does not: words (letter.html), or whether a letter passes (checks.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashboards.data import Row, Tables, grouped
from dashboards.letters.bound import Bound
from scoring.actions.kinds import DONE
from scoring.assumed import rows_by_rule
from scoring.published import published
from scoring.vocabulary import FAILING, Certainty

RIVALS = "intermediate.int_deals__rivals"
# When the earliest registration came that blocks each one: the instant and nothing else of it.
BLOCKED = f"""
    select registration_id, verdict, min(rival_submitted_at) as found
    from {RIVALS} where verdict = 'blocks' group by all
"""
# Whom a partner can ask: who looks after it on the run's day, by role, else the role's default.
OWNERS = "staging.stg_partner_activity__partner_owners"
ASKED = f"""
    select partner_id, role, active_from, owner from {OWNERS}, run.parameters
    where active_from <= as_of and (active_to is null or active_to >= as_of)
    qualify row_number() over (partition by partner_id, role order by active_from desc, owner) = 1
    order by partner_id, role desc
"""
# Roles that a partner talks to.
TALKS = ("partner_manager", "channel_manager")
# What a partner has to provide, and the changes that a letter reports to it.
ASKED_FOR = ("report", "training", "agreement", "agreement_version")
TOLD = ("tier", "compliance", "listing")
OWNED = {
    "fct_listings": (
        "app_id",
        "select app_id, partner_id from intermediate.int_apps__owners, run.parameters"
        " where coalesce(from_on <= as_of, true) and coalesce(to_on > as_of, true)",
    ),
    "fct_referrals": (
        "referral_id",
        "select referral_id, partner_id from staging.stg_partner_activity__referrals",
    ),
}


class Facts:
    """The rows of a finished run for the letters on one assessed year."""

    def __init__(self, tables: Tables, year: int) -> None:
        self.tables, self.year = tables, year
        self.metrics = {row["metric"]: row for row in tables.query("from policy.metrics")}
        labels = tables.query("select program, label from policy.programs")
        self.programs = {row["program"]: row for row in labels}
        self.requirements = {
            (row["program"], row["requirement"]): row
            for row in tables.query(
                "select program, requirement, label, threshold_parameter from policy.requirements"
            )
        }
        self.clauses = {row["clause"] for row in tables.query("select clause from policy.clauses")}
        # What the rules rest on that nobody has confirmed.
        self.assumed = rows_by_rule(tables.con)
        self.blocked = grouped(tables.query(BLOCKED), "registration_id")
        self.asked = grouped(tables.read(OWNERS, ASKED), "partner_id")
        self.owners = {
            name: dict(tables.con.execute(sql).fetchall()) for name, (_, sql) in OWNED.items()
        }

    def partners(self) -> list[str]:
        """Everybody in a ledger of the year, by id."""
        rows = self.tables.rows("fct_program_compliance")
        return sorted({row["partner_id"] for row in rows if row["period"] == str(self.year)})

    def of(self, partner_id: str) -> dict[str, Any]:
        """What letter.html reads for one partner."""
        run = Bound("run.parameters", (), self.tables.run)
        programs = list(self._programs(partner_id))
        return {
            "run": run,
            # Another vendor's policy may have no such clause: cite one that it has.
            "known": self.clauses,
            "partner": next(self._rows("dim_partners", partner_id), None),
            "tier": next(self._rows("tier_assignments", partner_id, tier_year=self.year + 1), None),
            "notice": next(self._rows("tier_notices", partner_id, tier_year=self.year + 1), None),
            "changes": self._changes(partner_id),
            "asked_for": self._actions(partner_id, ASKED_FOR),
            "reviewed": {
                row.raw["program"]: row for row in self._actions(partner_id, ("governance",))
            },
            "contacts": [
                Bound(OWNERS, ("partner_id", "role", "active_from"), row)
                for row in self.asked.get(partner_id, [])
                if row["role"] in TALKS
            ],
            "tier_assumed": self._unconfirmed(
                row for (_, tier, _), rows in self.assumed.items() if tier for row in rows
            ),
            "margins": list(self._rows("tier_margins", partner_id, tier_year=self.year + 1)),
            "programs": programs,
            "open_results": [
                result
                for program in programs
                for result in program["results"]
                if result["row"].raw["strength"] == "must"
                and result["row"].raw["status"] in FAILING
            ],
            "reviews": self._reviews(partner_id),
            "deals": list(self._deals(partner_id)),
            "listings": self._owned("fct_listings", partner_id),
            "referrals": self._owned("fct_referrals", partner_id),
            "service_listings": list(self._rows("fct_service_listings", partner_id)),
        }

    def _rows(self, name: str, partner_id: str, **wanted: Any) -> Iterator[Bound]:
        table = published(name)
        for row in self.tables.where(name, "partner_id", partner_id):
            if all(row[column] == value for column, value in wanted.items()):
                yield Bound(table.qualified, table.key, row)

    def _changes(self, partner_id: str) -> list[dict[str, Any]]:
        """What differs from the year before, each with the name of its program."""
        rows = self._rows("changes", partner_id, since="year-before", period=str(self.year))
        return [
            {
                "row": row,
                "program": self.programs.get(row.raw["program"], {}).get("label") or "",
            }
            for row in sorted(
                (row for row in rows if row.raw["kind"] in TOLD),
                key=lambda row: TOLD.index(row.raw["kind"]),
            )
        ]

    def _actions(self, partner_id: str, kinds: Sequence[str]) -> list[Bound]:
        rows = self._rows("actions", partner_id)
        chosen = [r for r in rows if r.raw["kind"] in kinds and r.raw["state"] != DONE]
        return sorted(chosen, key=lambda row: (row.raw["due_on"], row.raw["action_id"]))

    def _programs(self, partner_id: str) -> Iterator[dict[str, Any]]:
        period = str(self.year)
        for standing in self._rows("fct_program_compliance", partner_id, period=period):
            program = standing.raw["program"]
            results = self._rows(
                "fct_requirement_results", partner_id, period=period, program=program
            )
            shown = [self._result(row) for row in results]
            yield {
                "label": self._policy("programs", ("program",), self.programs[program]),
                "standing": standing,
                "results": shown,
                "assumed": self._unconfirmed(r.raw for each in shown for r in each["assumed"]),
                "unread": self._unread(partner_id, program),
            }

    def _unread(self, partner_id: str, program: str) -> list[Bound]:
        """The partner's rows that could not be read and bear on the program, each once."""
        rows = self._rows("fct_unread_rows", partner_id, period=str(self.year), program=program)
        place = ("source", "file", "row_number", "cell", "column_name")
        once: dict[tuple[Any, ...], Bound] = {}
        for row in rows:
            once.setdefault(tuple(row.raw[name] for name in place), row)
        return list(once.values())

    def _result(self, row: Bound) -> dict[str, Any]:
        rule = self.requirements[row.raw["program"], row.raw["requirement"]]
        metric = self.metrics[row.raw["metric"]]
        own = row.raw["threshold_source"] not in (None, "policy", "expected")
        return {
            "row": row,
            # The partner's own agreement goes before the policy's threshold.
            "assumed": self._unconfirmed(
                each
                for each in self.assumed.get((row.raw["program"], None, rule["requirement"]), [])
                if not (own and each["parameter"] == rule["threshold_parameter"])
            ),
            "label": self._policy("requirements", ("program", "requirement"), rule),
            "metric": self._policy("metrics", ("metric",), metric),
            "unit": metric["unit"],
        }

    def _reviews(self, partner_id: str) -> list[Bound]:
        ours = self._rows("governance_reviews", partner_id)
        return [row for row in ours if row.raw["review"].startswith(f"{self.year}-")]

    def _deals(self, partner_id: str) -> Iterator[dict[str, Any]]:
        for row in self._rows("fct_deal_registrations", partner_id):
            blocked = self.blocked.get(row.raw["registration_id"], [])
            yield {
                "row": row,
                "blocked": [
                    Bound(RIVALS, ("registration_id", "verdict"), each) for each in blocked
                ],
            }

    def _owned(self, name: str, partner_id: str) -> list[Bound]:
        table, (column, _) = published(name), OWNED[name]
        owner = self.owners[name]
        ours = [r for r in self.tables.rows(name) if owner.get(r[column]) == partner_id]
        return [Bound(table.qualified, table.key, row) for row in ours]

    def _unconfirmed(self, rows: Iterable[Row]) -> list[Bound]:
        """Placeholders and reported values, each once, reported ones first."""
        each = {row["parameter"]: row for row in rows}
        order = sorted(
            each.values(), key=lambda row: (row["status"] != Certainty.REPORTED, row["parameter"])
        )
        return [self._policy("parameters", ("parameter",), row) for row in order]

    @staticmethod
    def _policy(name: str, key: tuple[str, ...], row: Row) -> Bound:
        return Bound(f"policy.{name}", key, row)
