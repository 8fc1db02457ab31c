"""A job from its request to its result, or to its problem."""

import json
import logging

import jobstudies
import pytest

from hubcalc.errors import JobStateError
from hubcalc.jobs.watching import wait
from hubcalc.studies.rows import chunk_path


def files(jobs, job):
    return {path.name: path.read_bytes() for path in jobs.files.folder(job.id).iterdir()}


def test_a_job_is_done_from_request_to_result(jobs, hand_in, runner, tmp_path):
    job = hand_in(size=95, chunk=10)
    assert (job.state, job.rows, job.chunks, job.done_rows) == ("queued", 95, 10, 0)
    runner().start()
    done = wait(jobs, job.id, 200)
    assert (done.state, done.done_rows, done.owner) == ("done", 95, None)
    assert jobstudies.noted(tmp_path) == list(range(10))
    rows = jobs.rows(job.id)
    assert rows.column("row").tolist() == list(range(95))
    total = sum(float(chunk["value"].sum()) for chunk in rows.chunks(["value"]))
    assert json.loads(jobs.result(job.id))["total"] == total
    resource = jobs.resource(job.id)
    assert resource.result["rows"] == 95
    assert resource.request["size"] == 95
    assert resource.finished_at >= resource.started_at >= resource.created_at
    assert sorted(files(jobs, job)) == [f"chunk-{chunk:06d}.parquet" for chunk in range(10)]


def test_a_study_without_rows_has_a_result(jobs, hand_in, runner):
    job = hand_in(size=0)
    runner().start()
    assert wait(jobs, job.id, 200).state == "done"
    assert json.loads(jobs.result(job.id))["total"] == 0
    assert jobs.rows(job.id).rows == 0


@pytest.mark.slow
def test_other_processes_give_the_same_bytes(jobs, hand_in, runner, pool):
    made = []
    for engine in (None, pool):
        job = hand_in(size=40, chunk=10)
        one = runner(engine)
        one.start()
        assert wait(jobs, job.id, 200).state == "done"
        one.stop()
        made.append((files(jobs, job), jobs.result(job.id)))
    assert made[0] == made[1]


def test_rows_are_there_while_it_runs_as_far_as_none_is_missing(jobs, hand_in, runner, threads, tmp_path, until):
    job = hand_in(size=50, chunk=10, gated=True)
    assert jobs.rows(job.id).rows == 0
    assert jobs.rows(job.id).page(0, 5) == []
    runner(threads).start()
    until(lambda: len(jobstudies.noted(tmp_path)) == 2)
    with pytest.raises(JobStateError, match="no result"):
        jobs.result(job.id)
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, job.id, 200).state == "done"
    chunk_path(jobs.files.folder(job.id), 3).unlink()
    with jobs.database.write() as db:
        db.table("jobs").update(job.id, {"state": "paused"})
    rows = jobs.rows(job.id)
    assert (list(rows.numbers), rows.rows) == ([0, 1, 2], 30)
    assert [row["row"] for row in rows.page(28, 10)] == [28, 29]


def test_progress_has_a_rate_and_an_end(jobs, hand_in, runner, threads, tmp_path, until):
    job = hand_in(size=50, chunk=10, gate_conclusion=True)
    runner(threads).start()
    until(lambda: -1 in jobstudies.noted(tmp_path))
    running = jobs.get(job.id)
    assert (running.state, running.done_rows) == ("running", 50)
    assert running.rows_per_second > 0
    assert running.seconds_left == 0
    jobstudies.open_gate(tmp_path)
    progress = wait(jobs, job.id, 200).resource().progress
    assert (progress.done_rows, progress.rows, progress.rows_per_second) == (50, 50, None)


