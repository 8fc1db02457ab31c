"""`hubcalc queue`, `hubcalc capacity` and `hubcalc warm`."""

import csv
import io
import json

import pytest

from hubcalc.calculators import CAPACITY, QUEUE
from hubmodels.calculators.answers import CalculatorReport
from hubmodels.paths import inputs

ASKED = ("arrivals_per_hour=60", "service_hours=0.04", "servers=3")


def test_a_queue_in_words(run):
    text = run("queue", *ASKED).stdout
    assert "wait_mean_hours" in text
    assert "0.0431" in text
    assert "M/M/3" in text
    assert "elasticity of" in text
    assert "other method" in text


def test_an_inverse_question(run):
    text = run("queue", *ASKED[:2], "target_wait_hours=0.01").stdout
    assert "servers = 4, for wait_mean_hours at most 0.01" in text
    assert run("queue", *ASKED, "--solve-for", "servers", "target_wait_hours=0.01", code=2).stderr


def test_many_questions_are_a_table(run):
    text = run("queue", *ASKED[:2], "servers=2..4", "--fields", "wait_mean_hours").stdout
    assert "no end" in text
    assert "unstable" in text
    table = list(csv.DictReader(io.StringIO(run("queue", *ASKED[:2], "servers=2..4", "--csv").stdout)))
    assert len(table) == 3


def test_overload_in_words(run):
    text = run("queue", "arrivals_per_hour=100", *ASKED[1:]).stdout
    assert "no end" in text
    assert "fewest_stable_servers" in text


def test_without_inputs_they_are_listed(run):
    text = run("queue").stdout
    assert all(name in text for name in inputs(QUEUE.question))
    assert "must be given" in run("capacity", "berth").stdout
    kinds = run("capacity").stdout
    assert all(kind in kinds for kind in CAPACITY)
    note = json.loads(run("capacity", "berth", "--json").stdout)
    assert note["name"] == "berth"
    assert len(json.loads(run("capacity", "--json").stdout)) == len(CAPACITY)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["queue", "servers"], "INPUT=VALUES"),
        (["queue", *ASKED, "servers=4"], "given twice"),
        (["queue", *ASKED, "servrs=4"], "did you mean servers"),
        (["capacity", "bert"], "did you mean berth"),
        (["capacity", "bert", "berths=2"], "did you mean berth"),
    ],
)
def test_bad_input(run, arguments, said):
    result = run(*arguments, code=3 if "bert" in arguments else 2)
    assert said in result.stderr


@pytest.mark.slow
def test_a_server_answers_the_same(run, url, monkeypatch):
    here = run("queue", *ASKED, "--json").stdout
    there = run("queue", *ASKED, "--json", "--url", url).stdout
    assert CalculatorReport.model_validate_json(here).results[0].metrics == (
        CalculatorReport.model_validate_json(there).results[0].metrics
    )
    monkeypatch.setenv("HUBCALC_URL", url)
    assert "must be given" in run("capacity", "berth").stdout
    assert "berth" in run("capacity").stdout
    assert "wait_ratio" in run("capacity", "berth", "berths=3", "service_hours=20", "calls_per_year=400").stdout


def test_warm(run):
    assert "kernels are ready" in run("warm").stdout
