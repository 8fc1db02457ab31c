"""Equilibria against networks solved by hand, a published one, an optimizer, and Wardrop's conditions."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from hubcalc.errors import ArgumentError
from hubcalc.network.delays import BprDelays, ConicalDelays, ConstantDelays, LinkDelays
from hubcalc.network.equilibrium import Equilibrium, price_of_anarchy, system_optimum, user_equilibrium
from hubcalc.network.graph import Demands, Network
from hubcalc.network.tabulated_delays import TabulatedDelays, spare_grid

SIOUX_FALLS = json.loads((Path(__file__).parents[1] / "golden" / "sioux_falls.json").read_text(encoding="utf-8"))


def network(tails: list[int], heads: list[int], capacity: float = np.inf) -> Network:
    nodes = max(*tails, *heads) + 1
    return Network(nodes, np.array(tails), np.array(heads), np.full(len(tails), capacity))


def demands(*rows: tuple[int, int, float] | tuple[int, int, float, int]) -> Demands:
    filled = [(*row, 0)[:4] for row in rows]
    origins, destinations, per_day, classes = (np.array(column) for column in zip(*filled, strict=True))
    return Demands(origins, destinations, per_day.astype(float), classes)


def straight(free: list[float], rise: list[float]) -> BprDelays:
    """Give delays free + rise * flow; a link with free 0 gets next to nothing."""
    some = np.maximum(free, 1e-12)
    return BprDelays(some, 1.0, np.array(rise) / some, 1.0)


def check_wardrop(found: Equilibrium, trips: Demands, net: Network, tolerance: float = 1e-4) -> None:
    """All used paths of a demand cost the same, no path costs less, and flows are conserved everywhere."""
    paths = found.paths
    for i in range(trips.size):
        mine = paths.demands == i
        assert paths.per_day[mine].sum() == pytest.approx(trips.per_day[i])
        costs = paths.costs[mine & (paths.per_day > 1e-6 * trips.per_day[i])]
        assert np.ptp(costs) <= tolerance * costs.max()
        k = trips.classes[i]
        least = bellman_ford(net, found.link_costs[k], trips.origins[i])[trips.destinations[i]]
        assert costs.min() == pytest.approx(least, rel=tolerance)
    for k in range(found.class_flows.shape[0]):
        mine = trips.classes == k
        balance = np.bincount(net.tails, found.class_flows[k], net.nodes)
        balance = balance - np.bincount(net.heads, found.class_flows[k], net.nodes)
        balance = balance - np.bincount(trips.origins[mine], trips.per_day[mine], net.nodes)
        balance = balance + np.bincount(trips.destinations[mine], trips.per_day[mine], net.nodes)
        assert np.abs(balance).max() < 1e-8 * trips.per_day.sum()
    for links, demand, hours in zip(paths.links, paths.demands, paths.hours, strict=True):
        ends = [int(trips.origins[demand]), *net.heads[links].tolist()]
        assert ends[:-1] == net.tails[links].tolist()
        assert ends[-1] == trips.destinations[demand]
        assert hours == pytest.approx(found.delay_hours[links].sum())


def bellman_ford(net: Network, costs: np.ndarray, origin: int) -> np.ndarray:
    least = np.full(net.nodes, np.inf)
    least[origin] = 0.0
    for _ in range(net.nodes):
        np.minimum.at(least, net.heads, least[net.tails] + costs)
    return least


def braess(middle: bool) -> tuple[Network, Demands, LinkDelays]:
    """Give Braess's network of 1968: 10 v, 50 + v, 10 + v; six units."""
    tails, heads = [0, 0, 1, 2, 1], [1, 2, 3, 3, 2]
    free, rise = [0.0, 50.0, 50.0, 0.0, 10.0], [10.0, 1.0, 1.0, 10.0, 1.0]
    count = 5 if middle else 4
    return network(tails[:count], heads[:count]), demands((0, 3, 6.0)), straight(free[:count], rise[:count])


def test_braess_paradox() -> None:
    """Without the middle road 83 for each; with it 92 (Braess 1968), while the optimum still does not use it."""
    without, with_it = (user_equilibrium(*braess(middle), gap=1e-9) for middle in (False, True))
    best = system_optimum(*braess(True), gap=1e-9)
    assert without.demand_hours == pytest.approx([83.0])
    assert with_it.demand_hours == pytest.approx([92.0])
    assert with_it.link_flows == pytest.approx([4.0, 2.0, 2.0, 4.0, 2.0], abs=1e-5)
    assert best.link_flows == pytest.approx([3.0, 3.0, 3.0, 3.0, 0.0], abs=1e-5)
    assert price_of_anarchy(with_it, best) == pytest.approx(92.0 / 83.0)
    assert with_it.total_hours_per_day == pytest.approx(552.0)


