"""Copy as: the same parameters as the question itself, checked as the question checks them."""

import pytest

HUB = "/v1/hubs/khorgos-gateway"
THINGS = {
    "analysis": f"{HUB}/analysis",
    "cell": f"{HUB}/analysis/utilization",
    "column of a stage": f"{HUB}/analysis/stages.front.utilization",
    "cells": f"{HUB}/analysis/cells",
    "line": "/v1/lines/steppe-line/analysis",
    "corridor": "/v1/corridors/steppe-corridor/transit",
    "queue": "/v1/queue",
    "queue cell": "/v1/queue/utilization",
    "capacity": "/v1/capacity/berth",
}
QUEUE = {"arrivals_per_hour": "1.5", "service_hours": "0.5", "servers": "2"}
GIVEN = {
    "cells": {"fields": "utilization,wait_mean_hours", "method": "fast"},
    "corridor": {"method": "fast"},
    "queue": QUEUE,
    "queue cell": QUEUE,
    "capacity": {"berths": "2..4", "service_hours": "20", "calls_per_year": "500"},
}
FAST = {"method": "fast", "stages.front.cranes": "3"}
CELLS = ("cell", "column of a stage", "queue cell")


@pytest.mark.slow
@pytest.mark.parametrize("name", THINGS)
def test_every_question_can_be_copied(reader, name):
    given = GIVEN.get(name, {"method": "fast"})
    items = reader.get(f"{THINGS[name]}/copy-as", params=given).json()["items"]
    texts = {item["name"]: item["text"] for item in items}
    assert {"google-sheets", "power-query", "curl", "httpx"} <= texts.keys()
    assert ("excel" if name in CELLS else "excel-table") in texts
    path = f"{THINGS[name]}.{'txt' if name in CELLS else 'csv'}"
    assert f"http://testserver.local{path}" in texts["curl"]
    for parameter, value in given.items():
        assert f"{parameter}={value}" in texts["curl"]
    assert all(item["note"] for item in items)
    address = texts["curl"].removeprefix("curl -sS ").strip("'")
    assert reader.get(address).status_code == 200


@pytest.mark.parametrize(
    ("thing", "query"),
    [
        (f"{HUB}/analysis", "stages.front.crane=3"),
        (f"{HUB}/analysis", "stages.front.cranes=0"),
        (f"{HUB}/analysis", "no_such=3"),
        (f"{HUB}/analysis", "view=nothing"),
        (f"{HUB}/analysis/utilization", "stages.front.cranes=2..4"),
        (f"{HUB}/analysis/utilisation", ""),
        ("/v1/hubs/nowhere/analysis", ""),
        ("/v1/corridors/steppe-corridor/transit", "demand=nobody"),
        ("/v1/queue", "servers=2"),
        ("/v1/queue/utilization", "servers=-1&arrivals_per_hour=1&service_hours=1"),
    ],
)
def test_what_cannot_be_asked_cannot_be_copied(reader, thing, query):
    suffix = "txt" if thing.rpartition("/")[2] in ("utilization", "utilisation") else "csv"
    asked = reader.get(f"{thing}.{suffix}?{query}")
    copied = reader.get(f"{thing}/copy-as?{query}")
    assert copied.status_code == asked.status_code >= 400
    assert copied.json()["code"] == asked.json()["code"]
    assert copied.json()["errors"] == asked.json()["errors"]
    shown = reader.get(f"{thing}/copy-as.txt?{query}&errors=text")
    assert (shown.status_code, shown.text[:4]) == (200, "ERR ")


@pytest.mark.parametrize("format_", ["csv", "tsv", "txt", "xml", "html", "xlsx", "ods"])
def test_the_list_has_formats_of_its_own(reader, format_):
    url = f"{HUB}/analysis/utilization/copy-as"
    by_suffix = reader.get(f"{url}.{format_}", params=FAST)
    by_name = reader.get(url, params={**FAST, "format": format_})
    assert by_suffix.status_code == by_name.status_code == 200
    assert by_suffix.headers["content-type"] == by_name.headers["content-type"]
    if format_ not in ("xlsx", "ods"):
        assert "NUMBERVALUE" in by_suffix.text
        assert "format=" not in by_suffix.text


def test_as_text_each_can_be_taken_as_it_is(reader):
    text = reader.get(f"{HUB}/analysis/utilization/copy-as.txt", params=FAST).text
    assert text.startswith("# excel: Excel. ")
    formulas = [line for line in text.splitlines() if line.startswith("=")]
    assert len(formulas) == 8


def test_short_names_are_written_out_and_empty_ones_left_out(reader):
    items = reader.get(f"{HUB}/analysis/copy-as?m=fast&f=utilization&s=&stages.front.cranes=&dl=1").json()["items"]
    (curl,) = (item["text"] for item in items if item["name"] == "curl")
    assert curl.endswith("analysis.csv?method=fast&fields=utilization'")


def test_a_view_of_a_table_can_be_copied_and_is_left_out_of_json(reader):
    items = reader.get(f"{HUB}/analysis/copy-as?view=stations&method=fast").json()["items"]
    texts = {item["name"]: item["text"] for item in items}
    assert "view=stations" in texts["pandas"]
    assert "view" not in texts["httpx"]


def test_a_key_is_never_written(serve):
    key = "a-key-of-a-test"
    with serve(api_key=key) as client:
        for url in (f"{HUB}/analysis/utilization/copy-as?method=fast", f"{HUB}/analysis/copy-as?method=fast"):
            response = client.get(f"{url}&key={key}")
            assert response.status_code == 200
            assert key not in response.text
            texts = {item["name"]: item["text"] for item in response.json()["items"]}
            assert "hubcalc_key" in texts["google-sheets"]
            assert "$HUBCALC_API_KEY" in texts["curl"]
        assert client.get(f"{HUB}/analysis/copy-as").status_code == 401


def test_head_and_options(reader):
    url = f"{HUB}/analysis/utilization/copy-as"
    get, head = reader.get(url, params=FAST), reader.head(url, params=FAST)
    assert (head.status_code, head.headers["content-length"]) == (200, get.headers["content-length"])
    assert reader.options(url).headers["allow"] == "GET, HEAD, OPTIONS"


def test_what_was_copied_is_ready(serve, monkeypatch):
    from hubcalc.api import cell_values

    computed = []
    analyze = cell_values.analyze
    monkeypatch.setattr(cell_values, "analyze", lambda *a, **k: computed.append(a) or analyze(*a, **k))
    with serve() as client:
        client.get(f"{HUB}/analysis/utilization/copy-as", params=FAST)
        assert client.get(f"{HUB}/analysis/utilization.txt", params=FAST).status_code == 200
    assert len(computed) == 1
