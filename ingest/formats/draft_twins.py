"""A draft beside the user's maps that read files of the same columns already.

Belongs here: keeping a new map away from files that another one reads. Does not: drafting
(draft.py), or which map a file uses (map_store.py).

Partners often send the same columns, each with dates and amounts written another way, and a map
applies to everything that landed before. A second map for the same header would have to be told
apart from the first, or the files of both would be refused.
"""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

import yaml

from ingest.formats.draft_sample import folder_below, sample
from ingest.formats.draft_write import quoted
from ingest.formats.map_store import Maps
from ingest.judging.headers import fold

HEADER = "\nheader: ["


class ReadAlready(ValueError):
    """A map of the user's is for this very file; the message names it and what to do."""


def beside(drafted: str, path: Path, maps: Maps) -> str:
    """The draft of a map for the file `path`; where a map of the user's reads the file already,
    restricted to the file's folder, so that it takes no other file from that map.

    Raises ReadAlready where that map names the folder itself, or the file lies in no folder below
    its entity's.
    """
    document = yaml.safe_load(drafted)
    name = document["entity"]
    folder = folder_below(path, name)
    own = maps.own_for(name, sample(path)[0], folder)
    if any(one.text == drafted for one in maps.own):
        return drafted
    if own:
        file, layout = own[0]
        if layout.folders or not folder:
            remedy = "correct it, or delete it and draft again"
            if not folder:
                way = "files that are written another way belong into a folder of their own below"
                remedy += f"; {way} {name}/"
            raise ReadAlready(f"the map {file} is for this file already: {remedy}")
        comment = f"# {file} is for these columns in any folder; in this one the present map is."
        head, rest = drafted.split(HEADER, 1)
        rest = rest.replace("\n", f"\n{comment}\nfolders: [{quoted(folder)}]\n", 1)
        drafted = f"{head}{HEADER}{rest}"
    free = _free(document["id"], folder if own else "", maps)
    return drafted.replace(f"id: {quoted(document['id'])}", f"id: {quoted(free)}", 1)


def _free(name: str, folder: str, maps: Maps) -> str:
    """The first id, beginning with `name`, that no map of the user's has, nor its file."""
    taken = {layout.id for _, layout in maps.read[0]} | {Path(one.file).stem for one in maps.own}
    named = [name] if not folder else []
    named += [f"{name}_{fold(folder)}"] if fold(folder) else []
    numbered = (f"{name}_{number}" for number in count(2))
    return next(one for one in chain(named, numbered) if one not in taken)
