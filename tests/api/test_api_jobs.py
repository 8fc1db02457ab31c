"""Jobs over HTTP: looked at, held, given up, followed; and their rows, page by page and as files."""

import io
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet
import pytest
from jobhelp import AT_ONCE, CHUNK_ROWS, FEW, PATIENCE_SECONDS, ROWS, THREE_CHUNKS, until

from hubcalc.api import job_events
from hubcalc.jobs import watching
from hubcalc.jobs.records import StoredJob
from hubcalc.studies.running import run_study

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


def begin(client, request=THREE_CHUNKS, **headers):
    """Begin a job, and give its address."""
    return client.post("/v1/sweeps", json=request, headers={**AT_ONCE, **headers}).headers["location"]


def finish(client, url, state="done"):
    return until(lambda: client.get(url).json(), lambda job: job["state"] == state)


@pytest.fixture
def done(writer):
    """Give the address of a job of three rows that is done."""
    url = begin(writer, FEW)
    finish(writer, url)
    return url


def test_a_job_shows_how_far_it_is(held, gate):
    url = begin(held)
    assert held.get(url).json()["progress"]["done_rows"] == 0
    gate.let_go(1)
    job = until(lambda: held.get(url).json(), lambda job: job["progress"]["done_rows"])
    assert (job["state"], job["progress"]["done_rows"], job["progress"]["rows"]) == ("running", CHUNK_ROWS, ROWS)
    assert job["progress"]["rows_per_second"] > 0
    assert job["progress"]["seconds_left"] > 0
    assert (job["request"], job["result"]) == (None, None)
    assert job["documents"] == {"khorgos-gateway": 1}


def test_long_parts_come_when_they_are_asked_for(writer, done):
    job = writer.get(f"{done}?fields=request").json()
    assert (job["request"]["design"], job["result"]) == (FEW["design"], None)
    job = writer.get(f"{done}?fields=result,request").json()
    assert job["result"] == writer.get(f"{done}/result").json()
    for query in ("?fields=rows", ".csv?fields=request"):
        assert writer.get(f"{done}{query}").json()["errors"][0]["parameter"] == "fields"


def test_who_polls_is_told_that_nothing_has_changed(held, gate):
    url = begin(held)
    until(lambda: held.get(url).json()["state"], "running".__eq__)
    first = held.get(url)
    assert first.headers["cache-control"] == "no-store"
    same = {"If-None-Match": first.headers["etag"]}
    assert held.get(url, headers=same).status_code == 304
    gate.let_go(1)
    until(lambda: held.get(url, headers=same).status_code, (200).__eq__)


def test_the_list_has_the_callers_own_jobs(writer):
    mine = [begin(writer, FEW, **{"X-Hubcalc-Client": "me"}) for _ in range(3)]
    begin(writer, FEW, **{"X-Hubcalc-Client": "you"})
    own = {"X-Hubcalc-Client": "me"}
    for url in mine:
        finish(writer, url)
    page = writer.get("/v1/jobs?limit=2", headers=own)
    assert [f"/v1/jobs/{job['id']}" for job in page.json()["items"]] == mine[:0:-1]
    assert page.json()["total"] == 3
    assert page.links["next"]["url"] == page.json()["next_url"]
    rest = writer.get(page.json()["next_url"], headers=own).json()
    assert ([f"/v1/jobs/{job['id']}" for job in rest["items"]], rest["next_url"]) == (mine[:1], None)
    assert writer.get("/v1/jobs?state=running", headers=own).json()["items"] == []
    lines = writer.get("/v1/jobs.csv?state=done", headers=own).text.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("id,kind,state,done_rows [rows],rows [rows],rows_per_second [rows/s]")
    assert writer.get("/v1/jobs").json()["total"] == 0
    assert writer.get("/v1/jobs?state=over").json()["errors"][0]["parameter"] == "state"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "tsv", "txt", "xml", "json"])
def test_tables_in_every_format(writer, done, suffix):
    for what in ("", "/result", "/rows"):
        response = writer.get(f"{done}{what}.{suffix}")
        assert response.status_code == 200, response.text
        head = writer.head(f"{done}{what}.{suffix}")
        assert head.headers["content-length"] == str(len(response.content))


