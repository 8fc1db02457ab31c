"""Worker processes: killed in the middle, dying of a chunk, and ending with their parent."""

import os
import signal
import subprocess
import sys

import jobstudies
import pytest

from hubcalc.jobs.engine import local_engine
from hubcalc.jobs.watching import wait


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_costs_nothing_but_time(jobs, hand_in, runner, pool, tmp_path, until):
    job = hand_in(size=60, chunk=10, gated=True)
    runner(pool).start()
    until(lambda: len(jobstudies.notes(tmp_path)) == 2)
    os.kill(jobstudies.notes(tmp_path)[0][2], signal.SIGKILL)
    jobstudies.open_gate(tmp_path)
    done = wait(jobs, job.id, 200)
    assert (done.state, done.done_rows) == ("done", 60)
    assert jobs.rows(job.id).column("row").tolist() == list(range(60))
    assert set(jobstudies.noted(tmp_path)) == set(range(6))


@pytest.mark.slow
def test_a_chunk_whose_worker_dies_once_is_done_again(jobs, hand_in, runner, tmp_path):
    job = hand_in(size=30, chunk=10, die_once=1)
    runner(local_engine(1)).start()
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(30))
    assert jobstudies.noted(tmp_path).count(1) == 2


@pytest.mark.slow
def test_a_chunk_whose_workers_always_die_fails_its_job_and_no_other(jobs, hand_in, runner, pool, tmp_path):
    deadly = hand_in(size=30, chunk=10, die=1, seed=13)
    others = [hand_in(size=30, chunk=10, client=client, seed=seed) for seed, client in enumerate("abc")]
    runner(pool).start()
    failed = wait(jobs, deadly.id, 200)
    assert (failed.state, failed.problem["code"]) == ("failed", "worker_died")
    assert "ended again when that was repeated alone" in failed.problem["detail"]
    assert [chunk for chunk, seed, _ in jobstudies.notes(tmp_path) if seed == 13].count(1) <= 3
    for job in others:
        assert wait(jobs, job.id, 200).state == "done"
        assert jobs.rows(job.id).column("row").tolist() == list(range(30))


@pytest.mark.slow
def test_a_runner_that_is_stopped_ends_what_is_under_way_and_gives_its_jobs_back(
    jobs, hand_in, runner, pool, tmp_path, until
):
    job = hand_in(size=60, chunk=10, gated=True)
    one = runner(pool)
    one.start()
    until(lambda: len(jobstudies.notes(tmp_path)) == 2)
    one.stop()  # would wait for ever for the gate if it waited
    stopped = jobs.get(job.id)
    assert (stopped.state, stopped.owner, stopped.done_rows) == ("queued", None, 0)
    for _, _, pid in jobstudies.notes(tmp_path):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.slow
def test_workers_have_one_thread_each_and_leave_ctrl_c_to_their_parent(pool):
    pool.warm()
    assert pool.submit(signal.getsignal, signal.SIGINT).result(timeout=200) == signal.SIG_IGN
    for name in ("OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        assert pool.submit(os.getenv, name).result(timeout=200) == "1"
    pool.close()


def test_numpy_is_not_loaded_before_the_threads_are_counted():
    code = "import sys, hubcalc.studies.processes; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
