"""A study here whose Dask scheduler dies: it waits for one to come back, or says how to go on."""

import os
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from hubcalc.errors import WorkerDiedError
from hubcalc.studies.engines import DaskEngine
from hubcalc.studies.running import run_study

REQUEST = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {
        "kind": "sobol",
        "rows": 20_000,
        "inputs": {"flow.per_day": {"law": "range", "low": 9.5, "high": 12.0}},
    },
    "fields": ["utilization", "wait_mean_hours"],
}


@pytest.fixture
def start(tmp_path):
    """Start processes of a cluster; all of them end with the test."""
    begun = []

    def start(*command):
        line = [sys.executable, "-m", "dask", *command, "--no-dashboard"]
        with (tmp_path / "log").open("ab") as log:
            begun.append(subprocess.Popen(line, cwd=tmp_path, stdout=log, stderr=log, env=dict(os.environ)))
        return begun[-1]

    yield start
    for process in reversed(begun):
        process.terminate()
    for process in begun:
        process.wait()


@pytest.fixture
def address():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{found.getsockname()[1]}"


def commands(address):
    host, port = address.removeprefix("tcp://").split(":")
    return ("scheduler", "--host", host, "--port", port), ("worker", address, "--nthreads", "1")


def await_scheduler(address):
    until = time.monotonic() + 100
    while True:
        try:
            with socket.create_connection(address.removeprefix("tcp://").split(":"), timeout=1):
                return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.slow
def test_a_study_goes_on_when_its_scheduler_is_back(start, address, tmp_path):
    scheduler, worker = commands(address)
    first = start(*scheduler)
    start(*worker)
    await_scheduler(address)
    seen = []

    def kill_once(done, total):
        seen.append(done)
        if done and first.poll() is None:
            first.kill()
            first.wait()
            threading.Timer(3, lambda: (start(*scheduler), start(*worker))).start()

    folder = tmp_path / "rows"
    outcome = run_study("sweep", REQUEST, scheduler=address, folder=folder, progress=kill_once)
    quiet = run_study("sweep", REQUEST, workers=1)
    for column in quiet.source.described:
        assert np.array_equal(
            outcome.source.column(column.name),
            quiet.source.column(column.name),
            equal_nan=column.type == "number",
        ), column.name
    assert seen == sorted(seen), "what was done before it died stays done"
    assert seen[-1] == quiet.result.rows


@pytest.mark.slow
@pytest.mark.parametrize("kept", [True, False])
def test_a_scheduler_that_stays_away_ends_the_study_with_how_to_go_on(start, address, tmp_path, kept):
    scheduler, worker = commands(address)
    first = start(*scheduler)
    start(*worker)
    await_scheduler(address)
    done_then = []

    def kill(done, total):
        if done:
            done_then.append(done)
            first.kill()
            first.wait()

    folder = tmp_path / "rows" if kept else None
    with pytest.raises(WorkerDiedError, match="did not come back in time") as caught:
        run_study("sweep", REQUEST, scheduler=address, folder=folder, progress=kill, patience_seconds=0.5)
    (problem,) = caught.value.problems
    assert f"{done_then[-1]:,} of 20,000 rows were done" in problem.message
    assert problem.given == address
    assert (str(folder) if kept else "--folder") in problem.hint
    if kept:
        left = []
        run_study("sweep", REQUEST, workers=1, folder=folder, progress=lambda done, _: left.append(done))
        assert left[0] == done_then[-1]


@pytest.mark.slow
def test_steps_of_a_long_part_come_from_a_worker_of_a_cluster(start, address):
    scheduler, worker = commands(address)
    start(*scheduler)
    start(*worker)
    await_scheduler(address)
    heard = threading.Event()
    engine = DaskEngine(address)
    try:
        teller = engine.teller(lambda step: heard.set() if step.done == 7 else None)
        engine.submit(_tell, teller).result(100)
        assert heard.wait(100)
    finally:
        engine.close()


def _tell(teller):
    from hubmodels.studies.job import StudyStep

    teller(StudyStep(what="search", done=7, unit="cuts"))
