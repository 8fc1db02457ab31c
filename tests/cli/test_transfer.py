"""`import` and `export` on a database file."""

import json
from pathlib import Path

import pytest

import hubfixtures
from hubcalc.store import Store
from hubmodels import HUB


def stored() -> dict[str, int]:
    with Store.open("hubcalc.sqlite") as store:
        return {summary.id: summary.version for summary in store.list("hubs")[0]}


def test_import_makes_the_database(run, document):
    result = run("import", str(document("a.json", id="hub-a")), str(document("b.json", id="hub-b")))
    assert result.stdout.splitlines() == ["hub-a: created, version 1", "hub-b: created, version 1"]
    assert stored() == {"hub-a": 1, "hub-b": 1}


def test_import_from_standard_input_into_a_named_file(run, document):
    text = document("a.json", id="hub-a").read_text()
    result = run("import", "-", "--database", "other.sqlite", "--json", input=text)
    assert json.loads(result.stdout) == {"items": [{"id": "hub-a", "version": 1, "created": True}]}
    assert result.stderr == ""
    assert Path("other.sqlite").exists()
    assert not Path("hubcalc.sqlite").exists()
    assert run("import", "-", "--csv", input=text).stdout == "id,version,created\nhub-a,1,true\n"


def test_replacing_has_to_be_asked_for(run, document):
    run("import", str(document("a.json", id="hub-a")))
    changed = str(document("a.json", id="hub-a", name="New"))
    stderr = run("import", str(document("b.json", id="hub-b")), changed, code=4).stderr
    assert "given:   hub-a" in stderr
    assert "--replace" in stderr
    assert stored() == {"hub-a": 1}
    assert "version 2" in run("import", changed, "--replace").stdout
    assert "version 2" in run("import", changed, "--replace").stdout, "the same again makes no version"


def test_a_fixture_counts_as_there(run, document):
    path = str(document("a.json", name="Ours"))
    run("import", path, code=4)
    assert not Path("hubcalc.sqlite").exists()
    assert "created, version 1" in run("import", path, "--replace").stdout
    assert "Ours" in run("show", "khorgos-gateway").stdout


def test_one_bad_document_stops_all(run, document):
    good = str(document("good.json", id="good"))
    bad = str(document("bad.json", id="Bad Id", location={"latitude_deg": 100, "longitude_deg": 0}))
    Path("worse.json").write_text("{")
    stderr = run("import", good, bad, "worse.json", code=2).stderr
    assert "bad.json#/id" in stderr
    assert "bad.json#/location/latitude_deg" in stderr
    assert "worse.json: not JSON" in stderr
    assert not Path("hubcalc.sqlite").exists()


def test_a_failure_while_writing_leaves_nothing(run, document, monkeypatch):
    run("import", str(document("a.json", id="hub-a")))
    from hubcalc.errors import StoreError
    from hubcalc.store import writing

    put = writing.put

    def failing(db, hub, **more):
        if hub.id == "hub-c":
            raise StoreError("the disk is full")
        return put(db, hub, **more)

    monkeypatch.setattr(writing, "put", failing)
    files = [str(document(f"{name}.json", id=f"hub-{name}", name="New")) for name in "abc"]
    assert "the disk is full" in run("import", *files, "--replace", code=5).stderr
    assert stored() == {"hub-a": 1}


@pytest.mark.parametrize("text", ["[]", "3", '{"kind": "x"}', '{"id": NaN}', "[" * 100_000, "\udcff"])
def test_no_document(run, text):
    Path("a.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert json.loads(run("import", "a.json", "--json", code=2).stderr)["code"] == "invalid_document"


def test_one_id_in_two_files(run, document):
    paths = [str(document(name, id="same")) for name in ("a.json", "b.json")]
    assert "b.json#/id" in run("import", *paths, code=2).stderr


def test_missing_files(run):
    assert "missing.json" in run("import", "missing.json", code=2).stderr
    run("import", code=2)


def test_export_is_what_import_takes(run):
    run("export", "xian", "-o", "xian.json")
    assert HUB.validate_json(Path("xian.json").read_bytes()) == hubfixtures.load("xian")
    run("import", "xian.json", "--replace")
    assert json.loads(run("export", "xian").stdout) == json.loads(Path("xian.json").read_text(encoding="utf-8"))


def test_export_of_a_version(run, document):
    run("import", str(document("a.json", id="hub-a", name="First")))
    run("import", str(document("a.json", id="hub-a", name="Second")), "--replace")
    assert json.loads(run("export", "hub-a", "--version", "1").stdout)["name"] == "First"
    assert json.loads(run("export", "hub-a").stdout)["name"] == "Second"
    assert "no version 3" in run("export", "hub-a", "--version", "3", code=3).stderr
    assert "only documents in a database have versions" in run("export", "xian", "--version", "1", code=3).stderr


def test_export_to_a_place_that_is_not_there(run):
    assert "--output" in run("export", "xian", "-o", "no/such/folder/x.json", code=2).stderr


def test_a_database_that_cannot_be_made(run, document):
    path = str(document("a.json", id="hub-a"))
    Path("file").touch()
    assert run("import", path, "--database", "file/hubs.sqlite", code=5).stderr.startswith("Error: ")
