"""Pause, resume, cancel and delete, at the next boundary of chunks."""

import jobstudies
import pytest

from hubcalc.errors import JobStateError, NotFoundError
from hubcalc.jobs.watching import wait


@pytest.fixture
def begun(jobs, hand_in, runner, threads, tmp_path, until):
    """Give a job of five chunks of which two have begun and wait at the gate."""
    job = hand_in(size=50, chunk=10, gated=True)
    runner(threads).start()
    until(lambda: len(jobstudies.noted(tmp_path)) == 2)
    return job


def test_a_pause_lets_finish_what_has_begun_and_nothing_else_begin(jobs, begun, tmp_path, until):
    assert jobs.pause(begun.id).state == "paused"
    assert jobs.pause(begun.id).state == "paused"
    jobstudies.open_gate(tmp_path)
    until(lambda: jobs.get(begun.id).owner is None)
    paused = jobs.get(begun.id)
    assert (paused.state, paused.done_rows, paused.rows_per_second) == ("paused", 20, None)
    assert sorted(jobstudies.noted(tmp_path)) == [0, 1]
    assert jobs.resume(begun.id).state in ("queued", "running")
    assert wait(jobs, begun.id, 200).state == "done"
    assert sorted(jobstudies.noted(tmp_path)) == list(range(5))


def test_a_job_resumed_before_it_was_given_back_goes_on(jobs, begun, tmp_path):
    jobs.pause(begun.id)
    jobs.resume(begun.id)
    assert jobs.resume(begun.id).state in ("queued", "running")
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, begun.id, 200).state == "done"
    assert sorted(jobstudies.noted(tmp_path)) == list(range(5))
    assert jobs.rows(begun.id).column("row").tolist() == list(range(50))


def test_a_cancel_drops_what_has_begun(jobs, begun, hand_in, tmp_path):
    canceled = jobs.cancel(begun.id)
    assert (canceled.state, canceled.owner) == ("canceled", None)
    assert canceled.finished_at is not None
    assert jobs.cancel(begun.id).finished_at == canceled.finished_at
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, hand_in(size=10, chunk=10).id, 200).state == "done"
    assert jobs.get(begun.id).done_rows == 0
    assert jobs.rows(begun.id).rows == 0
    assert jobs.files.jobs() != [begun.id]


def test_a_deleted_job_leaves_nothing(jobs, begun, hand_in, tmp_path, until):
    jobs.delete(begun.id)
    jobstudies.open_gate(tmp_path)
    other = hand_in(size=10, chunk=10)
    assert wait(jobs, other.id, 200).state == "done"
    for call in (jobs.get, jobs.result, jobs.rows, jobs.pause, jobs.resume, jobs.cancel, jobs.delete, jobs.resource):
        with pytest.raises(NotFoundError, match="no such job"):
            call(begun.id)
    jobs.remove_old()
    assert jobs.files.jobs() == [other.id]
    with jobs.database.read() as db:
        assert db.table("job_chunks").count_where("job_id = ?", [begun.id]) == 0


def test_no_text_that_a_path_can_hold_is_a_job(jobs):
    for job_id in ("none", "", "\udc80", "../x", "a\x00b"):
        with pytest.raises(NotFoundError):
            jobs.get(job_id)


def test_what_waits_can_be_paused_canceled_and_deleted(jobs, hand_in):
    for call, state in ((jobs.pause, "paused"), (jobs.cancel, "canceled")):
        assert call(hand_in().id).state == state
    job = hand_in()
    jobs.delete(job.id)
    assert job.id not in [item.id for item in jobs.list()[0]]


def test_a_state_forbids_what_makes_no_sense_in_it(jobs, hand_in, runner):
    job, failing = hand_in(), hand_in(refuse=0)
    runner().start()
    assert [wait(jobs, item.id, 200).state for item in (job, failing)] == ["done", "failed"]
    for call in (jobs.pause, jobs.resume, jobs.cancel):
        with pytest.raises(JobStateError, match="a job that is done cannot be"):
            call(job.id)
    with pytest.raises(JobStateError, match="a job that is failed cannot be paused"):
        jobs.pause(failing.id)
