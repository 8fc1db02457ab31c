"""`hubcalc transit`, `flow` and the like, without a server and with one."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.cli.corridor_tables import TABLES
from hubcalc.cli.corridors import VIEWS
from hubcalc.documents import DOCUMENT_KINDS, Fixtures
from hubcalc.tables.corridors import CORRIDOR_VIEWS, corridor_table
from hubmodels.paths import leaves

DOCUMENTS = Path(__file__).parent.parent / "documents"
FILES = {"steppe-line": "lines", "steppe-bypass": "lines", "steppe-loop": "corridors"}
OPTIONS = {
    "transit": (("--demand", "boxes", "--via", "border,round", "--method", "fast"), "boxes: border to west, 600 km"),
    "flow": (("--method", "fast"), "100 % of the demand is served"),
    "equilibrium": ((), "unit-hours a day"),
    "resilience": (("--out", "straight,back", "--lost-share", "0.5", "--pairs"), "straight > back"),
    "tcd": (("--demand", "home", "--method", "fast"), "SWOD"),
    "emissions": (("--demand", "boxes"), "kg CO2e per teu of 10 t"),
    "storms": (("--storms", "buran", "--wait-target-hours", "48", "--seed", "7"), "nine of ten wait at most 2 days"),
}
GIVEN = {
    "transit": {"demand": "boxes", "via": ("border", "round"), "method": "fast"},
    "flow": {"method": "fast"},
    "equilibrium": {},
    "resilience": {"out": ("straight", "back"), "lost_share": 0.5, "pairs": True},
    "tcd": {"demand": "home", "method": "fast"},
    "emissions": {"demand": "boxes"},
    "storms": {"storms": "buran", "wait_target_hours": 48, "seed": 7},
}


def read(name):
    text = (DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")
    return DOCUMENT_KINDS[FILES[name]].parse(json.loads(text))


class Known(Fixtures):
    """The documents that come with hubcalc, and the made-up ones."""

    def line(self, line_id):
        return read(line_id) if line_id in FILES else super().line(line_id)


@pytest.fixture(autouse=True)
def files():
    for name in FILES:
        shutil.copy(DOCUMENTS / f"{name}.json", f"{name}.json")


@pytest.fixture(params=["local", "remote"])
def imported(request, run, monkeypatch):
    """Import the documents: into a database file, or into a server that the following commands then ask."""
    if request.param == "remote":
        monkeypatch.setenv("HUBCALC_URL", request.getfixturevalue("url"))
    run("import", *(f"{name}.json" for name in FILES), "--replace")
    return request.param


def expected(name, overrides=None):
    return QUESTIONS[name].ask(read("steppe-loop"), overrides or {}, documents=Known(), **GIVEN[name])


def test_views_are_those_of_the_reports():
    assert {name: CORRIDOR_VIEWS[question.report] for name, question in QUESTIONS.items()} == VIEWS
    assert set(TABLES) == {(name, view) for name, views in VIEWS.items() for view in views}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_json_is_the_report(run, imported, name):
    found = json.loads(run(name, "steppe-loop", *OPTIONS[name][0], "--json").stdout)
    assert found["corridor"]["version"] == 1
    assert found["corridor"]["documents"] == {
        "khorgos-gateway": 1 if imported == "remote" else None,
        "steppe-line": 1,
        "steppe-bypass": 1,
    }
    assert found["results"] == json.loads(expected(name).model_dump_json())["results"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_csv_is_a_table_of_it(run, name):
    run("import", "steppe-line.json", "steppe-bypass.json")
    for view in VIEWS[name]:
        text = run(name, "steppe-loop.json", *OPTIONS[name][0], "--view", view, "--csv").stdout
        table = corridor_table(expected(name), view)
        assert next(csv.reader(io.StringIO(text))) == [column.header for column in table.columns]
        assert len(text.splitlines()) == len(table.rows) + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_text_fits_a_terminal(run, name):
    run("import", "steppe-line.json", "steppe-bypass.json")
    asked = (name, "steppe-loop.json", *OPTIONS[name][0])
    text = run(*asked, env={"COLUMNS": "80"}).stdout
    assert OPTIONS[name][1] in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    for view in VIEWS[name]:
        assert run(*asked, "--view", view, env={"COLUMNS": "80"}).stdout.startswith(
            "Steppe loop (steppe-loop, corridor)"
        )


def test_several_values_are_compared(run):
    run("import", *(f"{name}.json" for name in FILES))
    text = run("flow", "steppe-loop", "--set", "demand.per_day=300..9300:3000", "--method", "fast").stdout
    served = [
        100 * result.served_share for result in expected("flow", {"demand.per_day": [300, 3300, 6300, 9300]}).results
    ]
    assert served[0] == pytest.approx(100)
    assert served[-1] < 60
    rows = [
        line.split()
        for line in text.splitlines()
        if line.split() and line.split()[0] in ("300", "3300", "6300", "9300")
    ]
    assert [float(row[1]) for row in rows] == pytest.approx(served, rel=5e-3)
    assert "--view elements" in text
    several = run("tcd", "steppe-loop", "--set", "lines.steppe-line.stages.run.speed_km_per_hour=30,60").stdout
    assert "with lines.steppe-line.stages.run.speed_km_per_hour = 60" in several


def test_every_path_that_is_listed_can_be_set(run):
    run("import", *(f"{name}.json" for name in FILES))
    items = json.loads(run("paths", "steppe-loop", "--json").stdout)["items"]
    values = {item["path"]: item["value"] for item in items}
    assert set(leaves(read("steppe-loop"))) <= set(values)
    for path in ("demands.boxes.per_day", "lines.steppe-bypass.stages.run.speed_km_per_hour"):
        found = json.loads(run("flow", "steppe-loop", "--set", f"{path}={values[path]}", "--json").stdout)
        assert found["results"][0]["overrides"] == {path: values[path]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("transit", "steppe-lop"), 3, "steppe-loop"),
        (("transit", "steppe-line"), 3, "steppe-line is a line"),
        (("transit", "steppe-loop", "--demand", "box"), 2, "boxes"),
        (("transit", "steppe-loop", "--set", "demand.per_dy=3"), 2, "demands.boxes.per_day"),
        (("transit", "steppe-loop", "--set", "per_day=3"), 2, "PATH=VALUES"),
        (("resilience", "steppe-loop", "--out", "strait"), 2, "straight"),
        (("resilience", "steppe-loop", "--lost-share", "2"), 2, "lost_share"),
        (("storms", "steppe-loop", "--storms", "purga"), 2, "buran"),
        (("flow", "steppe-loop", "--demand", "boxes"), 2, "No such option"),
        (("flow", "steppe-line.json"), 2, "kind"),
    ],
)
def test_what_cannot_be_asked(run, arguments, code, said):
    run("import", *(f"{name}.json" for name in FILES))
    assert said in run(*arguments, code=code).output


def test_a_bad_network_names_the_place(run):
    document = json.loads(Path("steppe-loop.json").read_text(encoding="utf-8"))
    document["nodes"]["border"]["hub"] = "khorgos-gatewy"
    Path("bad.json").write_text(json.dumps(document), encoding="utf-8")
    output = run("flow", "bad.json", code=2).output
    assert "/nodes/border/hub" in output
    assert "khorgos-gateway" in output
