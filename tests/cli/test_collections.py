"""Lines, corridors and scenarios on the command line, without a server and with one."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

import hubfixtures
from hubmodels import LINE

DOCUMENTS = Path(__file__).parent.parent / "documents"
IDS = {"lines": "steppe-line", "corridors": "steppe-corridor", "scenarios": "steppe-day-and-night"}


@pytest.fixture
def files():
    """Copy a line, a corridor and a scenario into the folder, and give their names."""
    names = [f"{document_id}.json" for document_id in IDS.values()]
    for name in names:
        shutil.copy(DOCUMENTS / name, name)
    return names


@pytest.fixture(params=["local", "remote"])
def imported(request, run, files, monkeypatch):
    """Import the three: into a database file, or into a server that the following commands then ask."""
    if request.param == "remote":
        monkeypatch.setenv("HUBCALC_URL", request.getfixturevalue("url"))
    run("import", *files, "--replace")
    return request.param


def ids(result):
    return [item["id"] for item in json.loads(result.stdout)["items"]]


@pytest.mark.parametrize("collection", ["lines", "corridors", "scenarios"])
def test_the_package_is_listed(run, collection):
    assert ids(run(collection, "--json")) == hubfixtures.names(collection)


@pytest.mark.slow
def test_what_was_imported_is_listed_and_shown(run, imported):
    for collection, document_id in IDS.items():
        assert document_id in ids(run(collection, "--json"))
        assert document_id in run(collection, "-q", "STEPPE").stdout
        rows = list(csv.DictReader(io.StringIO(run(collection, "-q", document_id.upper(), "--csv").stdout)))
        assert [(row["id"], row["version"]) for row in rows] == [(document_id, "1")]
        document = json.loads((DOCUMENTS / f"{document_id}.json").read_text(encoding="utf-8"))
        assert json.loads(run("show", document_id, "--json").stdout) == document
        assert json.loads(run("export", document_id).stdout) == document
        assert f"{document_id}: " in run("show", document_id).stdout
    assert ids(run("lines", "--kind", "railway", "--country", "kz", "-q", "steppe-line", "--json")) == ["steppe-line"]
    assert "No line meets" in run("lines", "--country", "FR", "-q", "steppe").stdout


@pytest.mark.slow
def test_show_says_what_stands_in_it(run, imported):
    assert "railway from Khorgos to Sary in KZ, CN, 290 km" in run("show", "steppe-line").stdout
    text = run("show", "steppe-corridor").stdout
    assert "boxes (main)" in text
    assert "khorgos-gateway" in text
    text = run("show", "steppe-day-and-night").stdout
    assert "scenario of the line steppe-line" in text
    assert "stages.yard-exit.servers = 2, 3" in text


@pytest.mark.slow
def test_a_line_is_analyzed_as_a_hub_is(run, imported):
    found = json.loads(run("analyze", "steppe-line", "--set", "stages.yard-exit.servers=1,2", "--json").stdout)
    assert (found["hub"]["id"], found["hub"]["kind"]) == ("steppe-line", "railway")
    assert len(found["results"]) == 2
    for command in (
        ["curve", "steppe-line", "--points", "2", "--method", "fast"],
        ["day", "steppe-line"],
        ["clearing", "steppe-line", "--queue", "10"],
        ["recovery", "steppe-line", "--closed-hours", "24"],
        ["simulate", "steppe-line", "--replications", "2", "--hours", "500"],
    ):
        assert json.loads(run(*command, "--json").stdout)["hub"]["id"] == "steppe-line"


def test_paths_of_a_corridor_lead_into_its_documents(run, imported):
    found = {item["path"]: item for item in json.loads(run("paths", "steppe-corridor", "--json").stdout)["items"]}
    assert found["demands.boxes.per_day"]["value"] == 300
    assert found["lines.steppe-line.flows.westbound.per_day"]["basis"] == "published"
    own = json.loads(run("paths", "xian", "--json").stdout)["items"]
    assert [path for path in found if path.startswith("hubs.xian.")] == [f"hubs.xian.{item['path']}" for item in own]
    assert "lines.steppe-line.stages.run.length_km = 290 km" in run("paths", "steppe-corridor").stdout


@pytest.mark.slow
def test_mistaken_ids_have_hints(run, imported):
    assert "did you mean steppe-line?" in run("show", "stepe-line", code=3).stderr
    assert "did you mean steppe-line?" in run("analyze", "stepe-line", code=3).stderr
    assert "steppe-corridor" in run("analyze", "steppe-corridor", code=3).stderr
    assert "no version 9" in run("export", "steppe-line", "--version", "9", code=3).stderr


def test_a_line_in_a_file_is_analyzed(run, files):
    found = json.loads(run("analyze", "steppe-line.json", "--fields", "utilization", "--json").stdout)
    assert found["hub"] == {"id": "steppe-line", "name": "Steppe line", "kind": "railway", "version": None}
    assert "/kind" in run("analyze", "steppe-corridor.json", code=2).stderr, "a corridor is no hub"


def test_import_goes_by_kind(run, files):
    document = json.loads(Path("steppe-line.json").read_text(encoding="utf-8"))
    Path("bad.json").write_text(json.dumps({**document, "length_km": 0}), encoding="utf-8")
    assert "bad.json#/length_km" in run("import", "bad.json", code=2).stderr
    Path("odd.json").write_text(json.dumps({**document, "kind": "railwy"}), encoding="utf-8")
    stderr = run("import", "odd.json", code=2).stderr
    assert "odd.json#/kind" in stderr
    assert "did you mean railway?" in stderr


@pytest.mark.parametrize("taken", ["xian", "mine"])
def test_an_id_leads_to_one_document(run, files, document, taken):
    if taken == "mine":
        run("import", str(document("mine.json", id="mine")))
    line = json.loads(Path("steppe-line.json").read_text(encoding="utf-8"))
    Path("line.json").write_text(json.dumps({**line, "id": taken}), encoding="utf-8")
    assert "a line cannot have the id of a hub" in run("import", "line.json", "--replace", code=4).stderr
    assert run("show", taken).stdout


def test_export_of_a_line_is_what_import_takes(run):
    line_id = hubfixtures.names("lines")[0]
    run("export", line_id, "-o", "line.json")
    assert LINE.validate_json(Path("line.json").read_bytes()) == hubfixtures.load(line_id, "lines")
    assert "version 1" in run("import", "line.json", "--replace").stdout
