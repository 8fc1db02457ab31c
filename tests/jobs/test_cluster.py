"""Jobs on a Dask cluster of real processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import jobstudies
import pytest

from hubcalc.errors import ParameterError
from hubcalc.jobs.cluster import ClusterEngine
from hubcalc.jobs.watching import wait


@pytest.fixture(scope="module")
def address():
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        yield cluster.scheduler_address


def digests(jobs, job):
    with jobs.database.read() as db:
        rows = db.table("job_chunks").rows_where("job_id = ?", [job.id], select="number, digest")
        return {row["number"]: row["digest"] for row in rows}


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_this_machine_the_result(jobs, hand_in, runner, address, tmp_path):
    quiet, job = hand_in(size=100, chunk=10), hand_in(size=100, chunk=10, client="b")
    one = runner()
    jobs.pause(job.id)
    one.start()
    assert wait(jobs, quiet.id, 200).state == "done"
    one.stop()
    jobs.resume(job.id)
    runner(ClusterEngine(address)).start()
    assert wait(jobs, job.id, 200).state == "done"
    assert digests(jobs, job) == digests(jobs, quiet)
    assert jobs.result(job.id) == jobs.result(quiet.id)
    assert len({pid for _, _, pid in jobstudies.notes(tmp_path)}) >= 2


@pytest.mark.slow
def test_a_worker_of_a_cluster_that_is_killed_costs_nothing_but_time(jobs, hand_in, runner, address, tmp_path, until):
    job = hand_in(size=60, chunk=10, gated=True)
    runner(ClusterEngine(address)).start()
    until(lambda: len(jobstudies.notes(tmp_path)) == 2)
    os.kill(jobstudies.notes(tmp_path)[0][2], signal.SIGKILL)
    jobstudies.open_gate(tmp_path)
    done = wait(jobs, job.id, 200)
    assert (done.state, done.done_rows) == ("done", 60)
    assert jobs.rows(job.id).column("row").tolist() == list(range(60))


@pytest.mark.slow
def test_a_cluster_tells_steps_and_stops_between_them(jobs, hand_in, runner, address, tmp_path, until):
    paused, canceled = (hand_in(size=10, chunk=10, client=client, steps=True) for client in "ab")
    runner(ClusterEngine(address)).start()
    until(lambda: jobs.get(paused.id).step and jobs.get(canceled.id).step)
    jobs.pause(paused.id)
    jobs.cancel(canceled.id)
    until(lambda: jobs.get(paused.id).owner is None)
    # the gate is shut, and both workers were busy: one of them has stopped
    assert wait(jobs, hand_in(size=20, chunk=10, client="c").id, 200).state == "done"
    jobs.resume(paused.id)
    until(lambda: jobs.get(paused.id).step)
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, paused.id, 200).done_rows == 10


def test_a_chunk_that_kills_workers_of_a_cluster_fails_its_job(jobs, hand_in, runner, address):
    job = hand_in(size=30, chunk=10, die=1)
    runner(ClusterEngine(address)).start()
    assert wait(jobs, job.id, 200).problem["code"] == "worker_died"


def test_jobs_wait_for_a_cluster_that_does_not_answer(jobs, hand_in, runner, caplog, until, monkeypatch):
    def no_answer(address):
        raise ParameterError("no scheduler answers there")

    job = hand_in()
    with monkeypatch.context() as patch:
        patch.setattr("hubcalc.jobs.cluster.DaskEngine", no_answer)
        runner(ClusterEngine("tcp://127.0.0.1:1")).start()
        until(lambda: "jobs have to wait: no scheduler answers there" in caplog.text)
    assert jobs.get(job.id).state in ("queued", "running")


def test_whoever_hands_out_does_not_wait_for_a_scheduler_that_does_not_answer(monkeypatch):
    called, answer = threading.Event(), threading.Event()

    def call(address):
        called.set()
        answer.wait(200)
        raise ParameterError("no scheduler answers there")

    monkeypatch.setattr("hubcalc.jobs.cluster.DaskEngine", call)
    engine = ClusterEngine("tcp://127.0.0.1:1")
    try:
        assert engine.slots == 0
        assert called.wait(200)
        assert engine.slots == 0
    finally:
        answer.set()
        engine.close()


def test_rows_of_another_model_version_are_refused(jobs, hand_in, runner, monkeypatch):
    monkeypatch.setattr("hubcalc.studies.work.MODEL_VERSION", "another")
    job = hand_in()
    runner().start()
    failed = wait(jobs, job.id, 200)
    assert (failed.state, failed.done_rows, failed.problem["code"]) == ("failed", 0, "model_version_changed")
    assert "install the same hubcalc on all machines" in str(failed.problem)


@contextmanager
def commands(folder):
    """Give what starts the commands of a cluster, as users do; all of them end with the context."""
    begun = []
    paths = [str(Path(jobstudies.__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    def start(*command):
        line = [sys.executable, "-m", "dask", *command, "--no-dashboard"]
        with (folder / "log").open("ab") as log:
            begun.append(subprocess.Popen(line, cwd=folder, stdout=log, stderr=log, env=environment))
        return begun[-1]

    try:
        yield start
    finally:
        for process in reversed(begun):
            process.terminate()
        for process in begun:
            process.wait()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


@pytest.mark.slow
def test_a_scheduler_that_is_killed_and_started_again_costs_nothing_but_time(
    jobs, hand_in, runner, tmp_path, until, caplog
):
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", port)
    worker = ("worker", address, "--nthreads", "1")
    job, other = hand_in(size=60, chunk=10, gated=True), hand_in(size=10, chunk=10, client="b", gated=True)
    engine = ClusterEngine(address)
    with commands(tmp_path) as start:
        first = start(*scheduler)
        start(*worker)
        runner(engine).start()
        until(lambda: jobstudies.notes(tmp_path))
        first.kill()
        # so long that Dask's own client has given up
        until(lambda: "no scheduler answers there" in caplog.text)
        jobs.pause(other.id)
        until(lambda: jobs.get(other.id).owner is None)
        jobstudies.open_gate(tmp_path)
        start(*scheduler)
        start(*worker)
        done = wait(jobs, job.id, 200)
        assert (done.state, done.done_rows) == ("done", 60)
        assert jobs.rows(job.id).column("row").tolist() == list(range(60))
        jobs.resume(other.id)
        assert wait(jobs, other.id, 200).state == "done"
        assert engine.generation == 1
