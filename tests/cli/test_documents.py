"""`hubs`, `show` and `paths` without a server."""

import csv
import io
import json
from pathlib import Path

import hubfixtures
from hubcalc.store import Store
from hubmodels import HUB
from hubmodels.paths import leaves


def test_hubs_lists_the_fixtures(run):
    lines = run("hubs").stdout.splitlines()
    assert lines[0].split() == ["id", "name", "kind", "in", "version"]
    assert [line.split()[0] for line in lines[1:]] == hubfixtures.names()


def test_hubs_is_filtered(run):
    found = json.loads(run("hubs", "--kind", "dry_port", "--country", "kz", "-q", "KHORGOS-GATEWAY", "--json").stdout)
    hubs = [hubfixtures.load(name) for name in hubfixtures.names()]
    words = {hub.id: f"{hub.id} {hub.name} {hub.summary}".casefold() for hub in hubs}
    ports = [hub.id for hub in hubs if hub.kind == "dry_port" and "KZ" in hub.countries]
    assert [item["id"] for item in found["items"]] == [port for port in ports if "khorgos-gateway" in words[port]]
    assert "khorgos-gateway" in ports
    assert "No hub" in run("hubs", "--country", "FR").stdout


def test_hubs_as_csv(run):
    rows = list(csv.DictReader(io.StringIO(run("hubs", "--csv").stdout)))
    assert [row["id"] for row in rows] == hubfixtures.names()
    countries = {row["id"]: row["countries"] for row in rows}
    assert countries["altynkol-khorgos"] == "CN KZ"


def test_reading_makes_no_database(run, tmp_path):
    run("hubs")
    run("show", "xian")
    assert list(tmp_path.iterdir()) == []


def test_a_named_file_that_is_missing_is_mentioned(run):
    assert "There is no typo.sqlite" in run("hubs", "--database", "typo.sqlite").stderr
    assert run("hubs", "--database", "typo.sqlite", "--json").stderr == ""


def test_the_database_comes_before_the_fixtures(run, document, monkeypatch):
    with Store.open("hubs.sqlite") as store:
        document_ = HUB.validate_python({**hubfixtures.read("khorgos-gateway"), "name": "Ours"})
        store.put(document_, expected_version=None)
        store.put(hubfixtures.load("xian"), expected_version=None)
        store.delete("hubs", "xian", expected_version=1)
    monkeypatch.setenv("HUBCALC_DATABASE", "hubs.sqlite")
    found = {item["id"]: item for item in json.loads(run("hubs", "--json").stdout)["items"]}
    assert found["khorgos-gateway"]["name"] == "Ours"
    assert found["khorgos-gateway"]["version"] == 1
    assert "T" in found["khorgos-gateway"]["updated_at"]
    assert found["lianyungang"]["version"] is None
    assert "xian" not in found, "what was deleted does not come back from the package"
    assert "was deleted" in run("show", "xian", code=3).stderr


def test_show_sums_up(run):
    text = run("show", "khorgos-gateway").stdout
    assert "dry port in KZ" in text
    assert "reception > documents > platforms > front > yard > departure" in text
    assert "front (transshipment front)" in text
    assert "cranes 3" in text
    assert "wait_hours 2" in text


def test_show_as_json_is_the_document(run):
    document = HUB.validate_json(run("show", "xian", "--json").stdout)
    assert document == hubfixtures.load("xian")


def test_paths_lists_every_input(run):
    known = leaves(hubfixtures.load("khorgos-gateway"))
    items = json.loads(run("paths", "khorgos-gateway", "--json").stdout)["items"]
    assert [item["path"] for item in items] == list(known)
    text = run("paths", "khorgos-gateway").stdout
    assert "stages.front.cranes = 3\n" not in text
    assert "stages.front.cranes = 3 cranes  [" in text
    assert "    a whole number from 1 to 10000\n" in text
    rows = list(csv.DictReader(io.StringIO(run("paths", "khorgos-gateway", "--csv").stdout)))
    assert [row["path"] for row in rows] == list(known)
    assert rows[0]["basis"] == "assumption"


def test_an_unknown_hub_has_a_hint(run):
    for command in ("show", "paths", "analyze", "export"):
        stderr = run(command, "khorgos-gatewy", code=3).stderr
        assert "given:   khorgos-gatewy" in stderr
        assert "did you mean khorgos-gateway?" in stderr


def test_tables_fit_80_columns(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for arguments in (["hubs"], ["show", "xian"], ["analyze", "khorgos-gateway"]):
        lines = run(*arguments).stdout.splitlines()
        assert max(map(len, lines)) <= 80, arguments
        assert "…" not in "".join(lines)
    assert "xian-kazakhstan-terminal " in run("hubs").stdout, "an id is never folded"


def test_texts_of_documents_cannot_command_the_terminal(run, document):
    run("import", str(document("a.json", id="evil", name="E\u202e[31mvil")))
    for arguments in (["hubs"], ["show", "evil"], ["analyze", "evil", "--view", "stations"]):
        assert "\u202e" not in run(*arguments).stdout


def test_a_damaged_database_is_a_store_error(run):
    Path("hubcalc.sqlite").write_bytes(b"no database at all" * 500)
    assert "sound SQLite" in run("hubs", code=5).stderr
    problem = json.loads(run("hubs", "--json", code=5).stderr)
    assert problem["code"] == "store_corrupt"
