"""hubcalc.Client and hubcalc.AsyncClient against a real server."""

import asyncio

import pytest

import hubcalc
import hubfixtures
from hubcalc import AsyncClient, Client
from hubcalc.errors import ConnectionFailedError, ProblemError

CRANES = "stages.front.cranes"


class Blocking:
    """An AsyncClient whose methods are awaited to the end."""

    def __init__(self, client, runner):
        self._client, self._runner = client, runner

    def __getattr__(self, name):
        method = getattr(self._client, name)
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))


@pytest.fixture(scope="module", params=["Client", "AsyncClient"])
def client(request, server):
    with asyncio.Runner() as runner:
        kind = {"Client": Client, "AsyncClient": AsyncClient}[request.param]
        opened = kind(server.url, timeout_seconds=60)
        client = opened if isinstance(opened, Client) else Blocking(opened, runner)
        yield client
        client.close()


@pytest.mark.slow
def test_hubs(client):
    assert [hub.id for hub in client.hubs()] == sorted(hubfixtures.names())
    assert {hub.kind for hub in client.hubs(kind="terminal")} == {"terminal"}
    assert "khorgos-gateway" in [hub.id for hub in client.hubs(country="KZ", q="gateway")]


@pytest.mark.parametrize("hub_id", hubfixtures.names())
def test_a_document_is_the_fixture(client, hub_id):
    stored = client.hub(hub_id)
    assert stored.document == hubfixtures.load(hub_id)
    assert (stored.version, stored.etag) == (1, '"1"')


@pytest.mark.slow
def test_an_analysis_over_lists_is_that_made_in_this_process(client):
    overrides, fields = (
        {CRANES: [2, 3, 4], "flow.per_day": [10, 12.5]},
        ["utilization", "wait_mean_hours", "bottleneck"],
    )
    rows = client.analysis("khorgos-gateway", overrides, fields=fields, method="fast").to_rows()
    local = hubcalc.analyze("khorgos-gateway", overrides, metrics=fields, method="fast").to_rows()
    assert len(rows) == 6
    assert rows == local


@pytest.mark.slow
def test_a_simulated_analysis_is_that_made_in_this_process(client):
    fields = ["dwell_mean_hours", "dwell_p90_hours"]
    there = client.analysis("khorgos-gateway", fields=fields, method="simulate").report.results[0].metrics
    here = hubcalc.analyze("khorgos-gateway", metrics=fields, method="simulate").report.results[0].metrics
    assert there == here
    assert {metric.verdict.status for metric in there.values()} == {"simulated"}


def test_an_analysis_of_a_document_that_is_not_stored(client):
    document = hubfixtures.load("xian").model_copy(update={"id": "not-stored"})
    answer = client.analysis(document, fields=["utilization"])
    assert answer.report.hub.id == "not-stored"
    assert answer.to_rows() == hubcalc.analyze("xian", metrics=["utilization"]).to_rows()


def test_a_metric(client):
    front = {CRANES: 2, "flows.eastbound.per_day": 0}
    value = client.metric("khorgos-gateway", "theoretical_capacity_per_day", front)
    assert value.value == pytest.approx(24 * 2 * 16.5 * 0.95 / (45.5 * 1.2 * 1.05), rel=1e-9)
    assert value.unit == "trains/day"
    assert client.metric("khorgos-gateway", "stages.front.utilization").unit == "1"
    unstable = client.metric("khorgos-gateway", "wait_mean_hours", {"flow.per_day": 40})
    assert (unstable.value, unstable.verdict.status) == (None, "unstable")


def test_paths_info_and_readiness(client):
    assert CRANES in [path.path for path in client.paths("khorgos-gateway")]
    assert client.info().model_version == hubcalc.MODEL_VERSION
    assert client.ready() is True


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (lambda c: c.hub("nowhere"), 404, "not_found"),
        (lambda c: c.analysis("khorgos-gateway", {"stages.front.crane": 3}), 422, "unknown_path"),
        (lambda c: c.analysis("khorgos-gateway", {CRANES: 0}), 422, "invalid_override"),
        (lambda c: c.analysis("khorgos-gateway", {CRANES: range(1, 2000)}), 422, "too_many_scenarios"),
        (lambda c: c.metric("nur-zholy-khorgos", "capacity_teu_per_year"), 422, "refused"),
        (lambda c: c.create_hub(hubfixtures.load("xian")), 412, "already_exists"),
        (lambda c: c.delete_hub("xian", version=7), 412, "stale_version"),
    ],
)
def test_problems_are_exceptions(client, call, status, code):
    with pytest.raises(ProblemError) as caught:
        call(client)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.problems


def test_the_life_of_a_document(client, request):
    hub_id = "life-" + request.node.callspec.params["client"].lower()
    document = hubfixtures.load("xian").model_copy(update={"id": hub_id})
    assert client.create_hub(document).version == 1
    assert client.patch_hub(hub_id, {"name": "Patched"}, version=1).document.name == "Patched"
    assert client.replace_hub(document, version=2).version == 3
    assert client.hub(hub_id, version=2).document.name == "Patched"
    client.delete_hub(hub_id, version=3)
    with pytest.raises(ProblemError, match="deleted"):
        client.hub(hub_id)
    restored = client.restore_hub(hub_id, 2)
    assert (restored.version, restored.document.name) == (5, "Patched")
    assert [version.deleted for version in client.hub_versions(hub_id)] == [False, False, False, True, False]
    client.delete_hub(hub_id, version="*")


def test_many_calls_at_once(server):
    async def run():
        async with AsyncClient(server.url, timeout_seconds=60) as client:
            rows = [{"flow.per_day": n, "flows.eastbound.per_day": 0} for n in range(1, 11)]
            calls = [client.metric("khorgos-gateway", "utilization", row) for row in rows]
            return [answer.value for answer in await asyncio.gather(*calls)]

    values = asyncio.run(run())
    assert values == sorted(values)
    assert values[9] == pytest.approx(10 * values[0])


def test_a_server_that_is_not_there():
    with Client("http://127.0.0.1:9", retries=0) as client, pytest.raises(ConnectionFailedError, match="127"):
        client.hubs()
