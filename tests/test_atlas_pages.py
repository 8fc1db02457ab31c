"""The pages of docs/atlas/ are what their script writes now, and tell of every document."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hubfixtures
from hubcalc.version import MODEL_VERSION
from hubfixtures import COLLECTIONS, Collection

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "benchmarks"
PAGES = ROOT / "docs" / "atlas"
WRITTEN_BY_HAND = {"conflicts", "lines"}
DOCUMENTS = [(collection, name) for collection in COLLECTIONS for name in hubfixtures.names(collection)]
WITHOUT_SIMULATION: list[tuple[Collection, str]] = [("hubs", "icbc-khorgos"), ("lines", "altynkol-gateway")]


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """The script; its helper lies beside it."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        spec = importlib.util.spec_from_file_location("atlas", SCRIPTS / "atlas.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(SCRIPTS))


def read(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_each_document_has_a_page_and_each_page_a_document():
    assert {path.stem for path in PAGES.glob("*.md")} == {name for _, name in DOCUMENTS} | WRITTEN_BY_HAND | {"index"}


@pytest.mark.slow
@pytest.mark.parametrize(("collection", "name"), DOCUMENTS, ids=lambda value: str(value))
def test_inputs_and_evidence_are_those_of_the_document(script, collection, name):
    document = hubfixtures.load(name, collection)
    page = read(name)
    again = "run python benchmarks/atlas.py --keep-results"
    assert page.startswith("\n".join(script.head(document)).rstrip() + "\n"), again
    assert "\n".join(script.inputs(document)).rstrip() == script.section(page, script.INPUTS).rstrip(), again


def test_places_have_notes():
    places = [name for collection, name in DOCUMENTS if collection != "scenarios"]
    assert [name for name in places if "\n## Notes\n" not in read(name)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", hubfixtures.names("corridors"))
def test_maps_are_those_of_the_corridors(script, name):
    drawn = (PAGES / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn == script.corridor_picture(hubfixtures.load(name, "corridors"))


def test_the_list_has_every_page(script):
    assert read("index") == script.index()
    assert all(f"({name}.md)" in read("index") for name in WRITTEN_BY_HAND)


@pytest.mark.parametrize("name", [name for collection, name in DOCUMENTS if collection != "scenarios"])
def test_results_are_of_the_present_model(script, name):
    found = script.section(read(name), script.RESULTS)
    assert re.findall(r"model version ([\d.]+)\.", found) == [MODEL_VERSION], f"run python benchmarks/atlas.py {name}"


@pytest.mark.parametrize(("collection", "name"), WITHOUT_SIMULATION)
def test_results_are_what_the_analysis_answers(script, collection, name):
    now = "\n".join(script.results(hubfixtures.load(name, collection)))
    assert "simulated" not in now
    assert script.section(read(name), script.RESULTS).rstrip() == now.rstrip()


def test_notes_are_kept(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "PAGES", tmp_path)
    document = hubfixtures.load("mangystau-aktau", "lines")
    (tmp_path / "mangystau-aktau.md").write_text(
        "# Old\n\n## Results\n\nold\n\n## Notes\n\nKept, with\n\n## a title.\n"
    )
    text = script.page(document, keep_results=True)
    assert text.endswith("\n## Notes\n\nKept, with\n\n## a title.\n")
    assert "## Results\n\nold\n" in text
    assert "# Old" not in text
    assert script.page(document).count("## Results") == 1
