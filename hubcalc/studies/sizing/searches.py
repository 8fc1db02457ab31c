"""The searches of a sizing by cuts, each a row of its table: the mix that is asked for, and what is known around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import Problem, RefusedError
from hubcalc.studies.base import REASON, ROW, Columns, RowSource, StudyColumn
from hubcalc.studies.sizing.cuts import CutSearch, Found
from hubcalc.studies.sizing.doubts import measured_doubts
from hubcalc.studies.sizing.enumeration import judged_none
from hubcalc.studies.sizing.meter import Meter
from hubcalc.studies.sizing.mixes import Levels
from hubcalc.studies.sizing.refusals import HINT, why_none
from hubcalc.studies.sizing.requirements import Requirement, loss_of, meets
from hubcalc.studies.sizing.solution import Front, Solution
from hubcalc.studies.sizing.task import COST, TIE, Task

CHOSEN, FAST, WITHOUT, POINT, END = "chosen", "chosen by method fast", "without {}", "front", "end of front"
_BETTER = 1e-6
"""Relative improvement that is asked of the next mix."""
_LARGEST = 1e300

SEARCH_COLUMNS = (
    StudyColumn("what", type="text", description="What was looked for"),
    StudyColumn("lower_bound_usd_per_year", "USD/year", description="No such mix is cheaper"),
    StudyColumn("proven", "1", "integer", "1 where nothing is cheaper, or where there is no such mix"),
    StudyColumn("analyses", "mixes", "integer", "Mixes that had been analyzed by then"),
    StudyColumn("confirmations", "mixes", "integer", "Mixes that had been analyzed by the method asked for"),
    StudyColumn("pairs_checked", "pairs", "integer", "Pairs of mixes that the check of monotonicity compared"),
    StudyColumn("monotone", "1", "integer", "1 where each metric went one way along each choice"),
)
"""Columns beside the inputs, the cost and the metrics."""


@dataclass(frozen=True, slots=True)
class _Row:
    what: str
    found: Found
    analyses: int
    confirmations: int
    reason: str = ""


class Searches:
    """Runs them one after the other; cuts that one has found serve the next."""

    def __init__(self, task: Task) -> None:
        self.task, self.judge = task, task.judge()
        self.meter = Meter(task.lattice, task.measures, task.request.most_analyses)
        keys = [requirement.key for requirement in task.requirements]
        self.search = CutSearch.of(self.meter, self.judge, [*keys, (TIE, 1), (task.trade, 1)], task.request.seed)
        self.wide = measured_doubts(self.judge, *self.meter.history())
        self.strict = [requirement.strict() for requirement in task.requirements]
        self.rows: list[_Row] = []

    def run(self) -> Columns:
        """Make all rows."""
        self.search.what = "search of the cheapest mix"
        chosen = self._add(CHOSEN, self._best(self.wide, confirmed=True))
        if chosen.mix is not None and chosen.proven:
            self.search.what = "search by method fast"
            fast = self._best(self.strict) if self.judge.needed else chosen
            self._add(FAST, fast)
            for requirement in self.strict:
                self.search.what = f"search without {requirement}"
                others = [other for other in self.strict if other != requirement]
                self._add(WITHOUT.format(requirement), self.search.cheapest(others))
            if self.task.request.front:
                points, end = self._front(fast)
                for point in points:
                    self._add(POINT, point)
                self._end(end)
        return self._columns()

    def _add(self, what: str, found: Found) -> Found:
        reason = "" if found.mix is not None else self._why_none(proven=found.proven)
        self.rows.append(_Row(what, found, self.meter.analyses, self.judge.meter.analyses, reason))
        return found

    def _why_none(self, *, proven: bool) -> str:
        task, (levels, metrics) = self.task, self.meter.history()
        if self.judge.meter.analyses and meets(self.wide, metrics).any():
            return judged_none(task, self.judge).problems[0].message
        why = why_none(task.lattice, levels, metrics, self.strict, task.measures.units)
        told = (
            "no mix meets all targets" if proven else f"none of {len(levels):,} mixes that were tried meets all targets"
        )
        return f"{told}: {why}"

    def _best(self, requirements: Sequence[Requirement], *, confirmed: bool = False, tie: str = TIE) -> Found:
        """Find the cheapest mix, of those that cost the same the one with the least tie."""
        found = best = self.search.cheapest(requirements, confirmed=confirmed)
        while best.proven and best.mix is not None:
            extra = [_below(tie, self._value(best, tie))]
            best = self.search.cheapest(requirements, confirmed=confirmed, most_cost=found.cost, extra=extra)
            found = best if best.mix is not None and best.proven else found
        return found

    def _front(self, cheapest: Found) -> tuple[list[Found], Found]:
        """Find the trade-off, spread over its range, and all of it if there is room; and what comes after its end."""
        front = self.task.request.front
        most = front.most_points if front else 0
        self.search.what = "search of the front"
        first = self._best(self.strict, tie=self.task.trade) if cheapest.mix is not None else cheapest
        step = (self._value(first) - self._floor()) / most if np.isfinite(self._value(first)) else 0.0
        points, _ = self._steps(first, most, step)
        if 2 * len(points) <= most:
            every, end = self._steps(first, most, 0.0)
            if end.mix is None and end.proven:
                return every, end
        return points, Found(None, np.inf, 0.0)

    def _steps(self, found: Found, most: int, step: float) -> tuple[list[Found], Found]:
        """Ask for less and less of the metric; give the points, and what comes after them."""
        points: list[Found] = []
        while found.proven and found.mix is not None and len(points) < most and np.isfinite(self._value(found)):
            points.append(found)
            self.search.what = f"search of point {len(points) + 1} of the front"
            found = self._best([*self.strict, _below(self.task.trade, self._value(found), step)], tie=self.task.trade)
        return points, found

    def _end(self, end: Found) -> None:
        """Say how the front ended, behind rows that were kept for more points."""
        kept = rows_of(self.task) - len(self.rows) - 1
        nothing, done = Found(None, np.inf, 0.0), (self.meter.analyses, self.judge.meter.analyses)
        self.rows += [_Row(POINT, nothing, *done, "kept for more points than were found")] * kept
        reason = "the front is complete" if end.proven else "there may be further points"
        self.rows.append(_Row(END, end, *done, reason))

    def _floor(self) -> float:
        """Give the least value of the trade-off's metric that was seen."""
        _, metrics = self.meter.history()
        return float(np.min(loss_of((self.task.trade, 1), metrics)[meets(self.strict, metrics)]))

    def _value(self, found: Found, metric: str = "") -> float:
        if found.mix is None:
            return np.inf
        return float(loss_of((metric or self.task.trade, 1), self.meter(found.mix[None, :]))[0])

    def _columns(self) -> Columns:
        """Write the rows as a table."""
        task, rows = self.task, list(self.rows)
        reason = "not looked for, since nothing better is proven within the budget"
        unused = _Row("", Found(None, np.inf, 0.0), self.meter.analyses, self.judge.meter.analyses, reason)
        rows += [unused] * (rows_of(task) - len(rows))
        there = np.array([row.found.mix is not None for row in rows])
        levels = np.array([row.found.mix for row in rows if row.found.mix is not None], np.intp)
        levels = levels.reshape(-1, len(task.lattice.sizes))
        made = {**task.lattice.values(levels), COST: task.lattice.costs(levels)}
        made |= task.measures.evaluate(task.lattice.values(levels), len(levels))
        found: Columns = {ROW: np.arange(len(rows)), "what": _texts(row.what for row in rows)}
        for name, column in made.items():
            found[name] = np.full(len(rows), np.nan) if column.dtype.kind == "f" else _texts("refused" for _ in rows)
            found[name][there] = column
        found[REASON] = _texts(row.reason for row in rows)
        bounds = np.array([row.found.bound for row in rows])
        found["lower_bound_usd_per_year"] = np.where(np.isfinite(bounds), bounds, np.nan)
        found["proven"] = np.array([row.found.proven for row in rows]).astype(np.int64)
        found["analyses"] = np.array([row.analyses for row in rows], np.int64)
        found["confirmations"] = np.array([row.confirmations for row in rows], np.int64)
        found["pairs_checked"] = np.full(len(rows), self.search.shapes.pairs, np.int64)
        found["monotone"] = np.full(len(rows), self.search.monotone, np.int64)
        return found


