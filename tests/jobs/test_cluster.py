"""Jobs on a Dask cluster of real processes."""

import os
import signal

import jobstudies
import pytest

from hubcalc.errors import ParameterError
from hubcalc.jobs.engine import ClusterEngine
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


def test_a_worker_of_a_cluster_that_is_killed_costs_nothing_but_time(jobs, hand_in, runner, address, tmp_path, until):
    job = hand_in(size=60, chunk=10, gated=True)
    runner(ClusterEngine(address)).start()
    until(lambda: len(jobstudies.notes(tmp_path)) == 2)
    os.kill(jobstudies.notes(tmp_path)[0][2], signal.SIGKILL)
    jobstudies.open_gate(tmp_path)
    done = wait(jobs, job.id, 200)
    assert (done.state, done.done_rows) == ("done", 60)
    assert jobs.rows(job.id).column("row").tolist() == list(range(60))


def test_a_chunk_that_kills_workers_of_a_cluster_fails_its_job(jobs, hand_in, runner, address):
    job = hand_in(size=30, chunk=10, die=1)
    runner(ClusterEngine(address)).start()
    assert wait(jobs, job.id, 200).problem["code"] == "worker_died"


def test_jobs_wait_for_a_cluster_that_does_not_answer(jobs, hand_in, runner, caplog, until, monkeypatch):
    def no_answer(address):
        raise ParameterError("no scheduler answers there")

    job = hand_in()
    with monkeypatch.context() as patch:
        patch.setattr("hubcalc.jobs.engine.DaskEngine", no_answer)
        runner(ClusterEngine("tcp://127.0.0.1:1")).start()
        until(lambda: "jobs have to wait: no scheduler answers there" in caplog.text)
    assert jobs.get(job.id).state in ("queued", "running")
