"""Threads and processes at once, and processes that are killed: no acknowledged write is lost."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hubcalc.errors import StaleVersionError
from hubcalc.store import Store

WORK = """
import sys
from concurrent.futures import ThreadPoolExecutor
from hubcalc.errors import StaleVersionError
from hubcalc.store import Store

def increment(store):
    while True:
        last = store.get("hubs", "gate-town")
        changed = last.document.model_copy(update={"summary": str(int(last.document.summary) + 1)})
        try:
            return store.put(changed, expected_version=last.version)[0].version
        except StaleVersionError:
            pass
"""

INCREMENT = f"""{WORK}
with Store.open(sys.argv[1], busy_timeout_seconds=30) as store, ThreadPoolExecutor(4) as threads:
    print(*threads.map(increment, [store] * 20))
"""

WRITE_UNTIL_KILLED = f"""{WORK}
with Store.open(sys.argv[1]) as store:
    while True:
        print(increment(store), flush=True)
"""

OPEN_TEN = """
import sys
from hubcalc.store import Store
for number in range(10):
    print("ready", flush=True)
    sys.stdin.readline()
    with Store.open(f"{sys.argv[1]}.{number}", busy_timeout_seconds=30) as store:
        store.check()
"""


def start(script, path):
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_history_is_whole(store, at_least):
    versions = [entry.version for entry in store.versions("hubs", "gate-town")]
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) >= at_least
    assert store.list("hubs")[0][0].version == len(versions)
    for version in versions:
        assert store.get("hubs", "gate-town", version).document.summary == str(version - 1)


@pytest.mark.slow
def test_two_processes_of_four_threads_lose_no_update(path, make_hub):
    with Store.open(path) as store:
        store.put(make_hub(summary="0"), expected_version=None)
        outputs = [process.communicate(timeout=60) for process in [start(INCREMENT, path) for _ in range(2)]]
        assert [errors for _, errors in outputs] == ["", ""]
        made = sorted(int(version) for output, _ in outputs for version in output.split())
        assert made == list(range(2, 42))
        assert_history_is_whole(store, at_least=41)


def test_of_eight_threads_with_one_expectation_one_succeeds(store, make_hub):
    store.put(make_hub(), expected_version=None)
    together = threading.Barrier(8)

    def put(n):
        together.wait()
        try:
            return store.put(make_hub(name=f"Town {n}"), expected_version=1)[0]
        except StaleVersionError:
            return None

    with ThreadPoolExecutor(8) as threads:
        results = [stored for stored in threads.map(put, range(8)) if stored]
    assert results == [store.get("hubs", "gate-town")]
    assert len(store.versions("hubs", "gate-town")) == 2


def test_of_eight_threads_that_create_one_succeeds(store, make_hub):
    def create(n):
        return store.put(make_hub(name="Town"), expected_version=None)[1]

    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(create, n) for n in range(8)]
    assert sum(future.exception() is None for future in futures) == 1
    assert len(store.versions("hubs", "gate-town")) == 1


def test_threads_that_come_and_go_share_connections(store, make_hub):
    store.put(make_hub(), expected_version=None)
    for _ in range(50):
        thread = threading.Thread(target=store.get, args=["hubs", "gate-town"])
        thread.start()
        thread.join()
    assert len(store._database._idle) == 1


def test_a_call_under_way_outlives_close(path):
    store = Store.open(path)
    with store._database.read() as db:
        store.close()
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (0,)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_failed_change_leaves_nothing_behind(store, make_hub, monkeypatch):
    def fail(*arguments, **fields):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("hubcalc.store.entries.json.dumps", fail)
        patch.setattr("hubcalc.store.store.checked", lambda document: document)
        patch.setattr("hubcalc.store.entries.to_text", lambda document: "{}")
        with pytest.raises(KeyboardInterrupt):
            store.put(make_hub(), expected_version=None)
    assert store.put(make_hub(), expected_version=None)[0].version == 1


@pytest.mark.slow
def test_processes_that_open_new_files_at_once_all_succeed(path):
    processes = [start(OPEN_TEN, path) for _ in range(2)]
    for _ in range(10):
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * 2
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
    assert [process.communicate(timeout=60) for process in processes] == [("", "")] * 2


@pytest.mark.slow
def test_threads_that_open_new_files_at_once_all_succeed(tmp_path):
    together = threading.Barrier(8)

    def open_and_close(n):
        for number in range(10):
            together.wait()
            with Store.open(tmp_path / f"{number}.db", busy_timeout_seconds=30) as store:
                store.check()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_close, range(8)))


@pytest.mark.slow
def test_a_killed_writer_leaves_a_sound_database_with_all_it_acknowledged(path, make_hub):
    with Store.open(path) as store:
        store.put(make_hub(summary="0"), expected_version=None)
    for pause in (0.01, 0.05):
        with start(WRITE_UNTIL_KILLED, path) as process:
            acknowledged = int(process.stdout.readline())
            time.sleep(pause)
            process.kill()
            acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        with Store.open(path) as store:
            assert_history_is_whole(store, at_least=acknowledged)
