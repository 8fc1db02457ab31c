"""Studies in this process, in others, and on a cluster: the same rows, whatever happens on the way."""

import gc
import json
import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from hubcalc.analysis.hub import HubAnalysis
from hubcalc.documents import Fixtures
from hubcalc.errors import ModelVersionError, ParameterError, WorkerDiedError
from hubcalc.studies.base import StudyColumn, chunk_bounds, chunk_count
from hubcalc.studies.engines import DaskEngine, InlineEngine, ProcessEngine
from hubcalc.studies.processes import TRIM_SETTING, TRIMMED_BY_DASK
from hubcalc.studies.rows import RowFolder, chunk_path, encode, write_chunk
from hubcalc.studies.running import parse_request, run_study
from hubcalc.studies.work import do_chunk, made_rows, work_of

pytestmark = pytest.mark.slow
LAWS = {
    "flow.per_day": {"law": "range", "low": 9.5, "high": 12.0},
    "stages.front.cranes": {"law": "triangular", "low": 2, "mode": 3, "high": 5},
}
REQUEST = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "sobol", "rows": 5000, "inputs": LAWS},
    "fields": ["utilization", "wait_mean_hours", "bottleneck"],
}


@pytest.fixture(scope="module")
def inline():
    return run_study("sweep", REQUEST, workers=1)


def rows_of(outcome):
    return {column.name: outcome.source.column(column.name) for column in outcome.source.described}


def assert_same_rows(one, other):
    for name, column in rows_of(one).items():
        assert np.array_equal(column, rows_of(other)[name], equal_nan=column.dtype.kind == "f"), name


def test_processes_give_the_same_rows_bit_for_bit(inline):
    assert_same_rows(inline, run_study("sweep", REQUEST, workers=2))


def test_who_hands_out_is_one_of_the_workers(inline):
    others = []
    outcome = run_study(
        "sweep", REQUEST, workers=2, progress=lambda *_: others.append(len(multiprocessing.active_children()))
    )
    assert_same_rows(inline, outcome)
    assert max(others) == 1


def test_an_analysis_leaves_nothing_behind(inline):
    _, study = work_of("sweep", parse_request("sweep", REQUEST), Fixtures())
    made_rows(study, 0)
    gc.collect()
    before = analyses()
    gc.disable()
    try:
        for chunk in (1, 2, 3):
            made_rows(study, chunk)
        assert analyses() == before
    finally:
        gc.enable()


def analyses():
    return sum(isinstance(each, HubAnalysis) for each in gc.get_objects())


def test_files_are_those_that_arrow_itself_makes_of_columns(tmp_path):
    import pyarrow.parquet

    described = (
        StudyColumn("row", type="integer"),
        StudyColumn("x", "h"),
        StudyColumn("y"),
        StudyColumn("t", type="text"),
    )
    columns = {
        "row": np.arange(5),
        "x": np.array([1.5, np.nan, -0.0, np.inf, np.nan]),
        "y": np.arange(10.0)[::2],
        "t": np.array(["", "ok", "Қорғас", "ok", "\n"], dtype=object),
    }
    content = encode(columns, described)
    found = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    for column in described:
        assert found[column.name].to_pylist() == pyarrow.array(columns[column.name], from_pandas=True).to_pylist()
    write_chunk(tmp_path, 0, content)
    read = RowFolder(tmp_path, described, 5, 5).chunk(0)
    for name, values in columns.items():
        assert read[name].dtype == values.dtype
        assert np.array_equal(read[name], values, equal_nan=name == "x")


def test_rows_are_written_and_read_without_pandas():
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from hubcalc.studies.base import StudyColumn\n"
        "from hubcalc.studies.rows import RowFolder, encode, write_chunk\n"
        "described = (StudyColumn('x'), StudyColumn('t', type='text'))\n"
        "columns = {'x': np.array([1.0, np.nan]), 't': np.array(['a', 'b'], dtype=object)}\n"
        "write_chunk(Path(sys.argv[1]), 0, encode(columns, described))\n"
        "RowFolder(Path(sys.argv[1]), described, 2, 2).chunk(0)\n"
        "print('pandas' in sys.modules)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        assert said_by(script, folder) == "False"


