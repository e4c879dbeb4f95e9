"""A hand-made warehouse: the shipped policy, tables of every shape, the rows that a test puts in.

Belongs here: what scoring reads, made without the pipeline. Does not: assertions.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from ingest.deliveries.landing_tables import PROVENANCE, create_tables
from ingest.judging.contract import entities
from ingest.resolved.resolve import resolve_zone
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy
from scoring.published import MARTS

INTERMEDIATE = {
    "int_periods": """period varchar, kind varchar, suffix varchar, year bigint, starts_on date,
        ends_on date, position bigint""",
    "int_ledger__pairs": """period varchar, partner_id varchar, program varchar,
        enrolled_on date, starts_on date, ends_on date""",
    "int_policy__assumed": """program varchar, tier varchar, rule varchar, parameter varchar,
        label varchar, status varchar, reported_by varchar, read_on varchar""",
    "int_policy__partner_values": """period varchar, partner_id varchar, parameter varchar,
        value varchar, number decimal(38,4), source varchar, conflict boolean,
        conflict_reason varchar""",
    "int_policy__terms": "period varchar, partner_id varchar, parameter varchar, value varchar",
    "int_ledger__judged": """period varchar, partner_id varchar, program varchar,
        requirement varchar, clause varchar, strength varchar, metric varchar,
        comparator varchar, threshold_parameter varchar, threshold_expected boolean,
        value decimal(38,4), value_high decimal(38,4), metric_status varchar,
        threshold decimal(38,4), threshold_source varchar, threshold_conflict varchar,
        grace_conflict varchar, judged_status varchar""",
    "int_ledger__in_doubt": """period varchar, partner_id varchar, program varchar, tier varchar,
        requirement varchar, status varchar, unread_rows bigint, reason varchar""",
    "int_ledger__waivers": """period varchar, waiver_id varchar, partner_id varchar,
        program varchar, requirement varchar""",
    "int_metrics__values": """period varchar, partner_id varchar, program varchar,
        metric varchar, value decimal(38,4), value_high decimal(38,4), status varchar""",
    "int_metrics__evidence": """period varchar, partner_id varchar, program varchar,
        metric varchar, source varchar, entity varchar, file varchar, row_number bigint,
        cell varchar, evidence_date date, detail varchar""",
    "int_people__evidence": """period varchar, partner_id varchar, program varchar,
        metric varchar, item varchar, standing varchar, source varchar, entity varchar,
        file varchar, row_number bigint, cell varchar, evidence_date date, detail varchar""",
    "int_figures__facts": """period varchar, partner_id varchar, program varchar, metric varchar,
        take varchar, compare varchar, item varchar, amount decimal(18,4), is_absurd boolean,
        passes boolean, at_end boolean, at_opening boolean, item_at_end boolean,
        item_at_opening boolean, standing varchar, source varchar, entity varchar, file varchar,
        row_number bigint, cell varchar, evidence_date date, detail varchar""",
    "int_apps__facts": """period varchar, partner_id varchar, metric varchar, app_id varchar,
        is_short boolean, source varchar, entity varchar, file varchar, row_number bigint,
        cell varchar, evidence_date date, detail varchar""",
    "int_apps__contact_requests": """period varchar, partner_id varchar, program varchar,
        metric varchar, request_id varchar, app_id varchar, received_on date,
        is_answered boolean, _file varchar, _row bigint, _cell varchar""",
    "int_apps__owners": """app_id varchar, partner_id varchar, from_on date, to_on date,
        name varchar""",
    "int_partners__successions": """partner_id varchar, successor_id varchar,
        effective_on date, is_in_ring boolean""",
    "int_partners__holders": """partner_id varchar, holder_id varchar, from_on date,
        to_on date""",
    "int_people__teams": """partner_id varchar, since_on date, contact_id varchar,
        person varchar, name varchar, active_from date, active_to date""",
    "int_policy__term_spans": """partner_id varchar, parameter varchar, agreement_id varchar,
        from_on date, to_on date, is_of_kind boolean, value varchar, number decimal(38,4)""",
    "int_apps__listed": "period varchar, partner_id varchar, app_id varchar, listed_on date",
    "int_reseller__reports": """period varchar, partner_id varchar, program varchar,
        metric varchar, report_month date, due_on date, is_received boolean, _file varchar,
        _row bigint, _cell varchar""",
    "int_reseller__forecasts": """period varchar, partner_id varchar, program varchar,
        metric varchar, quarter varchar, quarter_ends_on date, line_id varchar""",
    "int_reseller__orders": """period varchar, partner_id varchar, program varchar,
        metric varchar, line_id varchar, line_type varchar, term_start date, lack varchar,
        _file varchar, _row bigint, _cell varchar""",
    "int_usage__data_flow": """period varchar, partner_id varchar, program varchar,
        app_id varchar, observed varchar, months_read bigint, months_write bigint,
        months_needed bigint""",
    "int_usage__windows": """period varchar, partner_id varchar, first_month date,
        last_month date, months bigint""",
    "int_usage__call_months": """app_id varchar, partner_id varchar, company_id varchar,
        month date, file varchar,
        outcome varchar""",
    "int_arr__lines": """partner_id varchar, subscription_id varchar, line_id varchar,
        line_number bigint, line_type varchar, end_customer varchar, standing varchar,
        term_start date, term_end date, counts_from date, counts_to date,
        arr_usd decimal(18,4), ended_by_type varchar, ended_by_line varchar,
        ended_by_file varchar, ended_by_row bigint, ended_by_cell varchar, _file varchar,
        _row bigint, _cell varchar, era_from date, era_to date""",
    "int_arr__items": "line_number bigint, item varchar",
    "int_deals__checks": "registration_id varchar, clause varchar, result varchar, detail varchar",
    "int_arr__doubts": """line_number bigint, doubt varchar, from_on date, to_on date,
        other_number bigint, detail varchar""",
}


# Made once per process and copied for each test: the policy alone takes a second to read and land.
FOLDER = tempfile.TemporaryDirectory(prefix="hand-warehouse-")
NUMBERS = itertools.count()


def warehouse(year: int = 2025, first_year: int = 2024) -> duckdb.DuckDBPyConnection:
    """A warehouse of the shipped policy with the periods of `first_year` to `year`."""
    path = Path(FOLDER.name) / f"{next(NUMBERS)}.duckdb"
    shutil.copyfile(_made(year, first_year), path)
    return duckdb.connect(str(path))


@cache
def _made(year: int, first_year: int) -> Path:
    path = Path(FOLDER.name) / f"made-{first_year}-{year}.duckdb"
    with duckdb.connect(str(path)) as con:
        _fill(con, year, first_year)
    return path


def _fill(con: duckdb.DuckDBPyConnection, year: int, first_year: int) -> None:
    create_tables(con)
    land_policy(con, load_policy())
    for schema in ("staging", "intermediate", "marts"):
        con.execute(f"create schema {schema}")
    for spec in entities():
        columns = [f'"{c.name}" {c.sql_type}' for c in spec.columns]
        columns += [f"{name} {kind}" for name, kind in PROVENANCE]
        con.execute(f"create table staging.stg_{spec.source}__{spec.name} ({', '.join(columns)})")
    for name, columns in INTERMEDIATE.items():
        con.execute(f"create table intermediate.{name} ({columns})")
    con.execute("""create view intermediate.int_policy__values as
        select period, parameter, value, number from intermediate.int_periods
        inner join policy.parameter_values on effective_from <= ends_on
            and (effective_to is null or effective_to > ends_on)""")
    for table in MARTS:
        con.execute(table.ddl)
    con.execute(
        "insert into run.parameters values (?, ?, ?, null, 'America/Los_Angeles', 'shipped', 'v1')",
        [year, str(year), date(year, 12, 31)],
    )
    resolve_zone(con)
    con.execute("""insert into resolved.business_days
        select cast(day as date), isodow(day) <= 5, null,
            count(*) filter (where isodow(day) <= 5) over (order by day)
        from unnest(generate_series(date '2023-01-01', date '2027-12-31', interval 1 day))
            as days(day)""")
    for each in range(first_year, year + 1):
        rows = [
            (str(each), "year", None, each, date(each, 1, 1), date(each, 12, 31), None),
            (f"{each}-H1", "review", "H1", each, date(each, 1, 1), date(each, 6, 30), 1),
            (f"{each}-H2", "review", "H2", each, date(each, 7, 1), date(each, 12, 31), 2),
        ]
        con.executemany("insert into intermediate.int_periods values (?, ?, ?, ?, ?, ?, ?)", rows)


def put(con: duckdb.DuckDBPyConnection, table: str, *rows: dict) -> None:
    """Insert rows by column name; what a row does not name is null."""
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        con.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def enrol(
    con: duckdb.DuckDBPyConnection,
    partner: str,
    program: str,
    enrolled_on: date,
    name: str | None = None,
) -> None:
    """A partner enrolled in a program, in the ledger of every period that ends after."""
    if not con.execute(
        "select 1 from marts.dim_partners where partner_id = ?", [partner]
    ).fetchone():
        put(con, "marts.dim_partners", {"partner_id": partner, "name": name or partner.title()})
    put(
        con,
        "staging.stg_partner_activity__enrollments",
        {"partner_id": partner, "program": program, "enrolled_on": enrolled_on},
    )
    con.execute(
        """insert into intermediate.int_ledger__pairs
        select period, ?, ?, ?, starts_on, ends_on from intermediate.int_periods
        where ends_on >= ?""",
        [partner, program, enrolled_on, enrolled_on],
    )


def ladder_rows(
    con: duckdb.DuckDBPyConnection, year: int, partner: str, facts: dict[str, object]
) -> None:
    """Eligibility of a partner in a year: a number is judged by the policy, a text is a status.

    Enrolment, compliance and the two-way data flow hold unless `facts` says otherwise.
    """
    rules = con.execute(
        """select c.tier, c.criterion, v.number, c.clause from policy.tier_criteria as c
        inner join policy.parameter_values as v on v.parameter = c.threshold_parameter"""
    ).fetchall()
    values = {"enrolled": 1, "compliance": 1, "bidirectional_flow": 1, **facts}
    metrics = con.execute(
        """select distinct c.criterion, c.metric, t.program from policy.tier_criteria as c
        inner join policy.tiers as t using (tier) where c.metric <> 'program_compliance'"""
    ).fetchall()
    for criterion, metric, program in metrics:
        fact = values.get(criterion, 0)
        row = {"period": str(year), "partner_id": partner, "program": program, "metric": metric}
        row["status" if isinstance(fact, str) else "value"] = fact
        put(con, "intermediate.int_metrics__values", row)
    for tier, criterion, threshold, clause in rules:
        fact = values.get(criterion, 0)
        value = None if isinstance(fact, str) else fact
        status = fact if value is None else "met" if value >= threshold else "not_met"
        put(
            con,
            "marts.fct_tier_eligibility",
            {
                "year": year,
                "partner_id": partner,
                "tier": tier,
                "criterion": criterion,
                "status": status,
                "value": value,
                "threshold": threshold,
                "clause": clause,
            },
        )


def results(
    con: duckdb.DuckDBPyConnection,
    period: str,
    partner: str,
    program: str,
    rows: Iterable[tuple[str, str, object]],
) -> None:
    """Requirement results (requirement, status, value) and their roll-up, by the policy's rules."""
    statuses = []
    for requirement, status, value in rows:
        strength, metric, comparator, threshold, clause, parameter = con.execute(
            """select r.strength, r.metric, r.comparator, v.number, r.clause,
                r.threshold_parameter
            from policy.requirements as r
            left join policy.parameter_values as v on v.parameter = r.threshold_parameter
            where r.requirement = ? and r.program = ?""",
            [requirement, program],
        ).fetchone()
        if strength == "must":
            statuses.append(status)
        row = {
            "period": period,
            "partner_id": partner,
            "program": program,
            "requirement": requirement,
            "strength": strength,
            "metric": metric,
            "value": value,
            "comparator": comparator,
            "threshold": threshold,
            "threshold_source": "policy",
            "clause": clause,
        }
        reason = {"status": status, "reason": f"{requirement} is {status}."}
        put(con, "marts.fct_requirement_results", row | reason)
        judged = {
            "judged_status": status,
            "metric_status": None if status in ("met", "not_met") else status,
            "threshold_parameter": parameter,
            "threshold_expected": parameter is None,
        }
        put(con, "intermediate.int_ledger__judged", row | judged)
    roll_up = "compliant"
    if "not_met" in statuses:
        roll_up = "non_compliant"
    elif {"no_evidence", "needs_review"} & set(statuses):
        roll_up = "undetermined"
    put(
        con,
        "marts.fct_program_compliance",
        {"period": period, "partner_id": partner, "program": program, "status": roll_up},
    )
