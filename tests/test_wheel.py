"""The wheel, installed where nothing else of the project is: what a stranger gets.

Belongs here: that the built distribution holds all its data and names all its dependencies.
Does not: what a run computes (tests/orchestration).
"""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_house import PROJECT, tracked

PARTNERS = "60"
# dbt asks for it only behind a flag, and it cannot be built without a toolchain from elsewhere.
NEVER_INSTALLED = {"dbt-core-experimental-parser"}


def done(*command, **options) -> subprocess.CompletedProcess:
    """Run to the end; the test fails with what the command printed."""
    ended = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, check=False, **options
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"
    return ended


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from the tracked files alone, so that nothing left lying in a checkout gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tracked():
        copy = source / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    if not source.exists():
        pytest.skip("no git checkout, so no list of the project's files")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done(*pip, "--wheel-dir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


def requirements_of(name: str) -> list[Requirement]:
    """What an installed distribution needs in this environment, its extras left out."""
    needed = map(Requirement, metadata.distribution(name).requires or [])
    return [r for r in needed if not r.marker or r.marker.evaluate({"extra": ""})]


def closure(wanted: list[Requirement]) -> set[str]:
    """Every distribution that those requirements lead to, by name."""
    needed: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = requirement.name.lower()
        for extra in requirement.extras:
            more = map(Requirement, metadata.distribution(name).requires or [])
            wanted += [r for r in more if r.marker and r.marker.evaluate({"extra": extra})]
        if name not in needed | NEVER_INSTALLED:
            needed.add(name)
            wanted += requirements_of(name)
    return needed


@pytest.fixture(scope="module")
def bare(tmp_path_factory, wheel):
    """An environment with the wheel and the distributions it names, and nothing of development.

    The dependencies' files are linked from this environment, which a download would repeat.
    """
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "env", with_pip=True, symlinks=True)
    python = folder / "env" / "bin" / "python"
    line = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(done(python, "-c", line).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode("utf-8").splitlines()
    stated = [Requirement(x.split(":", 1)[1]) for x in lines if x.startswith("Requires-Dist:")]
    for each in closure([r for r in stated if not r.marker or r.marker.evaluate({"extra": ""})]):
        for file in metadata.distribution(each).files or []:
            if ".." in file.parts or "__pycache__" in file.parts:
                continue
            copy = site / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not copy.exists():
                try:
                    os.link(file.locate(), copy)
                except OSError:
                    shutil.copyfile(file.locate(), copy)
    done(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    return folder


def test_the_wheel_holds_every_file_of_its_packages(wheel):
    packages = ("dashboards/", "ingest/", "orchestration/", "scoring/", "transforms/")
    ours = {str(p.relative_to(PROJECT)) for p in tracked()}
    ours = {p for p in ours if p.startswith(packages) and "/." not in p}
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert ours - held - {p for p in ours if p.startswith("transforms/lint/")} == set()
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_demonstration_runs_from_the_wheel_alone(bare):
    """demo, run and explain outside the checkout, with no development package to lean on."""
    program = bare / "env" / "bin" / "plumbline"
    home = bare / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PLUMBLINE"))}
    kept |= {"PLUMBLINE_HOME": str(home), "XDG_CACHE_HOME": str(bare / "cache")}
    surroundings = {"cwd": home, "env": kept}
    done(program, "demo", "--landing", home / "landing", "--partners", PARTNERS, **surroundings)
    ran = json.loads(done(program, "run", "--year", "2025", "--json", **surroundings).stdout)
    assert ran["faults"] == []
    assert (home / "site" / "index.html").exists()
    pages = (home / "site" / "partners").glob("*.html")
    # A partner's page of another year is named ID@YEAR.
    partner = min(page.stem for page in pages if "@" not in page.stem)
    proof = json.loads(
        done(program, "explain", partner, "--year", "2025", "--json", **surroundings).stdout
    )
    assert proof["criteria"] or proof["decision"]
    written = [p for p in (bare / "env").rglob("*") if "target" in p.parts or "logs" in p.parts]
    assert not [p for p in written if "plumbline" in str(p) or "transforms" in str(p)]
