"""What each method sends, and what it makes of the answer; the same for both clients."""

import json
import math
from typing import Any

import httpx
import numpy as np
import pytest

from hubcalc.client import Analysis
from hubcalc.errors import OverrideError, ParameterError, RemoteError, UnknownPathError
from hubmodels import HUB, Hub
from hubmodels.results import AnalysisReport

SUMMARY = {
    "name": "A hub",
    "kind": "dry_port",
    "countries": ["KZ"],
    "version": 1,
    "summary": "",
    "updated_at": "2026-01-02T03:04:05Z",
}


def page(ids: list[str], total: int, next_url: str | None) -> httpx.Response:
    items = [{"id": id_, **SUMMARY} for id_ in ids]
    return httpx.Response(200, json={"items": items, "total": total, "limit": 2, "offset": 0, "next_url": next_url})


def stored(document: Hub, status: int = 200, etag: str = '"3"') -> httpx.Response:
    return httpx.Response(status, content=HUB.dump_json(document), headers={"ETag": etag})


def reported(report: AnalysisReport) -> httpx.Response:
    return httpx.Response(200, content=report.model_dump_json())


def test_hubs_follows_the_pages(connect: Any, server: Any) -> None:
    elsewhere = "http://internal:8000/v1/hubs?kind=dry_port&limit=2&offset=2"
    answering = server(page(["a1", "b1"], 3, elsewhere), page(["c1"], 3, None))
    found = connect(answering).hubs(kind="dry_port")
    assert [summary.id for summary in found] == ["a1", "b1", "c1"]
    assert found[0].updated_at.year == 2026
    assert [str(request.url) for request in answering.requests] == [
        "http://hub.test/v1/hubs?kind=dry_port",
        "http://hub.test/v1/hubs?kind=dry_port&limit=2&offset=2",  # the host that was asked, not the one it names
    ]


def test_hubs_ends_though_the_server_always_names_a_next_page(connect: Any, server: Any) -> None:
    answering = server(page(["a1"], 3, "/v1/hubs?offset=0"))
    assert len(connect(answering).hubs()) == 3
    assert connect(server(page([], 3, "/v1/hubs?offset=0"))).hubs() == []


@pytest.mark.parametrize("etag", ['"3"', 'W/"3"'])
def test_hub_gives_the_document_and_its_version(connect: Any, server: Any, port: Hub, etag: str) -> None:
    answering = server(stored(port, etag=etag))
    got = connect(answering).hub("khorgos-gateway", version=3)
    assert (got.document, got.version, got.etag) == (port, 3, etag)
    assert answering.request.url.raw_path == b"/v1/hubs/khorgos-gateway?version=3"


def test_a_document_without_version_is_refused(connect: Any, server: Any, port: Hub) -> None:
    with pytest.raises(RemoteError, match="ETag is ''"):
        connect(server(httpx.Response(200, content=HUB.dump_json(port)))).hub("khorgos-gateway")


def test_base_address_may_have_a_path(connect: Any, server: Any, port: Hub) -> None:
    answering = server(stored(port))
    connect(answering, base_url="https://hub.test/calc/").hub("a/b")
    assert str(answering.request.url) == "https://hub.test/calc/v1/hubs/a%2Fb"


