"""Fetches from the sources that `plumbline.yaml` names into the landing zone.

Belongs here: the kind of a source, its secrets, what is remembered between pulls. Does not: how a
kind fetches (ingest/sources/). This happens before the writer's lock is taken, so that it is never
held during downloads.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import settings
from orchestration.config import BadConfig, config_file, section, with_secrets
from orchestration.home import home
from orchestration.secrets import without_secrets

if TYPE_CHECKING:
    from ingest.sources.fetched import Fetched

# Each kind of source with the module whose `fetch` brings its files.
KINDS = {
    "delta_sharing": "ingest.sources.delta_sharing",
    "hubspot": "ingest.sources.hubspot",
    "imap": "ingest.sources.mailbox",
    "salesforce": "ingest.sources.salesforce",
    "sftp": "ingest.sources.sftp",
    "sql": "ingest.sources.query",
}
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
FOLDER = "sources"

Fetch = Callable[[Mapping[str, Any], Path, dict[str, Any]], "list[Fetched]"]
# What was fetched for the run that this process has begun, so that its asset need not fetch.
_ahead: list[tuple[Brought, ...]] = []


@dataclass(frozen=True)
class Source:
    """One configured source: `spec` as written, its `${…}` still unread."""

    name: str
    kind: str
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class Brought:
    """What one source brought; `fault` says why if the whole source failed."""

    source: str
    things: tuple[Fetched, ...] = ()
    fault: str | None = None

    @property
    def faults(self) -> list[str]:
        """Every fault of this source, each a sentence that names it."""
        own = [f"{self.source}: not fetched: {self.fault}"] if self.fault else []
        return own + [f"{self.source}: {one.what}: {one.fault}" for one in self.things if one.fault]


def configured() -> list[Source]:
    """Every source of the configuration, by name. Raises BadConfig naming what is wrong."""
    sources = []
    for name, spec in section("sources").items():
        where = f"{config_file()}: sources: {name}"
        if not NAME.fullmatch(str(name)):
            raise BadConfig(f"{where}: name a source with lower letters, digits, - and _")
        if not isinstance(spec, dict) or spec.get("kind") not in KINDS:
            raise BadConfig(f"{where}: `kind:` must be one of {', '.join(KINDS)}")
        sources.append(Source(name, spec["kind"], spec))
    return sorted(sources, key=lambda source: source.name)


def follow(places: settings.Locations) -> Brought | None:
    """Bring the copy of a landing zone in an object store up to date; None where it is a folder."""
    if not places.address:
        return None
    from ingest.sources.fetched import Fetched
    from ingest.sources.following import sync
    from ingest.sources.objects import StoreError

    try:
        done = sync(places.address, places.landing)
    except StoreError as error:
        return Brought(places.address, fault=str(error))
    later = [Fetched(key, note="changed meanwhile; the next run takes it") for key in done.changing]
    in_store = [Fetched(key, key, note="read where it lies") for key in done.read_in_place]
    return Brought(
        places.address, (*(Fetched(key, key) for key in done.fetched), *in_store, *later)
    )


def bring(places: settings.Locations, names: Iterable[str] = ()) -> list[Brought]:
    """Copy what is new in the object store and fetch from the named sources, or from all of them.

    A source that fails does not stop the others. Raises BadConfig, also for an unknown name.
    """
    sources, wanted = configured(), set(names)
    if unknown := sorted(wanted - {source.name for source in sources}):
        known = ", ".join(source.name for source in sources) or "none"
        raise BadConfig(f"there is no source {unknown[0]!r}; configured: {known}")
    store = None if wanted else follow(places)
    chosen = [source for source in sources if not wanted or source.name in wanted]
    return [*filter(None, [store]), *(_fetch(source, places.landing) for source in chosen)]


@contextmanager
def brought_before(places: settings.Locations) -> Iterator[list[str]]:
    """Fetch from everywhere before a run takes the writer's lock; the faults, each a sentence."""
    brought = tuple(bring(places))
    _ahead.append(brought)
    try:
        yield [fault for one in brought for fault in one.faults]
    finally:
        _ahead.clear()


def brought_for(places: settings.Locations) -> list[Brought]:
    """What was fetched for this run; fetches now if that has not been done, as for runs of
    Dagster's UI."""
    return list(_ahead[-1]) if _ahead else bring(places)


def _fetch(source: Source, landing: Path) -> Brought:
    from ingest.sources.fetched import SourceError

    fetch: Fetch = importlib.import_module(KINDS[source.kind]).fetch
    where = f"{config_file()}: sources: {source.name}"
    state = _state(source.name)
    try:
        spec = {"name": source.name, **revealed(source.spec, where)}
        landing.mkdir(parents=True, exist_ok=True)
        things = fetch(spec, landing, state)
        return Brought(source.name, tuple(_harmless(thing) for thing in things))
    except (SourceError, BadConfig) as error:
        return Brought(source.name, fault=without_secrets(str(error)))
    except Exception as error:
        # A driver may raise anything, and its message may contain the address with its password.
        message = without_secrets(" ".join(str(error).split()))
        return Brought(source.name, fault=f"{type(error).__name__}: {message}")
    finally:
        # What was fetched before a source failed is not fetched again.
        _remember(source.name, state)


def _harmless(thing: Fetched) -> Fetched:
    """A text for people, without any secret that a server has sent back."""

    def cleaned(text: str | None) -> str | None:
        return None if text is None else without_secrets(text)

    what = without_secrets(thing.what)
    return replace(thing, what=what, note=cleaned(thing.note), fault=cleaned(thing.fault))


def revealed(value: Any, where: str) -> Any:
    """`value` with every `${NAME}` in it replaced by its secret. Raises BadConfig."""
    if isinstance(value, str):
        return with_secrets(value, where)
    if isinstance(value, dict):
        return {name: revealed(each, where) for name, each in value.items()}
    if isinstance(value, list):
        return [revealed(each, where) for each in value]
    return value


def _kept_at(name: str) -> Path:
    return home() / FOLDER / f"{name}.json"


def _state(name: str) -> dict[str, Any]:
    path = _kept_at(name)
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        raise BadConfig(
            f"{path}: what is remembered of {name} cannot be read; delete it to fetch all anew"
        ) from None


def _remember(name: str, state: Mapping[str, Any]) -> None:
    path = _kept_at(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(state, indent=1, sort_keys=True), "utf-8")
    fresh.replace(path)
