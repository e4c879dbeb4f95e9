"""Commands about where data come from: `pull`, `init`.

Belongs here: options and printing. Does not: fetching (orchestration/sources.py).
"""

from __future__ import annotations

from dataclasses import asdict
from importlib import resources
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import RUN, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse
from orchestration.home import home

TEMPLATE = "plumbline_template.yaml"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, pull, "plumbline pull", panel=RUN)
    add(app, init, "plumbline init", panel=RUN)


def pull(
    source: Annotated[
        list[str] | None, typer.Argument(help="Sources to pull (default: all).")
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Fetch from the configured sources into the landing zone; `run` does this first anyway."""
    from ingest.safe_text import one_line
    from orchestration.sources import bring

    places = options.places(landing, warehouse, None, policy)
    brought = bring(places, source or ())
    if brought:
        from orchestration.source_events import renew

        renew(places, brought)
    faults = [fault for one in brought for fault in one.faults]
    if json:
        options.print_json({"sources": [asdict(one) for one in brought], "faults": faults})
    else:
        if not brought:
            print("no source is configured: `plumbline init` writes a plumbline.yaml to fill in")
        for one in brought:
            written = [thing for thing in one.things if thing.file]
            print(one_line(f"{one.source}: {len(written)} files"))
            for thing in one.things:
                rows = "" if thing.rows is None else f", rows: {thing.rows}"
                note = thing.note or thing.fault or f"{thing.size} bytes"
                print(one_line(f"  {thing.file or thing.what}: {note}{rows}"))
        for fault in faults:
            print(one_line(f"fault: {fault}"))
    if faults:
        raise typer.Exit(1)


def init(json: Json = False) -> None:
    """Write a plumbline.yaml with comments into PLUMBLINE_HOME; never over an existing one."""
    from orchestration.config import NAME
    from orchestration.config_model import SCHEMA, schema
    from orchestration.sources import KINDS

    path = home() / NAME
    if path.exists():
        message = f"{path} exists already; edit it, or move it away and run this again"
        raise typer.BadParameter(message, param_hint="init")
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = path.with_name(SCHEMA)
    shape.write_text(schema(KINDS), "utf-8")
    path.write_text(resources.files("orchestration").joinpath(TEMPLATE).read_text("utf-8"), "utf-8")
    if json:
        options.print_json({"file": path, "schema": shape})
    else:
        print(f"{path}: written; every line is a comment until you fill it in")
        print(f"{shape}: its JSON schema, with which an editor completes and checks it")
        print("Then try every place that it names: plumbline doctor")
