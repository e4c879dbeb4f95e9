"""Options that every command takes, and how results are printed.

Belongs here: shared options, the console. Does not: commands.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration import settings

Landing = Annotated[
    Path | None,
    typer.Option(help="Landing zone: a folder, or s3://, az://, gs:// (default: landing)."),
]
Warehouse = Annotated[Path | None, typer.Option(help="DuckDB file (default: plumbline.duckdb).")]
Site = Annotated[
    Path | None,
    typer.Option(help="Site: a folder, or s3://, az://, gs:// (default: site)."),
]
Policy = Annotated[str | None, typer.Option(help="Policy set: a name or a directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Accept = Annotated[
    Path | None, typer.Option(help="A refused file to accept all the same; needs --by, --reason.")
]
By = Annotated[str | None, typer.Option(help="Who accepts the file.")]
Reason = Annotated[str | None, typer.Option(help="Why the file is accepted.")]
On = Annotated[
    str | None, typer.Option(help="Day of --accept (default: of --known-at, else of receipt).")
]
Engine = Annotated[
    str | None,
    typer.Option(help="What builds the models: duckdb (default), spark, postgres or snowflake."),
]
Year = Annotated[int, typer.Option(help="Assessed calendar year.", min=2000, max=9998)]


def places(
    landing: Path | None, warehouse: Path | None, site: Path | None, policy: str | None
) -> settings.Locations:
    """The places of this command, also put into the environment."""
    chosen = settings.locations(landing, warehouse, site, policy)
    if chosen.address:
        chosen.landing.mkdir(parents=True, exist_ok=True)
    chosen.export()
    return chosen


def choose_engine(name: str | None) -> None:
    """Put the engine of this command into the environment; it has to be installed."""
    chosen = name or settings.engine()
    known = (settings.DUCKDB, *settings.ELSEWHERE)
    if chosen not in known:
        raise typer.BadParameter(
            f"{chosen!r} is not an engine; write {', '.join(known[:-1])} or {known[-1]}",
            param_hint="--engine",
        )
    if chosen in settings.ELSEWHERE:
        from orchestration.engines.steps import engine_named

        engine_named(chosen).python()
    os.environ[settings.ENGINE_VARIABLE] = chosen


def day(text: str | None, option: str) -> date | None:
    """An ISO date given on the command line; wrong use names option and form."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a date; write it as 2025-12-31", param_hint=option
        ) from None


def moment(text: str | None, option: str) -> datetime | None:
    """An ISO timestamp as UTC without a zone; without an offset it is UTC."""
    if text is None:
        return None
    from datetime import UTC

    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a timestamp; write it as 2026-01-31T12:00:00Z", param_hint=option
        ) from None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def acceptance(
    places: settings.Locations,
    file: Path | None,
    by: str | None,
    reason: str | None,
    on: date | None,
):
    """What `--accept FILE --by NAME --reason TEXT` says, None without it. Raises BadParameter."""
    if file is None:
        if by or reason or on:
            message = "--by, --reason and --on belong to --accept FILE"
            raise typer.BadParameter(message, param_hint="--accept")
        return None
    if not by or not by.strip() or not reason or not reason.strip():
        raise typer.BadParameter("needs --by NAME and --reason TEXT", param_hint="--accept")
    from ingest.landing.record_acceptance import BadRequest, word_for

    try:
        return word_for(places.landing, file, by, reason, on)
    except BadRequest as error:
        raise typer.BadParameter(str(error), param_hint="--accept") from None


def require_landing(landing: Path) -> None:
    """Raise BadParameter with the remedy where there is no landing zone."""
    if not landing.is_dir():
        raise typer.BadParameter(
            f"there is no landing zone at {landing}; name yours, or make one with `plumbline demo`",
            param_hint="--landing",
        )


def say_faults(faults: Iterable[str]) -> None:
    """Print each fault on a line of the error stream; empty ones are left out."""
    from ingest.safe_text import one_line

    for fault in filter(None, faults):
        print(one_line(f"fault: {fault}"), file=sys.stderr)


def print_json(value: Any) -> None:
    """JSON with decimals and dates as text, keys in their own order."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date | datetime | Path):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def console():
    """The console for people: colour only at a terminal."""
    from orchestration.cli.door import SafeConsole

    return SafeConsole(highlight=False, soft_wrap=False)
