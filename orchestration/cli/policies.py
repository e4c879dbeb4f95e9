"""Commands about the policy: `policy coverage`, `policy mutate`, `policy assumptions`, `policy
confirm`. `policy new` is in policy_new.py.

Belongs here: options and printing. Does not: rules and cases (scoring/policy),
or another policy (whatif.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options, policy_new
from orchestration.cli.helping import POLICY, Group, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

group = typer.Typer(no_args_is_help=True, help="Make, check and confirm policy sets.")
HOLDERS_SHOWN = 2


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(group, coverage, "plumbline policy coverage")
    add(group, assumptions, "plumbline policy assumptions --year 2025")
    add(
        group,
        confirm,
        "plumbline policy confirm technology.select_active_customers --by 'A. Reyes'",
    )
    add(group, mutate, "plumbline policy mutate")
    add(group, policy_new.new, "plumbline policy new beacon")
    epilog = "Example: plumbline policy coverage"
    app.add_typer(group, name="policy", cls=Group, epilog=epilog, rich_help_panel=POLICY)


def coverage(
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List every clause with what enforces it and its cases; exits 1 when either is missing."""
    from scoring.policy.coverage import coverage_of

    answer = coverage_of(policy)
    kinds: dict[str, int] = {}
    for row in answer.rows:
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
    if json:
        rows = [row.as_row() for row in answer.rows]
        options.print_json({"counts": kinds, "clauses": rows, "problems": answer.problems})
    else:
        _print_coverage(answer.rows)
        covered = len(answer.rows) - sum(1 for row in answer.rows if row.problem)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        print(f"{covered} of {len(answer.rows)} clauses covered: {counts}")
        for problem in answer.problems:
            print(f"problem: {problem}")
    if not answer.complete:
        raise typer.Exit(1)


def _print_coverage(rows) -> None:
    from orchestration.cli.drawing.tables import print_hanging
    from scoring.words import plural

    console = options.console()
    for row in rows:
        held = ", ".join(row.enforced_by[:HOLDERS_SHOWN]) or "enforced by nothing"
        left = len(row.enforced_by) - HOLDERS_SHOWN
        more = f" and {left} more" if left > 0 else ""
        cases = f"{plural(len(row.meets), 'case')} met, {len(row.misses)} missed"
        print_hanging(console, f"{row.clause} ({row.kind}, {row.strength}): {held}{more}; {cases}")


def mutate(
    exact: Annotated[bool, typer.Option(help="Nudge one place at a time (slower).")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Nudge every threshold, comparator and date by one step; exits 1 when no case notices one."""
    import tempfile

    from orchestration.cases import rebuild, runner
    from scoring.policy.cases import load_cases
    from scoring.policy.load import load_policy
    from scoring.policy.mutate import mutate as nudge

    held = load_policy(policy)
    with tempfile.TemporaryDirectory(prefix="plumbline-mutate-") as folder:
        report = nudge(held, load_cases(policy), runner(held), rebuild, Path(folder), exact)
    if json:
        options.print_json(
            {
                "noticed": report.noticed,
                "unnoticed": report.unnoticed,
                "accepted": [{"nudge": nudge, "why": why} for nudge, why in report.accepted],
            }
        )
    else:
        for label in report.unnoticed:
            print(f"unnoticed: {label}")
        for label, why in report.accepted:
            print(f"no case can notice: {label}: {why}")
        print(f"{len(report.noticed)} nudges noticed, {len(report.unnoticed)} unnoticed")
    if report.unnoticed:
        raise typer.Exit(1)


def confirm(
    parameter: Annotated[
        str, typer.Argument(help="A parameter's id, or ladder.TIER for the name of a tier.")
    ],
    by: Annotated[str, typer.Option(help="Who confirms the value; recorded.")],
    on: Annotated[
        str | None, typer.Option(help="Day of the confirmation (default: today).")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="What it rests on; recorded.")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Record that a placeholder or a reported value is right; the next run calls it confirmed."""
    from datetime import date

    from scoring.policy.confirmations import confirm as record
    from scoring.policy.confirmations import record_of
    from scoring.policy.load import SETS, load_policy, policy_dir
    from scoring.policy.yaml_lines import PolicyError

    if not by.strip():
        raise typer.BadParameter("name the person who confirms", param_hint="--by")
    place = options.places(landing, warehouse, None, policy)
    day = options.day(on, "--on") or date.today()
    file = record_of(policy_dir(place.policy or None), SETS)
    try:
        one = record(load_policy(place.policy or None), file, parameter, by.strip(), day, reason)
    except PolicyError as error:
        raise typer.BadParameter(str(error), param_hint="PARAMETER") from None
    if json:
        options.print_json({**one.model_dump(), "recorded_in": file})
        return
    print(f"{one.parameter} is confirmed by {one.confirmed_by} on {one.confirmed_on}")
    print(f"Recorded in {file}; the next `plumbline run` uses it.")


def assumptions(
    year: Annotated[
        int | None, typer.Option(help="Assessed calendar year.", min=2000, max=9998)
    ] = None,
    period: Annotated[str | None, typer.Option(help="A review period, e.g. 2025-H1.")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List what results rest on besides facts: placeholders, reported values, waivers."""
    from orchestration.warehouse import read
    from scoring.assumptions import assumptions as resting
    from scoring.assumptions import require_period
    from scoring.policy.labels import labels_of
    from scoring.policy.load import load_policy

    if (year is None) == (period is None):
        raise typer.BadParameter("give either --year 2025 or --period 2025-H1")
    with read(options.places(landing, warehouse, None, policy)) as con:
        require_period(con, period or str(year))
        unconfirmed = resting(con, period or str(year))
        labels = labels_of(load_policy(policy), con)
    if json:
        options.print_json(
            {
                "placeholders": unconfirmed.placeholders,
                "reported": unconfirmed.reported,
                "waivers": unconfirmed.waivers,
            }
        )
        return
    from orchestration.cli.drawing.tables import print_table
    from orchestration.cli.drawing.unconfirmed import draw_unconfirmed

    console = options.console()
    draw_unconfirmed(console, "Placeholders", unconfirmed.placeholders)
    draw_unconfirmed(console, "Reported values", unconfirmed.reported)
    for sentence in load_policy(policy).lapsed:
        print(f"confirmation no longer holds: {sentence}")
    if not unconfirmed.waivers:
        print("Waivers: none")
        return
    rows = [
        {
            **row,
            "partner": labels.partner(row["partner_id"]),
            "waived": labels.rule(row["waived"]),
            "without it": row["underlying_status"],
            "granted": f"by {row['granted_by']}, to {row['valid_to']}: {row['reason']}",
        }
        for row in unconfirmed.waivers
    ]
    columns = ("partner", "program", "waived", "without it", "granted")
    print_table(console, f"Waivers: {len(rows)}", rows, columns)