def test_workers_load_only_what_their_study_needs():
    script = (
        "import sys\n"
        "from hubcalc.documents import Fixtures\n"
        "from hubcalc.studies.running import parse_request\n"
        "from hubcalc.studies.work import work_of\n"
        f"work_of('sweep', parse_request('sweep', {REQUEST!r}), Fixtures())\n"
        "unneeded = ('studies.sizing.study', 'studies.staging.study', 'analysis.corridors', 'answers')\n"
        "print([name for name in unneeded if f'hubcalc.{name}' in sys.modules])\n"
    )
    assert said_by(script) == "[]"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of the GNU C library")
def test_a_worker_of_dask_keeps_the_memory_of_columns_for_the_next():
    script = (
        "import resource, sys, numpy as np\n"
        "from hubcalc.studies.processes import keep_memory\n"
        "print(keep_memory())\n"
        "np.ones(2**17)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(100): np.ones(2**17)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)\n"
    )
    kept, faults = said_by(script, **{TRIM_SETTING: TRIMMED_BY_DASK}).split()
    assert kept == "True"
    assert int(faults) < 1_000  # 25,600 pages, were each column asked for anew
    assert said_by(script).split()[0] == "False"
    assert said_by(script, **{TRIM_SETTING: "131072"}).split()[0] == "False"


def said_by(script, *arguments, **environment):
    command = [sys.executable, "-c", script, *arguments]
    known = {name: value for name, value in os.environ.items() if name != TRIM_SETTING}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**known, **environment})
    return run.stdout.strip()


def test_chunks_do_not_depend_on_their_order(inline):
    work, study = work_of("sweep", parse_request("sweep", REQUEST), Fixtures())
    for chunk in reversed(range(chunk_count(study))):
        start, stop = chunk_bounds(study, chunk)
        columns = study.evaluate(chunk)
        waits = inline.source.column("wait_mean_hours")[start:stop]
        assert np.array_equal(columns["wait_mean_hours"], waits, equal_nan=True)
    again = do_chunk(work, 1)
    assert again.rows == study.chunk_rows
    assert again.content == encode(study.evaluate(1), study.columns)


def test_a_study_that_was_cut_off_goes_on(tmp_path, inline):
    place = tmp_path / "rows"
    done = []

    class StopError(Exception):
        """What cuts it off."""

    def stop(rows, total):
        done.append(rows)
        if rows >= 2048:
            raise StopError

    with pytest.raises(StopError):
        run_study("sweep", REQUEST, workers=1, folder=place, progress=stop)
    kept = sorted(path.name for path in place.glob("*.parquet"))
    assert len(kept) == 2
    before = {name: (place / name).stat().st_mtime_ns for name in kept}
    progress = []
    outcome = run_study("sweep", REQUEST, workers=1, folder=place, progress=lambda rows, total: progress.append(rows))
    assert progress[0] == 2048
    assert {name: (place / name).stat().st_mtime_ns for name in kept} == before
    assert_same_rows(inline, outcome)


