"""Commands that give something to one partner or to each, and that check what was given:
`bundle`, `letters`, `portal`, `verify-letters`.

Belongs here: options and printing. Does not: what is given (scoring/, dashboards/letters/).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import SEND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year
from orchestration.settings import Locations

if TYPE_CHECKING:
    from orchestration.outputs import Output

Key = Annotated[
    Path | None,
    typer.Option(help="Your ssh key, a private one in a file, to sign each PDF with."),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, letters, "plumbline letters --year 2025 --out letters", panel=SEND)
    add(app, portal, "plumbline portal --year 2025 --out portal", panel=SEND)
    example = "plumbline bundle P-0055 --year 2025 --out P-0055.duckdb"
    add(app, bundle, example, panel=SEND)
    add(app, verify_letters, "plumbline verify-letters letters", panel=SEND)


def bundle(
    partner: Annotated[str, typer.Argument(help="Partner id, or a name.")],
    year: Year,
    out: Annotated[
        Path | None,
        typer.Option(
            help="DuckDB file to write, also in s3://, az://, gs://. "
            "Default: bundles/PARTNER-YEAR.duckdb in the site."
        ),
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write a small DuckDB file with which one partner can recompute its result; it names no other
    partner.

    Exits 1 if the bundle's own SQL gives another result than the published one.
    """
    from dashboards.links import bundle_path
    from orchestration import shown_results as files
    from orchestration.exported_files import note
    from orchestration.outputs import put_site, sent
    from scoring.bundle import write_bundle
    from scoring.partners import find_partner

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        partner_id = find_partner(con, partner).partner_id
        with sent(out or places.site / bundle_path(partner_id, year), single=True) as to:
            note(places, to.path, ["bundle", partner, "--year", str(year), "--out", to.named])
            made = write_bundle(con, partner_id, year, to.path)
    unsent = put_site(places, to.path)
    if json:
        options.print_json({**vars(made), "file": to.shown(to.path)})
    else:
        print(f"{to.shown(to.path)}: {made.rows} rows of {made.partner_id} for {made.year}")
        print("open it with DuckDB and run: from readme; from differences;")
        if made.withheld:
            print(f"texts that named others, withheld: {made.withheld}")
        if made.differences:
            print(
                f"it differs from what was published in {made.differences} places; to list them "
                "there: from differences;"
            )
    options.say_faults([unsent])
    if made.differences or unsent:
        raise typer.Exit(1)


