"""Outages: against solving each of them anew on a network without the links."""

from itertools import combinations

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.network.graph import Demands, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow
from hubcalc.network.resilience import group_outages

NODES, LINKS, WANTED = 15, 60, 12


def random_flow(seed: int) -> LeastCostFlow:
    rng = np.random.default_rng(seed)
    tails = rng.integers(NODES, size=LINKS)
    heads = (tails + 1 + rng.integers(NODES - 1, size=LINKS)) % NODES
    origins = rng.integers(NODES, size=WANTED)
    destinations = (origins + 1 + rng.integers(NODES - 1, size=WANTED)) % NODES
    demands = Demands(origins, destinations, rng.uniform(1, 6, WANTED), rng.integers(2, size=WANTED))
    capacities = np.where(rng.random(LINKS) < 0.2, np.inf, rng.uniform(1.0, 8.0, LINKS))
    network = Network(NODES, tails, heads, capacities)
    costs, loads = rng.uniform(1.0, 4.0, (2, LINKS)), rng.uniform(0.0, 2.0, (2, LINKS))
    return least_cost_flow(LeastCostProblem(network, demands, costs, rng.uniform(10.0, 30.0, WANTED), loads))


def anew(base: LeastCostFlow, hit: set[int], share_left: float) -> LeastCostFlow:
    """Solve a problem of its own, in which the links are missing, or have less capacity."""
    problem, network = base.problem, base.problem.network
    keep = np.array([link not in hit for link in range(LINKS)])
    if share_left > 0.0:
        capacities = np.where(keep, network.capacities, share_left * network.capacities)
        keep[:] = True
    else:
        capacities = network.capacities
    left = Network(NODES, network.tails[keep], network.heads[keep], capacities[keep])
    costs, loads = problem.costs[:, keep], problem.loads[:, keep]
    return least_cost_flow(LeastCostProblem(left, problem.demands, costs, problem.unserved_cost, loads))


@pytest.mark.slow
@pytest.mark.parametrize("share_left", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_outages_are_what_is_left_without_the_links(seed: int, share_left: float) -> None:
    base = random_flow(seed)
    groups = [[link] for link in range(0, LINKS, 2)] + [[1, 3, 5]]
    outages = group_outages(base, groups, share_left=share_left)
    assert outages.parts == tuple((place,) for place in range(len(groups)))
    assert outages.solved.any()
    assert not outages.solved.all()
    for row, group in enumerate(groups):
        expected = anew(base, set(group), share_left)
        assert outages.objective[row] == pytest.approx(expected.objective, rel=1e-8)
        np.testing.assert_allclose(outages.unserved_per_day[row], expected.unserved_per_day, atol=1e-6)
        assert outages.cost_added[row] == pytest.approx(expected.objective - base.objective, abs=1e-6)
    served = outages.served_per_day + outages.unserved_per_day
    np.testing.assert_allclose(served, np.broadcast_to(base.problem.demands.per_day, served.shape))
    unserved = outages.unserved_per_day @ base.problem.unserved_cost
    np.testing.assert_allclose(outages.objective, outages.path_cost + unserved, rtol=1e-9)


@pytest.mark.parametrize("share_left", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(2))
def test_pairs_are_what_is_left_without_both(seed: int, share_left: float) -> None:
    base = random_flow(seed)
    groups = [[0], [7, 8], [20], [31], [40, 0], [55]]
    outages = group_outages(base, groups, share_left=share_left, pairs=True)
    assert outages.parts[6:] == tuple(combinations(range(6), 2))
    assert not outages.solved.all()
    for row, parts in enumerate(outages.parts):
        hit = {link for place in parts for link in groups[place]}
        assert outages.objective[row] == pytest.approx(anew(base, hit, share_left).objective, rel=1e-8)


def test_an_unused_link_changes_nothing() -> None:
    base = random_flow(0)
    unused = np.flatnonzero(base.link_flows.sum(axis=0) == 0.0).tolist()
    assert unused
    outages = group_outages(base, [unused, *([link] for link in unused)])
    assert not outages.solved.any()
    assert (outages.cost_added == 0.0).all()
    # and this is true: solving without them gives the same cost
    assert anew(base, set(unused), 0.0).objective == pytest.approx(base.objective, rel=1e-9)


def test_time_is_added_on_the_way_around() -> None:
    network = Network(3, np.array([0, 0, 2]), np.array([1, 2, 1]), np.array([12.0, 16.0, np.inf]))
    demands = Demands(np.array([0]), np.array([1]), np.array([10.0]), np.array([0]))
    base = least_cost_flow(LeastCostProblem(network, demands, np.array([[5.0, 4.0, 4.0]]), np.array([100.0])))
    hours = np.array([[20.0, 15.0, 25.0]])
    outages = group_outages(base, [[0], [1]], hours=hours)
    assert outages.hours_added.tolist() == pytest.approx([200.0, 0.0])
    assert outages.cost_added.tolist() == pytest.approx([30.0, 0.0])
    half = group_outages(base, [[0], [2]], share_left=0.5, hours=hours)
    assert half.hours_added.tolist() == pytest.approx([80.0, 0.0])


def test_an_outage_can_cut_off() -> None:
    network = Network(2, np.array([0]), np.array([1]), np.array([np.inf]))
    demands = Demands(np.array([0]), np.array([1]), np.array([10.0]), np.array([0]))
    problem = LeastCostProblem(network, demands, np.zeros((1, 1)), np.array([7.0]), np.zeros((1, 1)))
    outages = group_outages(least_cost_flow(problem), [[0]])
    assert outages.unserved_per_day.tolist() == [[10.0]]
    assert outages.objective.tolist() == [70.0]
    assert outages.hours_added.tolist() == [0.0]


def test_no_groups_give_no_rows() -> None:
    assert group_outages(random_flow(0), []).objective.shape == (0,)


def test_bad_arguments_are_named() -> None:
    base = random_flow(0)
    with pytest.raises(ArgumentError, match="share_left: 1"):
        group_outages(base, [[0]], share_left=1.0)
    with pytest.raises(ArgumentError, match="link 60 in group 1"):
        group_outages(base, [[0], [60]])
    with pytest.raises(ArgumentError, match="hours: shape"):
        group_outages(base, [[0]], hours=np.ones(3))
    with pytest.raises(ArgumentError, match="hours: inf"):
        group_outages(base, [[0]], hours=np.full((2, LINKS), np.inf))
