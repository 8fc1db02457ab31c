"""`hubcalc simulate`: the same report as in Python, in words, as CSV and as JSON."""

import csv
import io
import json

import pytest

from hubcalc import simulate
from hubmodels.simulation_results import SimulationReport

QUICK = ("--precision", "0.1", "--most-events", "2000000", "--seed", "3")


def rows(result):
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="module")
def expected():
    given = {"stages.front.cranes": 4}
    return simulate("khorgos-gateway", given, precision=0.1, most_events=2_000_000, seed=3, trace=12)


@pytest.fixture
def simulated(run):
    def ask(*more, **settings):
        arguments = ("simulate", "khorgos-gateway", "--set", "stages.front.cranes=4", *QUICK, "--trace", "12")
        return run(*arguments, *more, **settings)

    return ask


@pytest.mark.slow
def test_json_is_the_report(simulated, expected):
    assert SimulationReport.model_validate_json(simulated("--json").stdout) == expected


def test_words(simulated, expected):
    text = simulated().stdout
    assert "steady state" in text
    assert "with stages.front.cranes = 4" in text
    assert f"{expected.run.events:,} events" in text
    for title in ("95 % interval", "Stages", "Where the time goes", "What is stored", "Events", "Inputs: "):
        assert title in text


@pytest.mark.slow
@pytest.mark.parametrize("view", ["metrics", "flows", "stations", "yards", "trace"])
def test_views(simulated, expected, view):
    assert len(rows(simulated("--csv", "--view", view))) == len(getattr(expected, view))
    text = simulated("--view", view).stdout
    assert ("Stages" in text) == (view == "stations")


def test_a_document_in_a_file(run, document):
    path = str(document("mine.json", id="mine", name="Mine"))
    report = json.loads(run("simulate", path, *QUICK, "--json").stdout)
    assert (report["hub"]["id"], report["hub"]["version"]) == ("mine", None)


def test_without_steady_state(run):
    text = run("simulate", "khorgos-gateway", "--set", "flow.per_day=60", *QUICK).stdout
    assert "no steady state: more comes than leaves" in text


def test_runs_of_fixed_length(run):
    report = json.loads(run("simulate", "xian", "--replications", "3", "--hours", "100", "--json").stdout)
    assert report["inputs"]["replications"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "stages.front.cranes=3,4"), "here one value is taken"),
        (("--set", "stages.front.cranes=3..4"), "lists and ranges are for `hubcalc analyze`"),
        (("--set", "stages.front.crane=3"), "did you mean stages.front.cranes?"),
        (("--set", "cranes=3"), "PATH=VALUE"),
        (("--set", "stages.front.cranes=3", "--set", "stages.front.cranes=4"), "given twice"),
        (("--precision", "2"), "precision: Input should be less than or equal to 0.5"),
        (("--most-events", "1000000000"), "most_events: Input should be less than or equal to 500000000"),
        (("--replications", "3"), "give both"),
        (("--trace", "20000"), "trace: Input should be less"),
    ],
)
def test_bad_input(run, arguments, said):
    assert said in run("simulate", "khorgos-gateway", *arguments, code=2).stderr


def test_unknown_hub(run):
    assert "no such hub" in run("simulate", "nowhere", code=3).stderr
