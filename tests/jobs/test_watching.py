"""Waiting and following, whoever does the job."""

import asyncio
import threading

import jobstudies
import pytest

from hubcalc.errors import NotFoundError
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.watching import events, finished, follow, wait
from hubcalc.store import Store


def states(found):
    """Give the states in order, each once."""
    return list(dict.fromkeys(job.state for job in found))


def test_waiting_ends_when_the_time_is_up(jobs, hand_in):
    job = hand_in()
    assert wait(jobs, job.id, 0.0).state == "queued"
    assert wait(jobs, job.id, 0.05).state == "queued"
    assert asyncio.run(finished(jobs, job.id, 0.05)).state == "queued"


@pytest.mark.parametrize("same", [True, False], ids=["this store", "another store on the file"])
def test_waiting_ends_when_the_job_is_done(jobs, path, hand_in, runner, same):
    job = hand_in()
    with Store.open(path) as other:
        watched = jobs if same else JobStore(other.database)
        runner().start()
        assert wait(watched, job.id, 200).state == "done"
        assert asyncio.run(finished(watched, job.id, 200)).state == "done"


def test_there_is_nothing_to_wait_for_without_a_job(jobs):
    for call in (lambda: wait(jobs, "none", 1), lambda: next(follow(jobs, "none"))):
        with pytest.raises(NotFoundError):
            call()


@pytest.mark.parametrize("same", [True, False], ids=["this store", "another store on the file"])
def test_following_shows_each_state_and_growing_progress(jobs, path, hand_in, runner, threads, tmp_path, until, same):
    job = hand_in(size=50, chunk=10, gated=True)
    found = []
    with Store.open(path) as other:
        watched = jobs if same else JobStore(other.database)
        follower = threading.Thread(target=lambda: found.extend(follow(watched, job.id)))
        seen = []
        watcher = threading.Thread(target=lambda: [seen.append(item) for item in follow(watched, job.id)])
        follower.start()
        watcher.start()
        until(lambda: seen)
        runner(threads).start()
        until(lambda: seen[-1].state == "running")
        jobs.pause(job.id)
        until(lambda: seen[-1].state == "paused")
        jobstudies.open_gate(tmp_path)
        until(lambda: seen[-1].done_rows == 20)
        jobs.resume(job.id)
        follower.join(200)
        watcher.join(200)
    assert states(found)[0] == "queued"
    assert {"running", "paused", "done"} <= set(states(found))
    assert (found[-1].state, found[-1].done_rows) == ("done", 50)
    rows = [item.done_rows for item in found]
    assert rows == sorted(rows)


def test_events_say_nothing_has_happened_now_and_then(jobs, hand_in):
    job = hand_in()

    async def first_three():
        found = []
        async for event in events(jobs, job.id, keep_alive_seconds=0.0):
            found.append(event)
            if len(found) == 3:
                jobs.cancel(job.id)
        return found

    found = asyncio.run(first_three())
    assert found[0].state == "queued"
    assert found[1] is found[2] is None
    assert found[-1].state == "canceled"


def test_events_of_many_are_followed_at_once_and_leave_nothing_behind(jobs, hand_in, runner):
    made = [hand_in(size=100, chunk=10, client=str(number)) for number in range(10)]

    async def follow_all():
        async def one(job):
            return [event async for event in events(jobs, job.id)]

        return await asyncio.gather(*(one(job) for job in made))

    runner().start()
    for found in asyncio.run(follow_all()):
        assert found[-1].state == "done"
    assert len(jobs.bell._calls) == 1  # the runner's


def test_events_end_with_a_deleted_job(jobs, hand_in):
    job = hand_in()

    async def follow_it():
        async for _ in events(jobs, job.id):
            jobs.delete(job.id)

    with pytest.raises(NotFoundError):
        asyncio.run(follow_it())


def test_who_stops_listening_is_called_no_more(jobs, hand_in):
    job = hand_in()

    async def leave():
        async for _ in events(jobs, job.id):
            break

    asyncio.run(leave())
    jobs.cancel(job.id)
    assert jobs.bell._calls == []