def letters(
    year: Year,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to: a folder, or s3://, az://, gs://. "
            "Default: letters/ in the site, for scorecards."
        ),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(help="A folder whose letter.html replaces ours.")
    ] = None,
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write one letter per partner, as HTML and PDF, with every figure bound to a row.

    Exits 1 if a letter is refused because of an unbound or stale figure, a clause that is not in
    force, or another partner's name. Each refusal is named; the other letters are written.
    """
    from dashboards.letters import write_letters
    from dashboards.links import LETTERS
    from orchestration import shown_results as files
    from orchestration.exported_files import note
    from orchestration.outputs import put_site, sent

    places = options.places(landing, warehouse, None, policy)
    sign = _signer(places, key)
    with files.read(places) as con, sent(out or places.site / LETTERS) as to:
        note(places, to.path, ["letters", *_flags(year, to, templates, key)])
        report = write_letters(con, year, to.path, templates, sign)
    unsent = put_site(places, to.path)
    if json:
        refused = [vars(refusal) for refusal in report.refused]
        options.print_json({**vars(report), "refused": refused, "folder": to.named})
    else:
        print(f"{len(report.written)} letters written to {to.named}, {len(report.refused)} refused")
        for refusal in report.refused:
            for reason in refusal.reasons:
                print(f"refused: {refusal.partner_id}: {reason}")
        if report.others:
            first = ", ".join(report.others[:3])
            print(
                f"other letters in the folder, left as they are: {first}"
                + (f" and {len(report.others) - 3} more" if len(report.others) > 3 else "")
            )
        if report.code_points:
            print(f"written as code points for lack of a font: {', '.join(report.code_points)}")
    options.say_faults([unsent])
    if report.refused or unsent:
        raise typer.Exit(1)


def portal(
    year: Year,
    out: Annotated[
        Path,
        typer.Option(help="A folder, or s3://, az://, gs://; one folder per partner in it."),
    ],
    templates: Annotated[
        Path | None, typer.Option(help="A folder whose letter.html replaces ours.")
    ] = None,
    bundles: Annotated[
        bool, typer.Option("--bundles", help="Put each partner's bundle beside its letter.")
    ] = False,
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write a folder for each partner with its own letters, to be served only to that partner.

    docs/ui.md says how to serve it. Exits 1 if a letter is refused or a bundle differs from what
    was published.
    """
    from dashboards.portal import write_portal
    from orchestration import shown_results as files
    from orchestration.exported_files import note
    from orchestration.outputs import sent

    places = options.places(landing, warehouse, None, policy)
    sign = _signer(places, key)
    with files.read(places) as con, sent(out) as to:
        flags = _flags(year, to, templates, key)
        note(places, to.path, ["portal", *flags, *(["--bundles"] if bundles else [])])
        report = write_portal(con, year, to.path, templates, bundles=bundles, sign=sign)
    if json:
        refused = [vars(refusal) for refusal in report.refused]
        options.print_json({**vars(report), "refused": refused, "folder": to.named})
    else:
        print(f"{len(report.written)} partners' folders written to {to.named}")
        for refusal in report.refused:
            for reason in refusal.reasons:
                print(f"refused: {refusal.partner_id}: {reason}")
        for partner in report.differing:
            print(f"{partner}: its bundle differs from what was published")
    if report.refused or report.differing:
        raise typer.Exit(1)


def verify_letters(
    letters: Annotated[
        list[Path],
        typer.Argument(help="Letters in PDF, or folders of them.", exists=True),
    ],
    signers: Annotated[
        Path | None,
        typer.Option(
            help="Your own list of keys that may sign (OpenSSH's allowed_signers), instead of the "
            "policy set's.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Show who signed each letter, and whether it has changed since.

    Exits 1 and names each letter that is not signed, was changed since, or was signed by somebody
    whom the list does not allow.
    """
    from dashboards.letters.signed import check_letters, pdfs_of
    from orchestration.ledger import signers_of

    trusted = signers or signers_of(options.places(None, None, None, policy))
    if trusted is None:
        raise typer.BadParameter(
            "the policy set has no list of who may sign; name a file", param_hint="--signers"
        )
    files = [file for place in letters for file in pdfs_of(place)]
    if not files:
        message = "there is no PDF there; name letters in PDF, or a folder of them"
        raise typer.BadParameter(message, param_hint="LETTERS")
    good, bad = check_letters(files, trusted)
    if json:
        answer = {"signed": [vars(one) for one in good], "faults": [vars(one) for one in bad]}
        options.print_json(answer)
    else:
        for one in good:
            print(one.text)
        for fault in bad:
            print(f"fault: {fault.file}: {fault.why}")
    if bad:
        raise typer.Exit(1)


def _signer(places: Locations, key: Path | None) -> Callable[[bytes], bytes] | None:
    """A function that signs a letter now; asks for the passphrase of a key that has one."""
    if key is None:
        return None
    from dashboards.letters.signing import is_locked, signer
    from orchestration.ledger import signers_of
    from scoring.ledger.vouching import now

    own = key.expanduser()
    secret = typer.prompt(f"Passphrase of {own}", hide_input=True) if is_locked(own) else None
    return signer(own, signers_of(places), now(), secret)


def _flags(year: int, out: Output, templates: Path | None, key: Path | None) -> list[str]:
    """The options with which the command writes the same output again, from any folder."""
    whose = ["--templates", str(templates.resolve())] if templates else []
    own = ["--key", str(key.expanduser().resolve())] if key else []
    return ["--year", str(year), "--out", out.named, *whose, *own]
