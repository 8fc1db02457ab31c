"""Line section: headways and single track, passenger trains first, against theory and the capacity formulas."""

import numpy as np
import pytest

from hubcalc import capacity, queueing
from hubcalc.analysis.stages.line_section import LINE_SECTION
from hubmodels import LineSection


def line(tracks="double", **fields):
    document = {
        "kind": "line_section",
        "tracks": tracks,
        "headway_minutes": 12.0,
        "running_minutes": 20.0,
        "interval_minutes": 4.0,
        "occupation_scv": 0.5,
    }
    return LineSection.model_validate({**document, **fields})


def perform(stage, *streams, numerical=True):
    return LINE_SECTION.perform(stage, list(streams), numerical)


def both_ways(stream, forward, back):
    return [stream(forward), stream(back, direction="return", key="back")]


def test_a_track_of_one_direction_is_m_g_1(stream):
    found = perform(line(line_running_hours=5.0), stream(4.0))
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(4, 0.2, 0.5)), rel=1e-12)
    assert found.wait.error == 0
    assert found.service == pytest.approx(5.2)
    assert found.service_variance == pytest.approx(0.5 * 0.04)
    assert LINE_SECTION.loads(line(), stream(4.0)) == {"forward_track": pytest.approx(0.8), "return_track": 0}


def test_two_tracks_keep_the_directions_apart(stream, loaded):
    streams = both_ways(stream, 3.0, 4.5)
    alone = perform(line(), streams[0])
    assert perform(line(), *streams).wait.hours == alone.wait.hours
    assert loaded(LINE_SECTION, line(), streams) == {
        "forward_track": pytest.approx(0.6),
        "return_track": pytest.approx(0.9),
    }


def test_on_one_track_the_directions_are_alike(stream, loaded):
    one, other = both_ways(stream, 0.8, 1.2)
    forth, back = perform(line("single"), one, other), perform(line("single"), other, one)
    assert forth.wait.hours == back.wait.hours
    assert forth.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(2, 0.4, 0.5)), rel=1e-12)
    assert loaded(LINE_SECTION, line("single"), [one, other]) == {"track": pytest.approx(0.8)}


@pytest.mark.parametrize("tracks", ["double", "single"])
def test_passenger_trains_go_first(stream, tracks):
    stage = line(tracks, passenger_trains_per_day=12, removal_coefficient=1.5)
    found = perform(stage, stream(1.0))
    first, occupied = (0.75, 0.2) if tracks == "double" else (1.5, 0.4)
    exact = queueing.mg1_priority_wait_mean_hours([first, 1.0], occupied, 0.5)[-1]
    assert found.wait.hours == pytest.approx(float(exact), rel=1e-9)
    assert found.wait.error == 0
    # the load is that of the paths that are left; it is full when both together fill the track
    load = max(float(value) for value in LINE_SECTION.loads(stage, stream(1.0)).values())
    assert load == pytest.approx(occupied / (1 - first * occupied))


def test_the_wait_behind_passenger_trains_varies_as_simulated(stream):
    rng = np.random.default_rng(2)
    passengers, rate, occupied = 24 / 24, 2.0, 0.2
    waits = _simulated(rng, passengers, rate, occupied, 0.5, runs=60, hours=1_000)
    found = perform(line(passenger_trains_per_day=24, removal_coefficient=1.0), stream(rate))
    mean, error = waits[0].mean(), waits[0].std(ddof=1) / np.sqrt(len(waits[0]))
    assert abs(found.wait.hours - mean) < 4 * error
    second, spread = waits[1].mean(), waits[1].std(ddof=1) / np.sqrt(len(waits[1]))
    assert abs(found.wait_variance + found.wait.hours**2 - second) < 4 * spread


