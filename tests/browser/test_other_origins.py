"""What scripts on pages of other origins may do: read answers and errors, keep copies, send documents, follow a job."""

import signal

import httpx
import pytest
from served import Server

CELL = "/v1/hubs/khorgos-gateway/analysis/utilization.json?method=fast"
KEY = "correct-horse"
STUDY = {
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "design": {"kind": "grid", "values": {"flow.per_day": "5..12:0.001", "stages.front.cranes": [3, 4, 5]}},
}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """Give a server that asks for a key."""
    started = Server(tmp_path_factory.mktemp("keyed") / "hubs.sqlite", HUBCALC_API_KEY=KEY)
    started.start()
    yield started
    started.end(signal.SIGKILL)


@pytest.mark.slow
def test_an_answer_is_read_and_a_copy_kept(server, from_elsewhere):
    script = """
        const first = await fetch(url), body = await first.json(), tag = first.headers.get("ETag");
        const again = await fetch(url, {headers: {"If-None-Match": tag}, cache: "no-store"});
        return [first.status, body, tag, again.status, first.headers.get("X-Request-ID")];
    """
    status, body, tag, again, number = from_elsewhere(script, url=server.url + CELL)
    assert (status, again) == (200, 304)
    assert body == httpx.get(server.url + CELL).json()
    assert tag.strip('W/"')
    assert number


def test_an_error_is_read(server, from_elsewhere):
    script = "const found = await fetch(url); return [found.status, await found.json()];"
    status, problem = from_elsewhere(script, url=f"{server.url}{CELL}&stages.front.cranes=none")
    assert status == problem["status"] == 422
    assert problem["errors"][0]["parameter"] == "stages.front.cranes"


def test_documents_are_sent(server, from_elsewhere):
    hub = httpx.get(f"{server.url}/v1/hubs/xian").json() | {"id": "from-a-page"}
    script = """
        const send = headers => fetch(url, {method: "PUT", body: JSON.stringify(hub),
                                            headers: {"Content-Type": "application/json", ...headers}});
        const made = await send({"If-None-Match": "*"}), again = await send({"If-None-Match": "*"});
        const changed = await send({"If-Match": made.headers.get("ETag")});
        const removed = await fetch(url, {method: "DELETE", headers: {"If-Match": changed.headers.get("ETag")}});
        return [made, again, changed, removed].map(each => each.status);
    """
    assert from_elsewhere(script, url=f"{server.url}/v1/hubs/from-a-page", hub=hub) == [201, 412, 200, 204]


@pytest.mark.slow
def test_a_job_is_followed(server, from_elsewhere):
    script = """
        const made = await fetch(url + "/v1/sweeps", {method: "POST", body: JSON.stringify(study),
            headers: {"Content-Type": "application/json", "Prefer": "respond-async", "Idempotency-Key": "a-page"}});
        const place = new URL(made.headers.get("Location"), url), seen = [];
        return [made.status, await new Promise((done, failed) => {
            const source = new EventSource(place + "/events");
            for (const name of ["state", "progress", "done"])
                source.addEventListener(name, event => {
                    const job = JSON.parse(event.data);
                    seen.push([name, job.state, job.progress.done_rows]);
                    if (name === "done") { source.close(); done(seen); }
                });
        }), place.pathname];
    """
    status, seen, path = from_elsewhere(script, url=server.url, study=STUDY)
    assert status == 202
    assert seen[-1][:2] == ["done", "done"]
    steps = [done for _, _, done in seen]
    assert steps == sorted(steps)
    assert steps[-1] == httpx.get(f"{server.url}{path}").json()["progress"]["rows"]


@pytest.mark.slow
def test_a_key_goes_with_a_header_and_with_the_address_of_events(keyed, from_elsewhere):
    script = """
        const bare = await fetch(url + cell);
        const headed = await fetch(url + cell, {headers: {"X-API-Key": key}});
        const bearer = await fetch(url + cell, {headers: {"Authorization": "Bearer " + key}});
        const made = await fetch(url + "/v1/sweeps", {method: "POST", body: JSON.stringify(study),
            headers: {"Content-Type": "application/json", "X-API-Key": key}});
        const place = new URL(made.headers.get("Location"), url);
        const last = await new Promise(done => {
            const source = new EventSource(place + "/events?key=" + key);
            source.addEventListener("done", event => { source.close(); done(JSON.parse(event.data).state); });
        });
        return [bare.status, (await bare.json()).code, headed.status, bearer.status, last];
    """
    found = from_elsewhere(script, url=keyed.url, cell=CELL, key=KEY, study=STUDY)
    assert found == [401, "no_access", 200, 200, "done"]
