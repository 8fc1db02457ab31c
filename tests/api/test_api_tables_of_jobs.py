"""Tables of jobs: all rows of a study in every format, and the layouts of what came of it."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from litestar.testing import TestClient

from hubcalc.api import create_app
from hubcalc.api.answer_cache import AnswerCache
from hubcalc.jobs.engine import Engine
from hubcalc.settings import Settings

sys.path.append(str(Path(__file__).parent.parent / "tables"))

from jobhelp import AT_ONCE, PATIENT, ROWS, THREE_CHUNKS, until
from readback import page, separated, workbook


@pytest.fixture(scope="module")
def rows_of(tmp_path_factory, seeded, checker):
    """Give a client and the address of a job that is done, with more rows than a page of JSON has."""
    path = Path(shutil.copy(seeded, tmp_path_factory.mktemp("rows") / "hubs.sqlite"))
    engine = Engine(lambda: ThreadPoolExecutor(1), 1)
    with TestClient(create_app(Settings(database=path, seed=False), engine=engine)) as client:
        client.event_hooks = {"response": [checker]}
        made = client.post("/v1/sweeps", json=THREE_CHUNKS, headers=PATIENT)
        assert made.status_code == 200, made.text
        yield client, made.headers["location"]


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["csv", "tsv", "txt", "html", "xml", "xlsx", "ods"])
def test_tables_of_rows_are_whole(rows_of, format_):
    client, url = rows_of
    response = client.get(f"{url}/rows.{format_}")
    assert response.status_code == 200
    content = response.content
    if format_ in ("xlsx", "ods"):
        rows = len(workbook(content)) - 1
    elif format_ == "html":
        rows = len(page(content)[0]) - 1
    elif format_ == "xml":
        rows = content.count(b"<entry>")
    else:
        rows = len(content.decode().splitlines()) - 1
    assert rows == ROWS
    assert client.get(f"{url}/rows.{format_}", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert client.head(f"{url}/rows.{format_}").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["csv", "tsv", "html", "xml"])
def test_many_rows_are_sent_as_they_are_read(rows_of, format_, monkeypatch):
    client, url = rows_of
    whole = client.get(f"{url}/rows.{format_}?dl=1")
    monkeypatch.setattr("hubcalc.api.job_rows.MOST_ROWS_PER_PAGE", ROWS - 1)
    client.app.state.answer_cache = AnswerCache(0)
    streamed = client.get(f"{url}/rows.{format_}?dl=1")
    assert "content-length" in whole.headers
    assert "content-length" not in streamed.headers
    for name in ("etag", "content-type", "content-disposition", "cache-control"):
        assert streamed.headers[name] == whole.headers[name]
    assert streamed.content == whole.content
    assert client.head(f"{url}/rows.{format_}").status_code == 200


def test_rows_as_csv_are_the_file_of_rows(rows_of):
    client, url = rows_of
    whole = client.get(f"{url}/rows.csv").content
    assert whole == client.get(f"{url}/files/rows.csv").content
    lines = whole.splitlines(keepends=True)
    assert client.get(f"{url}/rows.csv?offset=2000&header=off").content == b"".join(lines[2001:])
    assert client.get(f"{url}/rows.csv?limit=10&offset=1000").content == b"".join([lines[0], *lines[1001:1011]])


def test_rows_have_layouts(rows_of):
    client, url = rows_of
    rows = separated(client.get(f"{url}/rows.csv").content)
    place = [title.partition(" [")[0] for title in rows[0]].index("utilization")
    found = separated(client.get(f"{url}/rows.csv?fields=utilization,row").content)
    assert found == [[row[place], row[0]] for row in rows]
    tidy = separated(client.get(f"{url}/rows.csv?fields=utilization&shape=long").content)
    assert tidy == [["row", "name", "value", "unit"], *([row[0], "utilization", row[place], "1"] for row in rows[1:])]
    assert client.get(f"{url}/rows.csv?fields=utilization&shape=long&limit=1").text.splitlines()[1] == ",".join(tidy[1])
    assert client.get(f"{url}/rows.csv?fields=utilisation").status_code == 422
    assert client.get(f"{url}/rows.json?shape=long").status_code == 422


@pytest.mark.parametrize("format_", ["txt", "xlsx", "ods"])
def test_more_rows_than_are_made_at_once_are_refused(rows_of, format_, monkeypatch):
    client, url = rows_of
    monkeypatch.setattr("hubcalc.api.job_rows.MOST_ROWS_AT_ONCE", ROWS - 1)
    response = client.get(f"{url}/rows.{format_}")
    assert (response.status_code, response.json()["code"]) == (422, "refused")
    (problem,) = response.json()["errors"]
    assert "files/rows.csv" in problem["hint"]
    assert client.get(f"{url}/rows.{format_}?offset=1").status_code == 200
    assert client.get(f"{url}/rows.csv").status_code == 200


def test_a_table_is_not_cut_where_rows_are_missing(held, gate):
    """JSON says that more will come; a sheet would not see it."""
    url = held.post("/v1/sweeps", json=THREE_CHUNKS, headers=AT_ONCE).headers["location"]
    gate.let_go(1)
    until(lambda: held.get(url).json(), lambda job: job["progress"]["done_rows"])
    response = held.get(f"{url}/rows.csv")
    assert (response.status_code, response.json()["code"]) == (409, "job_state")
    assert "limit=" in response.json()["errors"][0]["hint"]
    assert len(held.get(f"{url}/rows.csv?limit=1000").text.splitlines()) == 1_001
    held.post(f"{url}/cancel")
    until(lambda: held.get(url).json()["state"], "canceled".__eq__)
    assert "ended" in held.get(f"{url}/rows.csv").json()["errors"][0]["message"]
    assert held.get(f"{url}/rows").status_code == 200


@pytest.mark.parametrize("end", ["", "/result"])
def test_jobs_have_layouts(rows_of, end):
    client, url = rows_of
    whole = client.get(f"{url}{end}.csv").content
    rows = separated(whole)
    name = rows[0][-1].partition(" [")[0]
    assert separated(client.get(f"{url}{end}.csv?fields={name}").content) == [row[-1:] for row in rows]
    assert client.get(f"{url}{end}.csv?header=off").content == whole.split(b"\r\n", 1)[1]
    assert client.get(f"{url}{end}.json?header=off").status_code == 422
    assert "content-disposition" in client.get(f"{url}{end}.csv?dl=1").headers


def test_the_list_of_jobs_has_layouts(rows_of):
    client, _ = rows_of
    rows = separated(client.get("/v1/jobs.csv?fields=state,id").content)
    assert rows[0] == ["state", "id"]
    assert client.get("/v1/jobs.csv?header=off&fields=state").text == "done\r\n"
    assert client.get("/v1/jobs.json?dl=1").status_code == 422
