"""`hubcalc ask`, without a server and with one; and the commands that answers name."""

import csv
import io
import json
import shlex
import shutil
from pathlib import Path

import pytest

from hubcalc.answers import ask

DOCUMENTS = Path(__file__).parent.parent / "documents"
FILES = ("steppe-line.json", "steppe-bypass.json", "steppe-loop.json", "steppe-loop-shut.json")


@pytest.fixture(params=["local", "remote"])
def imported(request, run, monkeypatch):
    """Import the documents: into a database file, or into a server that the following commands then ask."""
    for name in FILES:
        shutil.copy(DOCUMENTS / name, name)
    if request.param == "remote":
        monkeypatch.setenv("HUBCALC_URL", request.getfixturevalue("url"))
    run("import", *FILES, "--replace")
    return request.param


@pytest.mark.slow
def test_the_answer(run, imported):
    answer = json.loads(run("ask", "steppe-loop-shut", "--json").stdout)
    assert answer["scenario"]["version"] == 1
    assert set(answer["scenario"]["documents"]) == {"steppe-loop", "khorgos-gateway", "steppe-line", "steppe-bypass"}
    text = run("ask", "steppe-loop-shut", env={"COLUMNS": "80"}).stdout
    assert "What if the straight line is shut?" in text
    for number, part in enumerate(answer["parts"], 1):
        assert f"{number}. {part['title']}" in text
        assert f"The same: {part['command']}" in text
        assert " ".join(part["finding"].split()) in " ".join(text.split())
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith("The same: "))
    from_file = json.loads(run("ask", "steppe-loop-shut.json", "--json").stdout)
    assert from_file["parts"] == answer["parts"]
    assert from_file["scenario"]["version"] is None


@pytest.mark.slow
def test_the_commands_that_it_names_run(run, imported):
    for part in json.loads(run("ask", "steppe-loop-shut", "--json").stdout)["parts"]:
        first, *words = shlex.split(part["command"])
        assert first == "hubcalc"
        assert run(*words, "--csv").stdout


def test_one_part(run):
    answer = ask("visa-free-regime")
    text = run("ask", "visa-free-regime", "--part", "2").stdout
    assert f"2. {answer.parts[1].title}" in text
    assert "1. " not in text.partition(answer.parts[1].title)[0]
    table = list(csv.reader(io.StringIO(run("ask", "visa-free-regime", "--part", "2", "--csv").stdout)))
    assert [name.partition(" [")[0] for name in table[0]] == [column.name for column in answer.parts[1].columns]
    assert len(table) == len(answer.parts[1].rows) + 1
    output = run("ask", "visa-free-regime", "--part", "9", code=2).output
    assert f"1 to {len(answer.parts)}" in output


def test_a_chart_in_a_file(run, tmp_path):
    pytest.importorskip("vl_convert")
    run("ask", "visa-free-regime", "--part", "2", "--svg", "halls.svg")
    assert (tmp_path / "halls.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "--svg" in run("ask", "visa-free-regime", "--svg", "nowhere/halls.svg", code=2).output


def test_what_cannot_be_asked(run):
    assert "visa-free-regime" in run("ask", "visa-fre-regime", code=3).output
    assert "is a hub" in run("ask", "xian", code=3).output
