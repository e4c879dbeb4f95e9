"""What another process makes for a first run equals what the run would make, and is made once."""

import os
import subprocess
import sys

from dashboards.drawing import BUNDLE, write_bundle
from orchestration import dbt_docs
from orchestration.dbt import TARGET_VARIABLE, project_digest
from orchestration.speed import prebuild


def test_it_leaves_what_a_first_run_needs_of_the_project(tmp_path, monkeypatch):
    target, site = tmp_path / "target", tmp_path / "site"
    monkeypatch.setenv(TARGET_VARIABLE, str(target))
    command = [sys.executable, "-m", "orchestration.speed.prebuild", str(site)]
    subprocess.run(command, check=True, env=dict(os.environ), stdout=subprocess.DEVNULL)
    assert prebuild.begin(site) is False
    assert (target / dbt_docs.STAMP).read_text("utf-8") == project_digest()
    made = (target / dbt_docs.CATALOG).stat().st_mtime_ns
    assert dbt_docs.models_catalog().stat().st_mtime_ns == made
    assert write_bundle(site) is False
    assert sorted(path.name for path in site.iterdir()) == [BUNDLE]