def test_base_address_comes_from_the_environment(
    connect: Any, server: Any, port: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = server(stored(port))
    monkeypatch.setenv("HUBCALC_URL", "http://env.test:81")
    connect(answering, base_url=None).hub("xian")
    monkeypatch.delenv("HUBCALC_URL")
    connect(answering, base_url=None).hub("xian")
    assert [request.url.netloc for request in answering.requests] == [b"env.test:81", b"127.0.0.1:8000"]


def test_requests_say_who_asks(connect: Any, server: Any, port: Hub) -> None:
    answering = server(stored(port))
    connect(answering).hub("xian")
    assert answering.request.headers["User-Agent"].startswith("hubcalc/")
    assert answering.request.headers["Accept"] == "application/json"


@pytest.mark.parametrize("hub_id", ["", ".", ".."])
def test_an_id_never_leads_elsewhere(connect: Any, server: Any, hub_id: str) -> None:
    answering = server(httpx.Response(204))
    with pytest.raises(ParameterError):
        connect(answering).delete_hub(hub_id, version="*")
    assert answering.requests == []


@pytest.mark.parametrize(
    ("method", "settings", "condition"),
    [
        ("create_hub", {}, ("If-None-Match", "*")),
        ("replace_hub", {"version": 3}, ("If-Match", '"3"')),
        ("replace_hub", {"version": "*"}, ("If-Match", "*")),
    ],
)
def test_put(
    connect: Any, server: Any, port: Hub, method: str, settings: dict[str, Any], condition: tuple[str, str]
) -> None:
    answering = server(stored(port, 201, '"4"'))
    got = getattr(connect(answering), method)(port, **settings)
    name, value = condition
    assert got.version == 4
    assert (answering.request.method, answering.request.url.path) == ("PUT", "/v1/hubs/khorgos-gateway")
    assert answering.request.headers[name] == value
    assert len({"If-Match", "If-None-Match"} & {key.title() for key in answering.request.headers}) == 1
    assert HUB.validate_json(answering.request.content) == port


def test_patch(connect: Any, server: Any, port: Hub) -> None:
    answering = server(stored(port))
    connect(answering).patch_hub("khorgos-gateway", {"summary": None, "name": "K"}, version=2)
    assert answering.request.method == "PATCH"
    assert answering.request.headers["Content-Type"] == "application/merge-patch+json"
    assert answering.request.headers["If-Match"] == '"2"'
    assert json.loads(answering.request.content) == {"summary": None, "name": "K"}


def test_delete(connect: Any, server: Any) -> None:
    answering = server(httpx.Response(204))
    assert connect(answering).delete_hub("xian", version=1) is None
    assert (answering.request.method, answering.request.headers["If-Match"]) == ("DELETE", '"1"')


def test_versions(connect: Any, server: Any) -> None:
    item = {"version": 1, "created_at": "2026-01-02T03:04:05Z", "origin": "fixture", "deleted": False, "later": 1}
    answering = server(httpx.Response(200, json={"items": [item]}))
    (version,) = connect(answering).hub_versions("xian")
    assert (version.version, version.origin, version.deleted) == (1, "fixture", False)


@pytest.mark.parametrize(("replacing", "header"), [(None, None), (5, '"5"')])
def test_restore(connect: Any, server: Any, port: Hub, replacing: int | None, header: str | None) -> None:
    answering = server(stored(port, etag='"6"'))
    assert connect(answering).restore_hub("xian", 2, replacing=replacing).version == 6
    assert (answering.request.method, answering.request.url.path) == ("POST", "/v1/hubs/xian/versions/2/restore")
    assert answering.request.headers.get("If-Match") == header


@pytest.mark.parametrize(
    ("choices", "read"), [([], ()), (None, ()), ("", ()), ("gamma erlang", ("gamma", "erlang")), (["a"], ("a",))]
)
def test_paths(connect: Any, server: Any, choices: object, read: tuple[str, ...]) -> None:
    item = {
        "path": "stages.front.cranes",
        "type": "integer",
        "unit": "cranes",
        "value": 3,
        "allowed": "a whole number",
        "lower": 1,
        "upper": None,
        "choices": choices,
        "basis": "published",
        "source": "a",
        "year": 2020,
        "note": "",
        "description": "Cranes",
    }
    (path,) = connect(server(httpx.Response(200, json={"items": [item]}))).paths("xian")
    assert (path.path, path.value, path.upper, path.choices) == ("stages.front.cranes", 3, None, read)


def test_info(connect: Any, server: Any) -> None:
    body = {
        "name": "hubcalc",
        "version": "0.1.0",
        "model_version": "2026.1",
        "limits": {"body_bytes": 1_000, "scenarios": 10, "new": 1},
        "metrics": [{"name": "utilization", "unit": "1", "description": "Load"}],
        "stage_kinds": ["gate"],
        "formats": ["json"],
    }
    info = connect(server(httpx.Response(200, json=body))).info()
    assert (info.limits.scenarios, info.metrics[0].name) == (10, "utilization")


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False)])
def test_ready(connect: Any, server: Any, status: int, ready: bool) -> None:
    answering = server(httpx.Response(status, json={}))
    assert connect(answering).ready() is ready
    assert answering.request.url.path == "/readyz"


OVERRIDES = {
    "stages.front.cranes": range(3, 6),
    "flow.per_day": np.array([10.5, 12.0]),
    "stages.desk.servers": np.int64(2),
    "stages.desk.service_time.law": ["gamma", "erlang"],
}


