"""Inspection: three phases in series, against theory where one of them is alone, and against a simulation."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.analysis.stages.inspection import INSPECTION
from hubcalc.queueing.batch_spans import batch_span_mean_hours
from hubmodels import Inspection


def law(minutes, scv):
    laws = {0: {"law": "deterministic"}, 1: {"law": "exponential"}}
    return {**laws.get(scv, {"law": "gamma", "scv": scv}), "mean_minutes": minutes}


def inspection(officers=1, minutes=30.0, scv=1, **fields):
    document = {"kind": "inspection", "officers": officers, "service_time": law(minutes, scv), **fields}
    return Inspection.model_validate(document)


def examination(share, places, minutes, scv=1):
    return {"share": share, "places": places, "service_time": law(minutes, scv)}


def perform(stage, *streams, numerical=True):
    return INSPECTION.perform(stage, list(streams), numerical)


@pytest.mark.parametrize("scv", [0, 0.5, 1, 3])
def test_documents_alone_at_one_officer_are_m_g_1(stream, scv):
    found = perform(inspection(scv=scv), stream(1.2))
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(1.2, 0.5, scv)), rel=1e-12)
    assert found.wait.error == 0
    assert found.service == 0.5
    second = queueing.mg1_wait_second_moment_hours2(1.2, 0.5, scv, 0.125 * (1 + scv) * (1 + 2 * scv))
    assert found.wait_variance == pytest.approx(float(second - found.wait.hours**2), rel=1e-9)


def test_exponential_phases_are_exact_in_series(stream):
    stage = inspection(3, 60, scan=examination(0.5, 1, 30), physical=examination(0.1, 2, 300))
    found = perform(stage, stream(2.0))
    waits = [
        queueing.mmc_wait_mean_hours(rate, hours, servers)
        for rate, hours, servers in ((2.0, 1.0, 3), (1.0, 0.5, 1), (0.2, 5.0, 2))
    ]
    expected = waits[0] + 0.5 * waits[1] + 0.1 * waits[2]
    assert found.wait.hours == pytest.approx(float(expected), rel=1e-12)
    assert found.wait.error == 0
    assert found.service == pytest.approx(1 + 0.5 * 0.5 + 0.1 * 5)
    assert found.departure_scv == pytest.approx(1)
    assert found.departure_poisson


def test_units_without_selected_consignments_pass_at_once(stream):
    stage = inspection(1, 1, 0, serves="contents", scan=examination(0.1, 30, 60, 0))
    found = perform(stage, stream(0.1, contents={"mean": 20}))
    share = 1 - 0.9**20
    assert found.details["scan_unit_share"][0] == pytest.approx(share, rel=1e-9)
    # as many scanners as containers: all of a train are scanned at once, if any is
    assert found.service == pytest.approx(20 / 60 + share * 1, rel=1e-6)
    assert found.content_service == pytest.approx(1 / 60 + 0.1 * 1, rel=1e-12)


def test_the_last_of_a_train_counts(stream):
    stage = inspection(5, 30, 0.3, serves="contents")
    found = perform(stage, stream(1e-9, contents={"mean": 4}))
    assert found.service == pytest.approx(float(batch_span_mean_hours(4, 0, 0.5, 0.3, 5)), rel=1e-6)
    assert found.content_service == pytest.approx(0.5)
    assert found.wait.hours == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("later", "factor"), [(20, 0.0), (40, 1.0)])
def test_constant_times_make_units_wait_for_the_slowest_only(stream, later, factor):
    # Friedman (1965): the waits in series are those at the slowest alone, here 30 or 40 minutes
    stage = inspection(1, 30, 0, scan=examination(1, 1, later, 0))
    found = perform(stage, stream(1.4))
    slowest = max(30, later) / 60
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(1.4, slowest, 0)), rel=1e-9)
    assert (found.details["scan_wait_hours"][0] > 0) == (factor > 0)


def test_loads_count_all_consignments(stream, loaded):
    stage = inspection(4, 30, serves="contents", share=0.5, scan=examination(0.2, 2, 10), physical=examination(1, 3, 6))
    streams = [stream(0.3, contents={"mean": 20}), stream(0.1, contents={"mean": 10}, key="other")]
    consignments = 0.5 * (0.3 * 20 + 0.1 * 10)
    expected = {
        "officers": consignments * 0.5 / 4,
        "scan_places": consignments * 0.2 * (1 / 6) / 2,
        "physical_places": consignments * 0.1 / 3,
    }
    assert loaded(INSPECTION, stage, streams) == {name: pytest.approx(load) for name, load in expected.items()}
    assert INSPECTION.servers(stage) == {"officers": 4, "scan_places": 2, "physical_places": 3}
    found = perform(stage, *streams)
    assert found.visit_share == 0.5
    assert found.details["scan_consignments_per_day"][0] == pytest.approx(24 * consignments * 0.2)


def test_breakdowns_draw_the_work_out(stream):
    stage = inspection(1, 30, 1, breakdowns={"between_hours": 10, "repair_hours": 2})
    assert INSPECTION.loads(stage, stream(1.0))["officers"] == pytest.approx(0.5 * 1.2)
    assert perform(stage, stream(1.0)).service == pytest.approx(0.6)


def test_nothing_arrives_and_too_much_arrives(stream):
    stage = inspection(2, 30, 0.5, serves="contents", scan=examination(0.1, 1, 60))
    empty = perform(stage, stream(0.0, contents={"mean": 20}))
    assert empty.wait.hours == pytest.approx(0, abs=1e-9)
    assert np.isfinite(empty.service)
    full = perform(stage, stream(0.3, contents={"mean": 20}))
    assert full.wait.hours == np.inf
    assert full.content_wait.hours == np.inf
    assert not np.isnan(full.departure_scv)


def test_columns_are_their_rows(stream, same):
    stage = inspection(
        2, 3, 0.5, serves="contents", scan=examination(0.1, 1, 20, 0.3), physical=examination(0.05, 2, 60)
    )
    rates, scvs = np.array([0.1, 0.5, 0.9, 5.0]), np.array([1.0, 0.5, 1.0, 1.0])
    together = perform(stage, stream(rates, scvs, contents={"mean": 20}))
    for i in range(4):
        same(together, i, perform(stage, stream(rates[i], scvs[i], contents={"mean": 20})))


def simulated(serve, rate, items, phases, runs=40, units=900):
    """Send trains through phases of (servers, share, hours, scv); give the time in the stage, each run a row."""
    rng = np.random.default_rng(7)
    arrivals = np.cumsum(rng.exponential(1 / rate, (runs, units)), axis=1)
    here = arrivals
    for servers, share, hours, scv in phases:
        order = np.argsort(here, axis=1)
        times = rng.gamma(1 / scv, hours * scv, (runs, units, items))
        served = rng.random((runs, units, items)) < share
        sorted_arrivals = np.take_along_axis(here, order, 1)
        _, last, _ = serve(sorted_arrivals, times, served, servers)
        here = np.empty_like(here)
        np.put_along_axis(here, order, last, 1)
    return here - arrivals


# the tolerances are four standard errors and what was seen of the approximation in some fifty random inspections
@pytest.mark.slow
@pytest.mark.parametrize(
    ("phases", "tolerance"),
    [
        ([(3, 1.0, 0.12, 0.5), (1, 0.2, 0.4, 0.5), (2, 0.1, 1.0, 1.0)], 0.04),
        ([(2, 1.0, 0.15, 0.3), (1, 0.3, 0.15, 0.3)], 0.04),
    ],
)
def test_trains_against_a_simulation(stream, serve, over_runs, phases, tolerance):
    times = simulated(serve, 0.8, 12, phases)
    mean, error = over_runs(times)
    named = [examination(share, servers, hours * 60, scv) for servers, share, hours, scv in phases[1:]]
    later = dict(zip(("scan", "physical"), named, strict=False))
    servers, _, hours, scv = phases[0]
    found = perform(
        inspection(servers, hours * 60, scv, serves="contents", **later), stream(0.8, contents={"mean": 12})
    )
    assert abs(found.wait.hours + found.service - mean) < 4 * error + tolerance * mean
