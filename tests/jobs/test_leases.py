"""A job has one owner at a time, and whoever has lost it keeps nothing of it."""

import jobstudies
import pytest

from hubcalc.jobs.leases import Leases
from hubcalc.jobs.records import DoneChunk
from hubcalc.jobs.watching import wait
from hubcalc.jobs.work import Task, evaluate_chunk
from hubcalc.studies.rows import chunk_path


@pytest.fixture
def one(jobs):
    return Leases(jobs, "one", seconds=60)


@pytest.fixture
def other(jobs):
    return Leases(jobs, "other", seconds=60)


def lapse(jobs):
    with jobs.database.write() as db:
        db.execute("UPDATE jobs SET lease_until = 1")


def chunk(claimed, number):
    job = claimed.job
    task = Task.of(jobstudies.kinds, job.kind, claimed.request, claimed.documents, job.rows, job.chunk_rows)
    done = evaluate_chunk(task, number)
    assert isinstance(done, DoneChunk)
    return done


def ids(found):
    return [job.id for job in found]


def test_a_job_that_is_taken_is_seen_by_its_owner_only(jobs, hand_in, one, other):
    job = hand_in()
    assert ids(one.open_jobs()) == ids(other.open_jobs()) == [job.id]
    claimed = one.claim(job.id)
    assert (claimed.job.state, claimed.job.owner) == ("running", "one")
    assert other.claim(job.id) is None
    assert ids(one.open_jobs()) == [job.id]
    assert other.open_jobs() == []


def test_a_lease_that_lapsed_is_taken_over_and_late_work_is_refused(jobs, hand_in, one, other):
    job = hand_in(size=30, chunk=10)
    claimed = one.claim(job.id)
    assert one.commit(job.id, chunk(claimed, 0))
    lapse(jobs)
    again = other.claim(job.id)
    assert other.missing(again.job) == [1, 2]
    assert not one.commit(job.id, chunk(claimed, 1))
    assert not one.finish(job.id, "{}")
    assert not one.fail(job.id, {})
    assert not chunk_path(jobs.files.folder(job.id), 1).exists()
    assert other.commit(job.id, chunk(again, 1))
    assert (jobs.get(job.id).state, jobs.get(job.id).done_rows) == ("running", 20)
    assert len(list(jobs.files.folder(job.id).iterdir())) == 2


def test_a_lease_that_lapsed_but_was_not_taken_still_holds(jobs, hand_in, one):
    job = hand_in(size=30, chunk=10)
    claimed = one.claim(job.id)
    lapse(jobs)
    assert one.commit(job.id, chunk(claimed, 0))


def test_renewing_keeps_a_job(jobs, hand_in, one, other):
    job = hand_in()
    one.claim(job.id)
    lapse(jobs)
    one.renew()
    assert other.claim(job.id) is None


def test_a_job_that_is_given_back_can_be_taken_at_once(jobs, hand_in, one, other):
    jobs_in = [hand_in(), hand_in()]
    for job in jobs_in:
        one.claim(job.id)
    one.release(jobs_in[0].id)
    assert ids(other.open_jobs()) == [jobs_in[0].id]
    assert jobs.get(jobs_in[0].id).state == "queued"
    one.release()
    assert ids(other.open_jobs()) == ids(jobs_in)


def test_a_chunk_that_is_kept_twice_counts_once(jobs, hand_in, one):
    job = hand_in(size=30, chunk=10)
    claimed = one.claim(job.id)
    for _ in range(2):
        assert one.commit(job.id, chunk(claimed, 2))
    assert jobs.get(job.id).done_rows == 10
    assert one.missing(claimed.job) == [0, 1]


def test_what_is_canceled_or_deleted_is_kept_no_more(jobs, hand_in, one):
    canceled, deleted, paused = hand_in(), hand_in(), hand_in()
    claims = {job.id: one.claim(job.id) for job in (canceled, deleted, paused)}
    jobs.cancel(canceled.id)
    jobs.delete(deleted.id)
    jobs.pause(paused.id)
    kept = {job_id: one.commit(job_id, chunk(claimed, 0)) for job_id, claimed in claims.items()}
    assert kept == {canceled.id: False, deleted.id: False, paused.id: True}


def test_two_runners_share_the_jobs_and_do_no_chunk_twice(jobs, hand_in, runner, tmp_path, until):
    made = [hand_in(size=50, chunk=5, seed=seed, client=f"client {seed}") for seed in range(6)]
    runners = [runner(), runner()]
    for item in runners:
        item.start()
    assert {wait(jobs, job.id, 200).state for job in made} == {"done"}
    notes = [(seed, chunk) for chunk, seed, _ in jobstudies.notes(tmp_path)]
    assert sorted(notes) == [(seed, chunk) for seed in range(6) for chunk in range(10)]


def test_a_runner_takes_over_from_one_that_does_not_renew(jobs, hand_in, one, runner, tmp_path):
    job = hand_in(size=50, chunk=10)
    claimed = one.claim(job.id)
    one.commit(job.id, chunk(claimed, 0))
    one.commit(job.id, chunk(claimed, 3))
    lapse(jobs)
    runner().start()
    assert wait(jobs, job.id, 200).state == "done"
    assert jobstudies.noted(tmp_path) == [0, 3, 1, 2, 4]
