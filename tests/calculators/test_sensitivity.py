"""Elasticities against closed forms, on small calculators made here, and on those of capacity."""

import json
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from hubcalc.calculators import CAPACITY, Calculator, calculate
from hubcalc.calculators.base import Output
from hubcalc.calculators.sensitivity import elasticities
from hubcalc.readings import Reading
from hubmodels.base import Rule, count, quantity, share
from hubmodels.calculators.base import Question

EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))


class SingleServerQuestion(Question):
    """One server, Poisson arrivals, exponential service."""

    arrivals_per_hour: float = quantity("Arrivals", "1/h", at_least=0)
    service_hours: float = quantity("Mean service time", "h", above=0)
    servers: int = count("Servers", "servers", default=1, at_most=3)
    law: Literal["M"] = "M"


def single_server(q):
    load = np.asarray(q.arrivals_per_hour * q.service_hours / q.servers, dtype=float)
    stable = load < 1
    wait = np.where(stable, load / np.where(stable, 1 - load, 1), np.nan) * q.service_hours
    return {
        "utilization": Reading(load, "1", "load"),
        "wait_mean_hours": Reading(wait, "h", "M/M/1", unstable=~stable),
        "verdict": Reading(np.where(stable, "stable", "unstable"), "text", "load"),
        "none": Reading(0.0 * load, "1", "nothing"),
    }


CALLS = []


def counted(q):
    CALLS.append(q)
    return single_server(q)


SINGLE_SERVER = Calculator(
    name="single",
    title="M/M/1",
    question=SingleServerQuestion,
    outputs=[Output(name, "1", name) for name in ("utilization", "wait_mean_hours", "verdict", "none")],
    answer=counted,
    references=("Cooper (1981)",),
)


def found(calculator, given, **kwargs):
    asked = calculate(calculator, given, **kwargs)
    (_, question, readings), *_ = asked.answered
    return elasticities(asked, question, readings)


def test_the_wait_of_a_single_server():
    load = np.array([0.05, 0.3, 0.6, 0.9, 0.99, 0.999, 0.9999])
    result = found(SINGLE_SERVER, {"arrivals_per_hour": load * 4, "service_hours": 0.25})
    by_rate, step = result["wait_mean_hours", "arrivals_per_hour"]
    assert step == "derivative"
    assert by_rate == pytest.approx(1 / (1 - load), rel=1e-6)
    assert result["wait_mean_hours", "service_hours"][0] == pytest.approx(1 + 1 / (1 - load), rel=1e-6)
    assert result["utilization", "service_hours"][0] == pytest.approx(np.ones(7), rel=1e-9)


def test_one_more_server():
    load = np.array([0.3, 0.9])
    change, step = found(SINGLE_SERVER, {"arrivals_per_hour": load, "service_hours": 1})["wait_mean_hours", "servers"]
    assert step == "one more"
    assert change == pytest.approx((load / 2) / (1 - load / 2) / (load / (1 - load)) - 1)


def test_one_more_than_allowed_has_no_value():
    result = found(SINGLE_SERVER, {"arrivals_per_hour": 1.5, "service_hours": 1, "servers": [2, 3]})
    change, _ = result["wait_mean_hours", "servers"]
    assert np.isfinite(change[0])
    assert np.isnan(change[1])


def test_what_has_no_elasticity_is_null():
    # the second row is unstable; nothing arrives in the third
    result = found(SINGLE_SERVER, {"arrivals_per_hour": [0.5, 1.5, 0.0], "service_hours": 1})
    assert np.isfinite(result["wait_mean_hours", "arrivals_per_hour"][0]).tolist() == [True, False, False]
    assert np.isfinite(result["wait_mean_hours", "service_hours"][0]).tolist() == [True, False, False]
    assert np.isnan(result["none", "service_hours"][0]).all()
    assert ("verdict", "service_hours") not in result
    assert not any(name == "law" for _, name in result)


def test_a_report_shows_null_where_there_is_no_value():
    report = calculate(SINGLE_SERVER, {"arrivals_per_hour": [0.5, 1.5], "service_hours": 1}).report
    first, second = (
        {(e.metric, e.input): e.value for e in result.elasticities if e.metric == "wait_mean_hours"}
        for result in report.results
    )
    assert first["wait_mean_hours", "arrivals_per_hour"] == pytest.approx(2)
    assert second["wait_mean_hours", "arrivals_per_hour"] is None


