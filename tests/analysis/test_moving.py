"""Hubs of runs and roads: what is exact, what has no limit, and what traffic does."""

import json

import numpy as np
import pytest
from scipy import stats

import hubcalc
from hubcalc.analysis import METRIC_NAMES, analyses
from hubcalc.analysis.backlogs import clearing, recovery
from hubcalc.analysis.curve import capacity_curve
from hubcalc.analysis.timeline import day_profile
from hubcalc.errors import ParameterError, RefusedError

UNLIMITED = {
    *("theoretical_capacity_per_day", "practical_capacity_per_day", "sustainable_capacity_per_day"),
    *("capacity_teu_per_year", "bottleneck", "next_bottleneck", "headroom", "capacity_after_fix_per_day"),
}
RUN = {
    "kind": "run",
    "length_km": 1_000.0,
    "speed_km_per_hour": 50.0,
    "stops_hours": 3.0,
    "excess_mean_hours": 10.0,
    "excess_scv": 0.8,
}
ROAD = {
    "kind": "road_section",
    "length_km": 100.0,
    "free_speed_km_per_hour": 50.0,
    "lanes": 1,
    "capacity_vehicles_per_lane_hour": 1_200.0,
    "other_vehicles_per_day": 12_000.0,
    "excess_mean_hours": 1.0,
}


def lognormal(mean, scv, least=0.0):
    """Give the law of a run."""
    width = np.sqrt(np.log1p(scv))
    return stats.lognorm(width, loc=least, scale=mean / np.sqrt(1 + scv))


@pytest.fixture
def simulating(monkeypatch):
    """Let scenarios be simulated."""
    monkeypatch.setattr(analyses, "MOST_SIMULATED", 10)


@pytest.fixture
def line(document, boxes):
    """Return a function that writes a hub that is a run and nothing else."""

    def write(**flow):
        return document({"way": RUN}, unit="train", contents=boxes(), **flow)

    return write


def only(hub, **options):
    return hubcalc.analyze(hub, **options).report.results[0]


