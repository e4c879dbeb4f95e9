"""The tables of the `landing` schema, made from the contract.

Belongs here: the DDL of landed history, deliveries, quarantine and the run's parameters.
Does not: what is written into them.
"""

from __future__ import annotations

import hashlib
from functools import cache

import duckdb

from ingest.judging.contract import Entity, entities

# Provenance of every landed row; `row_number` counts the header of a file as row 1.
PROVENANCE = (
    ("_delivery_id", "VARCHAR"),
    ("_file", "VARCHAR"),
    ("_row", "BIGINT"),
    ("_cell", "VARCHAR"),
    ("_received_at", "TIMESTAMP"),
    ("_extra", "VARCHAR"),
)

DELIVERIES = """
create table if not exists landing.deliveries (
    delivery_id varchar, source varchar, entity varchar, file varchar, sha256 varchar,
    received_at timestamp, rows_read bigint, rows_accepted bigint, rows_quarantined bigint,
    rows_duplicate bigint, status varchar)
"""
QUARANTINE = """
create table if not exists landing.quarantine (
    delivery_id varchar, "row" bigint, cell varchar, "column" varchar, value varchar,
    rule varchar, message varchar)
"""
# Quarantined rows that stay visible until something accepted later puts them right; put_right_at
# says when (deliveries/unread.py, quarantine/put_right.py).
UNREAD_ROWS = """
create table if not exists landing.unread_rows (
    source varchar, entity varchar, _delivery_id varchar, _file varchar, _row bigint, _cell varchar,
    _received_at timestamp, whole_file boolean, partner_id varchar, app_id varchar,
    agreement_id varchar, row_key varchar, report_month date, kind varchar, parameter varchar,
    first_day date, last_day date, column_name varchar, value varchar, rule varchar,
    message varchar, put_right_at timestamp)
"""
NOTES = """
create table if not exists landing.delivery_notes (
    delivery_id varchar, kind varchar, message varchar)
"""
# Calendar months (program zone) that an accepted delivery of a feed proves to be covered.
COVERED_MONTHS = """
create table if not exists landing.covered_months (
    entity varchar, month date, _delivery_id varchar, _file varchar, _received_at timestamp)
"""
# The account-mapping vendor's pages: one row per record, the body as the vendor sent it.
CROSSBEAM = """
create table if not exists landing.crossbeam_records (
    endpoint varchar, record_key varchar, body varchar, _delivery_id varchar, _file varchar,
    _row bigint, _cell varchar, _received_at timestamp, _extra varchar)
"""
# Usage rows that can't be read in place (csv); `landing.usage_events` is a view over these and
# over the parquet files in force.
USAGE_ROWS = """
create table if not exists landing.usage_rows (
    app_id varchar, company_id varchar, occurred_at timestamp, http_method varchar,
    response_code bigint, call_count bigint, _delivery_id varchar, _file varchar,
    _received_at timestamp)
"""
# The usage feed's parquet files, read in place: where each is, how its columns are stored, and
# whether all of its rows are good.
USAGE_FILES = """
create table if not exists landing.usage_files (
    delivery_id varchar, path varchar, size bigint, layout varchar, clean boolean)
"""
# The feed summed, one set of rows per delivery (usage/parts.py); company is null where calls were
# not successful. `usage_part_months` are its months; `usage_built` says in which zone's months a
# delivery was summed (null while it is being summed), and for which edges its parts were cut.
USAGE_PARTS = """
create table if not exists landing.usage_parts (
    delivery_id varchar, app_id varchar, company_id varchar, month date, is_successful boolean,
    feed_rows bigint, calls hugeint, calls_read hugeint, calls_write hugeint, first_at timestamp,
    last_at timestamp)
"""
USAGE_PART_MONTHS = """
create table if not exists landing.usage_part_months (
    delivery_id varchar, month date, feed_rows bigint, last_at timestamp)
"""
USAGE_BUILT = """
create table if not exists landing.usage_built (
    delivery_id varchar, time_zone varchar, edges varchar)
"""
# The content in force of each path, each content once; every landing rewrites it (usage/view.py).
USAGE_IN_FORCE = """
create table if not exists landing.usage_in_force (
    delivery_id varchar, _file varchar, _received_at timestamp)
"""
USAGE_CALLS = """
create or replace view landing.usage_calls as
select parts.*, held._file, held._received_at
from landing.usage_parts as parts
inner join landing.usage_in_force as held on held.delivery_id = parts.delivery_id
"""
# The contract and policy values under which a source's deliveries were judged: when these change,
# the kept bytes are judged again.
JUDGED_UNDER = """
create table if not exists landing.judged_under (source varchar, fingerprint varchar)
"""
# Each source's last suite results, and the deliveries behind them: a run without new deliveries
# shows them again.
EXPECTATIONS = """
create table if not exists landing.expectation_results (
    source varchar, position bigint, name varchar, passed boolean, severity varchar,
    sentence varchar, failing varchar[], judged varchar)
"""
# Acceptances by which people let a refused delivery land; rows are never deleted.
ACCEPTANCES = """
create table if not exists landing.acceptances (
    file varchar, sha256 varchar, accepted_by varchar, accepted_on date, reason varchar)
"""
# The user's column maps under which deliveries were judged, and the fault of each faulty one.
COLUMN_MAPS = """
create table if not exists landing.column_maps (file varchar, text varchar, fault varchar)
"""
# What the last pull from vendors' APIs brought, endpoint by endpoint.
API_PULL = """
create table if not exists landing.api_pull (
    vendor varchar, endpoint varchar, pages bigint, fault varchar)
"""
# The run's request: one row, read by every model, so that no SQL contains a year or a clock.
RUN_PARAMETERS = """
create table if not exists run.parameters (
    year bigint, last_period varchar, as_of date, known_at timestamp, time_zone varchar,
    policy_set varchar, policy_version varchar)
"""
# What the ledger made final, as far as this run knows it: the publications in force, whom they
# decide on (and whether the rows behind a decision are still those of then), and the criteria and
# requirements as judged then, under the keys of marts.fct_tier_eligibility and
# marts.fct_requirement_results.
PUBLICATIONS = """
create table if not exists run.publications (
    sequence bigint, name varchar, period varchar, assessment varchar, head varchar)
"""
PUBLISHED_DECISIONS = """
create table if not exists run.published_decisions (
    publication varchar, period varchar, assessment varchar, partner_id varchar, program varchar,
    published_by varchar, published_on date, policy_version varchar, rows_as_published boolean)
"""
PUBLISHED_CRITERIA = """
create table if not exists run.published_criteria (
    year bigint, partner_id varchar, tier varchar, criterion varchar, status varchar,
    value decimal(38, 4), other_value decimal(38, 4), threshold decimal(38, 4), clause varchar)
"""
PUBLISHED_REQUIREMENTS = """
create table if not exists run.published_requirements (
    period varchar, partner_id varchar, program varchar, requirement varchar, status varchar,
    strength varchar, metric varchar, value decimal(38, 4), comparator varchar,
    threshold decimal(38, 4), threshold_source varchar, gap decimal(38, 4), clause varchar,
    evidence_count bigint, evidence_date date, underlying_status varchar,
    other_value decimal(38, 4))
"""
DOMAINS = """
create table if not exists resolved.domains (
    domain_text varchar, registrable_domain varchar, usable boolean)
"""
NAMES = """
create table if not exists resolved.names (name_text varchar, normalised_name varchar)
"""
# Each pair occurs twice, once in each order.
NEAR_NAMES = """
create table if not exists resolved.near_names (
    name varchar, other_name varchar, likeness double)
"""
BUSINESS_DAYS = """
create table if not exists resolved.business_days (
    day date, is_business_day boolean, holiday varchar, business_day_number bigint)
"""
# The program's zone: from each instant (UTC) on, this number of seconds is added to UTC. Every
# engine converts instants to days by these rows (judging/clock.py).
ZONE_CHANGES = """
create table if not exists resolved.zone_changes (
    time_zone varchar, from_at timestamp, offset_seconds bigint)
"""
# The lists and library with which each kind was resolved: when these change, all is resolved again.
RESOLVED_UNDER = """
create table if not exists resolved.resolved_under (kind varchar, fingerprint varchar)
"""

