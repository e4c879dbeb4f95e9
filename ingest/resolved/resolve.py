"""What libraries say about landed text, as tables that SQL can join: `resolved.*`.

Belongs here: which texts are resolved and when they are resolved again. Does not: how a domain
(domains.py), a name (names.py) or a calendar (business_days.py) is read, or who equals whom.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import duckdb
import polars as pl

from ingest.judging.clock import clock_of
from ingest.judging.contract import entities
from ingest.judging.sql import first, insert
from ingest.resolved import business_days
from ingest.resolved.domains import Domains
from ingest.resolved.kept import kept_answers
from ingest.resolved.names import Names
from ingest.resolved.near_names import near_names
from ingest.resolved.providers import NO_LIST, providers

FREE_MAIL, SHARED_HOSTS = "customers.free_mail_domains", "customers.shared_host_domains"
PROVIDER_LIST = "customers.provider_list"
NEAR_NAMES = "customers.near_name_likeness"
# A threshold that no likeness reaches, for a recorded policy without this parameter.
NOTHING_IS_NEAR = "101"
LEGAL_FORMS = "customers.legal_forms"
CALENDAR = "program.holiday_calendar"
ZONE = "program.time_zone"
OLDEST = datetime(1900, 1, 1)
# Names of members in the account-mapping vendor's records that hold a domain or a company's name.
DOMAIN_MEMBER = r"(?:^|_)(?:domain|website)$"
NAME_MEMBER = r"^(?:name|(?:partner_)?record_name|partner_name)$"
# Moments from which business days are counted; their years need a calendar.
COUNTED = (
    ("registrations", "submitted_at"),
    ("registration_events", "occurred_at"),
    ("contact_requests", "received_at"),
)


def _as_of(con: duckdb.DuckDBPyConnection) -> date | None:
    row = first(con, "select max(as_of) from run.parameters")
    return row[0] if row else None


def policy_list(con: duckdb.DuckDBPyConnection, parameter: str) -> tuple[str, ...]:
    """The items of a policy list in force on the run's day (its latest value without a run)."""
    day = _as_of(con)
    rows = con.execute(
        "select item from policy.lists where parameter = $p"
        " and (effective_from is null or $d is null or effective_from <= $d)"
        " and (effective_to is null or ($d is not null and $d < effective_to)) order by position",
        {"p": parameter, "d": day},
    ).fetchall()
    return tuple(item for (item,) in rows)


def policy_text(
    con: duckdb.DuckDBPyConnection, parameter: str, otherwise: str | None = None
) -> str:
    """A policy value in force on the run's day.

    Without one `otherwise`, which replaces values that a policy recorded by an earlier release does
    not know, else a LookupError naming the parameter.
    """
    day = _as_of(con)
    row = first(
        con,
        "select value from policy.parameter_values where parameter = $p"
        " and (effective_from is null or $d is null or effective_from <= $d)"
        " and (effective_to is null or ($d is not null and $d < effective_to))"
        " order by effective_from desc limit 1",
        {"p": parameter, "d": day},
    )
    if (row is None or not row[0]) and otherwise is not None:
        return otherwise
    if row is None or not row[0]:
        raise LookupError(f"the policy gives no {parameter} for {day}: add it to the policy set")
    return row[0]


def _columns(ends: Sequence[str]) -> list[tuple[str, str]]:
    """(table, column) of every landed text column whose name ends in this."""
    return [
        (spec.name, column.name)
        for spec in entities()
        for column in spec.columns
        if spec.name != "usage_events"
        and column.kind == "text"
        and column.name.endswith(tuple(ends))
    ]


def _members(pattern: str) -> str:
    """SQL for the strings that vendor records hold under member names like this, at any depth."""
    return f"""
        select tree.atom ->> '$' as text from landing.crossbeam_records as r,
            json_tree(r.body) as tree
        where tree.type = 'VARCHAR' and regexp_matches(tree.key, '{pattern}')
    """


def _landed(columns: Iterable[tuple[str, str]], pattern: str) -> str:
    parts = [f"select {column} as text from landing.{table}" for table, column in columns]
    return " union ".join([*parts, _members(pattern)])


def domain_texts() -> str:
    """SQL of every landed text that may be a domain."""
    return _landed(_columns(("domain",)), DOMAIN_MEMBER)


def name_texts() -> str:
    """SQL of every landed text that may be a company's name, or a product folded as one."""
    companies = [("partners", "name"), ("accounts", "name")]
    # A product is folded as a company's name is (semantics 4, "ARR").
    named = _columns(("customer_name", "account_name", "record_name", "product"))
    return _landed([*companies, *named], NAME_MEMBER)


def _new_texts(con: duckdb.DuckDBPyConnection, texts: str, table: str, column: str) -> list[str]:
    rows = con.execute(
        f"select distinct text from ({texts}) where text is not null"
        f" and text not in (select {column} from {table}) order by text"
    ).fetchall()
    return [text for (text,) in rows]


