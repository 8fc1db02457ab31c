"""`analyze` without a server."""

import csv
import io
import json
import re
from typing import get_args

import pytest

from hubcalc.analysis import METRIC_NAMES, analyze
from hubmodels.results import AnalysisReport, VerdictStatus

CRANES = "stages.front.cranes"


def test_one_scenario(run):
    text = run("analyze", "khorgos-gateway").stdout
    assert "metric" in text
    assert all(name in text for name in METRIC_NAMES)
    row = next(line.split() for line in text.splitlines() if line.startswith("theoretical_capacity"))
    assert (row[1], row[3], row[5]) == ("15.7", "to", "trains/day")
    assert float(row[2]) < 15.7 < float(row[4])
    assert row[6] in {*get_args(VerdictStatus), "approx."}
    dwell = next(line.split() for line in text.splitlines() if line.startswith("dwell_mean_hours"))
    assert re.fullmatch(r"±[\d.]+%", dwell[6]), "a simulation says how sure it is"
    assert "the 95 % interval of a simulation" in " ".join(text.split())
    assert "\nBalance [per day]\n" in text
    assert "\nStages\n" in text
    assert "\nWhere the time goes" in text
    assert "[pairing_assumed]" in text


def test_several_scenarios_are_rows(run):
    lines = run("analyze", "khorgos-gateway", "--set", f"{CRANES}=2..4", "--method", "fast").stdout.splitlines()
    rows = [line.split() for line in lines if line.strip()[:1].isdigit()]
    assert [row[0] for row in rows] == ["2", "3", "4"]
    assert [row[1] for row in rows] == ["8.56", "12.8", "13.4"], "the practical share of crane, crane and platforms"


def test_the_last_path_is_fastest(run):
    result = run(
        *("analyze", "khorgos-gateway", "--set", f"{CRANES}=3,4", "--set", "flow.per_day=8..9:0.5"),
        *("--fields", "utilization", "--method", "fast", "--csv"),
    )
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row[f"{CRANES} [cranes]"] for row in rows] == ["3", "3", "3", "4", "4", "4"]
    assert [row["flows.westbound.per_day [units/day]"] for row in rows] == ["8.0", "8.5", "9.0"] * 2
    given = {CRANES: [3, 4], "flow.per_day": [8, 8.5, 9]}
    expected = analyze("khorgos-gateway", given, metrics=["utilization"], method="fast")
    assert [float(row["utilization [1]"]) for row in rows] == expected.column("utilization").tolist()


def test_json_is_the_report(run):
    report = AnalysisReport.model_validate_json(run("analyze", "khorgos-gateway", "--json").stdout)
    assert report == analyze("khorgos-gateway").report
    some = json.loads(run("analyze", "khorgos-gateway", "--json", "--fields", "bottleneck, utilization").stdout)
    assert list(some["results"][0]["metrics"]) == ["bottleneck", "utilization"]


def test_instability_is_growth(run):
    text = run("analyze", "khorgos-gateway", "--set", f"{CRANES}=1").stdout
    assert f"with {CRANES} = 1 cranes" in text
    grows = 11 + 1.65 - 24 * 16.5 * 0.95 / (45.5 * 1.2 * 1.05)  # both ways, less what one crane works
    assert f"no steady state: grows by {grows:.3g} a day (front)" in text
    assert "nan" not in text.lower()
    text = run("analyze", "khorgos-gateway", "--set", f"{CRANES}=1,3").stdout
    assert f"no steady state: grows by {grows:.3g} a day (front)" in text


def test_a_refused_metric_says_why(run):
    text = run("analyze", "nur-zholy-khorgos", "--method", "fast").stdout
    assert "capacity_teu_per_year refused: flows.eastbound.contents.teu_per_unit is not given" in " ".join(text.split())


@pytest.mark.parametrize("view", ["metrics", "stations", "evidence"])
def test_views(run, view):
    asked = ("analyze", "khorgos-gateway", "--method", "fast", "--view", view)
    text = run(*asked).stdout
    used = f"crane_utilization {100 * (11 + 1.65) * 45.5 * 1.2 * 1.05 / (24 * 3 * 16.5 * 0.95):.1f}%"
    marks = {"metrics": "theoretical_capacity_per_day", "stations": used, "evidence": "source: "}
    assert [name for name, mark in marks.items() if mark in text] == [view]
    rows = list(csv.reader(io.StringIO(run(*asked, "--csv").stdout)))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == {"metrics": 2, "stations": 9}.get(view, len(rows))


