"""Studies over HTTP: every request makes a job; what is done soon is answered at once."""

import pytest
from jobhelp import AT_ONCE, FEW, PATIENT, ROWS, THREE_CHUNKS, until

import hubcalc
from hubcalc.studies.registry import STUDY_KINDS
from hubcalc.studies.running import run_study

CSV = {"content-type": "text/csv"}


def test_what_is_done_soon_is_answered_at_once(writer):
    response = writer.post("/v1/sweeps", json=FEW, headers=PATIENT)
    assert response.status_code == 200
    answer = response.json()
    assert response.headers["location"] == f"/v1/jobs/{answer['job']['id']}"
    assert response.headers["cache-control"] == "no-store"
    assert answer["job"]["state"] == "done"
    assert answer["job"]["progress"] == {
        "done_rows": 3,
        "rows": 3,
        "rows_per_second": None,
        "seconds_left": None,
        "step": None,
    }
    here = run_study("sweep", FEW).result.model_dump(mode="json")
    there = answer["result"]
    assert there["summaries"] == here["summaries"]
    assert there["subject"] == {**here["subject"], "documents": {"khorgos-gateway": 1}}
    expected = [hubcalc.analyze("khorgos-gateway", {"stages.front.cranes": c}, method="fast").to_rows() for c in (3, 5)]
    (summary,) = [column for column in there["summaries"] if column["name"] == "utilization"]
    assert summary["greatest"] == pytest.approx(expected[0][0]["utilization"], rel=1e-12)
    assert summary["least"] == pytest.approx(expected[1][0]["utilization"], rel=1e-12)


def test_what_takes_longer_is_a_job_to_come_back_for(held, gate):
    response = held.post("/v1/sweeps", json=THREE_CHUNKS, headers=AT_ONCE)
    assert response.status_code == 202
    assert response.json()["result"] is None
    assert response.headers["preference-applied"] == "wait=0"
    assert int(response.headers["retry-after"]) >= 1
    url = response.headers["location"]
    assert held.get(url).json()["state"] in ("queued", "running")
    gate.let_go()
    until(lambda: held.get(url).json()["state"], "done".__eq__)
    assert held.get(f"{url}/result").json()["rows"] == ROWS


def test_a_study_that_is_done_while_it_is_waited_for(held, gate, monkeypatch):
    """The answer comes with the end of the job, not with the end of the wait."""
    gate.let_go()
    response = held.post("/v1/sweeps", json=THREE_CHUNKS, headers={"Prefer": "wait=30"})
    assert response.status_code == 200
    assert response.headers["preference-applied"] == "wait=30"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=0", "wait=0"),
        ("respond-async", "wait=0"),
        ("respond-async, wait=1", "wait=1"),
        ('handling=lenient, WAIT="1"; foo', "wait=1"),
        ("wait=soon, respond-async", "wait=0"),
    ],
)
def test_preferences_are_read_as_rfc_7240_says(held, prefer, applied):
    response = held.post("/v1/sweeps", json=THREE_CHUNKS, headers={"Prefer": prefer})
    assert (response.status_code, response.headers["preference-applied"]) == (202, applied)


def test_nobody_waits_for_longer_than_half_a_minute(writer):
    response = writer.post("/v1/sweeps", json=FEW, headers={"Prefer": "wait=86400"})
    assert response.headers["preference-applied"] == "wait=30"


@pytest.mark.slow
@pytest.mark.parametrize("prefer", [None, "wait=", "wait=-1", "return=minimal", ""])
def test_preferences_that_are_none_are_passed_over(writer, prefer):
    response = writer.post("/v1/sweeps", json=FEW, headers={} if prefer is None else {"Prefer": prefer})
    assert response.status_code in (200, 202), "within two seconds, or later"
    assert "preference-applied" not in response.headers


def test_a_key_makes_one_job_however_often_it_is_sent(writer):
    headers = {**PATIENT, "Idempotency-Key": "monday-1"}
    first, again = (writer.post("/v1/sweeps", json=FEW, headers=headers) for _ in range(2))
    assert first.json()["job"] == again.json()["job"]
    assert first.json()["job"]["idempotency_key"] == "monday-1"
    assert writer.get("/v1/jobs").json()["total"] == 1
    other = writer.post("/v1/sweeps", json={**FEW, "fields": ["bottleneck"]}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    elsewhere = writer.post("/v1/sweeps", json=FEW, headers={**headers, "X-Hubcalc-Client": "b"})
    assert elsewhere.json()["job"]["id"] != first.json()["job"]["id"]


def test_a_key_of_any_length_is_refused(writer):
    response = writer.post("/v1/sweeps", json=FEW, headers={"Idempotency-Key": "k" * 256})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "Idempotency-Key")


