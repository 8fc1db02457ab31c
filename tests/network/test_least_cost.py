"""Least-cost flow: against one linear program over links, duality, and networks solved by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.network.graph import Demands, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow, price_ranges


def random_problem(
    seed: int, *, nodes: int = 9, links: int = 36, demands: int = 8, classes: int = 2
) -> LeastCostProblem:
    """Scarce capacities, some none and some unlimited; classes that cannot pass; costs of both signs in odd seeds."""
    rng = np.random.default_rng(seed)
    tails = rng.integers(nodes, size=links)
    heads = (tails + 1 + rng.integers(nodes - 1, size=links)) % nodes
    capacities = rng.uniform(0.0, 8.0, links)
    capacities[rng.random(links) < 0.2] = np.inf
    capacities[rng.random(links) < 0.05] = 0.0
    potentials = rng.uniform(-2.0, 2.0, nodes) if seed % 2 else np.zeros(nodes)
    costs = rng.uniform(0.0, 5.0, (classes, links)) + potentials[heads] - potentials[tails]
    costs[rng.random((classes, links)) < 0.1] = np.inf
    loads = rng.uniform(0.0, 2.0, (classes, links))
    origins = rng.integers(nodes, size=demands)
    if seed % 3 == 0:
        origins[:] = origins[0]  # fewer origins than destinations: the search goes backward
    destinations = (origins + 1 + rng.integers(nodes - 1, size=demands)) % nodes
    wanted = Demands(origins, destinations, rng.uniform(0.0, 6.0, demands), rng.integers(classes, size=demands))
    return LeastCostProblem(
        Network(nodes, tails, heads, capacities), wanted, costs, rng.uniform(0.0, 25.0, demands), loads
    )


def by_links(problem: LeastCostProblem) -> tuple[float, np.ndarray]:
    """Solve with a variable for each demand and link; return the cost and what of each demand stays unserved."""
    network, demands = problem.network, problem.demands
    count, links, nodes = demands.size, network.links, network.nodes
    balance = np.zeros((count * nodes, count * (links + 1)))
    room = np.zeros((links, count * (links + 1)))
    goal, most = np.zeros(count * (links + 1)), np.full(count * (links + 1), np.inf)
    supply = np.zeros(count * nodes)
    for k in range(count):
        here, lost = slice(k * links, (k + 1) * links), count * links + k
        costs, loads = problem.costs[demands.classes[k]], problem.loads[demands.classes[k]]
        passable = np.isfinite(costs)
        goal[here], most[here] = np.where(passable, costs, 0.0), np.where(passable, np.inf, 0.0)
        room[np.arange(links), np.arange(k * links, (k + 1) * links)] = loads
        for link in range(links):
            balance[k * nodes + network.tails[link], k * links + link] += 1.0
            balance[k * nodes + network.heads[link], k * links + link] -= 1.0
        origin, destination = k * nodes + demands.origins[k], k * nodes + demands.destinations[k]
        balance[origin, lost], balance[destination, lost] = 1.0, -1.0
        supply[origin], supply[destination] = demands.per_day[k], -demands.per_day[k]
        goal[lost] = problem.unserved_cost[k]
    limited = np.isfinite(network.capacities)
    bounds = np.column_stack([np.zeros_like(most), most])
    found = linprog(goal, room[limited], network.capacities[limited], balance, supply, bounds)
    assert found.status == 0
    return float(found.fun), found.x[count * links :]


def check(flow: LeastCostFlow) -> None:
    """Assert conservation, capacities, complementary slackness, duality, and that all sums agree."""
    problem, network, demands = flow.problem, flow.problem.network, flow.problem.demands
    scale = max(1.0, float(demands.per_day.sum()))
    money = 1e-7 * max(1.0, float(problem.unserved_cost @ demands.per_day))
    assert flow.optimal
    assert flow.objective == pytest.approx(flow.lower_bound, abs=money)
    assert flow.relative_gap <= 1e-9 or flow.objective - flow.lower_bound <= money
    assert (flow.link_loads <= flow.capacities + 1e-7 * scale).all()
    assert (flow.shadow_prices >= 0.0).all()
    slack = np.where(np.isinf(flow.capacities), 1e300, flow.capacities) - flow.link_loads
    assert (flow.shadow_prices[slack > 1e-7 * scale] == 0.0).all()
    np.testing.assert_allclose(flow.served_per_day + flow.unserved_per_day, demands.per_day, atol=1e-9 * scale)
    for kind in range(len(problem.costs)):
        mine = demands.classes == kind
        gain = np.bincount(network.heads, flow.link_flows[kind], network.nodes)
        gain -= np.bincount(network.tails, flow.link_flows[kind], network.nodes)
        wanted = np.bincount(demands.destinations[mine], flow.served_per_day[mine], network.nodes)
        wanted -= np.bincount(demands.origins[mine], flow.served_per_day[mine], network.nodes)
        np.testing.assert_allclose(gain, wanted, atol=1e-7 * scale)
    assert flow.total(problem.costs) == pytest.approx(flow.path_cost, abs=money)
    unserved = float(problem.unserved_cost @ flow.unserved_per_day)
    assert flow.objective == pytest.approx(flow.path_cost + unserved, abs=money)
    used = flow.used_paths()
    for demand, _, path in used:
        kind, stops = demands.classes[demand], [int(demands.origins[demand]), *network.heads[list(path)].tolist()]
        assert network.tails[list(path)].tolist() == stops[:-1]
        assert stops[-1] == demands.destinations[demand]
        # who is served pays the cheapest path at the prices, and not more than not being served costs
        priced = problem.costs[kind] + problem.loads[kind] * flow.shadow_prices
        assert priced[list(path)].sum() <= problem.unserved_cost[demand] + 1e-6
    totals = np.bincount([demand for demand, _, _ in used], [amount for _, amount, _ in used], demands.size)
    np.testing.assert_allclose(totals, flow.served_per_day, atol=1e-7 * scale)


@pytest.mark.parametrize("seed", range(40))
def test_the_cost_is_that_of_the_program_over_links(seed: int) -> None:
    problem = random_problem(seed)
    flow = least_cost_flow(problem)
    check(flow)
    cost, unserved = by_links(problem)
    assert flow.objective == pytest.approx(cost, rel=1e-7, abs=1e-7)
    # penalties differ at random, so that who stays unserved is unique
    np.testing.assert_allclose(flow.unserved_per_day, unserved, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_prices_are_derivatives(seed: int) -> None:
    flow = least_cost_flow(random_problem(seed))
    links = [int(link) for link in np.flatnonzero(flow.shadow_prices > 0.0)[:3]]
    up, down = price_ranges(flow, links, 1e-3)
    assert (up <= flow.shadow_prices[links] + 1e-5).all()
    assert (down >= flow.shadow_prices[links] - 1e-5).all()
    more = flow.problem.network.capacities.copy()
    more[links] += 1e-3
    best = float(flow.shadow_prices[links].sum()) * 1e-3
    assert least_cost_flow(flow.problem, capacities=more).objective >= flow.objective - best - 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_a_start_changes_nothing_of_the_cost(seed: int) -> None:
    problem = random_problem(seed)
    base, rng = least_cost_flow(problem), np.random.default_rng(seed)
    capacities = problem.network.capacities * rng.uniform(0.3, 1.5, problem.network.links)
    closed = rng.random(problem.network.links) < 0.1
    fresh = least_cost_flow(problem, capacities=capacities, closed=closed)
    warm = least_cost_flow(problem, capacities=capacities, closed=closed, start=base)
    check(fresh)
    check(warm)
    assert warm.objective == pytest.approx(fresh.objective, rel=1e-9, abs=1e-8)
    assert (warm.link_flows[:, closed] == 0.0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_larger_networks_keep_the_laws(seed: int) -> None:
    check(least_cost_flow(random_problem(seed, nodes=25, links=110, demands=30, classes=3)))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 10.0))
def test_units_of_money_and_of_cargo_do_not_matter(seed: int, factor: float) -> None:
    problem = random_problem(seed)
    network, demands = problem.network, problem.demands
    larger = Network(network.nodes, network.tails, network.heads, network.capacities * factor)
    more = Demands(demands.origins, demands.destinations, demands.per_day * factor, demands.classes)
    scaled = LeastCostProblem(larger, more, problem.costs * 1000.0, problem.unserved_cost * 1000.0, problem.loads)
    expected = least_cost_flow(problem).objective * factor * 1000.0
    assert least_cost_flow(scaled).objective == pytest.approx(expected, rel=1e-7, abs=1e-5)


def railways(per_day: float, *, second_track: bool = False) -> LeastCostProblem:
    """Two borders to Moiynty (1, 2) and on from there (3), or by a detour; the way over Dostyk is cheaper by 1."""
    tails, heads = np.array([0, 0, 1, 2, 3, 3]), np.array([1, 2, 3, 3, 4, 4])
    capacities = np.array([np.inf, np.inf, 22.0 if second_track else 12.0, 16.0, 40.0, 6.0])
    costs = np.array([[10.0, 10.0, 11.0, 12.0, 10.0, 25.0]])
    demands = Demands(np.array([0]), np.array([4]), np.array([per_day]), np.array([0]))
    return LeastCostProblem(Network(5, tails, heads, capacities), demands, costs, np.array([100.0]))


def test_the_figures_of_the_synthetic_railway_network() -> None:
    """The figures are of a program over links, published without its network; this one is made to have them."""
    assert least_cost_flow(railways(20.0)).objective == pytest.approx(628.0)
    base = least_cost_flow(railways(26.0))
    assert base.objective == pytest.approx(820.0)
    assert base.shadow_prices[2] == pytest.approx(1.0)
    assert least_cost_flow(railways(30.0)).unserved_per_day[0] == pytest.approx(2.0)
    out = least_cost_flow(base.problem, closed=np.arange(6) == 4, start=base)
    assert out.served_per_day[0] == pytest.approx(6.0)
    wider = least_cost_flow(railways(30.0, second_track=True))
    assert wider.served_per_day[0] == pytest.approx(30.0)
    assert wider.objective == pytest.approx(938.0)


def test_prices_at_a_kink_have_a_range() -> None:
    flow = least_cost_flow(railways(28.0))
    up, down = price_ranges(flow, [2, 3], 0.5)
    np.testing.assert_allclose(up, [1.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(down, [69.0, 68.0])
    assert 1.0 - 1e-9 <= flow.shadow_prices[2] <= 69.0 + 1e-9


def test_a_class_that_takes_more_gives_way() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([10.0]))
    demands = Demands(np.array([0, 0]), np.array([1, 1]), np.array([6.0, 6.0]), np.array([0, 1]))
    problem = LeastCostProblem(network, demands, np.zeros((2, 1)), np.array([5.0, 9.0]), np.array([[1.0], [2.0]]))
    flow = least_cost_flow(problem)
    np.testing.assert_allclose(flow.served_per_day, [6.0, 2.0])
    assert flow.shadow_prices[0] == pytest.approx(4.5)


def test_what_cannot_be_reached_stays_unserved() -> None:
    network = Network(3, np.array([0]), np.array([1]), np.array([5.0]))
    demands = Demands(np.array([0, 0, 1]), np.array([1, 2, 1]), np.array([2.0, 3.0, 4.0]), np.zeros(3, int))
    flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[1.0]]), np.full(3, 10.0)))
    assert flow.reachable.tolist() == [True, False, True]
    assert flow.served_per_day.tolist() == [2.0, 0.0, 4.0]
    assert flow.objective == 32.0
    assert flow.optimal


@pytest.mark.parametrize("seed", range(6))
def test_penalties_may_be_far_larger_than_costs(seed: int) -> None:
    problem = random_problem(seed)
    flow = least_cost_flow(
        LeastCostProblem(problem.network, problem.demands, problem.costs, problem.unserved_cost * 1e6, problem.loads)
    )
    check(flow)
    cost, _ = by_links(flow.problem)
    # what is unserved decides the cost; what is served is then as cheap as can be
    assert flow.objective == pytest.approx(cost, rel=1e-9)


def test_what_is_there_already_is_served() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([5.0]))
    demands = Demands(np.array([1, 0]), np.array([1, 1]), np.array([7.0, 6.0]), np.array([0, 0]))
    flow = least_cost_flow(LeastCostProblem(network, demands, np.array([[2.0]]), np.array([3.0, 4.0])))
    np.testing.assert_allclose(flow.served_per_day, [7.0, 5.0])
    assert flow.objective == pytest.approx(14.0)
    assert (0, 7.0, ()) in flow.used_paths()


def test_no_demand_costs_nothing() -> None:
    network, none = Network(2, np.array([0]), np.array([1]), np.array([5.0])), np.zeros(0, int)
    flow = least_cost_flow(
        LeastCostProblem(network, Demands(none, none, np.zeros(0), none), np.ones((1, 1)), np.zeros(0))
    )
    assert flow.objective == 0.0
    assert flow.optimal


def test_too_few_rounds_are_said() -> None:
    problem = random_problem(4, nodes=25, links=110, demands=30, classes=3)
    best = least_cost_flow(problem)
    early = least_cost_flow(problem, most_rounds=1)
    assert best.rounds > 1
    assert not early.optimal
    assert early.lower_bound <= best.objective + 1e-9 <= early.objective + 1e-8
    assert early.relative_gap > 0.0


def test_bad_arguments_are_named() -> None:
    network = Network(2, np.array([0, 1]), np.array([1, 0]), np.array([5.0, np.inf]))
    demands = Demands(np.array([0]), np.array([1]), np.array([2.0]), np.array([0]))
    fine, costs = np.array([9.0]), np.ones((1, 2))
    with pytest.raises(RefusedError, match=r"links (0, 1|1, 0) make a cycle"):
        LeastCostProblem(network, demands, np.array([[1.0, -2.0]]), fine)
    for wrong, match in (
        ((np.ones(2), fine), "costs: shape"),
        ((np.array([[np.nan, 1.0]]), fine), "costs: nan"),
        ((np.ones((0, 2)), fine), "classes: 0"),
        ((costs, np.array([np.inf])), "unserved_cost: inf"),
        ((costs, np.ones(2)), "unserved_cost: shape"),
        ((costs, fine, -costs), "loads: -1"),
    ):
        with pytest.raises(ArgumentError, match=match):
            LeastCostProblem(network, demands, *wrong)
    problem = LeastCostProblem(network, demands, costs, fine)
    flow = least_cost_flow(problem)
    other = LeastCostProblem(network, demands, costs, fine)
    for given_arguments, match in (
        ({"capacities": np.ones(3)}, "capacities"),
        ({"closed": np.zeros(1, bool)}, "closed"),
        ({"start": least_cost_flow(other)}, "start"),
        ({"gap": -1.0}, "gap"),
    ):
        with pytest.raises(ArgumentError, match=match):
            least_cost_flow(problem, **given_arguments)
    with pytest.raises(ArgumentError, match="links: 1"):
        price_ranges(flow, [1], 0.1)
    with pytest.raises(ArgumentError, match="step"):
        price_ranges(flow, [0], 0.0)
