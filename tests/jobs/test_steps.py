"""Steps of a long chunk: told while it is done, and where a pause or a cancel ends it."""

import jobstudies
import pytest

from hubcalc.jobs.engine import Engine, local_engine
from hubcalc.jobs.watching import follow, wait
from hubcalc.studies.steps import StoppedError, listening, step_text, tell
from hubcalc.studies.telling import FileTeller
from hubmodels.studies.job import StudyStep

SECOND = StudyStep(what="search", done=2, unit="cuts", gap=0.25)


@pytest.fixture(params=["threads", "processes"])
def workers(request, threads):
    return threads if request.param == "threads" else local_engine(2)


def shown(jobs, job):
    step = jobs.get(job.id).step
    return None if step is None else step.done


@pytest.mark.slow
def test_steps_are_seen_by_who_polls_and_by_who_follows(jobs, hand_in, runner, workers, tmp_path, until):
    job = hand_in(size=10, chunk=10, steps=True)
    runner(workers).start()
    seen = follow(jobs, job.id)
    until(lambda: (shown(jobs, job) or 0) >= 3)
    assert jobs.resource(job.id).progress.step.unit == "cuts"
    heard = [next(seen).step for _ in range(6)]
    counts = [step.done for step in heard if step is not None]
    assert counts == sorted(set(counts)), "a step is told once, and they rise"
    assert counts
    jobstudies.open_gate(tmp_path)
    done = wait(jobs, job.id, 200)
    assert (done.state, done.step, done.done_rows) == ("done", None, 10)
    assert not [path for path in jobs.files.folder(job.id).iterdir() if "step" in path.name]


@pytest.mark.slow
def test_a_pause_stops_a_long_chunk_which_is_begun_anew(jobs, hand_in, runner, workers, tmp_path, until):
    job = hand_in(size=10, chunk=10, steps=True)
    runner(workers).start()
    until(lambda: shown(jobs, job))
    jobs.pause(job.id)
    until(lambda: jobs.get(job.id).owner is None)
    assert (jobs.get(job.id).state, shown(jobs, job)) == ("paused", None)
    jobs.resume(job.id)
    until(lambda: len(jobstudies.noted(tmp_path)) == 2)
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(10))


@pytest.mark.parametrize("end", ["cancel", "delete"])
def test_a_cancel_frees_the_worker_of_a_long_chunk(jobs, hand_in, runner, end, tmp_path, until):
    from concurrent.futures import ThreadPoolExecutor

    job = hand_in(size=10, chunk=10, steps=True)
    runner(Engine(lambda: ThreadPoolExecutor(1), 1)).start()
    until(lambda: shown(jobs, job))
    getattr(jobs, end)(job.id)
    # the gate is shut: the only worker is free since it was stopped
    assert wait(jobs, hand_in(size=10, chunk=10, client="b").id, 200).state == "done"
    assert jobstudies.noted(tmp_path) == [0, 0]


@pytest.mark.slow
def test_steps_of_a_conclusion_are_told_too(jobs, hand_in, runner, workers, tmp_path, until):
    job = hand_in(size=10, chunk=10, conclusion_steps=True)
    runner(workers).start()
    until(lambda: shown(jobs, job))
    assert jobs.get(job.id).done_rows == 10
    jobs.pause(job.id)
    until(lambda: jobs.get(job.id).owner is None)
    jobs.resume(job.id)
    jobstudies.open_gate(tmp_path)
    assert wait(jobs, job.id, 200).state == "done"


def test_a_folder_that_cannot_be_written_tells_nothing_and_holds_up_nobody(tmp_path):
    (tmp_path / "file").touch()
    assert local_engine(1).ear(tmp_path / "file" / "x.step") is None


def test_a_file_tells_the_last_step_until_it_is_gone(tmp_path):
    told = FileTeller(tmp_path / "job" / "0.step")
    told.begin()
    assert told.heard() is None
    told(StudyStep(what="a much longer text than that of the second", done=1, unit="cuts"))
    told(SECOND)
    assert told.heard() == SECOND
    told.path.write_bytes(told.path.read_bytes()[:10])  # as it is while it is being written
    assert told.heard() is None
    told.end()
    assert told.heard() is None
    with pytest.raises(StoppedError):
        told(SECOND)
    assert not told.path.exists()


def test_steps_are_made_only_for_who_listens_and_not_too_often():
    made, heard = [], []

    def step():
        made.append(1)
        return SECOND

    tell(step)
    with listening(None):
        tell(step)
    assert not made
    with listening(heard.append, every_seconds=1e9):
        tell(step)
        tell(step)
    assert (heard, len(made)) == ([SECOND], 1)
    tell(step)
    assert len(made) == 1
    assert step_text(SECOND) == "search: 2 cuts, gap 25%"