def test_a_client_may_have_only_so_many_unfinished_jobs(serve, gate):
    with serve(gate.engine(), jobs_per_client=2) as client:

        def ask(name):
            return client.post("/v1/sweeps", json=THREE_CHUNKS, headers={**AT_ONCE, "X-Hubcalc-Client": name})

        assert [ask("a").status_code for _ in range(2)] == [202, 202]
        refused = ask("a")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_jobs")
        assert int(refused.headers["retry-after"]) > 0
        assert ask("b").status_code == 202
        assert client.get("/v1/jobs", headers={"X-Hubcalc-Client": "a"}).json()["total"] == 2
        gate.let_go()


@pytest.mark.parametrize("name", ["a b", "ä".encode("latin-1"), "x" * 65, "a:b"])
def test_names_of_clients_are_plain(writer, name):
    response = writer.get("/v1/jobs", headers={"X-Hubcalc-Client": name})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "X-Hubcalc-Client")


@pytest.mark.slow
def test_a_server_without_workers_only_takes_jobs_in(serve, database):
    with serve(job_workers=0) as client:
        response = client.post("/v1/sweeps", json=FEW, headers={"Prefer": "wait=1"})
        assert (response.status_code, response.json()["job"]["state"]) == (202, "queued")
        url = response.headers["location"]
    with serve() as client:
        until(lambda: client.get(url).json()["state"], "done".__eq__)


def test_a_study_that_fails_is_answered_with_its_problem(writer, monkeypatch):
    from hubcalc.errors import Problem, RefusedError
    from hubcalc.studies.sweeps import Sweep

    def conclude(self, source):
        raise RefusedError.of(Problem("no such mix", pointer="/targets", hint="ask for less"))

    monkeypatch.setattr(Sweep, "conclude", conclude)
    response = writer.post("/v1/sweeps", json=FEW, headers=PATIENT)
    assert (response.status_code, response.json()["code"]) == (422, "refused")
    assert response.json()["errors"] == [{"message": "no such mix", "pointer": "/targets", "hint": "ask for less"}]
    url = response.headers["location"]
    job = writer.get(url).json()
    assert (job["state"], job["problem"]["code"]) == ("failed", "refused")
    for what in ("result", "files/rows.csv"):
        again = writer.get(f"{url}/{what}")
        assert (again.status_code, again.json()["errors"]) == (422, response.json()["errors"])
    monkeypatch.undo()
    assert writer.post(f"{url}/resume").json()["state"] in ("queued", "running", "done")
    until(lambda: writer.get(url).json()["state"], "done".__eq__)


def test_a_fault_of_ours_is_told_without_the_inside(writer, monkeypatch):
    from hubcalc.studies.sweeps import Sweep

    monkeypatch.setattr(Sweep, "evaluate", lambda *_: 1 / 0)
    with pytest.raises(AssertionError, match="internal_error"):  # the checker of answers takes no 500
        writer.post("/v1/sweeps", json=FEW, headers=PATIENT)


