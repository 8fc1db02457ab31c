"""Whatever is asked: each metric is a number or says why not, and what is exact agrees with Little's law."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hubcalc.calculators.calculate import calculate
from hubcalc.calculators.queue import QUEUE
from hubcalc.calculators.queue.registry import BY_NAME, METHODS
from hubcalc.errors import OverrideError
from hubcalc.readings import metric_of

SCVS = st.one_of(st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0, 4.0, 100.0]), st.floats(0.0, 100.0))
SERVERS = st.one_of(st.integers(1, 12), st.floats(0.1, 60.0), st.sampled_from([0.3, 2.5, 64, 65, 10_000, 1_000_000]))
LAWS = st.sampled_from(["G", "M", "D", "E2", "E5", "H2"])

BOUNDS = ("kingman_bound", "marchal")  # without limit where arrivals are rare

FEATURES = {
    "plain": st.fixed_dictionaries({}),
    "batches": st.fixed_dictionaries(
        {"batch_mean": st.one_of(st.integers(1, 60), st.floats(1.0, 300.0)), "batch_scv": st.sampled_from([0.0, 0.5])}
    ),
    "room": st.fixed_dictionaries({"room": st.integers(1, 60)}),
    "sources": st.fixed_dictionaries({"sources": st.integers(1, 200)}),
    "engset": st.fixed_dictionaries({"sources": st.integers(1, 30), "room": st.integers(1, 12)}),
    "patience": st.fixed_dictionaries({"patience_hours": st.floats(1e-3, 1e3)}),
    "priorities": st.fixed_dictionaries(
        {
            "priorities": st.sampled_from(["nonpreemptive", "preemptive"]),
            "first_class_share": st.floats(1e-3, 0.6),
            "second_class_share": st.floats(1e-3, 0.39),
        }
    ),
    "vacations": st.fixed_dictionaries(
        {
            "vacations": st.sampled_from(["multiple", "single"]),
            "vacation_hours": st.floats(1e-3, 1e3),
            "vacation_scv": st.floats(0.0, 10.0),
        }
    ),
    "setup": st.fixed_dictionaries({"setup_hours": st.floats(1e-3, 1e3)}),
    "threshold": st.fixed_dictionaries({"threshold": st.integers(1, 100)}),
    "breakdowns": st.fixed_dictionaries(
        {
            "hours_between_failures": st.floats(0.1, 1e4),
            "repair_hours": st.floats(1e-3, 100.0),
            "failing": st.sampled_from(["in_service", "any_time"]),
        }
    ),
}
QUESTIONS = st.fixed_dictionaries(
    {
        "service_hours": st.floats(1e-4, 1e3),
        "servers": SERVERS,
        "arrival": LAWS,
        "service": LAWS,
        "method": st.one_of(st.sampled_from(["auto", "exact", "fast"]), st.sampled_from(sorted(BY_NAME))),
        "hours": st.sampled_from([0.0, 0.1, 1e4]),
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("feature", FEATURES)
@settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_metric_is_a_number_or_says_why_not(feature: str, data: st.DataObject) -> None:
    question = data.draw(QUESTIONS) | data.draw(FEATURES[feature])
    utilization = data.draw(st.one_of(st.floats(1e-9, 1.3), st.sampled_from([1.0, 1.0 - 1e-9, 5.0])))
    load = utilization * question["servers"] / question.get("batch_mean", 1.0) / question.get("sources", 1.0)
    question["arrivals_per_hour"] = load / question["service_hours"]
    assume(question["arrivals_per_hour"] <= 1e6)
    for side in ("arrival", "service"):
        if question[side] == "G" or question[side] == "H2":
            question[f"{side}_scv"] = data.draw(SCVS)
    try:
        asked = calculate(QUEUE, question)
        ((_, said, readings),) = asked.answered
    except OverrideError:  # a combination that the rules refuse
        return
    for name, reading in readings.items():
        metric = metric_of(reading, 0)
        if metric.value is None:
            assert metric.verdict.status in ("refused", "unstable"), name
            assert metric.verdict.reason, name
        else:
            assert metric.value >= 0.0, name
            assert metric.verdict.method, name
            assert metric.verdict.status == "exact" or metric.verdict.reason, name
    for remark in QUEUE.remarks(said, readings):
        assert remark.message


@settings(deadline=None, derandomize=True, max_examples=15)
@given(servers=st.floats(0.2, 40.0), method=st.sampled_from(["auto", "exact", "fast", *sorted(BY_NAME)]), scv=SCVS)
def test_reports_of_fractions_of_servers_raise_nothing(servers: float, method: str, scv: float) -> None:
    question = {"arrivals_per_hour": 0.7 * servers, "service_hours": 1.0, "servers": servers, "service_scv": scv}
    (result,) = calculate(QUEUE, question | {"method": method}).report.results
    assert result.metrics["utilization"].value == pytest.approx(0.7)


@pytest.mark.parametrize("method", [m.name for m in METHODS if not m.features and m.name not in BOUNDS])
def test_waits_grow_with_the_load(method: str) -> None:
    servers = 2.5 if method == "continued_erlang" else 1 if method == "mg_1" else 2
    laws = {
        "mm_c": {},
        "md_c": {"service": "D"},
        "gi_d_c": {"arrival": "E2", "service": "D"},
        "gi_m_c": {"arrival": "E2"},
        "near_constant": {"service_scv": 0.1},
    }.get(method, {"service_scv": 0.5})
    loads = np.linspace(0.1, 0.95, 12) * servers
    asked = calculate(
        QUEUE, {"arrivals_per_hour": loads, "service_hours": 1.0, "servers": servers, "method": method, **laws}
    )
    waits = asked.column("wait_mean_hours")
    assert np.all(np.diff(waits) > 0.0)
    assert not np.isnan(waits).any()


def test_littles_law_holds_for_all_that_is_counted() -> None:
    asked = calculate(
        QUEUE,
        {"arrivals_per_hour": [0.5, 1.5, 2.9], "service_hours": 1.0, "servers": 3, "arrival": "E2", "service": "E3"},
    )
    flow, sojourn = asked.column("throughput_per_hour"), asked.column("sojourn_mean_hours")
    np.testing.assert_allclose(asked.column("number_mean"), flow * sojourn, rtol=1e-12)
    np.testing.assert_allclose(asked.column("queue_length_mean"), flow * asked.column("wait_mean_hours"), rtol=1e-12)
