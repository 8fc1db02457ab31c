"""Everything around the engine, with Lindley's recursion in its place; at the end some runs of the engine itself."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.simulation import _round, plans, profiles
from hubcalc.simulation.laws import Law
from hubcalc.simulation.plans import (
    first_hours,
    mean_hours,
    most_slots,
    period_hours,
    plan_of,
    units_per_hour,
    walk_hours,
)
from hubcalc.simulation.profiles import simulate_profile
from hubcalc.simulation.program import (
    AwaitOpen,
    BatchSizes,
    Board,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Leave,
    Program,
    Quota,
    Resource,
    WorkItems,
)
from hubcalc.simulation.recording import Ending
from hubcalc.simulation.runs import simulate, simulate_fixed


def lindley():
    spec = spec_from_file_location("lindley", Path(__file__).parent / "lindley.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LINDLEY = lindley()


@pytest.fixture
def recursion(monkeypatch):
    """Put the recursion in the engine's place; give a list of the calls it gets."""
    calls = []

    def simulate_once(model, **options):
        calls.append(options)
        return LINDLEY.simulate_once(model, **options)

    for module in (_round, profiles):
        monkeypatch.setattr(module, "simulate_once", simulate_once)
        monkeypatch.setattr(module, "encode", lambda model: model)
    return calls


def ended(monkeypatch, ending, slots_done=20):
    """Make all runs end in a certain way."""

    def simulate_once(model, **options):
        return LINDLEY.simulate_once(model, **options)._replace(ending=ending, slots_done=slots_done)

    monkeypatch.setattr(_round, "simulate_once", simulate_once)


def test_the_precision_is_met_and_the_mean_is_right(recursion):
    found = simulate(LINDLEY.program(0.7), precision=0.02, seed=3)
    flow = found.estimates.flows[0]
    assert found.status == "steady"
    assert found.precision_met
    assert found.precision_reached <= 0.02
    assert flow.dwell_hours.half_width <= 0.02 * flow.dwell_hours.mean
    assert abs(flow.dwell_hours.mean - 1.0 / 0.3) < 2.0 * flow.dwell_hours.half_width
    assert found.events == sum(LINDLEY.simulate_once(LINDLEY.program(0.7), **call).events for call in recursion)
    assert found.warm_up_hours > 2.0 * 1.0 / (1.0 - np.sqrt(0.7)) ** 2  # relaxation time of M/M/1, services of 1 h
    assert found.hours > 10.0 * found.warm_up_hours


@pytest.mark.slow
def test_intervals_cover_whatever_the_stopping_rule_does(recursion, monkeypatch):
    """40 whole runs of a wide interval at 0.6: the mean dwell of 2.5 lies in 95 % of them."""
    monkeypatch.setattr(plans, "MOST_SLOTS", 16)  # quick
    model, hits = LINDLEY.program(0.6), []
    for seed in range(40):
        dwell = simulate(model, precision=0.1, seed=seed, threads=1).estimates.flows[0].dwell_hours
        hits.append(dwell.low <= 2.5 <= dwell.high)
    assert stats.binomtest(int(np.sum(hits)), len(hits), 0.95).pvalue > 1e-3


def test_threads_change_nothing(recursion):
    one, three = (simulate(LINDLEY.program(0.8), precision=0.05, seed=5, threads=count) for count in (1, 3))
    assert one == three


def test_seeds(recursion):
    runs = [simulate_fixed(LINDLEY.program(0.5), hours=2000.0, replications=10, seed=seed) for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0].estimates != runs[2].estimates


def test_fixed_is_as_asked(recursion):
    found = simulate_fixed(LINDLEY.program(0.5), hours=3000.0, replications=12, seed=1)
    assert [call["replication"] for call in recursion] == list(range(12))
    assert all(call["slots"] * call["slot_hours"] == pytest.approx(3000.0) for call in recursion)
    assert found.warm_up_hours + found.hours == pytest.approx(3000.0)
    assert (found.replications, found.sections) == (12, 12)
    few = simulate_fixed(LINDLEY.program(0.5), hours=30000.0, replications=2, seed=1)
    assert few.replications == 2
    assert 5 <= few.sections <= 20


def test_one_long_replication_has_an_interval(recursion):
    found = simulate_fixed(LINDLEY.program(0.5), hours=50_000.0, replications=1, seed=1)
    dwell = found.estimates.flows[0].dwell_hours
    assert abs(dwell.mean - 2.0) < 2.0 * dwell.half_width < 0.4


def test_the_budget_is_kept(recursion):
    for budget in (20_000, 100_000, 400_000):
        found = simulate(LINDLEY.program(0.9), precision=0.001, most_events=budget, seed=1)
        assert not found.precision_met
        assert found.events <= budget