def _simulated(rng, passengers, rate, occupied, scv, runs, hours):
    """Serve passenger trains first on one server; give first and second moment of the freight trains' waits by run."""
    moments = []
    for _ in range(runs):
        lines = [np.cumsum(rng.exponential(1 / r, int(1.2 * r * hours) + 50)) for r in (passengers, rate)]
        clock, at, waits = 0.0, [0, 0], []
        while clock < hours:
            here = [lines[k][at[k]] <= clock for k in (0, 1)]
            if not any(here):
                clock = min(lines[0][at[0]], lines[1][at[1]])
                continue
            k = 0 if here[0] else 1
            if k == 1 and clock > hours / 10:
                waits.append(clock - lines[1][at[1]])
            at[k] += 1
            clock += rng.gamma(1 / scv, occupied * scv)
        moments.append((np.mean(waits), np.mean(np.square(waits))))
    return np.array(moments).T


def test_paths_are_those_of_the_capacity_formulas(stream):
    # lecture notes on railway capacity: a period of 55 minutes gives 26 pairs, a headway of 9 minutes 160 trains
    single = perform(line("single", running_minutes=25, interval_minutes=2.5), stream(0.1)).details
    assert single["paths_per_day"][0] == pytest.approx(2 * 1440 / 55)
    assert int(capacity.single_track_pairs_per_day(55)) == int(single["paths_per_day"][0] / 2) == 26
    double = perform(line(headway_minutes=9), stream(0.1)).details
    assert double["paths_per_day"][0] == pytest.approx(160)


def test_an_engineering_window_takes_paths_and_closes_the_line(stream):
    stage = line(window_hours_per_day=3)
    found = perform(stage, stream(2.0))
    assert LINE_SECTION.loads(stage, stream(2.0))["forward_track"] == pytest.approx(2 * 0.2 * 24 / 21)
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(2 * 24 / 21, 0.2, 0.5)), rel=1e-9)
    # C^2 / (2 T) / (1 - rate / capacity)
    assert found.closure.hours == pytest.approx(9 / 48 / (1 - 0.4), rel=1e-9)
    assert found.closure_variance > 0
    assert perform(line(), stream(2.0)).closure.hours == 0
    assert found.details["paths_per_day"][0] == pytest.approx(21 * 5)


def test_delays_of_a_window_vary_as_a_fluid_says(stream):
    found = perform(line(window_hours_per_day=6), stream(1e-9))
    # a quarter of the trains wait for uniform times up to six hours
    assert found.closure.hours == pytest.approx(0.25 * 3, rel=1e-6)
    assert found.closure_variance == pytest.approx(0.25 * 12 - 0.75**2, rel=1e-6)


def test_departures_keep_the_gaps_of_a_busy_track(stream):
    busy = perform(line(occupation_scv=0), stream(4.9))
    idle = perform(line(occupation_scv=0), stream(0.01))
    assert busy.departure_scv < 0.3
    assert idle.departure_scv == pytest.approx(1, abs=1e-3)
    # passenger trains between them make freight trains irregular
    mixed = perform(line(occupation_scv=0, passenger_trains_per_day=60, removal_coefficient=1), stream(2.4))
    assert busy.departure_scv < mixed.departure_scv < 1


def test_breakdowns_draw_occupation_out(stream):
    stage = line(breakdowns={"between_hours": 10, "repair_hours": 1})
    assert LINE_SECTION.loads(stage, stream(2.0))["forward_track"] == pytest.approx(2 * 0.2 * 1.1)


def test_nothing_arrives_and_too_much_arrives(stream):
    empty = perform(line(passenger_trains_per_day=10, window_hours_per_day=2), stream(0.0))
    assert np.isfinite(empty.wait.hours)
    assert np.isfinite(empty.departure_scv)
    full = perform(line(window_hours_per_day=2), stream(5.0))
    assert full.wait.hours == np.inf
    assert full.closure.hours == np.inf
    assert np.isfinite(full.closure_variance)


def test_columns_are_their_rows(stream, same):
    stage = line("single", passenger_trains_per_day=5, window_hours_per_day=2, line_running_hours=3)
    rates, scvs = np.array([0.0, 0.5, 1.2, 3.0]), np.array([1.0, 0.5, 1.0, 1.0])
    together = perform(stage, stream(rates, scvs))
    for i in range(4):
        same(together, i, perform(stage, stream(rates[i], scvs[i])))