def test_all_inputs_are_perturbed_in_one_question():
    CALLS.clear()
    found(SINGLE_SERVER, {"arrivals_per_hour": [0.3, 0.5], "service_hours": [1.0, 1.2]})
    sizes = [np.size(question.arrivals_per_hour) for question in CALLS]
    # the question itself, one more server, and four nodes of two inputs
    assert sizes == [4, 4, 32]


def test_only_metrics_that_are_wanted():
    result = found(SINGLE_SERVER, {"arrivals_per_hour": 0.3, "service_hours": 1}, metrics=["utilization"])
    assert {metric for metric, _ in result} == {"utilization"}


class CurveQuestion(Question):
    """Inputs with bounds and rules."""

    x: float = share("X", zero=False)
    y: float = quantity("Y", "1", at_least=1, at_most=9)
    z: float = quantity("Z", "1", default=1.0, above=0)

    def rules(self):
        yield Rule(self.z <= self.y, ("z", "y"), "z must not be above y")


def curve(q):
    x, y, z = (np.asarray(value, dtype=float) for value in (q.x, q.y, q.z))
    assert np.all((x > 0) & (x <= 1) & (y >= 1) & (y <= 9) & (z <= y)), "never out of bounds, never across a rule"
    return {
        "power": Reading(x**2 * np.exp(y) * z**-3, "1", "smooth"),
        "least": Reading(np.minimum(x, y / 4), "1", "a kink at x = y / 4"),
        "steps": Reading(np.ceil(y), "1", "a staircase"),
    }


CURVE = Calculator(
    name="curve",
    title="Curve",
    question=CurveQuestion,
    outputs=[Output(name, "1", name) for name in ("power", "least", "steps")],
    answer=curve,
    references=("here",),
)


@pytest.mark.parametrize("x", [1e-6, 0.5, 0.9999, 1.0])
@pytest.mark.parametrize("y", [1.0, 3.3, 9.0])
@pytest.mark.parametrize("z", [0.5, 1.0])
def test_bounds_and_rules_are_never_crossed(x, y, z):
    result = found(CURVE, {"x": x, "y": y, "z": z}, metrics=["power"])
    assert result["power", "x"][0] == pytest.approx([2], rel=1e-7)
    assert result["power", "y"][0] == pytest.approx([y], rel=1e-7)
    assert result["power", "z"][0] == pytest.approx([-3], rel=1e-7)


def test_a_kink_has_no_elasticity_and_its_sides_have():
    result = found(CURVE, {"x": 0.5, "y": [1.99, 2.0, 2.01]}, metrics=["least"])
    assert result["least", "y"][0] == pytest.approx([1, np.nan, 0], abs=1e-7, nan_ok=True)
    assert result["least", "x"][0] == pytest.approx([0, np.nan, 1], abs=1e-7, nan_ok=True)


def test_a_staircase_is_flat_beside_its_steps():
    result = found(CURVE, {"x": 0.5, "y": [2.5, 2.0001, 1.99999]}, metrics=["steps"])
    assert result["steps", "y"][0] == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CAPACITY)
def test_elasticities_of_capacity_agree_with_finite_steps(kind):
    calculator, given = CAPACITY[kind], EXAMPLES[kind]
    asked = calculate(calculator, given)
    (_, question, readings), *_ = asked.answered
    result = elasticities(asked, question, readings)
    names = [name for name in given if result.get((asked.metrics[0], name), (0, ""))[1] == "derivative"]
    change = 1e-3
    for name in names:
        up, down = (
            calculate(calculator, {**given, name: given[name] * (1 + step)}).columns() for step in (change, -change)
        )
        for metric in asked.metrics:
            if (metric, name) in result and np.isfinite(result[metric, name][0]).all():
                slope = (up[metric] - down[metric]) / (2 * change) / asked.column(metric)
                assert slope == pytest.approx(result[metric, name][0], rel=1e-3, abs=0.02), (metric, name)


def test_scales_of_a_fleet_are_exact():
    result = found(CAPACITY["fleet"], {"vehicles": 10, "cycle_hours": 24, "trips_per_day": 5})
    metric = "theoretical_capacity_per_day"
    assert result[metric, "cycle_hours"][0] == pytest.approx([-1], rel=1e-9)
    assert result[metric, "vehicles"][0] == pytest.approx([0.1], rel=1e-12)
    assert result[metric, "trips_per_day"][0] == pytest.approx([0], abs=1e-12)
    assert np.isnan(result["growth_per_day", "cycle_hours"][0]).all()
