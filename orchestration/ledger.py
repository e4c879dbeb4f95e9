"""Publishes from a finished run, and completes a publication that was cut off.

Belongs here: the order of steps, the writer's lock, the places and stages that the ledger needs.
Does not: what a record says (scoring/ledger/), laying it over tables (published_decisions.py), or
drawing (cli/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration import bucket_stores, shown_results, warehouse
from orchestration.program import hold_program, program_file
from orchestration.published_decisions import catch_up, refresh
from orchestration.settings import Locations
from orchestration.speed import stages
from orchestration.speed.code import code_digest
from scoring.ledger.disputes import check_disputes, disputes_of
from scoring.ledger.erased import opening_of
from scoring.ledger.files import MADE, Ledger, in_force, read_ledger, write_publication
from scoring.ledger.freeze import Frozen, Request, freeze, repeats, says_the_same
from scoring.ledger.moments import note as made_note
from scoring.ledger.preview import Preview, preview
from scoring.ledger.publications_used import noted
from scoring.ledger.published import published_rows
from scoring.ledger.records import LedgerRefusal, Publication
from scoring.ledger.vouching import SIGNERS, add, file_name, now, signed, statement
from scoring.policy.load import load_policy, policy_dir
from scoring.policy.model import PolicySet
from scoring.run import decide


@dataclass(frozen=True)
class PublishOutcome:
    """What was published, or would be; `stopped` says what kept it from being written.

    `site_drawn_by`: the command that draws the site, which a publication leaves as it was; None
    where nothing was written.
    """

    preview: Preview
    written: bool
    stopped: tuple[str, ...] = ()
    site_drawn_by: str | None = None


def code_version() -> str:
    """sha256 over the code from which decisions follow: landing, models, scoring."""
    return code_digest("ingest", "transforms", "scoring")


def publish(
    places: Locations,
    request: Request,
    *,
    required: Iterable[str] = (),
    write: bool = True,
    key: Path | None = None,
) -> PublishOutcome:
    """Freeze the period from the last finished run and write it into the ledger, whole.

    With write=False nothing is written and no lock is taken. `key`: the ssh key with which the
    publisher vouches for it; needed where the policy set names signers.

    A publication that was cut off after it was written is finished by the same request again, which
    then returns what the first one would have.

    Raises LedgerRefusal when the run is not finished or not of that period, or when the period is
    published and nothing supersedes it; ShownDiffers when a table is not what the run wrote or the
    ledger says.
    """
    if not write:
        with shown_results.read(places) as con:
            return PublishOutcome(_frozen(con, places, request)[1], written=False)
    with warehouse.write_lock(places, f"plumbline publish {request.period}"):
        if not places.warehouse.exists():
            raise warehouse.missing(places)
        hold_program(places)
        bucket_stores.follow(places)
        caught_up = catch_up(places)
        with warehouse.connect(places.warehouse) as con:
            ledger = read_ledger(places.ledger)
            shown_results.hold(con, ledger, whole=True)
            finished = _finished(con, places, request, ledger) if caught_up else None
            if finished is not None:
                return PublishOutcome(finished, written=True, site_drawn_by=_run_again(con))
            frozen, preview = _frozen(con, places, request)
            stopped = tuple(preview.stopped_by(required))
            if stopped:
                return PublishOutcome(preview, written=False, stopped=stopped)
            files = {**frozen.files, **_vouched(places, frozen, key)}
            bucket_stores.claim(places, frozen.name, files)
            write_publication(places.ledger, frozen.name, files)
            refresh(con, places)
            again = _run_again(con)
        warehouse.publish_serving_copy(places)
    return PublishOutcome(preview, written=True, site_drawn_by=again)


def unfinished(places: Locations, request: Request) -> Publication | None:
    """The publication that an earlier attempt at this request wrote but that readers do not see
    yet, since their copy of the warehouse is updated last."""
    current = read_ledger(places.ledger).in_force(request.period)
    if current is None or not repeats(request, current):
        return None
    if not places.serving.exists():
        return current
    with warehouse.look(places.serving) as con:
        return None if current.head in {head for *_, head in noted(con)} else current


def _finished(
    con: duckdb.DuckDBPyConnection, places: Locations, request: Request, ledger: Ledger
) -> Preview | None:
    """The preview of the publication in force if this request would have made exactly that one;
    None if it asks for another."""
    current = ledger.in_force(request.period)
    if current is None or not repeats(request, current):
        return None
    earlier = tuple(p for p in ledger.publications if p.sequence < current.sequence)
    frozen, preview = _frozen(con, places, request, Ledger(ledger.folder, earlier))
    return preview if frozen.head == current.head else None


def signers_of(places: Locations) -> Path | None:
    """The keys that may vouch, in OpenSSH's form, where the policy set has such a list."""
    file = policy_dir(places.policy or None) / SIGNERS
    return file if file.is_file() else None


