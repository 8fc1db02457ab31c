"""`hubcalc diff`, without a server and with one."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from hubcalc.answers.diff import scenario_diff

BASE: dict[str, Any] = {
    "kind": "scenario",
    "id": "more-trains",
    "name": "More trains",
    "subject": {"kind": "hub", "id": "khorgos-gateway"},
    "overrides": {"flow.per_day": 13},
}
HIGH = {**BASE, "id": "more-cranes", "name": "More cranes", "base": "more-trains"}
HIGH["overrides"] = {"stages.front.cranes": 4}
FIELDS = ("--fields", "throughput_per_day,practical_capacity_per_day,bottleneck")


@pytest.fixture(params=["local", "remote"])
def imported(request, run, monkeypatch):
    """Import the scenarios: into a database file, or into a server that the following commands then ask."""
    for document in (BASE, HIGH):
        Path(f"{document['id']}.json").write_text(json.dumps(document), encoding="utf-8")
    if request.param == "remote":
        monkeypatch.setenv("HUBCALC_URL", request.getfixturevalue("url"))
    run("import", "more-trains.json", "more-cranes.json", "--replace")
    return request.param


@pytest.mark.slow
def test_the_difference(run, imported):
    found = json.loads(run("diff", "more-cranes", *FIELDS, "--json").stdout)
    assert [side["id"] for side in found["sides"]] == ["more-trains", "more-cranes"]
    assert found["documents"]["more-trains"] == 1
    text = run("diff", "more-cranes", *FIELDS).stdout
    assert "A  More trains (more-trains, scenario, version 1)" in text
    assert "B  More cranes (more-cranes, scenario, version 1, on" in text
    assert "stages.front.cranes" in text
    assert "What each input does alone" in text
    table = list(csv.DictReader(io.StringIO(run("diff", "more-cranes", *FIELDS, "--view", "effects", "--csv").stdout)))
    assert [row["effect"] for row in table] == ["input", "interaction", "total"]


@pytest.mark.slow
def test_the_order_is_the_one_given(run, imported):
    for names in (("more-cranes", "khorgos-gateway"), ("khorgos-gateway", "more-trains", "more-cranes")):
        found = json.loads(run("diff", *names, *FIELDS, "--json").stdout)
        assert [side["id"] for side in found["sides"]] == list(names)
    assert "as documented" in run("diff", "khorgos-gateway", "more-cranes", *FIELDS).stdout


@pytest.mark.slow
def test_what_is_not_there(run, imported):
    assert "scenario" in run("diff", "khorgos-gateway", code=3).output
    assert "scenario" in run("diff", "nobody", code=3).output
    assert "scenario" in run("diff", "more-cranes", "nobody", code=3).output


def test_a_file(run):
    Path("more-trains.json").write_text(json.dumps(BASE), encoding="utf-8")
    found = json.loads(run("diff", "khorgos-gateway", "more-trains.json", *FIELDS, "--json").stdout)
    expected = scenario_diff(
        ["khorgos-gateway", BASE], fields=["throughput_per_day", "practical_capacity_per_day", "bottleneck"]
    )
    assert found["results"] == expected.model_dump(mode="json")["results"]


def test_one_view_and_an_empty_difference(run):
    Path("same.json").write_text(json.dumps({**BASE, "overrides": {}}), encoding="utf-8")
    text = run("diff", "same.json", *FIELDS, "--view", "inputs").stdout
    assert "No input differs." in text
    assert "Results" not in text
    assert "several values" in run("diff", "visa-free-regime", code=2).output


@pytest.mark.slow
def test_an_analysis_of_a_scenario(run, imported):
    fields = ("--fields", "throughput_per_day,bottleneck", "--json")
    asked = run("analyze", "khorgos-gateway", "--scenario", "more-cranes", "--set", "flow.per_day=12", *fields)
    (found,) = json.loads(asked.stdout)["results"]
    assert found["overrides"] == {"stages.front.cranes": 4, "flows.westbound.per_day": 12}
    assert found["metrics"]["throughput_per_day"]["value"] == 12
    assert "more-cranes" in run("analyze", "xian", "--scenario", "more-cranes", code=2).output


@pytest.mark.slow
@pytest.mark.parametrize(
    "sides", [("khorgos-high-case",), ("khorgos-gateway", "khorgos-base-case", "khorgos-high-case")]
)
def test_nothing_is_cut_on_the_screen(run, sides, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    found = json.loads(run("diff", *sides, "--json").stdout)
    text = run("diff", *sides).stdout
    assert max(map(len, text.splitlines())) <= 80
    names = [item["name"] for item in found["results"]] + [item["path"] for item in found["inputs"]]
    assert [name for name in names if name not in text] == []
    capacity = next(item for item in found["results"] if item["name"] == "capacity_teu_per_year")
    assert all(f"{round(side['value'], -2):,.0f}" in text for side in capacity["sides"])
