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
from collections.abc import Iterable, Sequence
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
    folders: tuple[str, ...] = ()

    def fits(self, name: str, folded_header: Iterable[str], folder: str = "") -> bool:
        """Whether a table of an entity, from a file of this folder, is one for which this map was
        written."""
        is_here = not self.folders or folder in self.folders
        is_same = is_here and self.entity == name
        return is_same and bool(self.header) and set(map(fold, self.header)) <= set(folded_header)

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
        parts += [repr((f.entity, f.header, f.folders, f.message)) for f in faulty]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def own_for(
        self, name: str, header: Sequence[str], folder: str = ""
    ) -> list[tuple[str, ColumnMap | FaultyMap]]:
        """The user's maps, good or faulty, that come first for a table of an entity, each with its
        file: those that name the folder of its file, else those for any folder; of these the ones
        with the longest header.

        A header with every required column of the contract is ours, so that only a map counts whose
        header names a column that is none of ours.
        """
        spec = entity(name)
        is_ours = not match_header(spec, header).missing
        columns = {fold(column.name) for column in spec.columns}
        folded = {fold(column) for column in header}
        good, faulty = self.read
        fit: list[tuple[str, ColumnMap | FaultyMap]] = []
        fit += [(f.file, f) for f in faulty if f.fits(name, folded, folder)]
        fit += [(file, m) for file, m in good if m.entity == name and m.fits(folded, folder)]
        if is_ours:
            fit = [(file, m) for file, m in fit if not {fold(c) for c in m.header} <= columns]
        most = max(((bool(m.folders), len(m.header)) for _, m in fit), default=None)
        return [(file, m) for file, m in fit if (bool(m.folders), len(m.header)) == most]

    def choose(self, name: str, header: Sequence[str], folder: str = "") -> ColumnMap | None:
        """The map that a table of an entity uses, by its header and its file's folder below the
        entity's; None when it is our own layout.

        A header with every required column of the contract is ours, whatever else it has, unless a
        user's map is meant for it: one whose header names a column that is none of ours. A user's
        map comes before one of the product's; of several one that names the folder, then the one
        with the longest header. Refused where that cannot be decided: the map is faulty, or several
        of the user's fit equally.
        """
        best = self.own_for(name, header, folder)
        for _, each in best:
            if isinstance(each, FaultyMap):
                raise Refused("column_map", each.sentence)
        if len(best) > 1:
            raise Refused("column_map", _equal([file for file, _ in best], folder))
        for _, each in best:
            if isinstance(each, ColumnMap):
                return each
        if not match_header(entity(name), header).missing:
            return None
        folded = {fold(column) for column in header}
        return next((m for m in shipped_maps() if m.entity == name and m.fits(folded)), None)


def _equal(files: Sequence[str], folder: str) -> str:
    """Which maps fit a file equally, and how to tell their files apart."""
    named = f"{', '.join(files[:-1])} and {files[-1]}"
    whose = f"`folders: [{folder}]`" if folder else "`folders: [FOLDER]` (a partner's)"
    return (
        f"the column maps {named} fit this file equally; delete all but one, or say in each whose "
        f"files it reads: {whose}, or give one of them a longer header"
    )


def _faulty(own_map: MapText, message: str) -> FaultyMap:
    """What can be learned from a map that cannot be used; its header shows which layout it is
    for."""
    try:
        document = load_yaml(own_map.text)
    except (ValueError, yaml.YAMLError):
        document = None
    content = document if isinstance(document, dict) else {}
    name, header = content.get("entity"), content.get("header")
    return FaultyMap(
        own_map.file,
        message,
        name if isinstance(name, str) else None,
        _texts(header),
        _texts(content.get("folders")),
    )


def _texts(value: object) -> tuple[str, ...]:
    """A list of texts; empty for anything else."""
    texts = tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
    return texts if isinstance(value, list) and len(texts) == len(value) else ()


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
