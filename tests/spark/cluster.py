"""A standalone cluster of Spark on this machine: a master and workers, each a process of its own.

Belongs here: starting and ending them, what a driver must be told, a Connect server beside them.
Does not: what is run on it (test_cluster.py).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.engines.spark import spark_python

PATIENCE = 60.0
# Small parts of files, so that even a small one is many tasks on both workers.
DEFAULTS = """\
spark.driver.bindAddress 127.0.0.1
spark.driver.host 127.0.0.1
spark.ui.enabled false
spark.ui.showConsoleProgress false
spark.log.level ERROR
spark.executor.memory 1g
spark.master.rest.enabled false
spark.sql.catalogImplementation in-memory
spark.sql.shuffle.partitions 2
spark.sql.files.maxPartitionBytes 64k
spark.sql.files.openCostInBytes 16k
"""


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def wait_for(what: str, is_so, patience: float = PATIENCE) -> None:
    """Wait until it is so; TimeoutError naming what was waited for."""
    end = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} after {patience:.0f} s")
        time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Cluster:
    """A master and its workers. `folder` holds their logs and scratch, `room` is a worker's
    memory, `defaults` are lines of configuration beside the usual ones."""

    folder: Path
    room: str = "1200M"
    defaults: str = ""
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def master(self) -> str:
        """The address of the master."""
        return f"spark://127.0.0.1:{self.port}"

    @property
    def conf(self) -> Path:
        """The folder of the configuration that all processes read."""
        return self.folder / "conf"

    def start(self, workers: int) -> None:
        """Start the master, then the workers, and wait until they know each other."""
        self.conf.mkdir(parents=True)
        (self.conf / "spark-defaults.conf").write_text(DEFAULTS + self.defaults, "utf-8")
        deploy = "org.apache.spark.deploy"
        host = ["--host", "127.0.0.1", "--webui-port", "0"]
        self._run("master", f"{deploy}.master.Master", *host, "--port", str(self.port))
        wait_for("no master", lambda: answers(self.port))
        for n in range(workers):
            self.start_worker(f"worker-{n}")
        wait_for(
            "workers are missing", lambda: self._log_of("master").count("Registering") >= workers
        )

    def start_worker(self, name: str) -> None:
        """Start a worker of one processor, with scratch of its own."""
        worker = "org.apache.spark.deploy.worker.Worker"
        room = ["-c", "1", "-m", self.room, "-d", str(self.folder / name)]
        self._run(name, worker, "--host", "127.0.0.1", "--webui-port", "0", *room, self.master)

    def start_connect(self) -> str:
        """Start a Connect server whose work the cluster does; its address."""
        port = free_port()
        self._run(
            "connect",
            "org.apache.spark.deploy.SparkSubmit",
            *("--master", self.master, "--conf", f"spark.connect.grpc.binding.port={port}"),
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
            "spark-internal",
        )
        wait_for("no Connect server", lambda: answers(port))
        return f"sc://127.0.0.1:{port}"

    def kill(self, name: str) -> None:
        """Kill a process and what it started (a worker's executors), as a lost machine does."""
        os.killpg(self.processes.pop(name).pid, signal.SIGKILL)

    def close(self) -> None:
        """End every process."""
        for name in list(self.processes):
            process = self.processes[name]
            self.kill(name)
            process.wait()

    def _log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def _run(self, name: str, *command: str) -> None:
        home = next(spark_python().parent.parent.glob("lib/python3*/site-packages/pyspark"))
        scratch = self.folder / f"{name}-local"
        environment = os.environ | {
            "SPARK_CONF_DIR": str(self.conf),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(scratch),
            "PYSPARK_PYTHON": str(spark_python()),
            "SPARK_DAEMON_MEMORY": "1g" if name == "connect" else "256m",
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin/spark-class"), *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@contextmanager
def standalone(
    folder: Path, workers: int = 2, room: str = "1200M", defaults: str = ""
) -> Iterator[Cluster]:
    """A cluster, for as long as the context lasts."""
    folder.mkdir(parents=True)
    cluster = Cluster(folder, room, defaults)
    try:
        cluster.start(workers)
        yield cluster
    finally:
        cluster.close()