def test_analysis_of_a_stored_hub_is_a_get(connect: Any, server: Any, report: AnalysisReport) -> None:
    answering = server(reported(report))
    got = connect(answering).analysis(
        "xian", OVERRIDES, fields=["wait_mean_hours", "bottleneck"], scale="trucks", method="fast", version=2
    )
    assert got == Analysis(report)
    assert answering.request.method == "GET"
    assert list(answering.request.url.params.multi_items()) == [
        ("stages.front.cranes", "3,4,5"),
        ("flow.per_day", "10.5,12.0"),
        ("stages.desk.servers", "2"),
        ("stages.desk.service_time.law", "gamma,erlang"),
        ("fields", "wait_mean_hours,bottleneck"),
        ("scale", "trucks"),
        ("method", "fast"),
        ("version", "2"),
    ]


def test_analysis_of_a_document_is_a_post(connect: Any, server: Any, port: Hub, report: AnalysisReport) -> None:
    answering = server(reported(report))
    connect(answering).analysis(port, OVERRIDES, fields=("bottleneck",))
    assert (answering.request.method, answering.request.url.path) == ("POST", "/v1/analysis")
    body = json.loads(answering.request.content)
    assert HUB.validate_python(body.pop("hub")) == port
    assert body == {
        "overrides": {
            "stages.front.cranes": [3, 4, 5],
            "flow.per_day": [10.5, 12.0],
            "stages.desk.servers": [2],
            "stages.desk.service_time.law": ["gamma", "erlang"],
        },
        "fields": ["bottleneck"],
        "scale": None,
        "method": None,
    }


def test_analysis_too_long_for_an_address_is_a_post(connect: Any, server: Any, report: AnalysisReport) -> None:
    answering = server(reported(report))
    client = connect(answering)
    path = "/v1/hubs/xian/analysis?stages.front.cranes="
    fits = "1" * (8_000 - len(path))
    client.analysis("xian", {"stages.front.cranes": fits})
    client.analysis("xian", {"stages.front.cranes": fits + "1"})
    client.analysis("xian", {"stages.front.cranes": range(100_000)})
    assert [request.method for request in answering.requests] == ["GET", "POST", "POST"]
    assert len(answering.requests[0].url.raw_path) == 8_000
    assert json.loads(answering.requests[1].content)["hub"] == "xian"


def test_a_version_needs_a_stored_hub_and_an_address(connect: Any, server: Any, port: Hub) -> None:
    client = connect(server(httpx.Response(500)))
    with pytest.raises(ParameterError, match="a document given has no version"):
        client.analysis(port, version=2)
    with pytest.raises(ParameterError, match="too many values"):
        client.analysis("xian", {"stages.front.cranes": range(9_000)}, version=2)


@pytest.mark.parametrize("value", ["2..6", "2,3", " ", [], math.nan, math.inf, True, None, [1, None], [[1]]])
def test_values_that_are_none_are_refused_unsent(connect: Any, server: Any, value: Any) -> None:
    answering = server(httpx.Response(500))
    with pytest.raises(OverrideError, match=r"stages\.front\.cranes: no"):
        connect(answering).analysis("xian", {"stages.front.cranes": value})
    assert answering.requests == []


@pytest.mark.parametrize("method", ["analysis", "metric"])
def test_a_path_never_becomes_a_parameter_of_the_server(connect: Any, server: Any, method: str) -> None:
    arguments = ("xian",) if method == "analysis" else ("xian", "utilization")
    with pytest.raises(UnknownPathError, match="format: no path"):
        getattr(connect(server(httpx.Response(500))), method)(*arguments, {"format": "csv"})


def test_metric(connect: Any, server: Any) -> None:
    verdict = {"status": "exact", "method": "M/M/c"}
    body = {"metric": "stages.front.utilization", "value": 0.5, "unit": "1", "verdict": verdict, "hub": "xian"}
    answering = server(httpx.Response(200, json=body))
    got = connect(answering).metric("xian", "stages.front.utilization", {"stages.front.cranes": 4}, version=1)
    assert (got.metric, got.value, got.unit, got.verdict.status) == ("stages.front.utilization", 0.5, "1", "exact")
    target = b"/v1/hubs/xian/analysis/stages.front.utilization.json?stages.front.cranes=4&version=1"
    assert answering.request.url.raw_path == target


def test_metric_takes_one_value(connect: Any, server: Any) -> None:
    with pytest.raises(OverrideError):
        connect(server(httpx.Response(500))).metric("xian", "utilization", {"stages.front.cranes": [3, 4]})


def test_what_a_newer_server_adds_to_a_report_is_passed_over(connect: Any, server: Any, report: AnalysisReport) -> None:
    body = report.model_dump(mode="json")
    body["results"][0]["novelty"] = body["novelty"] = 1
    assert connect(server(httpx.Response(200, json=body))).analysis("xian").report == report