def test_a_tiny_budget_says_so(recursion):
    found = simulate(LINDLEY.program(0.9), most_events=50, seed=1)
    assert found.status in ("out_of_events", "unsettled")
    assert found.estimates is None
    assert found.events <= 50


@pytest.mark.parametrize("utilization", [1.05, 1.5])
def test_no_steady_state(recursion, utilization):
    """The rest of what comes stays; the number grows by that."""
    found = simulate(LINDLEY.program(utilization), most_events=3_000_000, seed=2)
    assert found.status == "growing"
    assert found.estimates is None
    assert abs(found.growth_per_hour.mean - (utilization - 1.0)) < 2.0 * found.growth_per_hour.half_width
    assert found.events < 2_000_000


@pytest.mark.parametrize(
    ("ending", "status"),
    [(Ending.TOO_MANY_UNITS, "growing"), (Ending.STUCK, "stuck"), (Ending.OUT_OF_EVENTS, "out_of_events")],
)
def test_endings(recursion, monkeypatch, ending, status):
    ended(monkeypatch, ending, slots_done=3)
    found = simulate(LINDLEY.program(0.5), seed=1)
    assert (found.status, found.estimates, found.precision_met) == (status, None, False)
    fixed = simulate_fixed(LINDLEY.program(0.5), hours=100.0, replications=10)
    assert fixed.status == status


def test_a_run_in_which_nothing_left_is_no_steady_state(recursion):
    found = simulate_fixed(LINDLEY.program(0.5), hours=1e-6, replications=10, seed=1)
    assert (found.status, found.estimates, found.precision_met) == ("unsettled", None, False)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("precision", {"precision": 0.0}),
        ("of", {"of": "trains"}),
        ("most_events", {"most_events": 0}),
        ("slot_hours", {"slot_hours": -1.0}),
        ("level", {"level": 1.0}),
    ],
)
def test_arguments(recursion, name, options):
    with pytest.raises(ArgumentError, match=name):
        simulate(LINDLEY.program(0.5), **options)


def test_arguments_of_fixed(recursion):
    with pytest.raises(ArgumentError, match="hours"):
        simulate_fixed(LINDLEY.program(0.5), hours=0.0, replications=10)
    with pytest.raises(ArgumentError, match="replications"):
        simulate_fixed(LINDLEY.program(0.5), hours=1.0, replications=0)
    with pytest.raises(ArgumentError, match="flow"):
        simulate(Program((), (), ()))


# --- plans


def test_means_of_laws():
    """Each law has the mean that its maker is given."""
    laws = [Law.constant(2.0), Law.exponential(2.0), Law.two_moments(2.0, 0.5), Law.hyperexponential(2.0, 3.0)]
    laws += [
        Law.lognormal(1.5, 0.5, 0.5),
        Law.triangular(0.0, 1.0, 5.0),
        Law.quantiles((0.0, 0.5, 1.0), (0.0, 2.0, 4.0)),
    ]
    assert [mean_hours(law) for law in laws] == pytest.approx([2.0] * 7)
    assert mean_hours(Law.quantiles((0.0, 0.9, 1.0), (0.0, 1.0, 11.0))) == pytest.approx(0.45 + 0.6)


def test_periods():
    day, week = Clock(24.0, (0.0, 8.0), (0.0, 1.0)), Clock(168.0, (0.0, 120.0), (1.0, 0.0))
    tide = Clock(16.0, (0.0, 4.0), (1.0, 0.0))
    model = LINDLEY.program(0.5)
    assert period_hours(model) == 0.0
    assert period_hours(replace(model, resources=(Resource("servers", 1, day),))) == 24.0
    assert period_hours(replace(model, flows=(replace(model.flows[0], clock=week),), steps=(AwaitOpen(day),))) == 168.0
    assert period_hours(replace(model, steps=(AwaitOpen(day), AwaitOpen(tide)))) == 48.0
    assert period_hours(replace(model, steps=(AwaitOpen(day), AwaitOpen(Clock(12.42, (0.0, 3.0), (1.0, 0.0)))))) == 24.0
    assert period_hours(replace(model, steps=(Quota("partner", 7), Exit()))) == 24.0
    assert period_hours(replace(model, steps=(Board(0, 1, 2, Law.constant(1.0), Law.constant(1.0), 6.0),))) == 6.0


