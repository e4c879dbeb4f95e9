"""The folders of a user's column maps: `maps` under PLUMBLINE_HOME, and those of plumbline.yaml.

Belongs here: the folders. Does not: what a map says (ingest/formats/).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.config import BadConfig, config_file, read_config
from orchestration.home import home

FOLDER = "maps"


def own_folder() -> Path:
    """Where `plumbline map --save` puts a map."""
    return home() / FOLDER


def map_folders() -> tuple[Path, ...]:
    """Every folder of maps: `own_folder()`, then those of `maps:` in plumbline.yaml.

    `maps:` is a folder, a list of folders, or `folders:` with either; a relative one is relative to
    plumbline.yaml. Raises BadConfig for one that does not exist.
    """
    declared = read_config().get("maps")
    if isinstance(declared, dict):
        unknown = sorted(set(declared) - {"folders"})
        if unknown:
            message = f"`maps:` knows `folders:`, not {', '.join(map(repr, unknown))}"
            raise BadConfig(f"{config_file()}: {message}")
        declared = declared.get("folders")
    named = [declared] if isinstance(declared, str) else declared or []
    if not isinstance(named, list) or not all(isinstance(one, str) and one for one in named):
        raise BadConfig(f"{config_file()}: `maps:` is a folder of column maps or a list of them")
    file = config_file()
    folders = [own_folder()]
    for one in named:
        folder = (file.resolve().parent if file else home()) / Path(one).expanduser()
        if not folder.is_dir():
            message = (
                f"`maps:` names {one}, and there is no such folder; make it or correct the name"
            )
            raise BadConfig(f"{file}: {message}")
        if folder.resolve() not in [known.resolve() for known in folders]:
            folders.append(folder)
    return tuple(folders)