@pytest.mark.parametrize("scv", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("method", ["auto", "fast", "exact"])
def test_a_run_alone_has_the_law_of_its_excess(line, method, scv):
    metrics = only(line(scv=scv), method=method).metrics
    law = lognormal(10.0, 0.8, 23.0)
    assert metrics["dwell_mean_hours"].value == pytest.approx(33.0, rel=1e-12)
    for name, probability in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
        metric = metrics[f"dwell_{name}_hours"]
        assert metric.value == pytest.approx(float(law.ppf(probability)), rel=1e-9)
        assert metric.verdict.status == "exact"
    assert metrics["wait_mean_hours"].value == 0.0


@pytest.mark.parametrize("per_day", [0.0, 12.0, 1e5])
def test_nothing_limits_a_run(line, per_day, stations):
    hub = line(per_day=per_day)
    result = only(hub)
    assert set(result.metrics) == set(METRIC_NAMES)
    for name, metric in result.metrics.items():
        refused = name in UNLIMITED
        assert (metric.value is None) == refused, name
        assert metric.verdict.status == ("refused" if refused else "exact"), name
        assert bool(metric.verdict.reason) == refused, name
    station = stations(hub)["way"]
    assert (station.utilization, station.theoretical_capacity_per_day) == (0.0, None)
    assert station.limit == "nothing"
    assert result.metrics["throughput_per_day"].value == pytest.approx(per_day)
    assert result.warnings == []


def test_its_answers_hold_no_nonsense(line):
    analysis = hubcalc.analyze(line(), {"stages.way.length_km": [10.0, 100.0], "stages.way.excess_scv": [0.0, 2.0]})
    text = json.dumps(analysis.report.model_dump(), allow_nan=False)
    assert "NaN" not in text
    rows = analysis.to_rows()
    assert len(rows) == 4
    assert [row["dwell_mean_hours"] for row in rows] == pytest.approx([13.2, 13.2, 15.0, 15.0])


def test_contents_travel_with_their_train(line):
    result = only(line())
    assert result.content_time_split.service_hours == pytest.approx(33.0)
    assert result.content_time_split.dwell_hours == pytest.approx(result.time_split.dwell_hours)
    (balance,) = result.balance.flows
    assert balance.contents_out_per_day == pytest.approx(balance.contents_in_per_day)


def test_there_is_no_curve_no_line_and_no_day_of_a_run(line):
    with pytest.raises(RefusedError, match="no stage is loaded"):
        capacity_curve(line(), 3)
    for ask in (clearing, recovery):
        with pytest.raises(ParameterError, match="no stage that units wait for"):
            ask(line(), 10)
    assert day_profile(line()).stages == []


def test_a_run_behind_a_queue_is_convolved(document, desk):
    """The sojourn in M/M/1 is exponential, and independent of the run."""
    result = only(document({"desk": desk(60), "way": RUN}, per_day=12.0))
    rng = np.random.default_rng(7)
    runs = np.sort(rng.exponential(2.0, (40, 50_000)) + lognormal(10.0, 0.8, 23.0).rvs((40, 50_000), rng), axis=1)
    for name, probability in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
        found, sampled = result.metrics[f"dwell_{name}_hours"], runs[:, int(50_000 * probability)]
        assert found.verdict.status == "exact"
        assert abs(found.value - sampled.mean()) < 4 * sampled.std(ddof=1) / 40**0.5 + 1e-3


def test_between_two_queues_the_means_stay_exact(document, desk):
    """A Poisson stream is one behind a run, but units overtake, which ties the two waits together."""
    metrics = only(document({"a": desk(60), "way": RUN, "b": desk(60)}, per_day=12.0)).metrics
    assert metrics["dwell_mean_hours"].value == pytest.approx(2 + 33 + 2)
    assert metrics["dwell_mean_hours"].verdict.status == "exact"
    assert metrics["dwell_p90_hours"].verdict.status == "approximate"


@pytest.mark.usefixtures("simulating")
def test_a_run_simulates_as_it_is_computed(line):
    metrics = only(line(scv=0.5), method="simulate").metrics
    for name, truth in (("mean", 33.0), ("p90", float(lognormal(10.0, 0.8, 23.0).ppf(0.9)))):
        found = metrics[f"dwell_{name}_hours"]
        assert found.verdict.status == "simulated"
        assert abs(found.value - truth) < 2.5 * found.verdict.half_width


DAYTIME = {"calendar": {"shifts": {"day": {"starts_hour": 8, "hours": 12}}}}


@pytest.mark.parametrize(
    ("before", "under_way", "after", "doubted"),
    [
        ({}, 600.0, DAYTIME, False),  # around the clock they come to the door that closes at any hour
        (DAYTIME, 600.0, {}, False),
        (DAYTIME, 10.0, DAYTIME, False),
        (DAYTIME, 600.0, DAYTIME, True),
    ],
)
def test_a_run_shifts_the_hours_of_the_day(document, desk, before, under_way, after, doubted):
    """Formulas do not shift them: twelve hours on the way bring units to a second door as it closes."""
    run = {**RUN, "stops_hours": 0.0, "excess_mean_hours": 0.0, "length_km": under_way}
    hub = document({"a": desk(30, **before), "way": run, "b": desk(30, **after)}, per_day=12.0)
    advice = " ".join(each.message for each in only(hub).warnings if each.code == "simulation_advised")
    assert ("before they come to b, which closes" in advice) == doubted


@pytest.mark.usefixtures("simulating")
def test_units_that_come_as_a_door_closes_wait_for_the_morning(document, desk):
    """Trucks of the day, 12 h under way for sure, come between 20 and 8 h: they wait 12 h and the line before them."""
    run = {**RUN, "stops_hours": 0.0, "excess_mean_hours": 0.0, "length_km": 600.0}
    quick = {"a": desk(1, scv=0, **DAYTIME), "way": run, "b": desk(1, scv=0, **DAYTIME)}
    result = only(document(quick, per_day=20.0, hourly_weights=[0.0] * 8 + [1.0] * 12 + [0.0] * 4))
    found = result.metrics["dwell_mean_hours"]
    assert found.verdict.status == "simulated"
    # uniform over the night: 6 h until the door opens, then about half of the twenty units, a minute each
    assert found.value == pytest.approx(12 + 6 + 2 / 60 + 10 / 60, abs=0.1)


# roads


@pytest.fixture
def highway(document):
    """Return a function that writes a road with trucks in both directions."""

    def write(per_day=2_000.0, back=1_000.0, **fields):
        flows = {
            "there": {"unit": "truck", "per_day": per_day},
            "back": {"unit": "truck", "per_day": back, "direction": "return"},
        }
        return document({"road": {**ROAD, **fields}}, flows=flows)

    return write


def test_capacity_is_what_others_leave(highway, values):
    """28,800 cars a day, 12,000 of them others: room for 8,400 trucks; at 85 % for 6,240."""
    found = values(highway())
    assert found["utilization"] == pytest.approx(16_000 / 28_800)
    assert found["theoretical_capacity_per_day"] == pytest.approx(8_400)
    assert found["practical_capacity_per_day"] == pytest.approx((0.85 * 28_800 - 12_000) / 2)
    assert values(highway(), scale="back")["theoretical_capacity_per_day"] == pytest.approx(8_400)
    assert found["wait_mean_hours"] == pytest.approx(2 * 0.15 * (16_000 / 28_800) ** 4)


def test_beyond_it_trucks_queue_and_others_pass(highway, stations):
    hub = highway(9_000.0)
    result, road = only(hub), stations(hub)["road"]
    assert result.metrics["wait_mean_hours"].verdict.status == "unstable"
    assert result.metrics["throughput_per_day"].value == pytest.approx(8_400)
    assert road.growth_per_day == pytest.approx(10_000 * (1 - 8_400 / 9_000))
    assert road.fewest_stable_servers == 2
    for flow in result.balance.flows:
        assert flow.units_in_per_day == pytest.approx(flow.units_out_per_day + flow.units_growth_per_day)


@pytest.mark.usefixtures("simulating")
def test_a_law_of_experience_says_so(highway):
    """Simulation would only repeat the law, so `auto` does not ask for it."""
    result = only(highway(8_200.0))
    assert result.metrics["dwell_mean_hours"].verdict.status == "approximate"
    assert result.metrics["dwell_mean_hours"].verdict.expected_error is None
    codes = {advice.code for advice in result.warnings}
    assert "traffic_law" in codes
    assert not codes & {"simulated", "simulation_advised", "error_unknown"}
    assert only(highway(), method="exact").metrics["dwell_mean_hours"].verdict.status == "refused"


def test_the_law_of_delay_is_a_choice(highway):
    analysis = hubcalc.analyze(highway(), {"stages.road.delay_law": ["bpr", "conical"]})
    waits = [result.metrics["wait_mean_hours"].value for result in analysis.report.results]
    load = 16_000 / 28_800
    beta = 7 / 6
    cone = 1 + np.hypot(4 * (1 - load), beta) - 4 * (1 - load) - beta
    assert waits == pytest.approx([2 * 0.15 * load**4, 2 * cone])


def test_percentiles_of_a_road_are_those_of_its_excess(highway):
    metrics = only(highway()).metrics
    wait = metrics["wait_mean_hours"].value
    law = lognormal(1.0, 1.0, 2.0 + wait)
    assert metrics["dwell_p90_hours"].value == pytest.approx(float(law.ppf(0.9)), rel=1e-9)


@pytest.mark.usefixtures("simulating")
def test_a_road_simulates_at_its_mean_traffic(highway):
    result = only(highway(), method="simulate")
    found = result.metrics["dwell_mean_hours"]
    truth = 3 + 2 * 0.15 * (16_000 / 28_800) ** 4
    assert abs(found.value - truth) < 2.5 * found.verdict.half_width
    assert "traffic_law" in {advice.code for advice in result.warnings}
    overloaded = only(highway(9_000.0), method="simulate").metrics["dwell_mean_hours"]
    assert overloaded.verdict.status == "unstable"


def test_a_closed_road_lets_out_what_others_leave(highway):
    """4,000 trucks a day come and 8,400 can go."""
    found = clearing(highway(4_000.0), 1_100)
    assert found.capacity_per_day == pytest.approx(8_400)
    assert found.cleared_after_hours == pytest.approx(24 * 1_100 / 4_400)
    after = recovery(highway(4_000.0), 12)
    assert after.backlog == pytest.approx(2_000)
    assert after.recovered_after_hours == pytest.approx(24 * 2_000 / 4_400)


def test_the_curve_of_a_road_ends_at_its_capacity(highway):
    curve = capacity_curve(highway(), 4)
    assert curve.theoretical_capacity_per_day == pytest.approx(8_400)
    assert curve.points[-1].flow_per_day == pytest.approx(0.98 * 8_400)
    waits = [point.wait_mean_hours for point in curve.points]
    assert waits == sorted(waits)
    assert day_profile(highway()).stages == []