@pytest.mark.parametrize("power", [1.0, 4.0, 10.0])
def test_pigou(power: float) -> None:
    """The price of anarchy of 1 and v^p is 1 / (1 - p (p + 1)^(-1 - 1/p)): 4/3 for p = 1."""
    net, trips = network([0, 0], [1, 1]), demands((0, 1, 1.0))
    delays = BprDelays([1.0, 1e-9], 1.0, [0.0, 1e9], [1.0, power])
    worst, best = user_equilibrium(net, trips, delays, gap=1e-9), system_optimum(net, trips, delays, gap=1e-9)
    exact = 1.0 / (1.0 - power * (power + 1.0) ** (-1.0 - 1.0 / power))
    assert price_of_anarchy(worst, best) == pytest.approx(exact, rel=1e-6)
    assert best.link_flows[1] == pytest.approx((power + 1.0) ** (-1.0 / power), rel=1e-4)


def test_two_roads_by_bisection() -> None:
    net, trips = network([0, 0], [1, 1]), demands((0, 1, 3000.0))
    delays = BprDelays([1.0, 1.3], [1000.0, 1500.0])
    found = user_equilibrium(net, trips, delays, gap=1e-11)

    def difference(first: float) -> float:
        hours = delays.hours(np.array([first, 3000.0 - first]))
        return float(hours[0] - hours[1])

    assert found.link_flows[0] == pytest.approx(optimize.brentq(difference, 0.0, 3000.0, xtol=1e-9), rel=1e-6)


def sioux_falls() -> tuple[Network, Demands, LinkDelays]:
    capacities = np.array(SIOUX_FALLS["capacities"])
    net = Network(24, np.array(SIOUX_FALLS["tails"]) - 1, np.array(SIOUX_FALLS["heads"]) - 1, capacities)
    table = 100.0 * np.array(SIOUX_FALLS["trips_hundreds"])
    origins, destinations = np.nonzero(table)
    trips = Demands(origins, destinations, table[origins, destinations], np.zeros(origins.size, int))
    return net, trips, BprDelays(SIOUX_FALLS["free_times"], capacities)


def test_sioux_falls_published_objective() -> None:
    net, trips, delays = sioux_falls()
    assert trips.per_day.sum() == 360_600.0
    found = user_equilibrium(net, trips, delays, gap=1e-8)
    assert found.converged
    assert delays.integral(found.link_flows).sum() == pytest.approx(SIOUX_FALLS["objective"], rel=1e-8)
    check_wardrop(found, trips, net)


def test_sioux_falls_optimum() -> None:
    """With powers of 4 the marginal cost is the time with five times the alpha: an equilibrium there is the optimum."""
    net, trips, delays = sioux_falls()
    best = system_optimum(net, trips, delays, gap=1e-7)
    other = user_equilibrium(net, trips, BprDelays(SIOUX_FALLS["free_times"], net.capacities, 0.75), gap=1e-7)
    total = float(other.link_flows @ delays.hours(other.link_flows))
    assert best.total_hours_per_day == pytest.approx(total, rel=1e-7)
    assert best.total_hours_per_day < user_equilibrium(net, trips, delays).total_hours_per_day


def grid(side: int, count: int, seed: int) -> tuple[Network, Demands]:
    draw = np.random.default_rng(seed)
    place = np.arange(side * side).reshape(side, side)
    ends = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
    tails = np.concatenate([each.ravel() for pair in ends for each in pair])
    heads = np.concatenate([each.ravel() for pair in ends for each in pair[::-1]])
    net = Network(side * side, tails, heads, draw.uniform(20.0, 60.0, tails.size))
    origins = draw.integers(0, side * side, count)
    destinations = (origins + draw.integers(1, side * side, count)) % (side * side)
    return net, Demands(origins, destinations, draw.uniform(1.0, 9.0, count), draw.integers(0, 2, count))


@pytest.mark.parametrize("kind", ["bpr", "conical", "tabulated"])
@pytest.mark.parametrize("seed", [1, 2])
def test_wardrop_for_two_classes(kind: str, seed: int) -> None:
    """Trucks and trains of other loads and values of time, some links closed to one of them."""
    net, trips = grid(6, 40, seed)
    draw = np.random.default_rng(seed + 10)
    free = draw.uniform(1.0, 3.0, net.links)
    delays: LinkDelays = {"bpr": BprDelays, "conical": ConicalDelays}.get(kind, BprDelays)(free, net.capacities)
    if kind == "tabulated":
        load = spare_grid(20, 0.97)
        delays = TabulatedDelays(net.capacities[:, None] * load, free[:, None] * (1 + 0.2 * load / (1 - load)), 72.0)
    loads = np.stack([np.ones(net.links), draw.uniform(1.5, 2.5, net.links)])
    money = draw.uniform(0.0, 20.0, (2, net.links))
    money[1, draw.integers(0, net.links, 3)] = np.inf
    values = np.array([5.0, 20.0])
    found = user_equilibrium(net, trips, delays, loads=loads, money_costs=money, values_of_time=values, gap=1e-7)
    assert found.converged
    check_wardrop(found, trips, net, tolerance=1e-3)
    assert found.class_flows[1][np.isinf(money[1])].sum() == 0.0
    assert found.link_flows == pytest.approx((loads * found.class_flows).sum(axis=0))
    assert np.isfinite([found.total_cost_per_day, found.total_hours_per_day]).all()


