"""From one deal, listing or referral to its proof.

Belongs here: which decision is meant, its checks as criteria, what would have changed it.
Does not: judging, which the models did (checks.sql and clocks.sql read their results).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from scoring.explain import NothingToExplainError
from scoring.partners import Partner, PartnerLookupError, find_partner
from scoring.proof import SOURCED, Criterion, Evidence, Proof, Threshold
from scoring.rows import Row, fetch, fetch_one
from scoring.vocabulary import Status
from scoring.words import listed

HERE = Path(__file__).parent
STATUSES = {"pass": Status.MET, "fail": Status.NOT_MET, "doubt": Status.NEEDS_REVIEW}
# The parameter that applies to each need; a need without one is a plain yes or no.
RULES = {
    "DEAL-REGISTER": "deal.registering_programs",
    "response": "deal.response_business_days",
    "approval": "deal.approval_days",
    "use": "listing.low_usage_minimum",
    "test_customer": "listing.test_customer_rule",
    "logo": "listing.logo_width_minimum_px",
    "certification": "services.certification_tracks",
    "program": "referral.commission_programs",
    "standing": "conduct.severities",
}
PAPERS = {"listing": "listing.required_agreements", "referral": "referral.commission_agreements"}
# The checks decide; these measurements are only shown with them.
CLOCKS = ("response", "approval", "use")


@dataclass(frozen=True)
class Kind:
    """`owned` lists (id, partner_id); `row` is the published row of one id."""

    name: str
    words: str
    owned: str
    row: str


# A person decides on what the checks leave open.
RECOMMENDED = {"approve": "approve", "reject": "reject", "review": "a person decides"}
KINDS = {
    "deal": Kind(
        "deal",
        "deal registration",
        "select registration_id as id, partner_id from marts.fct_deal_registrations",
        "from marts.fct_deal_registrations where registration_id = $id",
    ),
    "listing": Kind(
        "listing",
        "listing",
        """select app_id as id, partner_id from intermediate.int_listings__apps
        union all select partner_id, partner_id from marts.fct_service_listings""",
        """select app_id, null as partner_id, eligible, reasons, removal_candidate, last_active_on
        from marts.fct_listings where app_id = $id
        union all
        select null, partner_id, eligible, reasons, null, null
        from marts.fct_service_listings where partner_id = $id""",
    ),
    "referral": Kind(
        "referral",
        "referral",
        """select referral_id as id, partner_id from marts.fct_referrals
        inner join staging.stg_partner_activity__referrals using (referral_id)""",
        "from marts.fct_referrals where referral_id = $id",
    ),
}


class NoSuchCase(NothingToExplainError):
    """The partner has no registration, listing or referral with this id; the message names what it
    has."""


def explain_single(
    con: duckdb.DuckDBPyConnection, partner: str, year: int, kind: str, id: str
) -> Proof:
    """The proof of one `deal`, `listing` or `referral` of `partner` (id or name), as of the run.

    A `listing` is an app's id, or the partner's own for its services tile. Raises
    PartnerLookupError, NoSuchCase where the partner has nothing with that id, or
    NothingToExplainError where the run's day is in another year than `year`.
    """
    meant = KINDS[kind]
    owners = _owners(con, meant)
    owner = _partner(con, owners, partner)
    run = fetch_one(con, "from run.parameters") or {}
    if run["as_of"].year != year:
        raise NothingToExplainError(
            f"this warehouse judges every {meant.words} as of {run['as_of']}; run {year} with an "
            f"as-of day in it, or ask with --year {run['as_of'].year}"
        )
    _require_owned(owners, owner, meant, id)
    row = fetch_one(con, meant.row, id=id)
    if row is None:
        raise NothingToExplainError(f"{meant.words} {id} is not judged as of {run['as_of']}")
    checks = fetch(con, _sql("checks") + " order by clause, need, detail", kind=f"{kind}s", id=id)
    clocks = fetch(con, _sql("clocks") + " order by clause", kind=f"{kind}s", id=id)
    failing = [check for check in checks if check["result"] != "pass"]
    criteria = [_criterion(con, kind, check, _change(check, failing, row)) for check in checks]
    criteria += [_criterion(con, kind, clock, _clock_change(clock)) for clock in clocks]
    decision = {
        "kind": kind,
        "partner_id": owner.partner_id,
        "name": owner.name,
        "id": id,
        "as_of": run["as_of"],
        "sentence": _sentence(owner, meant, id, row, run),
        **{name: value for name, value in row.items() if name not in ("partner_id", "id")},
    }
    return Proof(decision, tuple(criteria))


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text("utf-8")


def _owners(con: duckdb.DuckDBPyConnection, meant: Kind) -> dict[str, str]:
    """Id to the partner that owns it."""
    rows = fetch(con, f"select id, partner_id from ({meant.owned}) order by id")
    return {row["id"]: row["partner_id"] for row in rows}


def _partner(con: duckdb.DuckDBPyConnection, owners: dict[str, str], typed: str) -> Partner:
    """The partner that is meant; even an id that is in no partner file can have submitted
    something."""
    try:
        return find_partner(con, typed)
    except PartnerLookupError:
        if typed in owners.values():
            return Partner(typed, "")
        raise


def _require_owned(owners: dict[str, str], partner: Partner, meant: Kind, id: str) -> None:
    if owners.get(id) == partner.partner_id:
        return
    own = [known for known, owner in owners.items() if owner == partner.partner_id]
    whose = f"{id} belongs to {owners[id]}" if id in owners else f"no {meant.words} {id} is known"
    has = f"has the {meant.words}s {listed(own)}" if len(own) > 1 else f"has no {meant.words}"
    if len(own) == 1:
        has = f"has the {meant.words} {own[0]}"
    raise NoSuchCase(f"{whose}; {partner} {has}.")


def _sentence(partner: Partner, meant: Kind, id: str, row: Row, run: Row) -> str:
    state = ""
    if meant.name == "deal":
        verdict = f"recommendation: {RECOMMENDED[row['recommendation']]}"
        state = f"; state: {row['state']}"
    elif meant.name == "listing":
        verdict = "eligible" if row["eligible"] else "not eligible"
        verdict += "; a candidate for removal" if row["removal_candidate"] else ""
    else:
        verdict = "commission is due" if row["commission_eligible"] else "no commission is due"
    why = f" ({listed(row['reasons'])})" if row["reasons"] else ""
    return f"{partner}: {meant.words} {id} as of {run['as_of']}: {verdict}{why}{state}."


def _change(check: Row, failing: list[Row], row: Row) -> str | None:
    """What the result would have been if this check alone had passed."""
    if check["result"] == "pass":
        return None
    others = [other for other in failing if other is not check]
    fails = [other["clause"] for other in others if other["result"] == "fail"]
    if "recommendation" in row:
        left = "reject" if fails else "review" if others else "approve"
        return f"had this passed, {left} would be recommended"
    if fails:
        return f"passing this and {listed(sorted(set(fails)))}"
    return "passing this alone: it is all that is missing"


def _clock_change(clock: Row) -> str | None:
    if clock["need"] == "response" and clock["status"] == Status.NOT_MET:
        return "an answer by the day that it was due"
    if clock["need"] == "approval" and clock["status"] == Status.NOT_MET:
        return "a closing, or an extension asked for, by the day that it was good until"
    if clock["need"] == "use" and clock["status"] == Status.NEEDS_REVIEW:
        return "one active customer; a person decides whether the app stays"
    return None


def _criterion(
    con: duckdb.DuckDBPyConnection, kind: str, row: Row, change: str | None
) -> Criterion:
    clause = (
        fetch_one(con, "from policy.clauses where clause = $clause", clause=row["clause"]) or {}
    )
    rule = _rule(con, kind, row)
    is_clock = row["need"] in CLOCKS
    limit = row.get("threshold")
    if limit is None and rule:
        limit = rule["number"]
    evidence = Evidence.of(row)
    status = row["status"] if is_clock else STATUSES[row["result"]]
    return Criterion(
        id=row["clause"]
        if is_clock or row["need"] == row["clause"]
        else f"{row['clause']} {row['need']}",
        status=status,
        value=row["value"] if is_clock else None,
        comparator=row["comparator"] if is_clock else None,
        threshold=limit if is_clock else None,
        threshold_source=rule["source"] if rule else None,
        clause=row["clause"],
        sentence=f"{row['detail']}.",
        change=change,
        unit=row["unit"] if is_clock else None,
        metric=row["need"],
        clause_text=clause.get("text"),
        document=clause.get("document"),
        section=clause.get("section"),
        threshold_rule=_threshold(rule) if rule else None,
        evidence=(evidence,) if row["file"] else (),
        pivot=(evidence,)
        if row["file"] and status not in (Status.MET, Status.NOT_APPLICABLE)
        else (),
    )


def _rule(con: duckdb.DuckDBPyConnection, kind: str, row: Row) -> dict[str, Any] | None:
    name = PAPERS.get(kind) if row["need"] == "papers" else RULES.get(row["need"])
    if name is None:
        return None
    return fetch_one(con, _sql("parameter"), parameter=name, partner=row["whose"], day=row["day"])


def _threshold(rule: Row) -> Threshold:
    return Threshold(
        parameter=rule["parameter"],
        label=rule["label"],
        effective_from=rule["effective_from"],
        effective_to=rule["effective_to"],
        document=rule["document"],
        section=rule["section"],
        status=rule["status"],
        value=rule["value"],
        **{name: rule[name] for name in SOURCED},
    )
