"""`what-if` and `backtest`: other parameters, or another policy set, over years on hand.

Belongs here: options and printing. Does not: what would change (scoring/whatif, scoring/backtest).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli import options
from orchestration.cli.helping import POLICY, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year

Set = Annotated[
    list[str] | None, typer.Option("--set", help="parameter=value; repeat for several.")
]
From = Annotated[
    Path | None,
    typer.Option("--from", exists=True, dir_okay=False, help="File of parameter=value lines."),
]
Instead = Annotated[
    str | None, typer.Option("--instead", help="Another policy set: a name or a directory.")
]
Grid = Annotated[
    list[str] | None,
    typer.Option("--grid", help="parameter=10,20,30 or 10:30:10; all combinations."),
]
Frontier = Annotated[
    str | None,
    typer.Option("--frontier", help="A threshold; lists every value at which an answer changes."),
]
Tier = Annotated[
    str | None, typer.Option("--tier", help="With --frontier and --partners: the tier.")
]
Partners = Annotated[
    int | None, typer.Option("--partners", help="With --tier: how many partners it should hold.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    minimum, select = "reseller.minimum_arr_usd", "technology.select_active_customers"
    command = "plumbline what-if --year 2025"
    add(
        app,
        what_if,
        f"{command} --set {minimum}=120000",
        f"{command} --grid {minimum}=80000:120000:10000 --grid {select}=8,10,12",
        f"{command} --frontier {select} --tier select --partners 40",
        name="what-if",
        panel=POLICY,
    )
    add(app, backtest, f"plumbline backtest --set {minimum}=120000", panel=POLICY)


def what_if(
    year: Year,
    set: Set = None,
    file: From = None,
    instead: Instead = None,
    grid: Grid = None,
    frontier: Frontier = None,
    tier: Tier = None,
    partners: Partners = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Show who would move under other parameters, with ARR and usage; changes nothing.

    Ask one question (--set, --from, --instead), a --grid of many, or the --frontier of a threshold.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.whatif import draw_many, draw_what_if
    from scoring.policy.labels import labels_of
    from scoring.policy.load import load_policy
    from scoring.whatif import frontier_answer, grid_answer, values_of
    from scoring.whatif import what_if as ask

    places = options.places(landing, warehouse, None, policy)
    held = load_policy(places.policy or None)
    _one_question(set or file or instead, grid, frontier)
    if (tier is None) != (partners is None) or (tier and not frontier):
        raise typer.BadParameter("--tier and --partners go together, with --frontier")
    with files.read(places) as con:
        if grid:
            answer: Any = grid_answer(con, year, values_of(held, grid))
        elif frontier:
            in_force = held.parameter(frontier).at(date(year, 12, 31))
            number = in_force if isinstance(in_force, Decimal) else None
            answer = frontier_answer(con, year, frontier, tier, partners, number)
        else:
            answer = ask(
                con, year, _settings(held, _settings_given(set, file, instead), instead, year)
            )
        labels = labels_of(held, con)
    if json:
        options.print_json(answer.as_dict())
    else:
        draw = draw_many if grid or frontier else draw_what_if
        draw(options.console(), answer, labels)


def backtest(
    set: Set = None,
    file: From = None,
    instead: Instead = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Try a policy on every year in the warehouse: who moves, ARR and customers, what newly fails.

    It also lists pairs of partners with equal facts and unequal outcomes, with the cause, and
    changes nothing.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.whatif import draw_backtest
    from scoring.backtest import backtest as test
    from scoring.backtest.answer import years_on_hand
    from scoring.policy.labels import labels_of
    from scoring.policy.load import load_policy

    places = options.places(landing, warehouse, None, policy)
    held, changes = load_policy(places.policy or None), _settings_given(set, file, instead)
    with files.read(places) as con:
        years = years_on_hand(con)
        answer = test(con, {year: _settings(held, changes, instead, year) for year in years})
        labels = labels_of(held, con)
    if json:
        options.print_json(answer.as_dict())
    else:
        draw_backtest(options.console(), answer, labels)


def _one_question(one: object, grid: object, frontier: object) -> None:
    if sum(map(bool, (one, grid, frontier))) > 1:
        raise typer.BadParameter("give only one of --set, --grid and --frontier")


def _settings_given(set: list[str] | None, file: Path | None, instead: str | None) -> list[str]:
    """The settings of the file and of the command line; one parameter in both is refused."""
    from scoring.whatif import settings_in

    changes = [*(settings_in(file) if file else []), *(set or [])]
    if changes and instead:
        message = "replaces the whole set; leave out --set and --from"
        raise typer.BadParameter(message, param_hint="--instead")
    if not changes and not instead:
        raise typer.BadParameter(
            "say what to try: parameter=value", param_hint="--set, --from, --instead or --grid"
        )
    return changes


def _settings(held: Any, changes: list[str], instead: str | None, year: int) -> dict[str, Any]:
    from scoring.policy.load import load_policy
    from scoring.whatif import settings_between, settings_of

    if instead:
        return settings_between(held, load_policy(instead), year)
    return settings_of(held, changes, year)