def test_a_folder_of_another_study_is_left_alone(tmp_path):
    run_study("sweep", REQUEST, workers=1, folder=tmp_path / "rows")
    with pytest.raises(ParameterError, match="another study"):
        run_study("sweep", {**REQUEST, "seed": 2}, workers=1, folder=tmp_path / "rows")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(ParameterError, match="other files"):
        run_study("sweep", REQUEST, workers=1, folder=tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_a_killed_worker_costs_no_row(inline):
    engine = ProcessEngine(2)
    try:
        work, study = work_of("sweep", parse_request("sweep", REQUEST), Fixtures())
        pid = engine.submit(os.getpid).result()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            _work_on(engine, work)
        engine.renew()
        assert engine.submit(do_chunk, work, 0).result().content == encode(study.evaluate(0), study.columns)
    finally:
        engine.close()


def _work_on(engine, work):
    while True:
        engine.submit(do_chunk, work, 0).result()


def test_workers_end_with_their_parent():
    script = (
        "import os, sys\n"
        "from hubcalc.studies.engines import ProcessEngine\n"
        "if __name__ == '__main__':\n"
        "    engine = ProcessEngine(1)\n"
        "    print(engine.submit(os.getpid).result(), flush=True)\n"
        "    sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while _alive(worker):
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.05)
    parent.stdin.close()
    parent.stdout.close()


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_rows_are_written_and_read_as_they_are(tmp_path, inline):
    import pyarrow.parquet

    inline.write(tmp_path / "rows.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "rows.parquet")
    assert table.num_rows == 5000
    assert table.schema.field("wait_mean_hours").metadata[b"unit"] == b"h"
    waits = inline.source.column("wait_mean_hours")
    assert np.array_equal(table["wait_mean_hours"].to_numpy(), waits, equal_nan=True)
    assert table["wait_mean_hours"].null_count == int(np.isnan(waits).sum()) > 0
    inline.write(tmp_path / "rows.csv")
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert len(lines) == 5001
    assert lines[0].startswith("row,flows.westbound.per_day [units/day],")
    assert float(lines[1].split(",")[1]) == inline.source.column("flows.westbound.per_day")[0]
    with pytest.raises(ParameterError, match=r"\.csv, \.parquet"):
        inline.write(tmp_path / "rows.xlsx")


def test_pages_go_across_chunks(inline):
    rows = inline.source.page(1020, 10)
    assert [row["row"] for row in rows] == list(range(1020, 1030))
    assert inline.source.page(4998, 10) == inline.to_rows()[4998:]
    assert inline.source.page(6000, 10) == []


def test_frames_hold_all_rows(inline):
    assert inline.to_pandas()["wait_mean_hours"].notna().sum() == np.isfinite(rows_of(inline)["wait_mean_hours"]).sum()
    assert inline.to_polars().height == 5000


def test_a_chunk_that_is_gone_is_noticed(tmp_path):
    outcome = run_study("sweep", REQUEST, workers=1, folder=tmp_path / "rows")
    chunk_path(tmp_path / "rows", 2).unlink()
    source = outcome.source
    with pytest.raises(Exception, match="is gone"):
        source.column("utilization")
    some = RowFolder(source.folder, source.described, source.rows, source.chunk_rows, [0, 1, 3])
    assert some.column("row").tolist() == [*range(2048), *range(3072, 4096)]


def test_the_folder_says_what_it_holds(tmp_path):
    run_study("sweep", REQUEST, workers=1, folder=tmp_path / "rows")
    said = json.loads((tmp_path / "rows" / "study.json").read_text())
    assert (said["kind"], said["rows"], said["chunk_rows"]) == ("sweep", 5000, 1024)


def test_an_inline_engine_gives_errors_to_who_asks():
    future = InlineEngine().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result()


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as made:
        yield made


def test_a_cluster_gives_the_same_rows_bit_for_bit(cluster, inline):
    assert_same_rows(inline, run_study("sweep", REQUEST, scheduler=cluster.scheduler_address))


def test_a_cluster_whose_worker_is_killed_gives_them_too(cluster, inline):
    engine = DaskEngine(cluster.scheduler_address)
    pids = list(engine._client.run(os.getpid).values())
    engine.close()
    killed = []

    def kill_one(rows, total):
        if rows and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    assert_same_rows(inline, run_study("sweep", REQUEST, scheduler=cluster.scheduler_address, progress=kill_one))
    assert killed


@contextmanager
def short_lived_cluster(workers):
    import dask
    from distributed import LocalCluster

    # a port of its own, beside the other cluster
    own = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", **own) as made,
    ):
        yield made


def test_a_cluster_whose_workers_keep_dying_is_said_in_words(monkeypatch):
    monkeypatch.setattr("hubcalc.studies.running.do_chunk", _die)
    with short_lived_cluster(1) as cluster, pytest.raises(WorkerDiedError, match="worker after worker of the cluster"):
        run_study("sweep", REQUEST, scheduler=cluster.scheduler_address)


def _die(work, chunk, teller):  # in place of what does a chunk
    os._exit(1)


def test_a_cluster_that_is_lost_is_said_in_words():
    with short_lived_cluster(0) as lost:

        def close(rows, total):  # called before the first chunk is handed over
            lost.close()

        with pytest.raises(WorkerDiedError, match="the cluster is gone"):
            run_study("sweep", REQUEST, scheduler=lost.scheduler_address, progress=close, patience_seconds=0.5)


def test_errors_of_the_work_are_not_laid_to_the_cluster(cluster):
    engine = DaskEngine(cluster.scheduler_address)
    try:
        for error in (OSError("disk full"), ValueError("no"), MemoryError()):
            assert engine.failure(error) is None
    finally:
        engine.close()


def test_rows_of_another_model_version_are_refused(cluster, monkeypatch):
    monkeypatch.setattr("hubcalc.studies.work.MODEL_VERSION", "another")
    with pytest.raises(ModelVersionError, match="install the same hubcalc on all machines"):
        run_study("sweep", REQUEST, scheduler=cluster.scheduler_address)


def test_no_scheduler_is_said_in_words():
    with pytest.raises(ParameterError, match="no scheduler answers"):
        DaskEngine("tcp://127.0.0.1:1")
