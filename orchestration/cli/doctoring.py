"""`plumbline doctor`: is everything there that a run needs.

Belongs here: options and printing. Does not: trying (orchestration/doctor).
"""

from __future__ import annotations

import typer

from orchestration import settings
from orchestration.cli import options
from orchestration.cli.helping import RUN, add
from orchestration.cli.options import Json, Landing, Policy, Site, Warehouse


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    add(app, doctor, "plumbline doctor", panel=RUN)


def doctor(
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Try every configured place and say how to fix what is wrong; exits 1 on faults.

    Nothing is fetched, sent or written.
    """
    from ingest.safe_text import one_line
    from orchestration.config import BadConfig
    from orchestration.doctor import examine

    try:
        places = settings.locations(landing, warehouse, site, policy)
    except BadConfig:
        # The examination reports what is wrong with the file; the default places are used here.
        places = settings.locations(landing, warehouse, site, policy, without_config=True)
    findings = [finding.as_dict() | {"fault": finding.is_fault} for finding in examine(places)]
    faults = sum(1 for one in findings if one["fault"])
    if json:
        options.print_json({"places": findings, "faults": faults})
    else:
        for one in findings:
            print(one_line(f"{one['state']}: {one['what']}: {one['place']}: {one['said']}"))
            if one["mend"]:
                print(one_line(f"  mend: {one['mend']}"))
        print(f"{len(findings)} places tried, {faults} faults")
    if faults:
        raise typer.Exit(1)
