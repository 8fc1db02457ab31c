"""Ladders and fixes: networks solved by hand, and what must hold for all."""

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.network.bottlenecks import fix_bottlenecks, utilization_ladder
from hubcalc.network.graph import Demands, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow


def chain(*capacities: float, per_day: float = 10.0) -> LeastCostFlow:
    """Solve links one after the other, at a cost of 1 each, and 100 for what is not served."""
    links = len(capacities)
    network = Network(links + 1, np.arange(links), np.arange(1, links + 1), np.array(capacities))
    demands = Demands(np.array([0]), np.array([links]), np.array([per_day]), np.array([0]))
    return least_cost_flow(LeastCostProblem(network, demands, np.ones((1, links)), np.array([100.0])))


def random_flow(seed: int) -> LeastCostFlow:
    rng = np.random.default_rng(seed)
    tails = rng.integers(15, size=60)
    heads = (tails + 1 + rng.integers(14, size=60)) % 15
    origins = rng.integers(15, size=12)
    demands = Demands(origins, (origins + 1 + rng.integers(14, size=12)) % 15, rng.uniform(1, 6, 12), np.zeros(12, int))
    network = Network(15, tails, heads, rng.uniform(1.0, 6.0, 60))
    return least_cost_flow(LeastCostProblem(network, demands, rng.uniform(1.0, 4.0, (1, 60)), np.full(12, 30.0)))


def test_each_fix_shows_the_next_bottleneck() -> None:
    fixes = fix_bottlenecks(chain(7.0, 5.0, np.inf, 9.0, 20.0), 10)
    assert [fix.link for fix in fixes] == [1, 0, 3]
    # a unit more costs 1 on each of the five links, and saves the penalty of 100
    assert [fix.shadow_price for fix in fixes] == pytest.approx([95.0, 95.0, 95.0])
    assert [fix.saved for fix in fixes] == pytest.approx([190.0, 190.0, 95.0])
    assert [fix.unserved_per_day for fix in fixes] == pytest.approx([3.0, 1.0, 0.0], abs=1e-9)
    assert [fix.load for fix in fixes] == pytest.approx([7.0, 9.0, 10.0])
    assert fixes[-1].objective == pytest.approx(50.0)
    assert len(fix_bottlenecks(chain(7.0, 5.0, 9.0), 2)) == 2


def test_nothing_is_fixed_where_nothing_limits() -> None:
    assert fix_bottlenecks(chain(10.0, 20.0), 3) == ()


def test_rankings_differ_where_units_do() -> None:
    network = Network(4, np.array([0, 2]), np.array([1, 3]), np.array([1.0, 100.0]))
    demands = Demands(np.array([0, 2]), np.array([1, 3]), np.array([2.0, 200.0]), np.array([0, 0]))
    flow = least_cost_flow(LeastCostProblem(network, demands, np.zeros((1, 2)), np.array([50.0, 10.0])))
    assert fix_bottlenecks(flow, 1)[0].link == 0
    assert fix_bottlenecks(flow, 1, "share")[0].link == 1


@pytest.mark.parametrize("seed", range(5))
def test_fixes_of_random_networks(seed: int) -> None:
    flow = random_flow(seed)
    fixes = fix_bottlenecks(flow, 4)
    assert fixes
    costs = [flow.objective, *(fix.objective for fix in fixes)]
    assert sorted(costs, reverse=True) == pytest.approx(costs)
    for before, after, fix in zip(costs, costs[1:], fixes, strict=False):
        assert fix.saved == pytest.approx(before - after, abs=1e-7)
        # the saving is concave in the capacity: never more than price times what is added
        added = fix.load - flow.capacities[fix.link]
        assert fix.saved <= fix.shadow_price * max(added, 0.0) + 1e-6
    assert fixes[0].shadow_price == flow.shadow_prices.max()


@pytest.mark.parametrize("seed", range(3))
def test_the_ladder_descends(seed: int) -> None:
    flow = random_flow(seed)
    ladder = utilization_ladder(flow)
    assert (np.diff(ladder.utilizations) <= 1e-8).all()
    assert sorted(ladder.links.tolist()) == list(range(60))
    np.testing.assert_allclose(ladder.loads, ladder.utilizations * ladder.capacities, atol=1e-9)
    assert (ladder.utilizations[ladder.shadow_prices > 0.0] > 1.0 - 1e-7).all()
    np.testing.assert_array_equal(ladder.shadow_prices, flow.shadow_prices[ladder.links])


def test_links_without_a_limit_are_left_out_and_closed_ones_are_not_loaded() -> None:
    ladder = utilization_ladder(chain(7.0, np.inf, 0.0))
    assert ladder.links.tolist()[-1] in {0, 2}
    assert sorted(ladder.links.tolist()) == [0, 2]
    assert ladder.utilizations.tolist() == [0.0, 0.0]


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ArgumentError, match="most: 0"):
        fix_bottlenecks(chain(1.0), 0)
    with pytest.raises(ArgumentError, match="ranking"):
        fix_bottlenecks(chain(1.0), 1, "price")  # type: ignore[arg-type]
