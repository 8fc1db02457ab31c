"""Cheapest paths: against SciPy, and against enumeration of all paths."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import bellman_ford, dijkstra

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.network.graph import Network
from hubcalc.network.paths import k_shortest_paths, path_links, shortest_paths


def random_network(rng: np.random.Generator, nodes: int, links: int) -> Network:
    """Links between random nodes, parallel ones and loops included."""
    return Network(nodes, rng.integers(nodes, size=links), rng.integers(nodes, size=links), np.full(links, np.inf))


def matrix(network: Network, costs: np.ndarray) -> csr_array:
    """The cheapest link of each pair, as SciPy wants it."""
    best: dict[tuple[int, int], float] = {}
    for tail, head, cost in zip(network.tails.tolist(), network.heads.tolist(), costs.tolist(), strict=True):
        if tail != head and cost < np.inf:
            best[tail, head] = min(cost, best.get((tail, head), np.inf))
    ends = np.array(list(best), dtype=int).reshape(-1, 2).T
    return csr_array((list(best.values()), (ends[0], ends[1])), shape=(network.nodes, network.nodes))


def all_paths(network: Network, costs: np.ndarray, node: int, end: int, seen: tuple[int, ...]) -> Iterator[list[int]]:
    """Enumerate the paths that visit no node twice."""
    if node == end:
        yield []
        return
    for link in np.flatnonzero((network.tails == node) & (costs < np.inf)).tolist():
        head = int(network.heads[link])
        if head not in seen:
            yield from ([link, *rest] for rest in all_paths(network, costs, head, end, (*seen, head)))


@pytest.mark.parametrize("seed", range(10))
def test_costs_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 40, 100)
    costs = rng.uniform(0.1, 5.0, 100)
    costs[rng.integers(100, size=10)] = np.inf
    origins = np.array([0, 7, 39])
    found = shortest_paths(network, costs, origins)
    np.testing.assert_allclose(found.costs, dijkstra(matrix(network, costs), indices=origins), rtol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_negative_costs_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 40, 100)
    # potentials make costs of both signs without a negative cycle
    potentials = rng.uniform(-3.0, 3.0, 40)
    costs = rng.uniform(0.1, 2.0, 100) + potentials[network.heads] - potentials[network.tails]
    assert costs.min() < 0.0
    found = shortest_paths(network, costs, np.arange(40))
    expected = bellman_ford(matrix(network, costs), indices=np.arange(40))
    np.testing.assert_allclose(found.costs, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_links_lead_from_origin_to_node_at_the_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 30, 60)
    costs = rng.uniform(0.0, 5.0, 60)
    found = shortest_paths(network, costs, np.array([3]))
    for node in range(30):
        links = path_links(found, 0, node)
        if links is None:
            assert found.costs[0, node] == np.inf
            continue
        assert sum(costs[link] for link in links) == pytest.approx(found.costs[0, node], abs=1e-12)
        stops = [3, *(int(network.heads[link]) for link in links)]
        assert stops[-1] == node
        assert [int(network.tails[link]) for link in links] == stops[:-1]


def test_the_cheapest_of_parallel_links_is_taken() -> None:
    network = Network(2, np.array([0, 0, 0]), np.array([1, 1, 1]), np.full(3, np.inf))
    assert path_links(shortest_paths(network, np.array([2.0, 1.0, 3.0]), np.array([0])), 0, 1) == (1,)


def test_a_negative_cycle_is_refused_with_its_links() -> None:
    network = Network(4, np.array([0, 1, 2, 3]), np.array([1, 2, 3, 1]), np.full(4, np.inf))
    with pytest.raises(RefusedError, match=r"links (1, 2, 3|2, 3, 1|3, 1, 2) make a cycle of cost -1"):
        shortest_paths(network, np.array([1.0, 1.0, 1.0, -3.0]), np.array([0]))
    assert shortest_paths(network, np.array([1.0, 1.0, 1.0, -2.0]), np.array([0])).costs[0, 3] == 3.0


@pytest.mark.parametrize("seed", range(12))
def test_k_shortest_paths_are_those_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 7, 18)
    potentials = rng.uniform(-2.0, 2.0, 7) if seed % 2 else np.zeros(7)
    costs = rng.uniform(0.1, 2.0, 18) + potentials[network.heads] - potentials[network.tails]
    every = sorted(costs[path].sum() for path in all_paths(network, costs, 0, 6, (0,)))
    found = k_shortest_paths(network, costs, 0, 6, 1000)
    np.testing.assert_allclose([path.cost for path in found], every, rtol=1e-12, atol=1e-12)
    assert len({path.links for path in found}) == len(found)
    assert [path.links for path in k_shortest_paths(network, costs, 0, 6, 3)] == [path.links for path in found[:3]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_first_of_k_is_the_shortest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 12, 30)
    costs = rng.integers(0, 4, size=30).astype(float)
    paths = k_shortest_paths(network, costs, 0, 11, 4)
    cost = shortest_paths(network, costs, np.array([0])).costs[0, 11]
    assert (paths[0].cost if paths else np.inf) == cost
    assert [path.cost for path in paths] == sorted(path.cost for path in paths)


def test_bad_arguments_are_named() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([1.0]))
    with pytest.raises(ArgumentError, match="costs"):
        shortest_paths(network, np.array([np.nan]), np.array([0]))
    with pytest.raises(ArgumentError, match="costs: shape"):
        shortest_paths(network, np.ones(2), np.array([0]))
    with pytest.raises(ArgumentError, match="origins: 2"):
        shortest_paths(network, np.ones(1), np.array([2]))
    with pytest.raises(ArgumentError, match="k: 0"):
        k_shortest_paths(network, np.ones(1), 0, 1, 0)
    with pytest.raises(ArgumentError, match="destination"):
        k_shortest_paths(network, np.ones(1), 0, 0, 1)
    paths = shortest_paths(network, np.ones(1), np.array([1]))
    with pytest.raises(ArgumentError, match="node: 5"):
        path_links(paths, 0, 5)
    with pytest.raises(ArgumentError, match="row: 1"):
        path_links(paths, 1, 0)
    assert path_links(paths, 0, 0) is None
    assert k_shortest_paths(network, np.ones(1), 1, 0, 2) == ()
