"""Costs of links for each class, as travelers see them or as the whole system bears them."""

from dataclasses import dataclass

import numpy as np

from hubcalc.errors import ArgumentError, Problem
from hubcalc.network._adjacency import checked_costs
from hubcalc.network.delays import LinkDelays
from hubcalc.network.graph import Floats, Network

_NEAR = np.array([1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])
_OFFSETS = np.concatenate([-_NEAR[::-1], [0.0], _NEAR, [3.0, 10.0, 100.0]])
"""Where the delay of a link is tabulated, around its present flow."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassCosts:
    """What classes pay on links: money, and time at its value; `marginal` adds what a unit makes the others lose.

    Attributes
    ----------
    delays : LinkDelays
        Delays of the links.
    loads : ndarray, shape (classes, links)
        Link units that a demand unit makes.
    money : ndarray, shape (classes, links)
        Cost of passing; inf where a class may not go.
    values : ndarray, shape (classes,)
        Value of an hour.
    marginal : bool
        Whether the costs are those of the whole system.
    """

    delays: LinkDelays
    loads: Floats
    money: Floats
    values: Floats
    marginal: bool

    @classmethod
    def of(
        cls,
        network: Network,
        delays: LinkDelays,
        loads: Floats | None,
        money: Floats | None,
        values: Floats | None,
        marginal: bool,
    ) -> "ClassCosts":
        """Check what was given; one class that counts links' units and time only, where nothing was."""
        given = [np.shape(table)[0] for table in (loads, money, values) if table is not None and np.ndim(table) > 0]
        classes = given[0] if given else 1
        shape = (classes, network.links)
        loads = checked_costs("loads", np.ones(shape) if loads is None else loads, shape)
        money = checked_costs("money_costs", np.zeros(shape) if money is None else money, shape)
        values = checked_costs("values_of_time", np.ones(classes) if values is None else values, (classes,))
        for name, table, valid, allowed in (
            ("loads", loads, np.isfinite(loads) & (loads >= 0.0), "finite, >= 0"),
            ("money_costs", money, money >= 0.0, ">= 0, inf where a class may not go"),
            ("values_of_time", values, np.isfinite(values) & (values > 0.0), "finite, > 0"),
        ):
            if not valid.all():
                wrong = float(table[~valid][0])
                raise ArgumentError.of(Problem("out of range", parameter=name, given=wrong, allowed=allowed))
        if delays.links != network.links:
            message = f"{delays.links} delays for {network.links} links"
            raise ArgumentError.of(Problem(message, parameter="delays", allowed="one a link"))
        return cls(delays, np.array(loads, order="C"), np.array(money, order="C"), np.array(values), marginal)

    def link_flows(self, class_flows: Floats) -> Floats:
        """Sum flows over classes [link units/day]."""
        return np.asarray((self.loads * class_flows).sum(axis=0))

    def costs(self, class_flows: Floats) -> Floats:
        """Compute the cost of a demand unit of each class on each link [money]."""
        flows = self.link_flows(class_flows)
        costs = self.money + self.values[:, None] * self.delays.hours(flows)
        if self.marginal:
            costs = costs + self.loads * (self.delays.slope(flows) * (self.values @ class_flows))
        return np.ascontiguousarray(costs)

    def tables(self, class_flows: Floats, scales: Floats) -> tuple[Floats, Floats, Floats]:
        """Tabulate delays and slopes around the present flows, which balancing then works on.

        Returns the knots, shape (links, knots), the tables, shape (2, links, knots), and the state of the links for
        `balance_paths`, whose rows beyond the flows it fills itself.
        """
        flows = self.link_flows(class_flows)
        knots = flows[:, None] + np.maximum(scales, flows)[:, None] * _OFFSETS
        tables = np.zeros((2, *knots.shape))
        for j in range(_OFFSETS.size):
            here = np.maximum(knots[:, j], 0.0)
            tables[0, :, j] = self.delays.hours(here)
            if self.marginal:
                tables[1, :, j] = self.delays.slope(here)
        state = np.zeros((6, flows.size))
        state[0], state[1] = flows, self.values @ class_flows
        return knots, tables, state
