"""Studies through a real server, jobs beside studies without one, and how many requests a core answers."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from study_measuring import cpu_seconds, family, own_cpu_seconds
from study_scale import START_SECONDS, sweep
from study_speed import HUB_ID

import hubfixtures
from hubcalc.documents import Fixtures
from hubcalc.jobs.engine import local_engine
from hubcalc.jobs.runner import Runner
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.submission import submit
from hubcalc.jobs.watching import wait
from hubcalc.store import Store
from hubcalc.studies.registry import STUDY_KINDS, study_kind
from hubcalc.studies.running import parse_request, run_study

SUBJECT = {"subject": {"kind": "hub", "id": HUB_ID}}
DRAWS, BASE_POINTS, SOBOL_INPUTS = 100_000, 2**14, 20
DRAWS_GOAL, SOBOL_GOAL = 3.0, 5.0
JOB_ROWS = 500_000
REQUESTS = 400
LONGEST_JOB_SECONDS = 600.0
Headers = dict[str, str]


@dataclass
class Server:
    """A server in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: Headers | None = None
    ) -> tuple[int, Headers, bytes]:
        """Ask once, over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            return ask(connection, method, path, body, headers)
        finally:
            connection.close()

    def study(self, path: str, body: dict[str, Any]) -> float:
        """Have a study done, and give how long it took until its result was here."""
        start = time.perf_counter()
        status, _, said = self.ask("POST", path, body, {"Prefer": "wait=30"})
        answer = json.loads(said)
        while status == 202:
            if time.perf_counter() - start > LONGEST_JOB_SECONDS:
                raise TimeoutError(path)
            time.sleep(0.1)
            _, _, job = self.ask("GET", f"/v1/jobs/{answer['job']['id']}")
            if json.loads(job)["state"] not in ("queued", "running"):
                status, _, said = self.ask("GET", f"/v1/jobs/{answer['job']['id']}/result")
        if status != 200:
            raise RuntimeError(said.decode())
        return time.perf_counter() - start

    def cpu_seconds(self) -> float:
        """Give the CPU time of the server and its workers so far."""
        return cpu_seconds(family(self.process.pid))


def ask(
    connection: HTTPConnection, method: str, path: str, body: Any = None, headers: Headers | None = None
) -> tuple[int, Headers, bytes]:
    """Ask over a connection that stays open."""
    said = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {}), **(headers or {})}
    connection.request(method, path, json.dumps(body) if body else None, said)
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


@contextmanager
def server(**settings: str) -> Iterator[Server]:
    """Start a server on a free port with a database of its own, and wait until it answers."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", "--factory", "hubcalc.api:create_app", "--no-access-log"]
        environment = {**os.environ, "HUBCALC_DATABASE": str(Path(folder) / "hubs.sqlite"), **settings}
        process = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=log, stderr=log)
        made, until = Server(port, process), time.monotonic() + START_SECONDS
        try:
            while not _ready(made):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((Path(folder) / "log").read_text())
                time.sleep(0.2)
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _ready(made: Server) -> bool:
    try:
        return made.ask("GET", "/readyz")[0] == 200
    except OSError:
        return False


def montecarlo(draws: int, seed: int) -> dict[str, Any]:
    """Ask for a Monte Carlo study of all uncertain inputs."""
    return {**SUBJECT, "draws": draws, "seed": seed}


def sobol(points: int, seed: int) -> dict[str, Any]:
    """Ask for Sobol indices of twenty inputs."""
    inputs = [path for path in hubfixtures.load(HUB_ID).uncertainty if ".route." not in path][:SOBOL_INPUTS]
    return {**SUBJECT, "analysis": "sobol", "uncertain": inputs, "base_points": points, "seed": seed}


