"""Largest flows: against SciPy's algorithm on whole capacities, and linear programs over links."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow as peer

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.network.graph import Demands, Network
from hubcalc.network.maximum_flow import largest_common_share, largest_total_flow, maximum_flow


def random_network(seed: int, nodes: int = 12, links: int = 40) -> tuple[Network, np.random.Generator]:
    rng = np.random.default_rng(seed)
    tails = rng.integers(nodes, size=links)
    heads = (tails + 1 + rng.integers(nodes - 1, size=links)) % nodes
    return Network(nodes, tails, heads, rng.integers(0, 9, size=links).astype(float)), rng


def random_demands(rng: np.random.Generator, nodes: int, demands: int, classes: int) -> Demands:
    origins = rng.integers(nodes, size=demands)
    destinations = (origins + 1 + rng.integers(nodes - 1, size=demands)) % nodes
    return Demands(origins, destinations, rng.uniform(0.5, 5.0, demands), rng.integers(classes, size=demands))


def by_links(network: Network, demands: Demands, loads: np.ndarray, *, common: bool) -> float:
    """Solve with a variable for each demand and link, and one for the share, or for each demand served."""
    count, links, nodes = demands.size, network.links, network.nodes
    shares = 1 if common else count
    balance = np.zeros((count * nodes, count * links + shares))
    room = np.zeros((links, count * links + shares))
    for k in range(count):
        for link in range(links):
            balance[k * nodes + network.tails[link], k * links + link] -= 1.0
            balance[k * nodes + network.heads[link], k * links + link] += 1.0
            room[link, k * links + link] = loads[demands.classes[k], link]
        amount = demands.per_day[k] if common else 1.0
        balance[k * nodes + demands.origins[k], count * links + (0 if common else k)] += amount
        balance[k * nodes + demands.destinations[k], count * links + (0 if common else k)] -= amount
    goal = np.zeros(count * links + shares)
    goal[count * links :] = -1.0
    most = [(0, None)] if common else [(0, each) for each in demands.per_day]
    found = linprog(
        goal, room, network.capacities, balance, np.zeros(count * nodes), [(0, None)] * (count * links) + most
    )
    assert found.status == 0
    return -float(found.fun)


@pytest.mark.parametrize("seed", range(15))
def test_flow_and_cut_are_those_of_scipy(seed: int) -> None:
    network, _ = random_network(seed)
    capacities = network.capacities.astype(np.int32)
    whole = csr_array(coo_array((capacities, (network.tails, network.heads)), shape=(12, 12)))
    found = maximum_flow(network, 0, 11)
    assert found.per_day == pytest.approx(peer(whole, 0, 11).flow_value, abs=1e-9)
    assert network.capacities[found.cut_links].sum() == pytest.approx(found.per_day, abs=1e-9)
    assert found.origin_side[0]
    assert not found.origin_side[11]
    gain = np.bincount(network.heads, found.link_flows, 12) - np.bincount(network.tails, found.link_flows, 12)
    expected = np.zeros(12)
    expected[[0, 11]] = -found.per_day, found.per_day
    np.testing.assert_allclose(gain, expected, atol=1e-9)
    assert (found.link_flows <= network.capacities + 1e-9).all()


def test_capacities_need_not_be_whole() -> None:
    network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([0.25, 1e6 + 0.125]))
    found = maximum_flow(network, 0, 1)
    assert found.per_day == pytest.approx(1e6 + 0.375, rel=1e-12)
    assert found.cut_links.tolist() == [0, 1]


def test_a_flow_without_limit_is_refused() -> None:
    network = Network(3, np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([np.inf, np.inf, 3.0]))
    with pytest.raises(RefusedError, match="links 0, 1"):
        maximum_flow(network, 0, 2)
    assert maximum_flow(network, 2, 0).per_day == 0.0


def test_bad_nodes_are_named() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([1.0]))
    with pytest.raises(ArgumentError, match="destination: 0"):
        maximum_flow(network, 0, 0)
    with pytest.raises(ArgumentError, match="origin: -1"):
        maximum_flow(network, -1, 0)
    demands = Demands(np.array([0]), np.array([1]), np.array([1.0]), np.array([0]))
    with pytest.raises(ArgumentError, match="loads: -1"):
        largest_total_flow(network, demands, np.array([[-1.0]]))
    with pytest.raises(ArgumentError, match="loads: shape"):
        largest_common_share(network, demands, np.ones((1, 2)))
    with pytest.raises(ArgumentError, match="classes: 0"):
        largest_common_share(network, demands, np.ones((0, 1)))


@pytest.mark.parametrize("seed", range(12))
def test_shares_and_totals_are_those_of_the_program_over_links(seed: int) -> None:
    network, rng = random_network(seed, 8, 30)
    demands = random_demands(rng, 8, 4, 2)
    loads = rng.uniform(0.5, 2.0, (2, 30))
    found = largest_common_share(network, demands, loads)
    assert found.share == pytest.approx(by_links(network, demands, loads, common=True), abs=1e-8)
    assert found.upper_bound == pytest.approx(found.share, abs=1e-8)
    assert (found.link_loads <= network.capacities + 1e-8).all()
    assert found.weights @ network.capacities == pytest.approx(found.share, abs=1e-8)
    total = largest_total_flow(network, demands, loads)
    assert total.optimal
    assert total.served_per_day.sum() == pytest.approx(by_links(network, demands, loads, common=False), abs=1e-8)


def test_a_share_that_nothing_limits_is_inf() -> None:
    network = Network(2, np.array([0, 0]), np.array([1, 1]), np.array([np.inf, 2.0]))
    demands = Demands(np.array([0]), np.array([1]), np.array([3.0]), np.array([0]))
    assert largest_common_share(network, demands, np.array([[1.0, 1.0]])).share == np.inf
    assert largest_common_share(network, demands, np.array([[np.inf, 1.0]])).share == pytest.approx(2.0 / 3.0)
    assert largest_common_share(network, demands, np.array([[np.inf, 0.0]])).share == np.inf


def test_a_demand_without_a_path_is_named() -> None:
    network = Network(3, np.array([0]), np.array([1]), np.array([5.0]))
    demands = Demands(np.array([0, 0, 0]), np.array([1, 2, 2]), np.array([1.0, 1.0, 0.0]), np.array([0, 0, 0]))
    found = largest_common_share(network, demands, np.ones((1, 1)))
    assert found.share == 0.0
    assert found.unreachable.tolist() == [1]


def test_a_closed_capacity_makes_the_share_zero() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([0.0]))
    demands = Demands(np.array([0]), np.array([1]), np.array([3.0]), np.array([0]))
    found = largest_common_share(network, demands, np.ones((1, 1)))
    assert found.share == pytest.approx(0.0, abs=1e-12)
    assert found.weights[0] == pytest.approx(1.0 / 3.0)
