"""Search by cuts: an integer program proposes the cheapest mix, an analysis refuses it, and a cut says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.base import STATUS, Columns
from hubcalc.studies.sizing.master import Master, Terms
from hubcalc.studies.sizing.meter import Judge, Meter
from hubcalc.studies.sizing.mixes import Lattice, Levels
from hubcalc.studies.sizing.requirements import Requirement, loss_of, meets
from hubcalc.studies.sizing.shapes import BOTH_WAYS, Directions, Key, Shapes, find_shapes, worse
from hubcalc.studies.steps import tell
from hubmodels.studies.job import StudyStep

_ORDERS = 16
"""So many cuts are looked for at once for each requirement: a hundred mixes take little longer than one."""
_JUDGED_ORDERS = 2
_MOST_ROUNDS = 2_000
_SAME_COST = 1e-9
"""Relative difference of costs that is rounding."""
_INCUMBENTS = 50
"""Mixes that are confirmed, when the budget ends, in search of one that will do."""
_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A mix with none of the values in `terms` has a loss of `loss` or more."""

    key: Key
    loss: float
    terms: Terms
    confirmed: bool = False
    """The loss is by the method that was asked for."""
    single: bool = False
    """It forbids one mix alone, and so rests on nothing else."""

    def forbids(self, requirements: Sequence[Requirement], *, confirmed: bool) -> bool:
        """Say whether a mix that breaks the cut misses a requirement."""
        if self.confirmed:
            return confirmed and any(r.key == self.key and self.loss > r.strict().limit for r in requirements)
        return any(r.key == self.key and self.loss > r.limit for r in requirements)


