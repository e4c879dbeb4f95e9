"""A stage is worked again when any file of the packages that it runs has changed."""

from __future__ import annotations

import shutil

from orchestration.speed import code
from tests.test_house import PROJECT, tracked

FOLDERS = ("ingest", "transforms", "scoring", "dashboards")
# Marks for type checkers, and a linter's settings.
NO_MATTER = {"py.typed", ".sqlfluff"}


def test_each_file_of_the_packages_counts_as_code():
    for path in tracked(*(f"{folder}/*" for folder in FOLDERS)):
        is_data = "sets" in path.parts
        assert is_data or path.name in NO_MATTER or path.suffix in code.CODE_SUFFIXES, path


def test_another_layout_of_the_pdf_pages_is_other_code(tmp_path, monkeypatch):
    shutil.copytree(PROJECT / "dashboards", tmp_path / "dashboards")
    monkeypatch.setattr(code, "package_folder", lambda name: tmp_path / name)
    plain = code.code_digest.__wrapped__
    before = plain("dashboards")
    layout = tmp_path / "dashboards" / "pack" / "pack.typ"
    layout.write_text(layout.read_text("utf-8") + "// other margins\n", "utf-8")
    assert plain("dashboards") != before
