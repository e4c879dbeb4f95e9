"""All column maps: the product's, and the user's own.

Belongs here: finding maps, telling good ones from faulty ones, a digest of those that a source's
deliveries were judged under, choosing one for a table. Does not: the form of a map (map_model.py)
or applying one (column_maps.py).

A user's maps are in the user's own folders, never in the package. A faulty one is named once, and
only the files that it would read are refused: their layout is foreign, and nobody knows what the
map means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from ingest.formats.map_model import MAPS_FOLDER, ColumnMap, parse_map
from ingest.formats.safe_yaml import load_yaml
from ingest.judging.contract import entity
from ingest.judging.headers import fold
from ingest.judging.headers import match as match_header
from ingest.judging.table import Refused

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class MapText:
    """A map as it was found: `file` is its name for people, `text` its YAML."""

    file: str
    text: str


@dataclass(frozen=True)
class FaultyMap:
    """A map that cannot be used, why, and what it says about the tables for which it was
    written."""

    file: str
    message: str
    entity: str | None = None
    header: tuple[str, ...] = ()

    def fits(self, name: str, folded_header: Iterable[str]) -> bool:
        """Whether a table of an entity is one for which this map was written."""
        here = set(folded_header)
        return bool(self.header) and self.entity == name and set(map(fold, self.header)) <= here

    @property
    def sentence(self) -> str:
        """Which map it is, what is wrong with it, and what to do."""
        return f"the column map {self.file} can't be used: {self.message}; correct it"


@dataclass(frozen=True)
class Maps:
    """Every map by which tables are read: the product's, and the user's `own`."""

    own: tuple[MapText, ...] = ()

    @cached_property
    def read(self) -> tuple[tuple[tuple[str, ColumnMap], ...], tuple[FaultyMap, ...]]:
        """The user's good maps, each with its file, and the faulty ones."""
        good: list[tuple[str, ColumnMap]] = []
        faulty: list[FaultyMap] = []
        for own_map in self.own:
            try:
                layout = parse_map(own_map.text)
                twin = next((file for file, other in good if other.id == layout.id), None)
                if twin is not None:
                    raise ValueError(f"{twin} has the id {layout.id} already; choose another")
                good.append((own_map.file, layout))
            except ValueError as error:
                faulty.append(_faulty(own_map, str(error)))
        return tuple(good), tuple(faulty)

    @property
    def faulty(self) -> tuple[FaultyMap, ...]:
        """The user's maps that can't be used."""
        return self.read[1]

    def digest(self, source: str) -> str:
        """A digest of every map that can read a table of this source."""
        parts = [m.model_dump_json() for m in shipped_maps() if entity(m.entity).source == source]
        good, faulty = self.read
        parts += [m.model_dump_json() for _, m in good if entity(m.entity).source == source]
        parts += [repr((f.entity, f.header, f.message)) for f in faulty]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def choose(self, name: str, header: Sequence[str]) -> ColumnMap | None:
        """The map that a table of an entity uses, by its header; None when it is our own layout.

        A header with every required column of the contract is ours, whatever else it has, unless a
        user's map is meant for it: one whose header names a column that is none of ours. A user's
        map comes before one of the product's; of several the one with the longest header. Refused
        where that cannot be decided: the map is faulty, or two of the user's fit equally.
        """
        spec = entity(name)
        is_ours = not match_header(spec, header).missing
        columns = {fold(column.name) for column in spec.columns}
        folded = {fold(column) for column in header}

        def is_meant(wanted: Collection[str]) -> bool:
            return not is_ours or not {fold(column) for column in wanted} <= columns

        good, faulty = self.read
        broken = [f for f in faulty if f.fits(name, folded) and is_meant(f.header)]
        own = [
            (file, m)
            for file, m in good
            if m.entity == name and m.fits(folded) and is_meant(m.header)
        ]
        most = max([len(f.header) for f in broken] + [len(m.header) for _, m in own], default=0)
        for each in broken:
            if len(each.header) == most:
                raise Refused("column_map", each.sentence)
        best = [(file, m) for file, m in own if len(m.header) == most]
        if len(best) > 1:
            files = " and ".join(file for file, _ in best)
            message = f"the column maps {files} both fit; give one of them a longer header"
            raise Refused("column_map", message)
        if best:
            return best[0][1]
        if is_ours:
            return None
        return next((m for m in shipped_maps() if m.entity == name and m.fits(folded)), None)


def _faulty(own_map: MapText, message: str) -> FaultyMap:
    """What can be learned from a map that cannot be used; its header shows which layout it is
    for."""
    try:
        document = load_yaml(own_map.text)
    except (ValueError, yaml.YAMLError):
        document = None
    content = document if isinstance(document, dict) else {}
    name, header = content.get("entity"), content.get("header")
    texts = isinstance(header, list) and all(isinstance(one, str) for one in header)
    return FaultyMap(
        own_map.file,
        message,
        name if isinstance(name, str) else None,
        tuple(header) if texts and isinstance(header, list) else (),
    )


@cache
def shipped_maps() -> tuple[ColumnMap, ...]:
    """The product's own maps, the most specific header first, then by id."""
    layouts = [parse_map(path.read_text("utf-8")) for path in sorted(MAPS_FOLDER.glob("*.yaml"))]
    return tuple(sorted(layouts, key=lambda m: (-len(m.header), m.id)))


def read_maps(folders: Iterable[Path]) -> Maps:
    """The maps of these folders; a folder that does not exist has none.

    Raises nothing: what can't be read as text is a faulty map.
    """
    texts: dict[str, MapText] = {}
    for folder in folders:
        paths = sorted(p for p in folder.glob("*") if p.suffix.lower() in ENDINGS)
        for path in paths:
            if path.name.startswith(".") or not path.is_file():
                continue
            name = f"{folder.name}/{path.name}"
            name = name if name not in texts else str(path)
            texts[name] = MapText(name, path.read_bytes().decode("utf-8-sig", "replace"))
    return Maps(tuple(texts.values()))