def _renew(con: duckdb.DuckDBPyConnection, kind: str, rests_on: object, table: str) -> None:
    """Empty a table if something on which its rows depend has changed since last time."""
    inputs = json.dumps(rests_on, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(inputs.encode()).hexdigest()[:16]
    row = first(con, "select fingerprint from resolved.resolved_under where kind = ?", [kind])
    if row is None or row[0] != fingerprint:
        con.execute(f"delete from {table}")
        con.execute("delete from resolved.resolved_under where kind = ?", [kind])
        con.execute("insert into resolved.resolved_under values (?, ?)", [kind, fingerprint])


def resolve_domains(con: duckdb.DuckDBPyConnection) -> int:
    """Add new texts to resolved.domains; returns how many were resolved."""
    lists = policy_list(con, FREE_MAIL) + policy_list(con, SHARED_HOSTS)
    listed = policy_text(con, PROVIDER_LIST, NO_LIST)
    _renew(con, "domains", [sorted(lists), listed, version("tldextract")], "resolved.domains")
    texts = _new_texts(con, domain_texts(), "resolved.domains", "domain_text")
    answered = kept_answers().domains
    # A publication that is verified has its own answers: today's list need not be the one it used.
    shipped = providers(listed) if set(texts) - set(answered) else ()
    reader = Domains((*lists, *shipped))
    rows = [(text, *(answered.get(text) or reader.resolve(text))) for text in texts]
    schema = {"domain_text": pl.String, "registrable_domain": pl.String, "usable": pl.Boolean}
    insert(con, "resolved.domains", pl.DataFrame(rows, schema, orient="row"))
    return len(rows)


def resolve_names(con: duckdb.DuckDBPyConnection) -> int:
    """Add new texts to resolved.names; returns how many were resolved."""
    forms = policy_list(con, LEGAL_FORMS)
    _renew(con, "names", sorted(forms), "resolved.names")
    texts = _new_texts(con, name_texts(), "resolved.names", "name_text")
    reader = Names(forms)
    answered = kept_answers().names
    rows = [(t, answered[t] if t in answered else reader.normalise(t)) for t in texts]
    schema = {"name_text": pl.String, "normalised_name": pl.String}
    insert(con, "resolved.names", pl.DataFrame(rows, schema, orient="row"))
    return len(rows)


def resolve_near_names(con: duckdb.DuckDBPyConnection) -> int:
    """Refill resolved.near_names from the customers of registrations and CRM accounts; returns how
    many pairs there are."""
    threshold = float(policy_text(con, NEAR_NAMES, NOTHING_IS_NEAR))
    rows = con.execute(
        "select distinct names.normalised_name from resolved.names as names where name_text in"
        " (select customer_name from landing.registrations"
        " union select name from landing.accounts)"
    ).fetchall()
    pairs = near_names((name for (name,) in rows), threshold)
    con.execute("delete from resolved.near_names")
    schema = {"name": pl.String, "other_name": pl.String, "likeness": pl.Float64}
    frame = pl.DataFrame(pairs, schema, orient="row")
    near = pl.concat(
        [frame, frame.select(name="other_name", other_name="name", likeness="likeness")]
    )
    insert(con, "resolved.near_names", near)
    return len(pairs)


def _years(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """First and last year of the calendar: one before the first relevant year, two after the last.

    A landed year far from the run's is a typing error and gets no calendar.
    """
    run = first(con, "select max(year) from run.parameters")
    moments = " union all ".join(
        f"select {column} as moment from landing.{t}" for t, column in COUNTED
    )
    rows = con.execute(
        f"select distinct year(moment) from ({moments}) where moment is not null"
    ).fetchall()
    landed = [int(year) for (year,) in rows]
    middle = int(run[0]) if run and run[0] else max(landed, default=date.min.year)
    near = [y for y in landed if abs(y - middle) <= business_days.REACH] + [middle]
    return max(min(near) - 1, date.min.year), min(max(near) + 2, date.max.year)


def resolve_business_days(con: duckdb.DuckDBPyConnection) -> int:
    """Fill resolved.business_days for the years that matter; returns how many days it holds."""
    calendar = policy_text(con, CALENDAR)
    start, end = _years(con)
    rests_on = [calendar, start, end, version("holidays")]
    _renew(con, "business_days", rests_on, "resolved.business_days")
    if first(con, "select 1 from resolved.business_days limit 1") is None:
        days = business_days.calendar(calendar, start, end, kept_answers().days)
        insert(con, "resolved.business_days", days)
    row = first(con, "select count(*) from resolved.business_days")
    return int(row[0]) if row else 0


def resolve_zone(con: duckdb.DuckDBPyConnection) -> int:
    """Write the changes of the program's zone if they differ; returns how many there are."""
    row = first(con, "select max(time_zone) from run.parameters")
    zone = (row and row[0]) or policy_text(con, ZONE)
    # The beginning of time is written as a day that every engine can hold.
    changes = [(zone, max(start, OLDEST), offset) for start, offset in clock_of(zone).changes]
    held = con.execute("from resolved.zone_changes order by from_at").fetchall()
    if held != changes:
        con.execute("delete from resolved.zone_changes")
        schema: dict[str, Any] = {
            "time_zone": pl.String,
            "from_at": pl.Datetime("us"),
            "offset_seconds": pl.Int64,
        }
        insert(con, "resolved.zone_changes", pl.DataFrame(changes, schema, orient="row"))
    return len(changes)


def resolve(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Bring `resolved.*` up to date with what landed: new texts only, all when the policy changed.

    Returns how many texts were resolved, and how many days the calendar holds. Raises LookupError
    when the policy names no holiday calendar, ValueError for one that nobody knows.
    """
    con.execute("begin transaction")
    try:
        counts = {
            "domains": resolve_domains(con),
            "names": resolve_names(con),
            "near_names": resolve_near_names(con),
            "business_days": resolve_business_days(con),
            "zone_changes": resolve_zone(con),
        }
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return counts