STATEMENTS = (
    DELIVERIES,
    QUARANTINE,
    UNREAD_ROWS,
    NOTES,
    COVERED_MONTHS,
    CROSSBEAM,
    USAGE_ROWS,
    USAGE_FILES,
    USAGE_PARTS,
    USAGE_PART_MONTHS,
    USAGE_BUILT,
    USAGE_IN_FORCE,
    USAGE_CALLS,
    JUDGED_UNDER,
    EXPECTATIONS,
    ACCEPTANCES,
    COLUMN_MAPS,
    API_PULL,
    RUN_PARAMETERS,
    PUBLICATIONS,
    PUBLISHED_DECISIONS,
    PUBLISHED_CRITERIA,
    PUBLISHED_REQUIREMENTS,
    DOMAINS,
    NAMES,
    NEAR_NAMES,
    BUSINESS_DAYS,
    ZONE_CHANGES,
    RESOLVED_UNDER,
)


def entity_ddl(spec: Entity) -> str:
    """`create table` of one entity's landed history: its columns, then its provenance."""
    columns = [f'"{c.name}" {c.sql_type}' for c in spec.columns]
    columns += [f"{name} {kind}" for name, kind in PROVENANCE]
    return f"create table if not exists landing.{spec.name} ({', '.join(columns)})"


@cache
def _every_statement() -> tuple[str, ...]:
    schemas = ("landing", "run", "resolved", "policy", "decisions")
    return (
        *(f"create schema if not exists {schema}" for schema in schemas),
        *(entity_ddl(spec) for spec in entities() if spec.name != "usage_events"),
        *STATEMENTS,
        "create view if not exists landing.usage_events as from landing.usage_rows",
    )


@cache
def _digest() -> str:
    return hashlib.sha256("\n".join(_every_statement()).encode()).hexdigest()


def _are_made(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        return con.execute("from run.tables_made").fetchall() == [(_digest(),)]
    except duckdb.CatalogException:
        return False


def _follow_the_contract(con: duckdb.DuckDBPyConnection) -> None:
    """Give tables that were created under an earlier contract the columns of this one; new columns
    are empty."""
    columns_of: dict[str, list[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'landing'"
        " order by table_name, column_index"
    ).fetchall():
        columns_of.setdefault(table, []).append(column)
    for spec in entities():
        wanted = [*((c.name, c.sql_type) for c in spec.columns), *PROVENANCE]
        present = columns_of.get(spec.name, [])
        if spec.name == "usage_events" or present == [name for name, _ in wanted]:
            continue
        columns = ", ".join(
            f'"{name}"' if name in present else f'cast(null as {kind}) as "{name}"'
            for name, kind in wanted
        )
        table = f"landing.{spec.name}"
        con.execute(f"create or replace table {table} as select {columns} from {table}")


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create every landing, run and resolved table that does not exist yet; existing ones stay.

    Called by whoever opens the warehouse; `run.tables_made` says which statements it has seen.
    """
    if _are_made(con):
        return
    for statement in _every_statement():
        con.execute(statement)
    _follow_the_contract(con)
    con.execute(f"create or replace table run.tables_made as select '{_digest()}' as digest")
