"""What a letter may say about one partner: its bound rows.

Belongs here: which rows. Does not: words (letter.html), or whether a letter passes (checks.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboards.data import Row, Tables
from dashboards.letters.bound import Bound
from dashboards.letters.queries import ASKED, BLOCKED, OWNED, OWNERS, RIVALS
from dashboards.letters.tier_facts import above_of, margins_of
from dashboards.letters.wording import act, missed
from dashboards.reading import grouped
from scoring.actions.kinds import DONE
from scoring.actions.owners import by_name
from scoring.assumed import rows_by_rule
from scoring.policy.sentences import wording_of
from scoring.published import published
from scoring.rungs import INVITATION
from scoring.vocabulary import FAILING, Certainty, Standing, Status, Strength, Subject

# Roles that a partner talks to.
TALKS = ("partner_manager", "channel_manager")
# What a partner has to provide, and the changes that a letter reports to it.
ASKED_FOR = ("report", "training", "agreement", "agreement_version", "invitation")
TOLD = (Subject.TIER, Subject.COMPLIANCE, Subject.LISTING)
WORST = (Standing.NON_COMPLIANT, Standing.UNDETERMINED, Standing.COMPLIANT)


def is_open(result: Mapping[str, Any]) -> bool:
    """Whether a result is missed or not decided."""
    return result["row"].raw["status"] in FAILING


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
        self.clauses = {
            row["clause"]: self.policy_row("clauses", ("clause",), row)
            for row in tables.query("select clause, text from policy.clauses")
        }
        # The unconfirmed values that the rules rest on.
        self.assumed = rows_by_rule(tables.con)
        self.tier_names = {tier: row["label"] for tier, row in tables.tiers.items()}
        wordings = tables.query("from policy.metric_sentences")
        self.sentences = {row["metric"]: wording_of(row) for row in wordings}
        self.criteria = tables.query(
            "select rules.tier, rules.criterion, rules.comparator, rules.inherited, metrics.*"
            " from policy.tier_criteria as rules inner join policy.metrics as metrics"
            " using (metric) order by rules.tier_rank, rules.position"
        )
        self.blocked = grouped(tables.query(BLOCKED), "registration_id")
        self.contacts = grouped(tables.read(OWNERS, ASKED), "partner_id")
        self.owned = {name: self._by_owner(name, *owner) for name, owner in OWNED.items()}

    def partners(self) -> list[str]:
        """Everybody in a ledger of the year, by id."""
        rows = self.tables.rows("fct_program_compliance")
        return sorted({row["partner_id"] for row in rows if row["period"] == str(self.year)})

    def of(self, partner_id: str) -> dict[str, Any]:
        """What letter.html reads for one partner."""
        run = Bound("run.parameters", (), self.tables.run)
        # What fails comes before what is met.
        programs = sorted(
            self._programs(partner_id), key=lambda each: WORST.index(each["standing"].raw["status"])
        )
        tier = next(self.rows("tier_assignments", partner_id, tier_year=self.year + 1), None)
        above = above_of(self, partner_id, tier, programs)
        return {
            "run": run,
            # Another vendor's policy may have no such clause: cite one that it has.
            "known": self.clauses,
            "partner": next(self.rows("dim_partners", partner_id), None),
            "tier": tier,
            "names": self.tier_names,
            "program_names": {p: row["label"] for p, row in self.programs.items()},
            "above": above,
            "notice": next(self.rows("tier_notices", partner_id, tier_year=self.year + 1), None),
            "changes": self._changes(partner_id, above, programs),
            "asked_for": self._actions(partner_id, ASKED_FOR),
            "reviewed": {
                row.raw["program"]: row for row in self._actions(partner_id, ("governance",))
            },
            "contacts": [
                Bound(OWNERS, ("partner_id", "role", "active_from"), row, self.tables.named)
                for row in self.contacts.get(partner_id, [])
                if row["role"] in TALKS and by_name([row], self.tables.named)
            ],
            "tier_assumed": self._unconfirmed(
                row for (_, tier, _), rows in self.assumed.items() if tier for row in rows
            ),
            "margins": list(margins_of(self, partner_id)),
            "programs": programs,
            "reviews": self._reviews(partner_id),
            "deals": list(self._deals(partner_id)),
            "listings": self._owned("fct_listings", partner_id),
            "referrals": self._owned("fct_referrals", partner_id),
            "service_listings": list(self.rows("fct_service_listings", partner_id)),
        }

    def rows(self, name: str, partner_id: str, **wanted: Any) -> Iterator[Bound]:
        """The partner's rows of a published table whose columns have these values."""
        table = published(name)
        for row in self.tables.where(name, "partner_id", partner_id):
            if all(row[column] == value for column, value in wanted.items()):
                yield Bound(table.qualified, table.key, row)

    def _changes(
        self, partner_id: str, above: dict[str, Any] | None, programs: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Changes against the year before, each with its program's name; `missed`: what was found,
        if it became worse."""
        rows = self.rows("changes", partner_id, since="year-before", period=str(self.year))
        open_in = {each["standing"].raw["program"]: each["open"] for each in programs}
        changes = []
        for row in sorted(
            (row for row in rows if row.raw["kind"] in TOLD),
            key=lambda row: TOLD.index(row.raw["kind"]),
        ):
            names = self.tier_names if row.raw["kind"] == Subject.TIER else {}
            worse = (
                open_in.get(row.raw["program"], []) if row.raw["kind"] == Subject.COMPLIANCE else []
            )
            if row.raw["kind"] == Subject.TIER and above and self._fell(row):
                worse = above["short"]
            changes.append(
                {
                    "row": row,
                    "program": self.programs.get(row.raw["program"], {}).get("label") or "",
                    "before": row.called("before", names),
                    "after": row.called("after", names),
                    "missed": Markup("; ").join(each["missed"] for each in worse),
                }
            )
        return changes

    def _fell(self, row: Bound) -> bool:
        rungs = list(self.tier_names)
        before, after = row.raw["before"], row.raw["after"]
        return before in rungs and after in rungs and rungs.index(after) < rungs.index(before)

    def _actions(self, partner_id: str, kinds: Sequence[str]) -> list[Bound]:
        rows = self.rows("actions", partner_id)
        chosen = [r for r in rows if r.raw["kind"] in kinds and r.raw["state"] != DONE]
        return sorted(chosen, key=lambda row: (row.raw["due_on"], row.raw["action_id"]))

    def _programs(self, partner_id: str) -> Iterator[dict[str, Any]]:
        period = str(self.year)
        for standing in self.rows("fct_program_compliance", partner_id, period=period):
            program = standing.raw["program"]
            results = self.rows(
                "fct_requirement_results", partner_id, period=period, program=program
            )
            judged = sorted(
                (self._result(row) for row in results),
                key=lambda each: (not is_open(each), not each["must"]),
            )
            yield {
                "label": self.policy_row("programs", ("program",), self.programs[program]),
                "standing": standing,
                "results": judged,
                # What is missed comes before what nothing shows or a person has to judge.
                "open": sorted(
                    (each for each in judged if is_open(each) and each["must"]),
                    key=lambda each: each["row"].raw["status"] != Status.NOT_MET,
                ),
                "assumed": self._unconfirmed(r.raw for each in judged for r in each["assumed"]),
                "unread": self._unread(partner_id, program),
            }

    def _unread(self, partner_id: str, program: str) -> list[Bound]:
        """The partner's rows that could not be read and bear on the program, each once."""
        rows = self.rows("fct_unread_rows", partner_id, period=str(self.year), program=program)
        place = ("source", "file", "row_number", "cell", "column_name")
        once: dict[tuple[Any, ...], Bound] = {}
        for row in rows:
            once.setdefault(tuple(row.raw[name] for name in place), row)
        return list(once.values())

    def _result(self, row: Bound) -> dict[str, Any]:
        rule = self.requirements[row.raw["program"], row.raw["requirement"]]
        metric = self.metrics[row.raw["metric"]]
        label = self.policy_row("requirements", ("program", "requirement"), rule)
        own = row.raw["threshold_source"] not in (None, "policy", "expected")
        return {
            "row": row,
            # The partner's own agreement overrides the policy's threshold.
            "assumed": self._unconfirmed(
                each
                for each in self.assumed.get((row.raw["program"], None, rule["requirement"]), [])
                if not (own and each["parameter"] == rule["threshold_parameter"])
            ),
            "label": label,
            "metric": self.policy_row("metrics", ("metric",), metric),
            "unit": metric["unit"],
            "must": row.raw["strength"] == Strength.MUST,
            **self.worded(row, metric, label),
        }

    def worded(self, row: Bound, metric: Row, label: Bound) -> dict[str, Any]:
        """What was found and what to do, where it is open."""
        if row.raw["status"] not in FAILING:
            return {"missed": None, "act": None, "is_open": False, "is_invitation": False}
        words, named = self.sentences.get(metric["metric"]), label.label
        return {
            "missed": missed(row, words, metric, named),
            "act": act(row, words, metric, named),
            "is_open": row.raw["status"] != Status.NOT_MET,
            "is_invitation": metric["metric"] == INVITATION,
        }

    def _reviews(self, partner_id: str) -> list[Bound]:
        ours = self.rows("governance_reviews", partner_id)
        return [row for row in ours if row.raw["review"].startswith(f"{self.year}-")]

    def _deals(self, partner_id: str) -> Iterator[dict[str, Any]]:
        for row in self.rows("fct_deal_registrations", partner_id):
            blocked = self.blocked.get(row.raw["registration_id"], [])
            yield {
                "row": row,
                "blocked": [
                    Bound(RIVALS, ("registration_id", "verdict"), each) for each in blocked
                ],
            }

    def _by_owner(self, name: str, column: str, sql: str) -> Mapping[str | None, list[Row]]:
        """Partner id -> its rows of a table whose rows name their owner by `column`; `sql` gives
        each value of the column with its partner."""
        owners = dict(self.tables.con.execute(sql).fetchall())
        rows: dict[str | None, list[Row]] = defaultdict(list)
        for row in self.tables.rows(name):
            rows[owners.get(row[column])].append(row)
        return rows

    def _owned(self, name: str, partner_id: str) -> list[Bound]:
        table = published(name)
        rows = self.owned[name].get(partner_id, [])
        return [Bound(table.qualified, table.key, row) for row in rows]

    def _unconfirmed(self, rows: Iterable[Row]) -> list[Bound]:
        """Placeholders and reported values, each once, reported ones first."""
        each = {row["parameter"]: row for row in rows}
        order = sorted(
            each.values(), key=lambda row: (row["status"] != Certainty.REPORTED, row["parameter"])
        )
        return [self.policy_row("parameters", ("parameter",), row) for row in order]

    @staticmethod
    def policy_row(name: str, key: tuple[str, ...], row: Row) -> Bound:
        """A row of a table of the policy, bound to it."""
        return Bound(f"policy.{name}", key, row)