def test_a_table_is_a_sweep(writer):
    table = "stages.front.cranes [cranes];flow.per_day [trains/day]\r\n3;10,5\r\n4;\r\n;9\r\n"
    url = "/v1/sweeps?hub=khorgos-gateway&fields=utilization&method=auto&stages.front.place_minutes=2.5"
    response = writer.post(url, content=table, headers={**CSV, **PATIENT})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["result"]["design"] == "csv"
    assert answer["result"]["subject"]["overrides"] == {"stages.front.place_minutes": "2.5"}
    rows = writer.get(f"{response.headers['location']}/rows").json()["items"]
    for row, given in zip(
        rows,
        ({"stages.front.cranes": 3, "flow.per_day": 10.5}, {"stages.front.cranes": 4}, {"flow.per_day": 9}),
        strict=True,
    ):
        (expected,) = hubcalc.analyze(
            "khorgos-gateway", {**given, "stages.front.place_minutes": 2.5}, metrics=["utilization"]
        ).to_rows()
        assert row["utilization"] == pytest.approx(expected["utilization"], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "content", "status", "place"),
    [
        ("", "stages.front.cranes\n3\n", 422, ("parameter", "hub")),
        ("hub=xian&line=steppe-line", "a.b\n3\n", 422, ("parameter", "line")),
        ("hub=xian&seed=3", "a.b\n3\n", 422, ("parameter", "seed")),
        ("hub=xian&stages.front.cranes=3,4", "a.b\n3\n", 422, ("parameter", "stages.front.cranes")),
        ("hub=xian", " \n", 400, ("pointer", "")),
        ("hub=xian", b"\xff\xfe", 400, ("pointer", "")),
        ("hub=xian", "stages.front.cranes\n", 422, ("pointer", "/design/text")),
        ("hub=xian&format=csv", "stages.front.cranes\n3\n", 422, ("parameter", "format")),
    ],
)
def test_tables_that_cannot_be_sweeps(writer, query, content, status, place):
    response = writer.post(f"/v1/sweeps?{query}", content=content, headers=CSV)
    assert response.status_code == status, response.text
    key, value = place
    assert response.json()["errors"][0][key] == value


def test_only_sweeps_are_made_of_tables(writer):
    for kind in STUDY_KINDS.values():
        response = writer.post(f"/v1/{kind.path}", content="a.b\n3\n", headers=CSV)
        assert response.status_code == (422 if kind.name == "sweep" else 415)


@pytest.mark.parametrize(
    ("change", "status", "code", "place"),
    [
        ({"subject": {"kind": "hub", "id": "nowhere"}}, 404, "not_found", None),
        ({"subject": None}, 422, "invalid_request", None),
        ({"design": {"kind": "grid", "values": {"stages.front.crane": [3]}}}, 422, "invalid_override", "/design"),
        ({"design": {"kind": "grid", "values": {}}}, 422, "invalid_request", "/design/values"),
        ({"novelty": 1}, 422, "invalid_request", "/novelty"),
        ({"fields": ["utilisation"]}, 422, None, None),
    ],
)
def test_bad_requests_point_to_the_place(writer, change, status, code, place):
    response = writer.post("/v1/sweeps", json={**FEW, **change})
    problem = response.json()
    assert response.status_code == status, response.text
    assert code in (None, problem["code"])
    if place:
        assert problem["errors"][0]["pointer"].startswith(place)
    assert writer.get("/v1/jobs").json()["total"] == 0


def test_more_rows_than_a_job_may_have(serve):
    with serve(job_rows_limit=2) as client:
        response = client.post("/v1/sweeps", json=FEW)
        assert (response.status_code, response.json()["code"]) == (422, "too_many_scenarios")


@pytest.mark.slow
def test_studies_may_be_longer_than_other_requests(serve):
    with serve(body_limit_bytes=2_000, study_body_limit_bytes=50_000) as client:

        def table(rows):
            return "stages.front.cranes\n" + "3\n" * rows

        url = "/v1/sweeps?hub=khorgos-gateway&fields=utilization"
        assert client.post(url, content=table(20_000), headers=CSV).status_code in (200, 202)
        assert client.post(url, content=table(30_000), headers=CSV).status_code == 413
        assert client.post("/v1/analysis", content=b" " * 3_000).status_code == 413


def test_a_database_that_cannot_be_written_takes_no_jobs(serve, database):
    with serve() as client:
        client.app.state.jobs.database.read_only = True
        response = client.post("/v1/sweeps", json=FEW)
        assert (response.status_code, response.json()["code"]) == (503, "store_read_only")
        assert client.get("/v1/jobs").json()["total"] == 0


def test_the_document_names_every_kind_of_study(reader):
    paths = reader.get("/openapi.json").json()["paths"]
    assert {kind.path for kind in STUDY_KINDS.values()} <= {path.removeprefix("/v1/") for path in paths}
    bodies = paths["/v1/sweeps"]["post"]["requestBody"]["content"]
    assert set(bodies) == {"application/json", "text/csv"}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_is_refused_where_nothing_is_drawn(writer, seed):
    answer = writer.post("/v1/sweeps", json={**FEW, "seed": seed}, headers=PATIENT)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/seed"
    assert "leave it out" in error["message"]
