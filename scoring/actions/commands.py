"""The command that does an action, or that shows what a person needs to do it.

Belongs here: one line of shell per kind, with every value quoted. Does not: running it. The command
for a decision records the recommendation, by its owner; a person who decides otherwise edits it.
"""

from __future__ import annotations

import shlex
from datetime import date
from typing import Any

Row = dict[str, Any]


def command(row: Row, as_of: date, year: int) -> str:
    """The command of an action: a row of kinds.COLUMNS with `kind`, `owner` and `recommended`."""
    return shlex.join(["plumbline", *_words(row, as_of, year)])


def _words(row: Row, as_of: date, year: int) -> list[str]:
    kind, partner, subject = row["kind"], row["partner_id"], row["subject"]
    if kind == "quarantine":
        return ["quarantine", "export", "--to", "quarantine"]
    if kind == "control_total":
        return ["control", f"--period={subject.split(' ')[0]}"]
    if kind == "publication":
        option = "--period" if "-" in subject else "--year"
        return ["publish", option, subject, "--by", row["owner"]]
    if kind == "report":
        file = f"{_file_name(partner)}-{subject}.xlsx"
        return ["template", "--partner", partner, "--month", subject, file]
    if kind == "governance" and row["state"] != "done":
        return _decide(
            "governance",
            row,
            as_of,
            review=subject.split(" ")[0],
            partner_id=partner,
            program=row["program"],
            decision=row["recommended"],
            rationale=row["why"],
        )
    if kind == "invitation" and row["state"] != "done":
        return _decide(
            "invitation",
            row,
            as_of,
            partner_id=partner,
            tier_year=subject,
            status="accepted",
            sponsor=row["recommended"],
            rationale="Answered by the partner",
        )
    return _explain(row, year)


def _explain(row: Row, year: int) -> list[str]:
    partner, options = row["partner_id"], ["--year", str(year)]
    if row["kind"] in ("registration", "extension", "approval"):
        options += ["--deal", row["source_key"]]
    elif row["kind"] == "removal":
        options += ["--listing", row["subject"]]
    elif row["program"]:
        options += ["--program", row["program"]]
    # An id is data: one that looks like an option comes after all options.
    if partner.startswith("-"):
        return ["explain", *options, "--", partner]
    return ["explain", partner, *options]


def _decide(name: str, row: Row, as_of: date, **options: str) -> list[str]:
    options |= {"decided_on": as_of.isoformat(), "decided_by": row["owner"]}
    return ["decide", name, *(word for k, v in options.items() for word in (f"--{k}", str(v)))]


def _file_name(partner: str) -> str:
    """A partner id is data: characters that a file name cannot have are replaced."""
    return (
        "".join(c if c.isalnum() or c in "-_." else "-" for c in partner).lstrip("-.") or "report"
    )
