"""Gauge change: tracks joined with lifting positions, against theory where one of them is in plenty."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.analysis.stages.gauge_change import GAUGE_CHANGE
from hubcalc.queueing.batch_spans import batch_span_mean_hours
from hubmodels import GaugeChange


def gauge_change(tracks=3, positions=10, minutes=90.0, scv=0.3, shunting=60.0, **fields):
    document = {
        "kind": "gauge_change",
        "tracks": tracks,
        "positions": positions,
        "service_time": {"mean_minutes": minutes, "scv": scv},
        "place_minutes": shunting / 2,
        "remove_minutes": shunting / 2,
    }
    return GaugeChange.model_validate({**document, **fields})


def perform(stage, *streams, numerical=True):
    return GAUGE_CHANGE.perform(stage, list(streams), numerical)


def test_tracks_in_plenty_leave_the_positions(stream):
    stage = gauge_change(tracks=1_000, service_time={"law": "exponential", "mean_minutes": 90})
    found = perform(stage, stream(0.1, contents={"mean": 40}))
    wait = queueing.mxgc_first_item_wait_mean_hours(0.1, 40, 0, 1.5, 1, 10)
    assert found.wait.hours == pytest.approx(float(wait), rel=1e-6)
    assert found.wait.error == 0
    wagon = queueing.mxmc_wait_mean_hours(0.1, 40, 0, 1.5, 10)
    assert found.content_wait.hours == pytest.approx(float(wagon), rel=1e-6)


def test_one_track_is_one_server(stream):
    # constant lifting at one position: 20 wagons of 6 minutes and an hour of shunting, M/D/1 of three hours
    stage = gauge_change(tracks=1, positions=1, minutes=6, scv=0)
    found = perform(stage, stream(0.2, contents={"mean": 20}))
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(0.2, 3.0, 0)), rel=1e-9)
    assert found.service == pytest.approx(3.0)
    assert found.service_variance == 0
    assert GAUGE_CHANGE.loads(stage, stream(0.2, contents={"mean": 20})) == {
        "positions": pytest.approx(0.4),
        "tracks": pytest.approx(0.6),
    }


def test_positions_in_plenty_leave_the_tracks(stream):
    stage = gauge_change(tracks=2, positions=60, minutes=90, scv=0)
    found = perform(stage, stream(0.5, contents={"mean": 20}))
    # all wagons are lifted at once: M/D/2 of two and a half hours
    assert found.wait.hours == pytest.approx(float(queueing.mdc_wait_mean_hours(0.5, 2.5, 2)), rel=1e-6)
    assert found.service == pytest.approx(2.5, rel=1e-6)


def test_the_last_wagon_holds_the_track(stream):
    stage = gauge_change(tracks=2, positions=40, minutes=90, scv=0.5)
    span = float(batch_span_mean_hours(20, 0, 1.5, 0.5, 40))
    assert span > 1.5 * 2
    load = GAUGE_CHANGE.loads(stage, stream(0.1, contents={"mean": 20}))["tracks"]
    assert load == pytest.approx(0.1 * (1 + span) / 2, rel=1e-9)
    details = perform(stage, stream(0.1, contents={"mean": 20})).details
    assert details["track_hours_per_train"][0] == pytest.approx(1 + span, rel=1e-9)
    assert details["wagons_per_day"] == (pytest.approx(48), "wagons/day")


def test_loads_add_up_and_only_visitors_count(stream, loaded):
    stage = gauge_change(share=0.5, breakdowns={"between_hours": 15, "repair_hours": 3})
    streams = [stream(0.1, contents={"mean": 40}), stream(0.2, contents={"mean": 10}, key="other")]
    found = loaded(GAUGE_CHANGE, stage, streams)
    assert found["positions"] == pytest.approx(0.5 * (0.1 * 40 + 0.2 * 10) * 1.5 * 1.2 / 10)
    assert perform(stage, *streams).visit_share == 0.5
    both = perform(stage, *streams).details
    assert both["position_utilization"][0] == pytest.approx(found["positions"])
    assert both["track_utilization"][0] == pytest.approx(found["tracks"])


def test_nothing_arrives_and_too_much_arrives(stream):
    assert perform(gauge_change(), stream(0.0, contents={"mean": 40})).wait.hours == pytest.approx(0, abs=1e-9)
    full = perform(gauge_change(), stream(1.0, contents={"mean": 40}))
    assert full.wait.hours == np.inf
    assert full.content_wait.hours == np.inf


def test_columns_are_their_rows(stream, same):
    stage = gauge_change(scv=0.3)
    rates, scvs = np.array([0.02, 0.1, 0.14, 0.3]), np.array([1.0, 0.5, 1.0, 1.0])
    together = perform(stage, stream(rates, scvs, contents={"mean": 40}))
    for i in range(4):
        same(together, i, perform(stage, stream(rates[i], scvs[i], contents={"mean": 40})))


def test_against_a_simulation(stream):
    """Poisson trains of 30 wagons at 3 tracks and 8 positions, both of them busy for half of the time."""
    rng = np.random.default_rng(5)
    runs, trains, wagons, hours, rate = 80, 1_200, 30, 1.0, 0.14
    arrivals = np.cumsum(rng.exponential(1 / rate, (runs, trains)), axis=1)
    tracks, positions, rows = np.zeros((runs, 3)), np.zeros((runs, 8)), np.arange(runs)
    stay = np.zeros((runs, trains))
    for i in range(trains):
        track = tracks.argmin(axis=1)
        ready = np.maximum(tracks[rows, track], arrivals[:, i]) + 0.5
        last = ready
        for _ in range(wagons):
            position = positions.argmin(axis=1)
            end = np.maximum(positions[rows, position], ready) + rng.gamma(1 / 0.3, hours * 0.3, runs)
            positions[rows, position] = end
            last = np.maximum(last, end)
        tracks[rows, track] = last + 0.5
        stay[:, i] = last + 0.5 - arrivals[:, i]
    means = stay[:, trains // 5 :].mean(axis=1)
    mean, error = means.mean(), means.std(ddof=1) / np.sqrt(runs)
    stage = gauge_change(tracks=3, positions=8, minutes=60, scv=0.3)
    found = perform(stage, stream(rate, contents={"mean": wagons}))
    assert abs(found.wait.hours + found.service - mean) < 4 * error + 0.05 * mean
