"""Jobs of a real server with real worker processes: followed, killed in the middle, and done all the same."""

import asyncio
import json
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pyarrow.parquet
import pytest

import hubcalc
from hubcalc import AsyncClient, Client

ROWS = 50_000
REQUEST = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [4, 5, 6, 7], "flow.per_day": "1..13.499:0.001"}},
}
FEW = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "grid", "values": {"stages.front.cranes": [3, 4, 5]}},
    "fields": ["utilization"],
}
PATIENCE_SECONDS = 120


def events(url, last=None):
    """Give the events of a job as they come: number, name, job."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with httpx.stream("GET", f"{url}/events", headers=headers, timeout=PATIENCE_SECONDS) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        fields = {}
        for line in response.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            else:
                if "event" in fields:
                    yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                fields = {}


def asked(server, query):
    """Ask the database of a server."""
    database = sqlite3.connect(server.database)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def chunks(server):
    """Give the chunks that are in the database: number and rows, in the order in which they were put down."""
    return asked(server, "SELECT number, rows FROM job_chunks ORDER BY rowid")


def written(server, job_id):
    """Give the files of a job, and when each was written."""
    folder = server.database.with_name(f"{server.database.name}.jobs") / job_id
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}


@pytest.mark.slow
def test_a_sweep_outlives_the_death_of_its_server(own_server, tmp_path):
    own_server.start()
    told = []
    with ThreadPoolExecutor(1) as pool, Client(own_server.url, name="waiting") as client:
        waiting = pool.submit(client.sweep, REQUEST, progress=told.append)
        with Client(own_server.url, name="waiting") as other:
            while not (listed := other.jobs()):
                assert not waiting.done()
        url = f"{own_server.url}/v1/jobs/{listed[0].id}"
        last = next(number for number, name, _ in events(url) if name == "progress")
        own_server.end(signal.SIGKILL)
        before, files = chunks(own_server), written(own_server, listed[0].id)
        assert 0 < sum(rows for _, rows in before) < ROWS, "it was killed in the middle"
        assert not waiting.done()
        own_server.start()
        following = list(events(url, last))
        study = waiting.result(PATIENCE_SECONDS)
        assert [name for _, name, _ in following][-1] == "done"
        assert min(number for number, _, _ in following) > last
        assert all(job["progress"]["done_rows"] >= sum(rows for _, rows in before) for _, _, job in following)
        assert (study.job.state, study.result.rows, sum(study.result.statuses.values())) == ("done", ROWS, ROWS)
        assert told[-1].progress.done_rows == ROWS
        after = chunks(own_server)
        assert after[: len(before)] == before
        assert sorted(number for number, _ in after) == [*range(len(after))]
        assert sum(rows for _, rows in after) == ROWS
        now = written(own_server, listed[0].id)
        kept = [f"chunk-{number:06d}.parquet" for number, _ in before]
        assert {name: now[name] for name in kept} == {name: files[name] for name in kept}, "nothing is done twice"
        table = pyarrow.parquet.read_table(study.download(tmp_path / "rows.parquet"))
        assert np.array_equal(table["row"].to_numpy(), np.arange(ROWS))
        first = next(study.rows())
        assert first == table.slice(0, 1).to_pylist()[0]
        for number in (0, 12_499, 12_500, 33_333, ROWS - 1):
            row = table.slice(number, 1).to_pylist()[0]
            given = {"stages.front.cranes": 4 + number // 12_500, "flow.per_day": 1 + number % 12_500 / 1_000}
            (expected,) = hubcalc.analyze("khorgos-gateway", given, metrics=["utilization"], method="fast").to_rows()
            assert row["utilization"] == pytest.approx(expected["utilization"], rel=1e-9)
        under_way = client.start_study("sweep", REQUEST)
        next(client.job_events(under_way.id))
    assert own_server.end(signal.SIGTERM) in (0, -signal.SIGTERM), "a job does not keep it from ending"
    assert asked(own_server, f"SELECT state, owner FROM jobs WHERE id = '{under_way.id}'") == [("queued", None)]


@pytest.mark.slow
def test_both_clients_do_studies(server, tmp_path):
    expected = hubcalc.analyze(
        "khorgos-gateway", {"stages.front.cranes": [3, 4, 5]}, metrics=["utilization"], method="fast"
    ).to_rows()
    utilizations = [row["utilization"] for row in expected]
    with Client(server.url) as client:
        study = client.study("sweep", FEW)
        assert [row["utilization"] for row in study.rows()] == pytest.approx(utilizations, rel=1e-12)
        assert len(study.download(tmp_path / "rows.csv").read_text().splitlines()) == 4
        assert client.job_result(study.job.id) == study.result
        begun = client.start_study("sweep", FEW)
        assert client.wait_for_job(begun.id).result.summaries == study.result.summaries
        client.delete_job(begun.id)
        assert begun.id not in [job.id for job in client.jobs()]

    async def use():
        async with AsyncClient(server.url) as client:
            study = await client.sweep(FEW)
            assert [row["utilization"] async for row in study.rows()] == pytest.approx(utilizations, rel=1e-12)
            assert len((await study.download(tmp_path / "other.csv")).read_text().splitlines()) == 4

    asyncio.run(use())