def vouch(places: Locations, name: str, key: Path) -> Path:
    """Add the statement of a further person, signed with an ssh key, to a publication; returns its
    file.

    Raises LedgerRefusal where there is no such publication or the key may not vouch.
    """
    hold_program(places)
    with warehouse.write_lock(places, f"plumbline vouch {name}"):
        bucket_stores.follow(places)
        ledger = read_ledger(places.ledger)
        publication = next((p for p in ledger.publications if name in (p.name, p.period)), None)
        if publication is None:
            known = ", ".join(p.name for p in ledger.publications) or "nothing"
            raise LedgerRefusal(f"{name} is not published in {places.ledger}; {known} is")
        content = statement(publication.name, publication.opening, publication.head, now())
        path = add(places.ledger / publication.name, signed(content, key, signers_of(places)))
        return bucket_stores.add_beside(places, path)


def _vouched(places: Locations, frozen: Frozen, key: Path | None) -> dict[str, bytes]:
    """The files beside a publication in the ledger: the moment of the machine's own clock and, with
    a key, the statement of the publisher."""
    signers = signers_of(places)
    opening = {**frozen.opening, "on": frozen.opening["on"].isoformat()}
    content = statement(frozen.name, opening, frozen.head, now())
    made = {MADE: made_note(content)}
    if key is None:
        if signers is not None:
            raise LedgerRefusal(
                f"{signers} says who may vouch for a publication: give --key, the ssh key of one"
            )
        return made
    return {**made, file_name(1): signed(content, key, signers)}


def _frozen(
    con: duckdb.DuckDBPyConnection,
    places: Locations,
    request: Request,
    ledger: Ledger | None = None,
) -> tuple[Frozen, Preview]:
    """What is to be published, and its preview; `ledger`: used instead of the ledger in the
    folder."""
    policy = load_policy(places.policy or None)
    _check_finished(con, policy)
    demos = _declared_demos(con, places)
    ledger = ledger or read_ledger(places.ledger)
    current = ledger.in_force(request.period)
    _check_superseding(ledger, request)
    if current is not None:
        request = replace(request, supersedes=current.name)
    run = con.execute("select known_at from run.parameters").fetchone()
    counted = in_force(ledger, known_at=run[0] if run else None)
    computed = decide(con, published_rows(counted))
    file = program_file(places)
    erased = opening_of(places.store)
    frozen = freeze(con, computed, ledger, request, policy, code_version(), demos, file, erased)
    if current is not None and says_the_same(frozen, current):
        raise LedgerRefusal(_already(current))
    check_disputes(disputes_of(con, request.period), frozen.decisions, current, request.disputes)
    return frozen, preview(con, frozen, current)


def _check_finished(con: duckdb.DuckDBPyConnection, policy: PolicySet) -> None:
    """The tables must be those of a run that went through, under the policy and code of today."""
    again = "run `plumbline run --year ...` (or `plumbline review`) first"
    version = con.execute("select policy_version from run.parameters").fetchone()
    if version is None or not stages.is_built(con, "decisions", stages.built_digest(con)):
        raise LedgerRefusal(f"the last run did not finish, or its code has changed; {again}")
    if version[0] != policy.version:
        raise LedgerRefusal(
            f"the last run used policy version {version[0][:12]}, and {policy.name} is now "
            f"{policy.version[:12]}; name the set of the run with --policy, or {again}"
        )


def _run_again(con: duckdb.DuckDBPyConnection) -> str:
    """The command that repeats the run in the warehouse."""
    [(year, last)] = con.execute("select year, last_period from run.parameters").fetchall()
    review = "-" in last
    return f"plumbline review --period {last}" if review else f"plumbline run --year {year}"


def _declared_demos(
    con: duckdb.DuckDBPyConnection, places: Locations
) -> tuple[tuple[str, str], ...] | None:
    """The declared demonstration installs, which must be those that the run landed with."""
    from ingest.deliveries.settings import judged_under, settings_of
    from ingest.formats.procore_installations import DEMO_LIST, declared_demos
    from ingest.people.store import people_of

    demos = declared_demos(places.landing)
    landed = replace(settings_of(con), demo_installations=demos)
    people = people_of(places.warehouse.parent, make=False)
    now = judged_under(landed, DEMO_LIST[0], places.store, people)
    under = con.execute(
        "select fingerprint from landing.judged_under where source = ?", [DEMO_LIST[0]]
    ).fetchone()
    if under is not None and under[0] != now:
        raise LedgerRefusal(
            f"{places.landing} is not the landing zone of the last run, or its list of "
            "demonstration installs has changed; name it with --landing, or run again"
        )
    return demos


def _check_superseding(ledger: Ledger, request: Request) -> None:
    current = ledger.in_force(request.period)
    if current is None:
        if request.supersedes is not None:
            raise LedgerRefusal(f"{request.period} is not published: there is nothing to supersede")
        return
    if request.supersedes is None:
        raise LedgerRefusal(
            f"{_already(current)}; publish again only with --supersedes and --reason"
        )
    if not (request.reason or "").strip():
        raise LedgerRefusal("a publication that supersedes another needs --reason")
    if request.supersedes not in ("", current.name, current.period):
        raise LedgerRefusal(
            f"{request.supersedes} is not in force for {request.period}; {current.name} is"
        )


def _already(current: Publication) -> str:
    return (
        f"{current.period} is published already, as {current.name} by {current.opening['by']} "
        f"(head {current.head})"
    )
