"""Fair shares: a huge job does not hold up a small one."""

import jobstudies
import pytest

from hubcalc.jobs.shares import Shares
from hubcalc.jobs.watching import wait


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def shares(now):
    return Shares(10.0, clock=lambda: now[0])


def do(shares, client, seconds):
    shares.begin(client)
    shares.end(client, seconds)


def test_it_is_the_turn_of_whoever_had_least(shares):
    do(shares, "a", 2.0)
    do(shares, "b", 1.0)
    assert shares.least(["a", "b"]) == "b"
    assert shares.least(["a", "b", "new"]) == "new"
    assert shares.least(["a"]) == "a"


def test_work_is_forgotten_by_half_after_each_half_life(shares, now):
    do(shares, "a", 8.0)
    for half_lives in range(4):
        now[0] = 10.0 * half_lives
        assert shares.load("a") == pytest.approx(8.0 / 2**half_lives)


def test_what_is_under_way_counts_as_much_as_the_last_piece(shares):
    do(shares, "a", 3.0)
    shares.begin("a")
    shares.begin("a")
    assert shares.load("a") == 9.0
    shares.end("a", None)
    assert shares.load("a") == 6.0


def test_equal_clients_take_turns_whatever_their_chunks_take(shares, now):
    """One whose chunks take three times as long gets a third of the chunks: shares are of time."""
    turns = {"long": 0, "short": 0}
    for _ in range(400):
        client = shares.least(turns)
        seconds = {"long": 0.03, "short": 0.01}[client]
        do(shares, client, seconds)
        now[0] += seconds
        turns[client] += 1
    assert turns["short"] == pytest.approx(3 * turns["long"], rel=0.05)


def chunks_by_job(folder):
    return [seed for _, seed, _ in jobstudies.notes(folder)]


@pytest.mark.parametrize("client", ["b", "a"])
def test_a_small_job_beside_a_huge_one_is_done_after_about_twice_its_own_work(
    jobs, hand_in, runner, tmp_path, until, client
):
    """Between its first and its last chunk no more than about as many of the other's are done; it has 1 of 20 rows."""
    huge = hand_in(size=4000, chunk=10, burn_seconds=0.002, client="a", seed=1)
    runner().start()
    until(lambda: len(jobstudies.notes(tmp_path)) >= 5)
    before = len(jobstudies.notes(tmp_path))
    small = hand_in(size=200, chunk=10, burn_seconds=0.002, client=client, seed=2)
    assert wait(jobs, small.id, 200).state == "done"
    assert jobs.get(huge.id).state == "running"
    order = chunks_by_job(tmp_path)[before:]
    last = len(order) - order[::-1].index(2)
    assert order[:last].count(2) == 20
    # a few are begun before the small job is seen; those of the huge one cannot be more than the small one's otherwise
    assert order[:last].count(1) <= 20 + 10
    jobs.delete(huge.id)


@pytest.mark.parametrize("clients", ["abc", "aaa"])
def test_clients_and_the_jobs_of_one_take_turns_from_the_beginning(jobs, hand_in, runner, tmp_path, clients):
    made = [
        hand_in(size=200, chunk=10, burn_seconds=0.002, client=client, seed=seed) for seed, client in enumerate(clients)
    ]
    runner().start()
    for job in made:
        wait(jobs, job.id, 200)
    order = chunks_by_job(tmp_path)
    assert all(5 <= order[:30].count(seed) <= 15 for seed in range(3))