def test_a_file_and_standard_input(run, document):
    path = document("mine.json", id="mine", name="Mine")
    assert "Mine (mine, dry port)" in run("analyze", str(path), "--fields", "bottleneck").stdout
    assert "Mine (mine, dry port)" in run("analyze", "-", "--view", "stations", input=path.read_text()).stdout


def test_the_scale(run):
    result = run("analyze", "khorgos-gateway", "--scale", "trucks", "--fields", "theoretical_capacity_per_day")
    assert "trucks/day" in result.stdout
    assert "not a flow" in run("analyze", "khorgos-gateway", "--scale", "x", code=2).stderr


def test_the_method(run):
    exact = run("analyze", "khorgos-gateway", "--method", "exact", "--fields", "wait_mean_hours,utilization").stdout
    assert "it rests on an approximation" in " ".join(exact.split())
    fast = run("analyze", "khorgos-gateway", "--method", "fast", "--fields", "wait_mean_hours", "--json").stdout
    assert "method=fast" in fast
    asked = ("analyze", "khorgos-gateway", "--fields", "dwell_mean_hours", "--method")
    simulated = json.loads(run(*asked, "simulate", "--json").stdout)["results"][0]["metrics"]["dwell_mean_hours"]
    assert simulated["verdict"]["status"] == "simulated"
    assert simulated["verdict"]["half_width"] > 0
    assert "POST /v1/simulations" in run(*asked, "simulate", "--set", "flow.per_day=1..11", code=2).stderr
    assert "auto, fast, exact, simulate" in run(*asked, "guess", code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--set", "stages.front.crane=2"], "unknown_path", "did you mean stages.front.cranes?"),
        (["--set", f"{CRANES}=0"], "invalid_override", "a whole number from 1 to 10000 [cranes]"),
        (["--set", f"{CRANES}=2.5"], "invalid_override", "not a whole number"),
        (["--set", f"{CRANES}=many"], "invalid_override", "not a number"),
        (["--set", f"{CRANES}=4..2"], "invalid_override", "must rise"),
        (["--set", f"{CRANES}="], "invalid_override", "empty item"),
        (["--set", f"{CRANES}"], "invalid_parameter", "PATH=VALUES"),
        (["--set", "cranes=3"], "invalid_parameter", "PATH=VALUES"),
        (["--set", f"{CRANES}=3", "--set", f"{CRANES}=4"], "invalid_parameter", "given twice"),
        (["--set", "flow.per_day=1", "--set", "flows.westbound.per_day=2"], "invalid_override", "given twice"),
        (["--set", f"{CRANES}=1..5000"], "too_many_scenarios", "up to 1000 combinations"),
        (["--fields", "utilisation"], "invalid_parameter", "did you mean utilization?"),
    ],
)
def test_bad_input(run, arguments, code, words):
    assert words in run("analyze", "khorgos-gateway", *arguments, code=2).stderr
    result = run("analyze", "khorgos-gateway", *arguments, "--json", code=2)
    problem = json.loads(result.stderr)
    assert result.stdout == ""
    assert problem["code"] == code
    assert words in json.dumps(problem, ensure_ascii=False)


def test_usage_errors(run):
    assert "No such option" in run("analyze", "xian", "--bogus", code=2).stderr
    problem = json.loads(run("analyze", "xian", "--view", "x", "--json", code=2).stderr)
    assert problem["code"] == "usage"
    assert "cannot be read" in run("analyze", "missing.json", code=2).stderr


def test_the_limit_is_a_setting(run, monkeypatch):
    monkeypatch.setenv("HUBCALC_SCENARIO_LIMIT", "2")
    assert "up to 2 combinations" in run("analyze", "xian", "--set", "flow.per_day=1,2,3", code=2).stderr
    monkeypatch.setenv("HUBCALC_SCENARIO_LIMIT", "few")
    assert "HUBCALC_SCENARIO_LIMIT" in run("analyze", "xian", code=2).stderr