def test_an_error_of_ours_fails_the_job_with_its_problem_and_it_can_be_resumed(jobs, hand_in, runner, tmp_path):
    job = hand_in(size=50, chunk=10, refuse=2)
    runner().start()
    failed = wait(jobs, job.id, 200)
    assert failed.state == "failed"
    problem = failed.resource().problem
    assert (problem.code, problem.title) == ("refused", "This number cannot be given")
    assert problem.errors == [{"message": "no such number", "pointer": "/fields/0", "given": "nan"}]
    assert failed.done_rows == 20
    assert jobs.resume(job.id).problem is None
    assert wait(jobs, job.id, 200).state == "failed"
    assert jobstudies.noted(tmp_path) == [0, 1, 2, 2]
    with pytest.raises(JobStateError, match="no such number"):
        jobs.result(job.id)


def test_an_unexpected_error_is_logged_and_not_told(jobs, hand_in, runner, caplog):
    job = hand_in(size=50, chunk=10, fail=1)
    with caplog.at_level(logging.ERROR, "hubcalc.jobs"):
        runner().start()
        failed = wait(jobs, job.id, 200)
    assert failed.problem == {
        "code": "internal_error",
        "title": "hubcalc made a mistake",
        "detail": "the error has been logged",
        "errors": [],
    }
    assert "ZeroDivisionError: an inner secret" in caplog.text
    assert f"chunk 1 of job {job.id}" in caplog.text


def test_a_study_that_is_divided_otherwise_now_is_not_mixed(jobs, hand_in, runner):
    job = hand_in(size=50, chunk=10, unlike=True)
    runner().start()
    assert wait(jobs, job.id, 200).problem["code"] == "model_version_changed"


def test_a_job_of_another_model_version_is_not_mixed(jobs, hand_in, runner, tmp_path):
    job = hand_in(size=50, chunk=10)
    with jobs.database.write() as db:
        db.table("jobs").update(job.id, {"model_version": "1999.1"})
    runner().start()
    assert wait(jobs, job.id, 200).problem["code"] == "model_version_changed"
    assert jobstudies.noted(tmp_path) == []


def test_a_file_without_its_row_is_overwritten(jobs, hand_in, runner):
    job = hand_in(size=30, chunk=10)
    folder = jobs.files.folder(job.id)
    folder.mkdir(parents=True)
    chunk_path(folder, 1).write_bytes(b"half a file")
    (folder / "somebody-1.partial").write_bytes(b"half")
    runner().start()
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(30))
    assert len(files(jobs, job)) == 3


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_row_without_its_file_is_done_again(jobs, hand_in, runner, threads, tmp_path, until, harm):
    job = hand_in(size=40, chunk=10, refuse=3)
    one = runner()
    one.start()
    assert wait(jobs, job.id, 200).done_rows == 30
    one.stop()
    path = chunk_path(jobs.files.folder(job.id), 1)
    before = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(before[:-5])
    jobs.resume(job.id)
    runner().start()
    assert wait(jobs, job.id, 200).done_rows == 30
    assert jobstudies.noted(tmp_path) == [0, 1, 2, 3, 1, 3]
    assert path.read_bytes() == before


def test_files_that_vanish_at_the_end_are_made_again_before_the_result(jobs, hand_in, runner, threads, tmp_path, until):
    job = hand_in(size=40, chunk=10, gate_conclusion=True)
    first = runner(threads)
    first.start()
    until(lambda: -1 in jobstudies.noted(tmp_path))
    chunk_path(jobs.files.folder(job.id), 2).unlink()
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, job.id, 200).state == "failed"
    jobs.resume(job.id)
    assert wait(jobs, job.id, 200).state == "done"
    assert sorted(jobstudies.noted(tmp_path)) == [-1, -1, 0, 1, 2, 2, 3]
    assert jobs.rows(job.id).column("row").tolist() == list(range(40))


def test_a_job_that_was_done_makes_lost_files_again_when_they_are_asked_for(jobs, hand_in, runner, tmp_path):
    job = hand_in(size=40, chunk=10)
    runner().start()
    wait(jobs, job.id, 200)
    result = jobs.result(job.id)
    chunk_path(jobs.files.folder(job.id), 1).unlink()
    with pytest.raises(JobStateError, match="makes them again"):
        jobs.rows(job.id)
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(40))
    assert jobs.result(job.id) == result
    assert jobstudies.noted(tmp_path) == [0, 1, 2, 3, 1]