def test_plans():
    model = LINDLEY.program(0.5)
    assert plan_of(model, 480.0, 0.0).hours == pytest.approx(480.0)
    assert plan_of(model, 480.0, 24.0).slot_hours == 24.0
    assert plan_of(model, 480.0, 24.0).hours == 480.0
    assert plan_of(model, 100.0, 24.0).hours == 12 * 24.0
    assert plan_of(model, 48 * 50.0, 24.0).slot_hours == 72.0
    assert most_slots(replace(model, flows=model.flows * 20)) == 12


def test_first_hours():
    flow = Flow("trains", Law.constant(2.0), 0, BatchSizes((0.0, 0.5, 0.5)), Clock(24.0, (0.0, 12.0), (1.0, 0.0)))
    steps = (WorkItems(0, Law.constant(1.0), at_once=2), Delay(Law.constant(3.0)), Exit())
    model = Program((), (flow,), steps, (Resource("cranes", 4),))
    assert units_per_hour(model) == 0.25
    assert walk_hours(model) == pytest.approx(1.25 + 3.0)
    assert first_hours(model) == 8000.0


# --- profiles


def test_a_profile_of_the_beginning(recursion):
    """M/M/1 from empty at 0.5: what comes, leaves or is there adds up in every slot; the mean rises to 1."""
    found = simulate_profile(LINDLEY.program(0.5), hours=30.0, replications=400, slot_hours=3.0, seed=1)
    assert (found.status, found.hours.tolist()[:2], found.hours.size) == ("steady", [0.0, 3.0], 10)
    assert np.all(abs(found.arrived.mean - 1.5) < 2.0 * found.arrived.half_width)
    assert np.allclose(found.inside.mean, found.number.mean[:, 0])
    assert np.all(found.inside.mean[:-1] < 1.1)
    assert found.inside.mean[0] < 0.6 < found.inside.mean[-1]
    assert np.all(abs(found.occupied.mean[-3:, 0] - 0.5) < 0.1)
    assert np.all(found.dwell_hours.mean[1:] > found.wait_hours.mean[1:])
    assert found.stored.mean.shape == (10, 0)


def test_clearing(recursion):
    found = simulate_profile(LINDLEY.program(0.5), hours=9.0, replications=3, slot_hours=3.0, seed=1)

    def clearing(*inside):
        numbers = np.array(inside)
        return replace(found, inside=replace(found.inside, mean=numbers)).clearing_hours()

    assert clearing(9.0, 2.0, 0.5) == 6.0
    assert clearing(0.0, 0.0, 0.5) == 0.0
    assert clearing(9.0, 8.0, 7.0) is None


def test_a_slot_in_which_nothing_left(recursion):
    found = simulate_profile(LINDLEY.program(0.001), hours=3.0, replications=3, slot_hours=1.0, seed=1)
    assert np.all(found.dwell_hours.mean == 0.0)
    assert np.all(np.isinf(found.dwell_hours.half_width))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("hours", {"hours": -1.0}),
        ("slot_hours", {"slot_hours": 0.0}),
        ("slot_hours", {"slot_hours": 1e-5}),
        ("replications", {"replications": 1}),
    ],
)
def test_arguments_of_a_profile(recursion, name, options):
    given = {"hours": 10.0, "replications": 5, "slot_hours": 1.0} | options
    with pytest.raises(ArgumentError, match=name):
        simulate_profile(LINDLEY.program(0.5), **given)


# --- the engine itself


def test_the_engine_gives_the_same_by_any_number_of_threads():
    one, two = (simulate(LINDLEY.program(0.7, 3), precision=0.1, seed=5, threads=count) for count in (1, 2))
    assert one == two
    assert one.status == "steady"


def test_common_random_numbers():
    """Two loads a hundredth apart: the difference of the dwells varies far less than the dwells."""
    spread = []
    for utilization in (0.5, 0.505):
        runs = [simulate_fixed(LINDLEY.program(utilization), hours=2000.0, replications=10, seed=s) for s in range(8)]
        spread.append(np.array([run.estimates.flows[0].dwell_hours.mean for run in runs]))
    assert (spread[1] - spread[0]).std() < 0.4 * spread[0].std()


def test_a_day_by_the_engine():
    """One comes every hour and stays half an hour: exactly known."""
    steps = (Enter(0), Delay(Law.constant(0.5)), Leave(), Exit())
    model = Program(("walk",), (Flow("units", Law.constant(1.0), 0),), steps)
    found = simulate_profile(model, hours=8.0, replications=2, slot_hours=2.0)
    assert found.left.mean[1:, 0].tolist() == [2.0, 2.0, 2.0]
    assert found.inside.mean[1:].tolist() == pytest.approx([0.5] * 3)
    assert found.dwell_hours.mean[1:, 0].tolist() == pytest.approx([0.5] * 3)
