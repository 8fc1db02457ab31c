"""Jobs of a small kind of study, in a database in a temporary folder."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # worker processes are told of it, and import jobstudies

import jobstudies

from hubcalc.documents import Fixtures
from hubcalc.jobs.engine import Engine, local_engine
from hubcalc.jobs.records import StoredJob
from hubcalc.jobs.runner import Runner
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.submission import submit
from hubcalc.store import Store

Submit = Callable[..., StoredJob]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hubs.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, busy_timeout_seconds=30) as store:
        yield store


@pytest.fixture
def jobs(store: Store) -> JobStore:
    return JobStore(store.database)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., jobstudies.SumsRequest]:
    """Make a request whose chunks write into the test's folder."""

    def ask(**fields: object) -> jobstudies.SumsRequest:
        return jobstudies.SumsRequest(**{"document": {}, "folder": str(tmp_path), **fields})

    return ask


@pytest.fixture
def hand_in(ask: Callable[..., jobstudies.SumsRequest], request: pytest.FixtureRequest) -> Submit:
    """Hand in a job of sums; by default to the test's own store."""

    def hand_in(
        *, client: str = "a", key: str | None = None, store: JobStore | None = None, **fields: object
    ) -> StoredJob:
        to = store or request.getfixturevalue("jobs")
        return submit(to, jobstudies.SUMS, ask(**fields), Fixtures(), client=client, idempotency_key=key)[0]

    return hand_in


@pytest.fixture
def runner(request: pytest.FixtureRequest) -> Iterator[Callable[..., Runner]]:
    """Make runners that are stopped at the end of the test; by default one chunk at a time in the runner's thread."""
    made: list[Runner] = []

    def make(engine: Engine | None = None, store: JobStore | None = None, **options: object) -> Runner:
        of = store or request.getfixturevalue("jobs")
        made.append(Runner(of, engine or Engine(jobstudies.Inline, 1), jobstudies.kinds, **options))
        return made[-1]

    yield make
    for runner in made:
        runner.stop()


@pytest.fixture
def threads() -> Engine:
    """Give an engine of two threads."""
    return Engine(lambda: ThreadPoolExecutor(2), 2)


def until(condition: Callable[[], object], seconds: float = 200.0) -> None:
    """Wait until something holds, however long a busy machine takes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


@pytest.fixture(name="until")
def _until() -> Callable[..., None]:
    return until


@pytest.fixture
def pool() -> Engine:
    """Give an engine of two processes."""
    return local_engine(2)