@dataclass(frozen=True, slots=True)
class _Line:
    """A way to make a mix better that misses a requirement: choice by choice, in this order."""

    requirement: Requirement
    ways: Directions
    order: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search: the cheapest mix and a bound on its cost, which is the cost where that is proven."""

    mix: NDArray[np.intp] | None
    cost: float
    bound: float

    @property
    def proven(self) -> bool:
        """Say whether nothing is cheaper; of no mix, whether there is none."""
        return self.bound >= self.cost


@dataclass
class CutSearch:
    """Cheapest mixes of one lattice under various requirements; what was learned for one serves the others.

    The proposal is the cheapest mix that no cut forbids, so its cost is a lower bound. If it misses a requirement whose
    metric is monotone, so do all mixes that are better in no choice (and the same where the metric goes both ways). The
    mix is first made better for as long as it still misses the requirement, one choice after the other in several
    orders, so that each cut forbids as much as it can: a combinatorial Benders cut [1]_ from a maximal infeasible mix.
    A metric that breaks its direction in any two mixes that are analyzed on the way loses its cuts, and is then taken
    to go both ways in all choices, which forbids one mix at a time.

    References
    ----------
    .. [1] G. Codato, M. Fischetti (2006), "Combinatorial Benders' cuts for mixed-integer linear programming",
       Operations Research 54(4), 756-766, doi:10.1287/opre.1060.0286.
    """

    lattice: Lattice
    meter: Meter
    judge: Judge
    shapes: Shapes
    seed: int
    cuts: list[Cut] = field(default_factory=list)
    what: str = "search"
    """What is looked for, as whoever waits for it is told."""
    _audited: tuple[int, int] = (0, 0)
    """Cuts and analyses that have been compared."""
    _far: Callable[[], StudyStep] = field(init=False)
    """Says how far the search is."""

    @classmethod
    def of(cls, meter: Meter, judge: Judge, keys: Sequence[Key], seed: int) -> "CutSearch":
        """Begin with a look at which way the metrics go."""
        return cls(meter.lattice, meter, judge, find_shapes(meter.lattice, keys, meter, seed), seed)

    @property
    def monotone(self) -> bool:
        """Say whether all metrics go one way along each choice, as far as was seen."""
        return not any((ways == BOTH_WAYS).any() for ways in self.shapes.directions.values())

    def cheapest(
        self,
        requirements: Sequence[Requirement],
        *,
        confirmed: bool = False,
        most_cost: float = np.inf,
        extra: Sequence[Requirement] = (),
    ) -> Found:
        """Find the cheapest mix that meets requirements.

        Parameters
        ----------
        requirements : sequence of Requirement
            What is to be met.
        confirmed : bool, optional
            Whether the method that was asked for has the last word on them.
        most_cost : float, optional
            Mixes that cost more are of no interest. [USD/year]
        extra : sequence of Requirement, optional
            What is to be met besides, by method fast.

        Returns
        -------
        Found
            The mix, or none.
        """
        while True:
            found = self._search([*requirements, *extra], confirmed=confirmed, most_cost=most_cost)
            wrong = self._broken_promises()
            if not wrong:
                return found
            for key in wrong:
                self.shapes.directions[key] = np.full_like(self.shapes.directions[key], BOTH_WAYS)
            self.cuts = [cut for cut in self.cuts if cut.key not in wrong or cut.single]
            self._audited = (0, 0)

    def _search(self, requirements: Sequence[Requirement], *, confirmed: bool, most_cost: float) -> Found:
        master, bound = Master(self.lattice), 0.0
        for round_ in range(_MOST_ROUNDS):
            active = [cut.terms for cut in self.cuts if cut.forbids(requirements, confirmed=confirmed)]
            mix, below = master.solve(active)
            bound = max(bound, below)
            self._far = partial(self._step, requirements, bound, confirmed=confirmed)
            tell(self._far)
            if mix is None or bound > most_cost + _SAME_COST * abs(most_cost):
                return Found(None, np.inf, np.inf)
            if self.meter.exhausted:
                break
            metrics = self.meter(mix[None, :])
            missed = [r for r in requirements if r.loss(metrics)[0] > r.limit]
            if not missed and not (confirmed and self._refused(master, mix, round_)):
                cost = float(self.lattice.costs(mix[None, :])[0])
                return Found(mix, cost, cost)
            if missed:
                self.cuts += self._reasons(master, mix, missed, metrics, self.meter, round_)
        return self._incumbent(requirements, bound, confirmed=confirmed)

    def _step(self, requirements: Sequence[Requirement], bound: float, *, confirmed: bool) -> StudyStep:
        """Say how many cuts there are, and how far the cheapest mix known is above the bound."""
        meter = self.judge.meter if confirmed and self.judge.needed else self.meter
        gap = None
        if meter.analyses:
            levels, metrics = meter.history()
            good = levels[meets([requirement.strict() for requirement in requirements], metrics)]
            least = float(self.lattice.costs(good).min()) if good.size else np.inf
            gap = max(0.0, (least - bound) / least) if 0 < least < np.inf else None
        return StudyStep(what=self.what, done=len(self.cuts), unit="cuts", gap=gap)

    def _refused(self, master: Master, mix: NDArray[np.intp], round_: int) -> bool:
        """Ask the better method, and add cuts where it says no."""
        if not self.judge.needed:
            return False
        metrics = self.judge(mix[None, :])
        missed = [r for r in self.judge.strict if r.loss(metrics)[0] > r.limit]
        if missed:
            self.cuts += self._reasons(master, mix, missed, metrics, self.judge, round_)
        return bool(missed)

    def _reasons(
        self,
        master: Master,
        mix: NDArray[np.intp],
        missed: Sequence[Requirement],
        metrics: Columns,
        analyze: Meter | Judge,
        round_: int,
    ) -> list[Cut]:
        """Give cuts that forbid a mix which misses requirements, and as many others as can be."""
        rng, lines = np.random.default_rng([self.seed, round_]), []
        for requirement in missed:
            ways = self.shapes.directions[requirement.key]
            if metrics[STATUS][0] == "invalid":
                ways = np.full_like(ways, BOTH_WAYS)
            moving = np.flatnonzero((ways != 0) & (ways != BOTH_WAYS))
            count = max(1, min(_JUDGED_ORDERS if analyze is self.judge else _ORDERS, len(moving)))
            lines += [_Line(requirement, ways, rng.permutation(moving)) for _ in range(count)]
        mixes = np.repeat(mix[None, :], len(lines), axis=0)
        for step in range(max(len(line.order) for line in lines)):
            tell(self._far)
            self._improve(mixes, lines, step, analyze)
        found, reached = {}, analyze(mixes)
        for i, line in enumerate(lines):
            key, single = line.requirement.key, bool((line.ways == BOTH_WAYS).all())
            loss = float(line.requirement.loss(reached)[i])
            cut = Cut(key, loss, master.better(mixes[i], line.ways), analyze is self.judge, single)
            found[key, mixes[i].tobytes()] = cut
        return list(found.values())

    def _improve(self, mixes: Levels, lines: Sequence[_Line], step: int, analyze: Meter | Judge) -> None:
        """Make each mix better in the next choice of its line, as far as it still misses the requirement."""
        tries = []
        for i, line in enumerate(lines):
            if step < len(line.order):
                choice = line.order[step]
                way = int(line.ways[choice])
                end = self.lattice.sizes[choice] if way > 0 else -1
                tries += [(i, int(choice), level) for level in range(int(mixes[i, choice]) + way, end, way)]
        if not tries:
            return
        owners, choices, values = (np.array(part, np.intp) for part in zip(*tries, strict=True))
        tried = mixes[owners]
        tried[np.arange(len(owners)), choices] = values
        metrics = analyze(tried)
        usable = metrics[STATUS] != "invalid"
        misses = {line.requirement: line.requirement.loss(metrics) > line.requirement.limit for line in lines}
        for i in np.unique(owners):
            mine = np.flatnonzero(owners == i)
            ahead = int(np.cumprod((misses[lines[i].requirement] & usable)[mine]).sum())
            if ahead:
                mixes[i, choices[mine[0]]] = values[mine[ahead - 1]]

    def _broken_promises(self) -> set[Key]:
        """Find metrics of which some analyzed mix is better than a cut says that it could be."""
        master, wrong = Master(self.lattice), set()
        old_cuts, old_rows = self._audited
        for i, cut in enumerate(self.cuts):
            if cut.single or cut.key in wrong:
                continue
            levels, metrics = (self.judge.meter if cut.confirmed else self.meter).history()
            rows = slice(old_rows if i < old_cuts and not cut.confirmed else 0, None)
            below = (metrics[STATUS][rows] != "invalid") & ~master.keeps(levels[rows], cut.terms)
            losses = loss_of(cut.key, metrics)[rows][below]
            if worse(losses, np.full_like(losses, cut.loss)).any():
                wrong.add(cut.key)
        self._audited = len(self.cuts), self.meter.analyses
        return wrong

    def _incumbent(self, requirements: Sequence[Requirement], bound: float, *, confirmed: bool) -> Found:
        """Give the cheapest mix known that will do, when the budget is spent."""
        strict = [requirement.strict() for requirement in requirements]
        rng = np.random.default_rng(self.seed)
        levels, metrics = self.meter.history()
        if not meets(strict, metrics).any():
            self.meter(rng.integers(0, np.array(self.lattice.sizes), (_TRIED, len(self.lattice.sizes))).astype(np.intp))
        self._descend(strict)
        levels, metrics = self.meter.history()
        good = np.flatnonzero(meets(strict, metrics))
        good = good[np.argsort(self.lattice.costs(levels[good]), kind="stable")][:_INCUMBENTS]
        if confirmed and self.judge.needed and good.size:
            good = good[self.judge.holds(levels[good])]
        if not good.size:
            return Found(None, np.inf, bound)
        cost = float(self.lattice.costs(levels[good[:1]])[0])
        return Found(levels[good[0]], cost, min(bound, cost))

    def _descend(self, strict: Sequence[Requirement]) -> None:
        """Make the cheapest mix known cheaper, one choice at a time, for as long as it meets the requirements."""
        levels, metrics = self.meter.history()
        good = np.flatnonzero(meets(strict, metrics))
        if not good.size:
            return
        costs = self.lattice.costs(levels[good])
        mix, cost = levels[good[np.argmin(costs)]], float(costs.min())
        while True:
            tried = np.concatenate([_varied(mix, choice, size) for choice, size in enumerate(self.lattice.sizes)])
            tried = tried[self.lattice.costs(tried) < cost * (1 - _SAME_COST)]
            tried = tried[meets(strict, self.meter(tried))] if tried.size else tried
            if not tried.size:
                return
            costs = self.lattice.costs(tried)
            mix, cost = tried[np.argmin(costs)], float(costs.min())


def _varied(mix: NDArray[np.intp], choice: int, size: int) -> Levels:
    """Give a mix with every value of one choice."""
    varied = np.repeat(mix[None, :], size, axis=0)
    varied[:, choice] = np.arange(size)
    return varied
