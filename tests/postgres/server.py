"""A Postgres server of the tests' own, on a socket in a folder that goes with it.

Belongs here: finding the server's programs, starting and stopping it. Does not: what runs on it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Debian leaves the server's programs out of the path.
DEBIAN = Path("/usr/lib/postgresql")
USER = "plumbline"
SETTINGS = "-c listen_addresses='' -c fsync=off -c timezone=Europe/Vienna -c datestyle=German"


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; None where there is none."""
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda p: float(p.parents[1].name))
    return versions[-1].parent if versions else None


@contextlib.contextmanager
def running(folder_of_programs: Path) -> Iterator[dict[str, str]]:
    """A fresh server for as long as it lasts; libpq's variables that lead to it.

    The server refuses to be root's: then it is the user `postgres`'s, or else `nobody`'s.
    """
    # Not pytest's folder: that is closed to other users, and longer than a socket's name may be.
    folder = Path(tempfile.mkdtemp(prefix="plumbline-postgres-"))
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")

    def run(program: str, *arguments: str) -> None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        subprocess.run(
            [str(folder_of_programs / program), "-D", data, *arguments],
            check=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **(identity if account else {}),
        )

    try:
        run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {SETTINGS}")
        try:
            yield {"PGHOST": str(folder), "PGUSER": USER}
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    """Whose the server is to be, when this is root; None: this user's."""
    if os.getuid() != 0:
        return None
    names = [entry.pw_name for entry in pwd.getpwall()]
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")