def rows_of(task: Task) -> int:
    """Say how many rows the table has: the mix, by both methods, without each target, and the points with their end."""
    points = task.request.front.most_points + 1 if task.request.front else 0
    return 2 + len(task.requirements) + points


def read_solution(task: Task, source: RowSource) -> Solution:
    """Read what the searches have found.

    Raises
    ------
    RefusedError
        If no mix was found.
    """
    table = {name: source.column(name) for name in (*(column.name for column in SEARCH_COLUMNS), COST, REASON)}
    costs, proven = table[COST], table["proven"] == 1
    if np.isnan(costs[0]):
        raise RefusedError.of(Problem(str(table[REASON][0]), pointer="/targets", hint=HINT))
    levels = _levels(task, source)
    first = 2
    savings = {
        requirement.strict(): float(costs[1] - costs[first + i])
        for i, requirement in enumerate(task.requirements)
        if proven[1] and proven[first + i] and not np.isnan(costs[1])
    }
    front = None
    if table["what"][-1] == END:
        points = np.flatnonzero((table["what"] == POINT) & ~np.isnan(costs))
        complete, values = bool(proven[-1]), source.column(task.trade)[points]
        front = Front(levels[points], costs[points], values, complete, len(points) if complete else None)
    return Solution(
        search="cuts",
        mix=levels[0],
        cost=float(costs[0]),
        bound=float(table["lower_bound_usd_per_year"][0]),
        analyses=int(table["analyses"][-1]),
        confirmations=int(table["confirmations"][-1]),
        monotonicity="checked" if table["monotone"][0] else "violated",
        pairs=int(table["pairs_checked"][0]),
        fast_mix=None if np.isnan(costs[1]) else levels[1],
        savings=savings,
        front=front,
    )


def _levels(task: Task, source: RowSource) -> Levels:
    """Find the numbers of the values in a table."""
    columns = []
    for choice in task.lattice.choices:
        values = source.column(choice.path)
        places = np.searchsorted(choice.values, np.where(np.isnan(values), choice.values[0], values))
        columns.append(places.astype(np.intp))
    return np.stack(columns, axis=1)


def _below(metric: str, value: float, step: float = 0.0) -> Requirement:
    """Ask for less than a value."""
    return Requirement(metric, 1, min(value - _BETTER * abs(value), value - step, _LARGEST))


def _texts(texts: Iterable[str]) -> NDArray[np.object_]:
    return np.array([*texts, ""], dtype=object)[:-1]
