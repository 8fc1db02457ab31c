"""Delays of links: published values, integrals and slopes against differences, and the bound of the interpolation."""

import itertools

import numpy as np
import pytest
from scipy import integrate

from hubcalc.errors import ArgumentError
from hubcalc.network.delays import BprDelays, ConicalDelays, ConstantDelays, DelayPart, JoinedDelays, LinkDelays
from hubcalc.network.tabulated_delays import TabulatedDelays, spare_grid
from hubcalc.queueing import mmc_wait_mean_hours


def queues(points: int = 25, horizon: float = 240.0) -> TabulatedDelays:
    servers, service = np.array([1.0, 3.0, 12.0])[:, None], np.array([0.5, 2.0, 6.0])[:, None]
    flows = 24.0 * servers / service * spare_grid(points, 0.98)
    return TabulatedDelays(flows, service + mmc_wait_mean_hours(flows / 24.0, service, servers), horizon)


ALL: dict[str, LinkDelays] = {
    "constant": ConstantDelays([1.0, 2.0, 0.0]),
    "bpr": BprDelays([1.0, 2.0, 3.0], [40.0, 30.0, 50.0], [0.15, 0.5, 0.0], [4.0, 1.0, 2.0]),
    "conical": ConicalDelays([1.0, 2.0, 3.0], [40.0, 30.0, 50.0], [4.0, 8.0, 1.5]),
    "tabulated": queues(),
    "joined": JoinedDelays(
        [
            DelayPart(np.array([2, 0]), BprDelays([1.0, 2.0], 30.0)),
            DelayPart(np.array([1]), ConstantDelays([3.0])),
        ]
    ),
}


def test_bpr_and_conical_at_the_published_points() -> None:
    """T21, and what Spiess (1990) asks of a conical function: 1 when empty, 2 at capacity."""
    flows = np.array([0.5, 1.0, 1.5])
    assert BprDelays([1.0] * 3, 1.0).hours(flows)[2] == pytest.approx(1.7594, abs=5e-5)
    assert ConicalDelays([1.0] * 3, 1.0).hours(flows) == pytest.approx([1.1487, 2.0, 5.1487], abs=5e-5)
    assert ConicalDelays([1.0] * 3, 1.0, [2.0, 4.0, 9.0]).hours(np.zeros(3)) == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("flow", [0.0, 1.0, 20.0, 46.0, 48.5, 90.0])
def test_slope_and_integral_belong_to_the_hours(kind: str, flow: float) -> None:
    delays, flows, step = ALL[kind], np.full(3, flow), 1e-5
    low, high = np.maximum(flows - step, 0.0), flows + step
    difference = (delays.hours(high) - delays.hours(low)) / (high - low)
    assert delays.slope(flows) == pytest.approx(difference, rel=1e-3, abs=1e-4)
    for link in range(3):
        ends = [edge for edge in (0.0, 35.28, 47.04) if edge < flow]  # the tables of `queues` end here
        area = sum(
            integrate.quad(lambda v, i=link: delays.hours(np.full(3, v))[i], low, high, limit=400, epsabs=1e-8)[0]
            for low, high in itertools.pairwise([*ends, flow])
        )
        assert delays.integral(flows)[link] == pytest.approx(area, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("kind", ALL)
def test_delays_never_fall(kind: str) -> None:
    values = np.array([ALL[kind].hours(np.full(3, flow)) for flow in np.linspace(0.0, 200.0, 4001)])
    assert np.diff(values, axis=0).min() >= -1e-12
    assert np.isfinite(values).all()


@pytest.mark.parametrize(("points", "largest"), [(10, 0.06), (25, 0.01), (60, 0.0015)])
def test_interpolated_queues_against_exact_ones(points: int, largest: float) -> None:
    """M/M/c between the points of the table: within the bound, which needs convexity only, and close."""
    delays = queues(points)
    servers, service = np.array([1.0, 3.0, 12.0]), np.array([0.5, 2.0, 6.0])
    grid, bounds = spare_grid(points, 0.98), delays.error_bounds_hours()
    for load in np.linspace(0.0, 0.9799, 997):
        flows = 24.0 * servers / service * load
        exact = service + mmc_wait_mean_hours(flows / 24.0, service, servers)
        error = np.abs(delays.hours(flows) - exact)
        place = int(np.searchsorted(grid, load, side="right")) - 1
        assert np.all(error <= bounds[:, place] + 1e-12)
        assert np.all(error <= largest * exact)


def test_convexity_of_a_table_is_kept() -> None:
    delays, capacities = queues(), np.array([48.0, 36.0, 48.0])
    slopes = np.array([delays.slope(capacities * load) for load in np.linspace(0.0, 0.979, 3000)])
    assert np.diff(slopes, axis=0).min() >= -1e-9


def test_a_table_with_plateaus_and_one_of_two_points() -> None:
    table = TabulatedDelays([0.0, 1.0, 2.0, 3.0, 4.0], [[1.0, 1.0, 5.0, 5.0, 6.0]], 10.0)
    assert [float(table.hours(np.array([flow]))[0]) for flow in (0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0)] == pytest.approx(
        [1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 6.0]
    )
    straight = TabulatedDelays([0.0, 2.0], [[1.0, 3.0]], 10.0)
    assert straight.hours(np.array([0.5])) == pytest.approx([1.5])


def test_an_overload_is_the_backlog_of_a_fluid() -> None:
    """Of those served within the horizon: all who come until H c / v, each behind what has gathered by then."""
    horizon, capacity, flow = 240.0, 48.0 * 0.98, 60.0
    delays = queues(horizon=horizon)
    come = np.linspace(0.0, horizon * capacity / flow, 100001)
    fluid = float(np.mean((flow - capacity) * come / capacity))
    at = delays.hours(np.array([capacity, 1.0, 1.0]))[0]
    assert delays.hours(np.array([flow, 1.0, 1.0]))[0] - at == pytest.approx(fluid, rel=1e-4)
    assert delays.hours(np.array([1e9, 1.0, 1.0]))[0] - at == pytest.approx(horizon / 2.0, rel=1e-6)


def test_wrong_tables_are_named() -> None:
    for call, word in (
        (lambda: TabulatedDelays([0.0, 2.0, 1.0], [[1.0, 1.0, 1.0]], 10.0), "flows_per_day"),
        (lambda: TabulatedDelays([0.0, 1.0], [[1.0, 1.0], [2.0, 1.0]], 10.0), "delay_hours: link 1"),
        (lambda: TabulatedDelays([1.0, 2.0], [[1.0, 2.0]], 10.0), "flows_per_day"),
        (lambda: TabulatedDelays([0.0, 1.0], [[1.0, np.nan]], 10.0), "delay_hours"),
        (lambda: TabulatedDelays([0.0, 1.0], [[1.0, 2.0, 3.0]], 10.0), "shapes"),
        (lambda: BprDelays([1.0], [0.0]), "capacities"),
        (lambda: BprDelays([1.0], [1.0], 0.15, 0.5), "beta"),
        (lambda: ConicalDelays([1.0], [1.0], 1.0), "steepness"),
        (lambda: ConstantDelays([-1.0]), "hours"),
        (lambda: JoinedDelays([DelayPart(np.array([0, 0]), ConstantDelays([1.0, 1.0]))]), "parts"),
        (lambda: JoinedDelays([DelayPart(np.array([0]), ConstantDelays([1.0, 1.0]))]), "parts"),
        (lambda: spare_grid(5, 1.0), "last"),
    ):
        with pytest.raises(ArgumentError, match=word):
            call()
