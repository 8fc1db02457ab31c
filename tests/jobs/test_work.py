"""What is sent to workers, and what comes back."""

import pickle

import jobstudies
import pytest

from hubcalc.jobs.records import DoneChunk
from hubcalc.jobs.watching import wait
from hubcalc.jobs.work import LIGHT_BYTES, Failure, Task, Unknown, conclude, evaluate_chunk

DOCUMENTS = '{"texts": {}, "versions": {}}'
LONG = "x" * LIGHT_BYTES


@pytest.fixture
def task(ask):
    """Give a task that this process has not seen before: its folder is the test's own."""

    def task(**fields):
        request = ask(**fields)
        return Task.of(jobstudies.kinds, "sums", request.model_dump_json(), DOCUMENTS, request.size, request.chunk)

    return task


def test_a_chunk_comes_back_as_the_bytes_of_a_file_with_what_it_cost(task):
    done = evaluate_chunk(task(size=25, chunk=10, burn_seconds=0.01), 2)
    assert isinstance(done, DoneChunk)
    assert (done.number, done.rows) == (2, 5)
    assert 0.01 <= done.seconds < 60
    assert done.content.startswith(b"PAR1")
    assert evaluate_chunk(task(size=25, chunk=10), 2).digest == done.digest


def test_everything_can_be_sent_to_other_processes(task, tmp_path):
    for work in (task(), task(refuse=0), task(fail=0), task(ballast=LONG).lighter):
        outcome = evaluate_chunk(pickle.loads(pickle.dumps(work)), 0)
        assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_a_long_study_is_sent_once_and_known_by_its_digest_afterwards(task):
    work = task(ballast=LONG)
    assert len(pickle.dumps(work.lighter)) < 1_000 < LIGHT_BYTES < len(pickle.dumps(work))
    assert evaluate_chunk(work.lighter, 0) == Unknown()
    whole = evaluate_chunk(work, 0)
    assert evaluate_chunk(work.lighter, 0).digest == whole.digest
    assert task().lighter.said is not None


def test_a_process_forgets_studies_that_it_has_not_done_of_late(task):
    first = task(ballast=LONG)
    evaluate_chunk(first, 0)
    for seed in range(10):
        evaluate_chunk(task(seed=seed), 0)
    assert evaluate_chunk(first.lighter, 0) == Unknown()


def test_a_result_without_its_rows_is_a_failure(task, tmp_path):
    outcome = conclude(task(), tmp_path / "nothing")
    assert isinstance(outcome, Failure)
    assert outcome.problem["code"] == "refused"


def test_two_tasks_are_the_same_study_only_if_all_is_the_same(task):
    digests = {task(**fields).digest for fields in ({}, {"size": 99}, {"chunk": 9}, {"seed": 2}, {"fields": ("a",)})}
    assert len(digests) == 5
    assert task().digest == task().digest


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["threads", "pool"])
def test_a_job_of_a_long_study_is_done(jobs, hand_in, runner, request, tmp_path, engine):
    job = hand_in(size=100, chunk=10, ballast=LONG)
    runner(request.getfixturevalue(engine)).start()
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(100))
    assert sorted(jobstudies.noted(tmp_path)) == list(range(10))
