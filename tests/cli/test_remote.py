"""Commands that ask a server."""

import csv
import io
import json
from pathlib import Path

import pytest

import hubfixtures
from hubcalc.analysis import analyze
from hubcalc.client import Client
from hubcalc.errors import ConnectionFailedError
from hubmodels import HUB
from hubmodels.results import AnalysisReport

FIELDS = "utilization,wait_mean_hours,bottleneck"


@pytest.fixture(autouse=True)
def server(url, monkeypatch):
    monkeypatch.setenv("HUBCALC_URL", url)


@pytest.mark.slow
def test_documents(run):
    found = json.loads(run("hubs", "--json").stdout)["items"]
    assert [item["id"] for item in found] == hubfixtures.names()
    assert {item["version"] for item in found} == {1}
    assert HUB.validate_json(run("show", "xian", "--json").stdout) == hubfixtures.load("xian")
    assert "khorgos-gateway: dry port in KZ, version 1" in run("show", "khorgos-gateway").stdout


def test_catalogues_are_the_same_as_without_a_server(run, monkeypatch):
    there = run("paths", "xian", "--csv").stdout
    monkeypatch.delenv("HUBCALC_URL")
    here = run("paths", "xian", "--csv").stdout
    rows = [[(r["path"], r["basis"], r["source"], r["allowed"], r["choices"]) for r in _rows(x)] for x in (there, here)]
    assert rows[0] == rows[1]


@pytest.mark.slow
def test_results_are_the_same_as_without_a_server(run):
    report = AnalysisReport.model_validate_json(
        run("analyze", "khorgos-gateway", "--set", "stages.front.cranes=2..4", "--fields", FIELDS, "--json").stdout
    )
    assert report.hub.version == 1
    here = analyze("khorgos-gateway", {"stages.front.cranes": [2, 3, 4]}, metrics=FIELDS.split(",")).report
    assert [r.metrics for r in report.results] == [r.metrics for r in here.results]
    table = run("analyze", "khorgos-gateway", "--set", "stages.front.cranes=2..4", "--method", "fast").stdout
    assert "8.56" in table, "75 % of what two cranes carry both ways"


@pytest.mark.slow
def test_a_file_is_sent(run, document):
    path = str(document("mine.json", id="mine", name="Mine"))
    assert "Mine (mine, dry port)" in run("analyze", path, "--set", "flow.per_day=8", "--fields", FIELDS).stdout
    run("show", "mine", code=3)


def test_errors_of_the_server(run):
    stderr = run("analyze", "khorgos-gateway", "--set", "stages.front.crane=2", code=2).stderr
    assert "did you mean stages.front.cranes?" in stderr
    problem = json.loads(run("show", "nowhere", "--json", code=3).stderr)
    assert (problem["status"], problem["code"]) == (404, "not_found")


def test_import_and_export(run, document):
    path = str(document("a.json", id="far-a"))
    assert run("import", path).stdout == "far-a: created, version 1\n"
    run("import", path, code=4)
    path = str(document("a.json", id="far-a", name="New"))
    assert run("import", path, "--replace").stdout == "far-a: stored, version 2\n"
    assert json.loads(run("export", "far-a").stdout)["name"] == "New"
    assert json.loads(run("export", "far-a", "--version", "1").stdout)["name"] != "New"
    assert not Path("hubcalc.sqlite").exists()


def test_an_import_that_fails_is_taken_back(run, document, monkeypatch):
    before = str(document("old.json", id="back-old", name="Old"))
    run("import", before)
    create = Client.create_document

    def failing(self, hub):
        if hub.id == "back-b":
            raise ConnectionFailedError("the line is dead")
        return create(self, hub)

    monkeypatch.setattr(Client, "create_document", failing)
    changed = document("old.json", id="back-old", name="Changed")
    files = [str(changed), *(str(document(f"{name}.json", id=f"back-{name}")) for name in "ab")]
    assert "the line is dead" in run("import", *files, "--replace", code=6).stderr
    run("show", "back-a", code=3)
    assert json.loads(run("export", "back-old").stdout)["name"] == "Old"


def test_what_cannot_be_taken_back_is_named(run, document, monkeypatch):
    create = Client.create_document

    def failing(self, *given, **more):
        raise ConnectionFailedError("the line is dead")

    monkeypatch.setattr(
        Client, "create_document", lambda self, hub: failing(self) if hub.id == "left-b" else create(self, hub)
    )
    monkeypatch.setattr(Client, "delete_document", failing)
    files = [str(document(f"{name}.json", id=f"left-{name}")) for name in "ab"]
    assert "could not be taken back: left-a" in run("import", *files, code=6).stderr


def test_a_database_that_is_named_comes_before_the_environment(run, url):
    found = json.loads(run("hubs", "--database", "none.sqlite", "--json").stdout)["items"]
    assert {item["version"] for item in found} == {None}
    run("hubs", "--url", url, "--database", "none.sqlite", code=2)


@pytest.mark.slow
def test_no_server(run):
    assert "no answer from http://127.0.0.1:9" in run("hubs", "--url", "http://127.0.0.1:9", code=6).stderr
    problem = json.loads(run("hubs", "--url", "http://127.0.0.1:9", "--json", code=6).stderr)
    assert problem["code"] == "connection_failed"
    run("hubs", "--url", "localhost:8000", code=6)


def _rows(text):
    return list(csv.DictReader(io.StringIO(text)))
