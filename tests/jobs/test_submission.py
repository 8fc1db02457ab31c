"""Handing in: keys that make a request safe to repeat, limits, and what the job rests on."""

import json
from concurrent.futures import ThreadPoolExecutor

import jobstudies
import pytest

import hubfixtures
from hubcalc.documents import Fixtures
from hubcalc.errors import (
    IdempotencyKeyError,
    JobError,
    NotFoundError,
    ParameterError,
    RefusedError,
    TooManyJobsError,
    TooManyScenariosError,
)
from hubcalc.jobs.records import JobLimits
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.submission import submit
from hubcalc.jobs.watching import wait
from hubcalc.store import StoreDocuments


def test_the_same_request_with_the_same_key_is_the_same_job(jobs, ask):
    made = [submit(jobs, jobstudies.SUMS, ask(), Fixtures(), client="a", idempotency_key="k") for _ in range(2)]
    assert made[0][0].id == made[1][0].id
    assert [new for _, new in made] == [True, False]
    assert made[0][0].idempotency_key == "k"
    assert jobs.list()[1] == 1


def test_a_key_belongs_to_one_client(jobs, hand_in):
    assert hand_in(client="a", key="k").id != hand_in(client="b", key="k").id
    assert hand_in(client="a").id != hand_in(client="a").id


def test_another_request_with_the_same_key_is_refused(jobs, hand_in):
    job = hand_in(key="k")
    with pytest.raises(IdempotencyKeyError, match=f"another request, which made job {job.id}"):
        hand_in(key="k", size=99)
    assert jobs.list()[1] == 1


def test_a_key_gives_its_job_whatever_the_limits_say_now(store, hand_in, runner, jobs):
    strict = JobStore(store.database, JobLimits(open_jobs=1))
    job = hand_in(store=strict, key="k")
    assert hand_in(store=strict, key="k").id == job.id
    runner().start()
    assert wait(jobs, job.id, 200).state == "done"
    assert hand_in(store=strict, key="k").state == "done"


def test_of_eight_threads_with_one_key_one_makes_a_job(jobs, hand_in):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: hand_in(key="k").id, range(8)))
    assert len(set(found)) == 1
    assert jobs.list()[1] == 1


@pytest.mark.parametrize("key", ["", "k" * 256, "a\nb", "ключ"])
def test_a_key_is_a_short_text(hand_in, key):
    with pytest.raises(ParameterError, match="Idempotency-Key"):
        hand_in(key=key)


def test_a_deleted_job_frees_its_key(jobs, hand_in):
    job = hand_in(key="k")
    jobs.delete(job.id)
    assert hand_in(key="k", size=99).id != job.id


def test_a_client_may_have_so_many_unfinished_jobs(store, hand_in):
    strict = JobStore(store.database, JobLimits(open_jobs=2))
    first = hand_in(store=strict)
    strict.pause(hand_in(store=strict).id)
    with pytest.raises(TooManyJobsError, match="at most 2") as raised:
        hand_in(store=strict)
    assert isinstance(raised.value, JobError)
    hand_in(store=strict, client="b")
    strict.cancel(first.id)
    hand_in(store=strict)


def test_of_eight_threads_at_the_limit_two_make_a_job(store, hand_in):
    strict = JobStore(store.database, JobLimits(open_jobs=2))

    def try_it(_):
        try:
            return hand_in(store=strict).id
        except TooManyJobsError:
            return None

    with ThreadPoolExecutor(8) as threads:
        assert sum(found is not None for found in threads.map(try_it, range(8))) == 2


def test_a_job_may_have_so_many_rows(store, hand_in):
    strict = JobStore(store.database, JobLimits(rows=100))
    hand_in(store=strict, size=100)
    with pytest.raises(TooManyScenariosError, match="at most 100"):
        hand_in(store=strict, size=101)


def test_what_the_kind_refuses_makes_no_job(jobs, hand_in):
    with pytest.raises(RefusedError, match="nothing can be asked"):
        hand_in(refuse=-1)
    with pytest.raises(NotFoundError):
        hand_in(document=None, subject={"kind": "hub", "id": "nowhere"})
    assert jobs.list() == ([], 0)


def test_documents_are_kept_as_they_were(store, jobs, ask, runner):
    store.seed([hubfixtures.load("xian"), hubfixtures.load("khorgos-gateway")])
    request = ask(document=None, subject={"kind": "hub", "id": "xian"})
    job, _ = submit(jobs, jobstudies.SUMS, request, StoreDocuments(store), client="a")
    assert job.versions == {"xian": 1}
    store.delete("hubs", "xian", expected_version="any")
    runner().start()
    done = wait(jobs, job.id, 200)
    assert (done.state, done.versions) == ("done", {"xian": 1})
    with jobs.database.read() as db:
        kept = json.loads(next(iter(db.query("SELECT documents FROM jobs")))["documents"])
    assert list(kept["texts"]) == ["hubs/xian"]


def test_lists_show_the_latest_first_by_client_and_state(jobs, hand_in):
    made = [hand_in(client=client) for client in "aba"]
    jobs.pause(made[0].id)
    assert [job.id for job in jobs.list()[0]] == [job.id for job in reversed(made)]
    assert [job.id for job in jobs.list(client="a")[0]] == [made[2].id, made[0].id]
    assert [job.id for job in jobs.list(state="paused")[0]] == [made[0].id]
    page, count = jobs.list(limit=1, offset=1)
    assert ([job.id for job in page], count) == ([made[1].id], 3)
    with pytest.raises(ParameterError, match="offset"):
        jobs.list(offset=-1)
