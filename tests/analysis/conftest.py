import math

import numpy as np
import pytest
from hypothesis import settings

import hubcalc
from hubcalc.analysis import analyses

settings.register_profile("analysis", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("analysis")

NEARLY = 1e-9
SEARCHED = "sustainable_capacity_per_day"
SIMULATED_BY_AUTO = ("test_auto_simulates",)
"""Modules in which `auto` simulates as it does for users; everywhere else formulas are tested."""


@pytest.fixture(autouse=True)
def formulas_only(request, monkeypatch):
    """Keep `auto` from simulating what it doubts."""
    if request.module.__name__.rpartition(".")[2] not in SIMULATED_BY_AUTO:
        monkeypatch.setattr(analyses, "MOST_SIMULATED", 0)


@pytest.fixture(scope="session")
def document():
    """Return a function that writes the document of a hub; flows without a route go through all stages in order."""

    def write(stages, *, opening=None, targets=None, flows=None, **flow):
        flows = flows or {"trains": {"unit": "train", "per_day": 12.0, **flow}}
        return {
            "kind": "dry_port",
            "id": "some-hub",
            "name": "Some hub",
            "country": "KZ",
            "location": {"latitude_deg": 44, "longitude_deg": 80},
            "opening": {"time_zone": "Asia/Almaty", **(opening or {})},
            "flows": {key: {"route": list(stages), **flow} for key, flow in flows.items()},
            "main_flow": next(iter(flows)),
            "stages": stages,
            "targets": targets or {},
        }

    return write


@pytest.fixture(scope="session")
def desk():
    """Return a function that writes a service stage."""

    def write(minutes, servers=1, scv=None, **fields):
        law = {"law": "exponential"} if scv is None else {"law": "gamma", "scv": scv}
        law = {"law": "deterministic"} if scv == 0 else law
        return {"kind": "service", "servers": servers, "service_time": {**law, "mean_minutes": minutes}, **fields}

    return write


@pytest.fixture(scope="session")
def front():
    """Return a function that writes a transshipment front."""

    def write(**fields):
        plain = {
            "kind": "transshipment_front",
            "standard_gauge_tracks": 3,
            "broad_gauge_tracks": 3,
            "cranes": 3,
            "moves_per_crane_hour": 20.0,
            "place_minutes": 30.0,
            "remove_minutes": 30.0,
        }
        return {**plain, **fields}

    return write


@pytest.fixture(scope="session")
def boxes():
    """Return a function that writes the contents of a train."""

    def write(mean=50.0, scv=0.0, teu=2.0):
        return {"unit": "container", "mean": mean, "scv": scv, "teu_per_unit": teu}

    return write


@pytest.fixture(scope="session")
def values():
    """Return a function that analyzes one scenario and gives the values of its metrics."""

    def analyze(hub, overrides=None, **options):
        result = hubcalc.analyze(hub, overrides, **options).report.results[0]
        return {name: metric.value for name, metric in result.metrics.items()}

    return analyze


@pytest.fixture(scope="session")
def stations():
    """Return a function that analyzes one scenario and gives its stations by stage."""

    def analyze(hub, overrides=None, **options):
        result = hubcalc.analyze(hub, overrides, **options).report.results[0]
        return {station.stage: station for station in result.stations}

    return analyze


@pytest.fixture(scope="session")
def consistency_checks():
    """Return a function that asserts what holds in every analysis of one scenario: conservation, sums, orders."""
    return _check


def _check(hub, overrides=None, *, search=True):
    """Check one scenario; without `search` for the sustainable flow, which costs about ten times the rest."""
    wanted = [name for name in hubcalc.METRIC_NAMES if search or name != SEARCHED]
    analysis = hubcalc.analyze(hub, overrides, metrics=wanted)
    result = analysis.report.results[0]
    _no_nonsense(result)
    _times_add_up(result)
    _flows_are_kept(analysis, result)
    _servers_obey_littles_law(analysis, result)
    _capacities_are_ordered(analysis, result)
    if search:
        _sustainable_flow_meets_the_target(analysis, result)
    _contents_are_kept(result)


def _contents_are_kept(result):
    """What comes in leaves, is turned away, or stays in a growing queue."""
    for flow in result.balance.flows:
        assert flow.units_in_per_day >= 0
        if flow.contents_in_per_day is not None:
            kept = flow.contents_turned_away_per_day + flow.contents_growth_per_day
            assert flow.contents_in_per_day == pytest.approx(flow.contents_out_per_day + kept, rel=1e-9)


def _no_nonsense(result):
    numbers = [metric.value for name, metric in result.metrics.items() if name != "headroom"]
    for station in result.stations:
        numbers += [value for value in station.model_dump().values() if isinstance(value, int | float)]
        numbers += [detail.value for detail in station.details.values()]
    for number in numbers:
        if isinstance(number, int | float):
            assert math.isfinite(number)
            assert number >= 0


def _times_add_up(result):
    for station in result.stations:
        parts = (station.wait_mean_hours, station.service_mean_hours, station.closure_mean_hours)
        parts += (station.synchronization_mean_hours, station.quota_mean_hours)
        if None in parts:
            assert station.dwell_mean_hours is None
        else:
            assert station.dwell_mean_hours == pytest.approx(sum(parts), rel=NEARLY)
    for split in (result.time_split, result.content_time_split):
        if split is not None and split.dwell_hours is not None:
            parts = (split.queue_hours, split.service_hours, split.synchronization_hours, split.closure_hours)
            parts += (split.quota_hours,)
            assert split.dwell_hours == pytest.approx(sum(parts), rel=NEARLY)
            assert min(parts) >= 0
            # the train and a box on it leave together
            assert split.dwell_hours == pytest.approx(result.metrics["dwell_mean_hours"].value, rel=NEARLY)
    mean = result.metrics["dwell_mean_hours"].value
    percentiles = [result.metrics[f"dwell_p{level}_hours"].value for level in (50, 90, 95)]
    for percentile in percentiles:
        assert (percentile is None) == (mean is None)
    if mean is not None:
        assert percentiles == sorted(percentiles)


def _flows_are_kept(analysis, result):
    hub = _with_overrides(analysis)
    stations = {station.stage: station for station in result.stations}
    route = [stations[stage] for stage in hub.main.stages]
    throughput = result.metrics["throughput_per_day"].value
    if all(station.utilization < 1 for station in stations.values() if station.kind != "yard"):
        assert throughput == pytest.approx(hub.main.per_day, rel=NEARLY)
        for stage, station in stations.items():
            arriving = sum(flow.per_day * _visits(flow.route).get(stage, 0.0) for flow in hub.flows.values())
            assert station.arrivals_per_day == pytest.approx(arriving, rel=NEARLY)
            assert station.growth_per_day == 0
    elif len(hub.flows) == 1:
        # what arrives either leaves or stays for ever
        growth = sum(station.growth_per_day for station in route)
        assert growth + throughput == pytest.approx(hub.main.per_day, rel=NEARLY)


def _visits(route):
    """Give the mean visits to each stage of a route; a graph is entered where no stage leads to."""
    if not isinstance(route, dict):
        return dict.fromkeys(route, 1.0)
    led_to = {after for shares in route.values() for after in shares}
    visits = {stage: 0.0 if stage in led_to else 1.0 for stage in route}
    for stage, shares in route.items():  # the documents write them in order
        for after, share in shares.items():
            visits[after] += visits[stage] * share
    return visits


def _servers_obey_littles_law(analysis, result):
    """The mean number of busy servers is the rate at which work arrives."""
    hub = _with_overrides(analysis)
    open_share = hub.opening.hours_per_day * hub.opening.days_per_week / 168
    for station in result.stations:
        stage = hub.stages[station.stage]
        if getattr(stage, "calendar", None) is not None:
            continue  # open at times of its own
        if station.kind == "gate" or (station.kind == "service" and stage.serves == "unit"):
            servers = stage.lanes if station.kind == "gate" else stage.servers
            items = stage.share * getattr(stage, "units_per_arrival", 1)
            work = station.arrivals_per_day / 24 * items * stage.service_time.moments().mean_minutes / 60
            assert station.utilization * servers * open_share == pytest.approx(work, rel=NEARLY)


def _capacities_are_ordered(analysis, result):
    metrics = {name: metric.value for name, metric in result.metrics.items()}
    theoretical = metrics["theoretical_capacity_per_day"]
    if theoretical is None:
        return
    assert metrics["practical_capacity_per_day"] <= theoretical
    if SEARCHED in metrics:
        assert metrics[SEARCHED] <= theoretical
    loaded = [s for s in result.stations if s.theoretical_capacity_per_day is not None]
    ranked = sorted(loaded, key=lambda station: station.practical_capacity_per_day)
    assert theoretical == pytest.approx(min(s.theoretical_capacity_per_day for s in loaded), rel=NEARLY)
    assert metrics["bottleneck"] == ranked[0].stage
    assert metrics["headroom"] == pytest.approx(
        metrics["practical_capacity_per_day"] / _with_overrides(analysis).main.per_day - 1, abs=1e-9
    )
    if len(ranked) > 1:
        assert metrics["capacity_after_fix_per_day"] == pytest.approx(ranked[1].practical_capacity_per_day, rel=NEARLY)
    assert metrics["next_bottleneck"] == (ranked[1].stage if len(ranked) > 1 else None)


def _sustainable_flow_meets_the_target(analysis, result):
    hub = _with_overrides(analysis)
    capacity = result.metrics["sustainable_capacity_per_day"].value
    theoretical = result.metrics["theoretical_capacity_per_day"].value
    if not capacity:
        return
    factor = capacity / hub.main.per_day
    at_capacity = {f"flows.{key}.per_day": flow.per_day * factor for key, flow in hub.flows.items()}
    if capacity < theoretical * (1 - 1e-9):
        wait = _wait_for_service_and_opening(hub, at_capacity)
        assert wait == pytest.approx(hub.targets.wait_hours, rel=1e-6)
    else:
        below = {path: value * (1 - 1e-6) for path, value in at_capacity.items()}
        wait = _wait_for_service_and_opening(hub, below)
        assert np.isfinite(wait)
        assert wait <= hub.targets.wait_hours * (1 + 1e-9)


def _wait_for_service_and_opening(hub, overrides):
    """Give what the target holds down: queueing, and closing hours and storms."""
    split = hubcalc.analyze(hub, overrides, metrics=["wait_mean_hours"]).report.results[0].time_split
    return split.queue_hours + split.closure_hours


def _with_overrides(analysis):
    """Give the document of a single scenario."""
    return analysis.scenarios.groups[0].hub