def test_least_objective_by_an_optimizer() -> None:
    """Four parallel links, two classes of other values of time: Beckmann's objective by a general method."""
    net, trips = network([0] * 4, [1] * 4), demands((0, 1, 40.0, 0), (0, 1, 25.0, 1))
    delays = ConicalDelays([1.0, 1.5, 2.0, 2.5], [20.0, 15.0, 20.0, 30.0])
    values, money = np.array([4.0, 10.0]), np.array([[9.0, 4.0, 2.0, 0.0]] * 2)
    loads = np.array([[1.0] * 4, [2.0] * 4])
    found = user_equilibrium(
        net, trips, delays, loads=loads, money_costs=money, values_of_time=values, gap=1e-10, most_iterations=500
    )

    def objective(x: np.ndarray) -> float:
        flows = x.reshape(2, 4)
        spent = (loads * money * flows / values[:, None]).sum()
        return float(delays.integral((loads * flows).sum(axis=0)).sum() + spent)

    sums = [{"type": "eq", "fun": lambda x, k=k: x.reshape(2, 4)[k].sum() - trips.per_day[k]} for k in (0, 1)]
    start = np.repeat(trips.per_day / 4.0, 4)
    best = optimize.minimize(
        objective, start, bounds=[(0, None)] * 8, constraints=sums, method="SLSQP", options={"ftol": 1e-13}
    )
    assert objective(found.class_flows.ravel()) <= best.fun * (1 + 1e-9)
    assert objective(found.class_flows.ravel()) == pytest.approx(best.fun, rel=1e-6)
    assert found.link_flows == pytest.approx((loads * best.x.reshape(2, 4)).sum(axis=0), rel=1e-2, abs=0.05)


def test_optimum_costs_no_more_than_any_other_flows() -> None:
    net, trips = grid(5, 25, 3)
    delays = BprDelays(np.random.default_rng(1).uniform(1.0, 3.0, net.links), net.capacities)
    loads = np.ones((2, net.links))
    best = system_optimum(net, trips, delays, loads=loads)
    worse = user_equilibrium(net, trips, delays, loads=loads)
    free = user_equilibrium(net, trips, ConstantDelays(delays.hours(np.zeros(net.links))), loads=loads)
    assert best.total_hours_per_day <= worse.total_hours_per_day
    assert best.total_hours_per_day <= float(free.link_flows @ delays.hours(free.link_flows))


def test_demand_above_all_capacity_is_answered_and_flagged() -> None:
    """Two queues that carry 47 together, and 100 who want to pass: both delays are the same, each far above a day."""
    net, trips = network([0, 0], [1, 1], 24.0), demands((0, 1, 100.0))
    load = spare_grid(20, 0.98)
    delays = TabulatedDelays(24.0 * load, [1.0 + load / (1.0 - load), 5.0 + load / (1.0 - load)], 240.0)
    found = user_equilibrium(net, trips, delays)
    assert found.converged
    assert found.overloaded.all()
    assert found.delay_hours[0] == pytest.approx(found.delay_hours[1], rel=1e-5)
    assert found.demand_hours[0] > 48.0


def test_demands_of_zero_and_to_their_own_node() -> None:
    net = network([0, 1, 0], [1, 2, 2])
    found = user_equilibrium(net, demands((0, 2, 0.0), (1, 1, 3.0), (0, 1, 2.0)), ConstantDelays([1.0, 1.0, 5.0]))
    assert found.demand_hours.tolist() == [2.0, 0.0, 1.0]
    assert found.link_flows.tolist() == [2.0, 0.0, 0.0]


def test_wrong_inputs_are_named() -> None:
    net, trips, delays = network([0, 1], [1, 2]), demands((0, 2, 1.0), (2, 0, 1.0)), ConstantDelays([1.0, 1.0])
    one = demands((0, 2, 1.0))
    for call, word in (
        (lambda: user_equilibrium(net, trips, delays), "demand 1, from node 2 to node 0"),
        (lambda: user_equilibrium(net, one, delays, money_costs=np.array([[1.0, np.inf]])), "demand 0"),
        (lambda: user_equilibrium(net, one, ConstantDelays([1.0])), "delays"),
        (lambda: user_equilibrium(net, one, delays, values_of_time=np.array([0.0])), "values_of_time"),
        (lambda: user_equilibrium(net, one, delays, loads=np.array([[1.0, -1.0]])), "loads"),
        (lambda: user_equilibrium(net, one, delays, money_costs=np.array([[-1.0, 1.0]])), "money_costs"),
        (lambda: user_equilibrium(net, demands((0, 2, 1.0, 3)), delays), "classes"),
        (lambda: user_equilibrium(net, one, delays, gap=0.0), "gap"),
        (lambda: system_optimum(net, one, delays, most_iterations=0), "most_iterations"),
    ):
        with pytest.raises(ArgumentError, match=word):
            call()