def test_jobs_that_are_not_there(reader):
    for method, what in [
        *(("GET", end) for end in ("", "/result", "/rows", "/events", "/files/rows.csv", "/files/rows.parquet")),
        *(("POST", f"/{change}") for change in ("pause", "resume", "cancel")),
        ("DELETE", ""),
    ]:
        response = reader.request(method, f"/v1/jobs/nothing{what}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), what


def test_a_job_is_held_and_goes_on(held, gate):
    url = begin(held)
    until(lambda: held.get(url).json()["state"], "running".__eq__)
    assert held.post(f"{url}/pause").json()["state"] == "paused"
    assert held.post(f"{url}/pause").json()["state"] == "paused"
    gate.let_go(1)  # what was begun is done to its end
    until(lambda: held.get(url).json()["progress"]["done_rows"], CHUNK_ROWS.__eq__)
    gate.let_go()
    assert held.get(url).json()["state"] == "paused"
    assert held.post(f"{url}/resume").json()["state"] in ("queued", "running")
    finish(held, url)
    assert [row["row"] for row in held.get(f"{url}/rows?fields=row&limit=10000").json()["items"]] == [*range(ROWS)]
    refused = held.post(f"{url}/pause")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_state")


def test_a_job_is_given_up_and_keeps_its_rows(held, gate):
    url = begin(held)
    gate.let_go(1)
    until(lambda: held.get(url).json()["progress"]["done_rows"], CHUNK_ROWS.__eq__)
    assert held.post(f"{url}/cancel").json()["state"] == "canceled"
    page = held.get(f"{url}/rows?limit=10000&fields=row").json()
    assert ([row["row"] for row in page["items"]], page["next_url"]) == ([*range(CHUNK_ROWS)], None)
    for what in ("result", "files/rows.csv"):
        refused = held.get(f"{url}/{what}")
        assert (refused.status_code, refused.json()["code"]) == (409, "job_state")
    assert held.post(f"{url}/resume").status_code == 409


def test_a_job_is_removed_with_its_files(held, gate):
    url = begin(held)
    gate.let_go(1)
    until(lambda: held.get(url).json()["progress"]["done_rows"], CHUNK_ROWS.__eq__)
    folder = held.app.state.jobs.files.folder(url.rpartition("/")[2])
    assert folder.exists()
    assert held.delete(url).status_code == 204
    assert not folder.exists()
    assert held.get(url).status_code == 404
    gate.let_go()
    after = begin(held, FEW)
    finish(held, after)
    assert not folder.exists()


def test_the_result_of_what_is_not_done_says_how_far_it_is(held, gate):
    url = begin(held)
    gate.let_go(1)
    until(lambda: held.get(url).json()["progress"]["done_rows"], CHUNK_ROWS.__eq__)
    for what in ("result", "result.csv", "result.svg", "files/rows.csv", "files/rows.parquet"):
        problem = held.get(f"{url}/{what}").json()
        assert (problem["status"], problem["code"]) == (409, "job_state")
        assert (problem["errors"][0]["given"], problem["errors"][0]["allowed"]) == ("running", "done")
        assert "1,024 of 2,282 rows are done" in problem["detail"]


def test_a_result_is_a_table_by_view(writer, done):
    result = writer.get(f"{done}/result").json()
    lines = writer.get(f"{done}/result.csv").text.splitlines()
    assert lines[0].startswith("name,unit,description,rows_with_value [rows],least")
    assert len(lines) == 1 + len(result["summaries"])
    assert writer.get(f"{done}/result.csv?view=columns").text.splitlines()[0] == "name,unit,description"
    for query in ("csv?view=nothing", "json?view=summaries", "svg?view=summaries"):
        assert writer.get(f"{done}/result.{query}").json()["errors"][0]["parameter"] == "view"


def test_a_result_is_kept_by_who_has_it(writer, done):
    first = writer.get(f"{done}/result")
    assert first.headers["cache-control"] == "no-cache"
    assert writer.get(f"{done}/result", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_a_chart_of_the_result_is_a_picture(writer, done):
    jobs, job_id = writer.app.state.jobs, done.rpartition("/")[2]
    result = json.loads(jobs.result(job_id))
    for charts in ({}, {"first": CHART, "second": CHART}):
        with jobs.database.write() as db:
            db.table("jobs").update(job_id, {"result": json.dumps({**result, "charts": charts})})
        if not charts:
            none = writer.get(f"{done}/result.svg")
            assert (none.status_code, none.json()["code"]) == (422, "refused")
    svg = writer.get(f"{done}/result.svg?chart=second")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    assert writer.get(f"{done}/result.png").content.startswith(b"\x89PNG")
    assert writer.get(f"{done}/result.vega").json() == CHART
    for query in ("svg?chart=third", "csv?chart=first", "json?chart=first"):
        assert writer.get(f"{done}/result.{query}").json()["errors"][0]["parameter"] == "chart"


def test_rows_come_page_by_page_while_the_job_runs(held, gate):
    url = begin(held)
    empty = held.get(f"{url}/rows?limit=1000").json()
    assert (empty["items"], empty["there"], empty["rows"]) == ([], 0, ROWS)
    assert empty["next_url"].endswith(f"{url}/rows?limit=1000&offset=0")
    gate.let_go(2)
    until(lambda: held.get(f"{url}/rows").json()["there"], (2 * CHUNK_ROWS).__eq__)
    seen, page, pages = [], empty, 0
    while page["next_url"]:
        response = held.get(page["next_url"])
        page = response.json()
        seen += page["items"]
        assert response.headers["cache-control"] == "no-store"
        assert ("next" in response.links) == (page["next_url"] is not None)
        pages += 1
        if not page["items"]:
            assert len(seen) == 2 * CHUNK_ROWS
            gate.let_go()
            finish(held, url)
    assert pages == 5  # 1,000, 1,000, 48, none yet, and the rest
    assert seen == run_study("sweep", THREE_CHUNKS).to_rows()
    assert page["units"]["stages.front.cranes"] == "cranes"


def test_rows_have_the_columns_that_are_asked_for(writer, done):
    text = writer.get(f"{done}/rows.csv?fields=row,utilization&limit=2&offset=1")
    assert [line.split(",")[0] for line in text.text.splitlines()] == ["row", "1", "2"]
    assert text.text.splitlines()[0] == "row,utilization [1]"
    assert "next" not in text.links
    problem = writer.get(f"{done}/rows?fields=row,utilisation").json()["errors"][0]
    assert (problem["parameter"], problem["given"]) == ("fields", "utilisation")
    assert "utilization" in problem["hint"]
    for query in ("limit=0", "limit=10001", "offset=-1", "page=2"):
        assert writer.get(f"{done}/rows?{query}").status_code == 422
    assert writer.get(f"{done}/rows?offset=3").json()["items"] == []


def test_files_hold_all_rows(held, gate):
    url = begin(held)
    gate.let_go()
    finish(held, url)
    expected = run_study("sweep", THREE_CHUNKS)
    response = held.get(f"{url}/files/rows.parquet")
    assert response.headers["content-type"] == "application/vnd.apache.parquet"
    assert response.headers["content-disposition"].endswith('.parquet"')
    table = pyarrow.parquet.read_table(io.BytesIO(response.content))
    assert table.to_pylist() == expected.to_rows()
    assert table.schema.field("stages.front.cranes").metadata[b"unit"] == b"cranes"
    assert pyarrow.parquet.ParquetFile(io.BytesIO(response.content)).num_row_groups == 3
    text = held.get(f"{url}/files/rows.csv")
    assert text.headers["content-type"].startswith("text/csv")
    lines = text.text.splitlines()
    assert len(lines) == 1 + ROWS
    assert lines[0].startswith("row,stages.front.cranes [cranes],")
    assert held.get(f"{url}/rows.csv?limit=1000").text.splitlines() == lines[:1001]


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_the_head_of_a_file_costs_nothing(writer, done, name, monkeypatch):
    from hubcalc.studies.rows import RowFolder

    get = writer.get(f"{done}/files/{name}")
    monkeypatch.setattr(RowFolder, "tables", lambda *_: 1 / 0)
    head = writer.head(f"{done}/files/{name}")
    assert (head.status_code, head.content) == (200, b"")
    varying = {"x-request-id", "date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in get.headers.items() if k not in varying
    }
    assert writer.get(f"{done}/files/{name}", headers={"If-None-Match": get.headers["etag"]}).status_code == 304


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rows", "rows.xml", "rows.feather", "result.csv", "%2e%2e%2frows.csv"])
def test_there_are_no_other_files(writer, done, name):
    assert writer.get(f"{done}/files/{name}").status_code == 404


def test_a_file_of_rows_that_were_lost_is_made_again(writer, done):
    """Whoever asks is told to come again, and the job is done once more."""
    folder = writer.app.state.jobs.files.folder(done.rpartition("/")[2])
    for path in folder.iterdir():
        path.unlink()
    lost = writer.get(f"{done}/files/rows.csv")
    assert (lost.status_code, lost.json()["code"]) == (409, "job_state")
    finish(writer, done)
    assert len(writer.get(f"{done}/files/rows.csv").text.splitlines()) == 4


def events(text):
    """Read server-sent events: number, name, data."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


@pytest.fixture
def followed(monkeypatch):
    """Keep what those who follow jobs have been told."""
    told: list[StoredJob] = []

    async def noted(jobs, job_id):
        async for job in watching.events(jobs, job_id):
            yield job
            told.extend([job] if job else [])

    monkeypatch.setattr(job_events, "events", noted)
    return told


def test_a_job_is_followed_to_its_end(held, gate, followed):
    url = begin(held)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(held.get, f"{url}/events")
        for rows in (0, CHUNK_ROWS, 2 * CHUNK_ROWS, ROWS):
            until(lambda: followed[-1].done_rows if followed else -1, rows.__eq__)
            gate.let_go(1)
        gate.let_go()
        response = following.result(PATIENCE_SECONDS)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.text.startswith("retry: ")
    found = events(response.text)
    numbers = [number for number, _, _ in found]
    assert numbers == sorted(set(numbers))
    names = [name for _, name, _ in found]
    assert (names[0], names[-1]) == ("state", "done")
    assert set(names[1:-1]) <= {"state", "progress"}
    assert "progress" in names
    rows = [job["progress"]["done_rows"] for _, _, job in found]
    assert rows == sorted(rows)
    assert found[-1][2] == held.get(url).json()


def test_who_comes_back_goes_on_where_it_was(writer, done):
    text = writer.get(f"{done}/events").text
    ((number, name, job),) = events(text)
    assert (name, job["state"]) == ("done", "done")
    late = 10 * number
    ((after, _, _),) = events(writer.get(f"{done}/events", headers={"Last-Event-ID": "1"}).text)
    assert after >= number
    again = writer.get(f"{done}/events", headers={"Last-Event-ID": str(number)})
    assert (again.status_code, again.content) == (204, b""), "or a browser would connect again for ever"
    assert writer.get(f"{done}/events", headers={"Last-Event-ID": str(late)}).status_code == 204
    for none in ("x", "-5", "9" * 40, ""):
        assert len(events(writer.get(f"{done}/events", headers={"Last-Event-ID": none}).text)) == 1


def test_numbers_of_events_rise_though_the_clock_does_not(held, gate):
    url = begin(held)
    ahead = 10**15
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(held.get, f"{url}/events", headers={"Last-Event-ID": str(ahead)})
        gate.let_go()
        found = events(following.result(PATIENCE_SECONDS).text)
    assert [number for number, _, _ in found] == [*range(ahead + 1, ahead + 1 + len(found))]


def test_a_job_that_is_deleted_ends_its_events(held, followed):
    url = begin(held)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(held.get, f"{url}/events")
        until(lambda: len(followed), bool)
        assert held.delete(url).status_code == 204
        assert "done" not in [name for _, name, _ in events(following.result(PATIENCE_SECONDS).text)]


def test_a_quiet_connection_is_kept_open(writer, done, monkeypatch):
    async def quiet(jobs, job_id) -> AsyncIterator[None]:
        yield None
        yield None

    monkeypatch.setattr(job_events, "events", quiet)
    assert writer.get(f"{done}/events").text.count("\n\n: ") == 2


@pytest.mark.slow
def test_others_are_answered_while_jobs_are_waited_for_and_followed(held, gate):
    """More callers wait than there are threads."""
    url = begin(held)
    with ThreadPoolExecutor(60) as pool:
        waiting = [pool.submit(held.get, f"{url}/events") for _ in range(30)]
        waiting += [pool.submit(held.post, "/v1/sweeps", json=FEW, headers={"Prefer": "wait=30"}) for _ in range(15)]
        assert held.get("/healthz").status_code == 200
        assert held.get("/v1/hubs/xian/analysis/utilization.txt").status_code == 200
        gate.let_go()
        assert {answer.result(PATIENCE_SECONDS).status_code for answer in waiting} <= {200, 202}