def answers(quick: bool) -> list[str]:
    """Make the table of studies that a server answers at once."""
    draws, points = (DRAWS // 20, BASE_POINTS // 16) if quick else (DRAWS, BASE_POINTS)
    rows = points * (SOBOL_INPUTS + 2)
    lines = [
        "From sending the request to a real server with two warm workers until the result is here, by the clock: the "
        "best of three, and the CPU time of server and workers in that one. The indices of all metrics are estimated.",
        "",
        "| study | rows | seconds | goal | CPU seconds | rows per CPU second |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    with server(HUBCALC_JOB_WARM="true", HUBCALC_JOB_WORKERS="2") as made:
        for seed in range(4):
            made.study("/v1/montecarlo", montecarlo(20_000, seed))
        for name, path, many, goal, asked in (
            (f"Monte Carlo of {draws:,} draws", "montecarlo", draws, DRAWS_GOAL, lambda i: montecarlo(draws, i)),
            (f"Sobol indices of 20 inputs at {points:,}", "sensitivity", rows, SOBOL_GOAL, lambda i: sobol(points, i)),
        ):
            runs = []
            for seed in range(10, 13):
                before = made.cpu_seconds()
                runs.append((made.study(f"/v1/{path}", asked(seed)), made.cpu_seconds() - before))
            seconds, cpu = min(runs)
            lines.append(f"| {name} | {many:,} | {seconds:.2f} | {goal:.0f} | {cpu:.2f} | {many / cpu:,.0f} |")
            print(lines[-1], flush=True)
    return lines


def jobs(quick: bool) -> list[str]:
    """Make the table of a sweep as a job beside the same sweep without one."""
    rows = JOB_ROWS // 20 if quick else JOB_ROWS
    run_study("sweep", sweep(5_000), workers=1)
    start, before = time.perf_counter(), own_cpu_seconds()
    with tempfile.TemporaryDirectory() as folder:
        run_study("sweep", sweep(rows), workers=1, folder=folder)
    plain = time.perf_counter() - start, own_cpu_seconds() - before
    job_wall, job_cpu, own, chunks = _as_job(rows)
    return [
        f"A sweep of {rows:,} rows, one worker: `run_study` in this process, and as a job in SQLite with a warm "
        "worker. Both put each chunk on the disk for sure (fsync).",
        "",
        "| | seconds | rows/s | CPU seconds | rows per CPU second |",
        "|---|---:|---:|---:|---:|",
        f"| `run_study` | {plain[0]:.1f} | {rows / plain[0]:,.0f} | {plain[1]:.1f} | {rows / plain[1]:,.0f} |",
        f"| as a job | {job_wall:.1f} | {rows / job_wall:,.0f} | {job_cpu:.1f} | {rows / job_cpu:,.0f} |",
        "",
        f"The process that has the job done takes {1e3 * own / chunks:.0f} ms of CPU time a chunk for handing out, "
        f"taking back and keeping; {chunks} chunks.",
    ]


def _as_job(rows: int) -> tuple[float, float, float, int]:
    """Do a sweep as a job; give its time by the clock, the CPU time of all and of this process, and its chunks."""
    engine = local_engine(1)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "jobs.db", busy_timeout_seconds=30) as store,
    ):
        kept = JobStore(store.database)

        def done(many: int, seed: int) -> int:
            asked = parse_request("sweep", {**sweep(many), "seed": seed})
            job, _ = submit(kept, STUDY_KINDS["sweep"], asked, Fixtures(), client="benchmark")
            return wait(kept, job.id, LONGEST_JOB_SECONDS).chunks

        with Runner(kept, engine, study_kind):
            done(5_000, 2)
            pids = family(os.getpid())
            start, before, own = time.perf_counter(), cpu_seconds(pids), time.process_time()
            chunks = done(rows, 1)
            found = time.perf_counter() - start, cpu_seconds(pids) - before, time.process_time() - own
    return *found, chunks


def requests(quick: bool) -> list[str]:
    """Make the table of requests that one core answers."""
    many = REQUESTS // 10 if quick else REQUESTS
    path = f"/v1/hubs/{HUB_ID}/analysis"
    number = f"{path}/practical_capacity_per_day.txt?stages.front.cranes=4&method=fast"
    report = f"{path}?method=fast"
    row = f"{path}.csv?stages.front.cranes=4&fields=practical_capacity_per_day,bottleneck&method=fast"
    lines = [
        "One server process, one connection that stays open. Requests a second of one core are those per CPU second of "
        "the server. With `If-None-Match` a request is answered without computing; without it, everything is computed, "
        "as this server keeps no answers (`HUBCALC_ANSWER_CACHE_BYTES=0`). The last rows are of one that keeps them.",
        "",
        "| request | status | bytes | requests/s of a core | ms of CPU time each |",
        "|---|---:|---:|---:|---:|",
    ]
    computed = (
        ("the copy is still good", report, True, 5 * many),
        ("one number", number, False, many),
        ("one number, still good", number, True, 5 * many),
        ("a table of one row", row, False, many),
        ("the whole report", report, False, many // 10),
    )
    kept = (("one number, kept ready", number, False, 5 * many), ("the whole report, kept ready", report, False, many))
    for limit, asked in (("0", computed), ("67108864", kept)):
        with server(HUBCALC_JOB_WORKERS="0", HUBCALC_ANSWER_CACHE_BYTES=limit) as made:
            connection = HTTPConnection("127.0.0.1", made.port, timeout=120)
            for name, target, known, count in asked:
                _, headers, _ = ask(connection, "GET", target)
                given = {"If-None-Match": headers["etag"]} if known else {}
                before = made.cpu_seconds()
                for _ in range(count):
                    status, _, said = ask(connection, "GET", target, headers=given)
                each = (made.cpu_seconds() - before) / count
                lines.append(f"| {name} | {status} | {len(said):,} | {1 / each:,.0f} | {1e3 * each:.2f} |")
            connection.close()
    return lines
