"""A runner killed at any moment loses no committed chunk, and each row is there once."""

import random
import subprocess
import sys
from pathlib import Path

import jobstudies
import pytest

from hubcalc.jobs.runner import Runner
from hubcalc.jobs.watching import wait

HERE = Path(__file__).parent

RUN = """
import sys
from concurrent.futures import ThreadPoolExecutor
sys.path.append(sys.argv[2])
import jobstudies
from hubcalc.jobs.engine import Engine, local_engine
from hubcalc.jobs.runner import Runner
from hubcalc.jobs.store import JobStore
from hubcalc.store import Store

if __name__ == "__main__":
    engine = local_engine(2) if sys.argv[3] == "processes" else Engine(lambda: ThreadPoolExecutor(2), 2)
    with Store.open(sys.argv[1], busy_timeout_seconds=30) as store:
        with Runner(JobStore(store.database), engine, jobstudies.kinds, lease_seconds=0.5):
            print("ready", flush=True)
            sys.stdin.readline()
"""


@pytest.fixture
def start(path, tmp_path):
    """Start a process that runs jobs; it is killed at the end of the test if it was not before."""
    script = tmp_path / "run.py"
    script.write_text(RUN)
    started = []

    def start(engine="threads"):
        command = [sys.executable, str(script), str(path), str(HERE), engine]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def committed(jobs, job):
    with jobs.database.read() as db:
        rows = db.table("job_chunks").rows_where("job_id = ?", [job.id], select="number, digest")
        return {row["number"]: row["digest"] for row in rows}


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def assert_nothing_is_repeated(folder, before, kept):
    """What has begun after a moment is none of the chunks that were there at that moment."""
    assert not set(jobstudies.noted(folder)[before:]) & set(kept)


def same_rows(jobs, one, other):
    tables = [[rows.chunk(chunk) for chunk in rows.numbers] for rows in (jobs.rows(one.id), jobs.rows(other.id))]
    assert len(tables[0]) == len(tables[1])
    for left, right in zip(*tables, strict=True):
        assert {name: values.tolist() for name, values in left.items()} == {
            name: values.tolist() for name, values in right.items()
        }


def undisturbed(jobs, hand_in, runner, tmp_path, **fields):
    """Do the same job without a disturbance, in this process."""
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    job = hand_in(**{**fields, "folder": str(quiet)})
    one: Runner = runner()
    one.start()
    assert wait(jobs, job.id, 200).state == "done"
    one.stop()
    return job


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("engine", "kills"), [("threads", 4), ("processes", 1)])
def test_a_killed_runner_loses_nothing(jobs, hand_in, runner, start, tmp_path, until, engine, kills):
    fields = {"size": 600, "chunk": 10, "burn_seconds": 0.02}
    quiet = undisturbed(jobs, hand_in, runner, tmp_path, **fields)
    job = hand_in(**fields)
    chance = random.Random(engine)
    kept, before = {}, 0
    for _ in range(kills):
        process = start(engine)
        wanted = min(60, len(kept) + chance.randint(1, 8))
        until(lambda wanted=wanted: len(committed(jobs, job)) >= wanted)
        process.kill()
        process.wait()
        # workers end with the process that has started them; what they have begun is then all written down
        until(lambda: not any(is_alive(pid) for _, _, pid in jobstudies.notes(tmp_path)))
        assert_nothing_is_repeated(tmp_path, before, kept)
        assert committed(jobs, job).items() >= kept.items()
        kept, before = committed(jobs, job), len(jobstudies.noted(tmp_path))
        assert jobs.get(job.id).done_rows == 10 * len(kept)
    start(engine)
    assert wait(jobs, job.id, 200).state == "done"
    assert jobs.rows(job.id).column("row").tolist() == list(range(600))
    assert_nothing_is_repeated(tmp_path, before, kept)
    assert committed(jobs, job) == committed(jobs, quiet)
    assert jobs.result(job.id) == jobs.result(quiet.id)
    same_rows(jobs, job, quiet)


def owners(jobs):
    """Give the process that has each job."""
    return {job.id: int(job.owner.split("-")[-2]) for job in jobs.list()[0] if job.owner}


@pytest.mark.slow
def test_one_that_runs_takes_over_from_one_that_is_killed(jobs, hand_in, start, tmp_path, until):
    # each has two slots, and so two jobs under way
    made = [hand_in(size=100, chunk=10, gated=True, seed=seed) for seed in range(4)]
    processes = {process.pid: process for process in (start(), start())}
    until(lambda: set(owners(jobs).values()) == set(processes))
    victim = owners(jobs)[made[0].id]
    processes[victim].kill()
    jobstudies.open_gate(tmp_path)
    for job in made:
        assert wait(jobs, job.id, 200).state == "done"
        assert jobs.rows(job.id).column("row").tolist() == list(range(100))
    done = [(seed, chunk) for chunk, seed, _ in jobstudies.notes(tmp_path)]
    assert sorted(set(done)) == [(seed, chunk) for seed in range(4) for chunk in range(10)]
    assert len(done) - len(set(done)) <= 2, "only what was under way is done twice"
