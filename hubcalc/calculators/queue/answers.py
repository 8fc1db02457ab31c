"""The answers to a question: for each metric, in each row, by the first valid method. Computed when asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hubcalc.cached import cached
from hubcalc.calculators.queue import derived
from hubcalc.calculators.queue.case import Case, Column, Texts
from hubcalc.calculators.queue.method import CLASS_QUANTILES, LAW, MEAN, MOST_MILLISECONDS, TIMES_AS_LONG, Given, Method
from hubcalc.calculators.queue.outputs import UNITS, sensible
from hubcalc.calculators.queue.registry import BY_NAME, permitted, suited
from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.readings import Flags, Reading
from hubmodels.calculators.queue import QueueQuestion

GROWING = "no steady state: the servers are loaded at utilization 1 or more; growth_per_hour tells how the queue grows"
_OVERLOAD = "overload"
_OUT_OF_REACH = "the inputs are too extreme for this arithmetic"
_NEAR_SATURATION = "too near saturation for this arithmetic: utilization is below 1, but hardly"
_NO_EXACT_MODEL = "a fraction of a server has no exact model: take auto or fast"
_CERTAIN = ("wait_probability", "wait_over_hours_probability")
_CLASSES = ("first", "second", "last")


@dataclass(slots=True)
class Found:
    """A metric in all rows: values, errors, and the place of the method in `titles`; -1 where there is none."""

    values: Column
    error: Column
    place: Column
    lost: Flags
    """Rows in which a method was tried and found no number, and no other one did."""


class Answers(Mapping[str, Reading]):
    """Readings by metric. `names` restricts them, `plan` the methods, and `rows` where they are tried."""

    def __init__(
        self,
        question: QueueQuestion,
        plan: Sequence[Method] | None = None,
        names: Sequence[str] | None = None,
        rows: Flags | None = None,
    ) -> None:
        self.case = Case.of(question)
        self.many = question.settle(self.case.size) and question.method == "auto"
        self.chosen: str = plan[0].name if plan else "fast" if self.many else question.method
        self.plan = tuple(plan) if plan else permitted(self.case, self.chosen, many=self.many)
        self._rows = self.case.flags(True) if rows is None else rows
        self._names = sensible(self.case) if names is None else [n for n in sensible(self.case) if n in names]
        self._readings: dict[str, Reading] = {}
        self._evaluated: dict[tuple[str, bytes], Given] = {}
        self._found: dict[str, Found] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without computing it

    def __getitem__(self, name: str) -> Reading:
        if name not in self._names:
            raise KeyError(name)
        return self.reading(name)

    def reading(self, name: str) -> Reading:
        """Give a metric, also one that is only needed for others."""
        if name not in self._readings:
            follows = derived.of(name, self.case)
            made = follows(self) if follows and not self._is_given(name) else self._by_ladder(name)
            self._readings[name] = _guarded(made, self.full(name))
        return self._readings[name]

    @cached
    def overloaded(self) -> Flags:
        """Rows without a steady state, whatever the method."""
        return np.asarray(self.case.utilization >= 1.0) if self.case.is_open else self.case.flags(False)

    def _most_milliseconds(self, method: Method) -> float:
        """Give the longest time of a method for one row; without limit where the caller has named the method."""
        longer = TIMES_AS_LONG if method.only and not self.many else 1.0
        return longer * MOST_MILLISECONDS.get(self.chosen, np.inf)

    @property
    def references(self) -> tuple[str, ...]:
        """References of the methods that have answered so far."""
        places = {place for found in self._found.values() for place in np.unique(found.place).tolist()}
        return tuple(dict.fromkeys(m.reference for place, m in enumerate(self.plan) if place in places))

    def full(self, metric: str) -> Flags:
        """Tell in which rows the servers are too few for all whom a metric speaks of: of urgent classes, only those."""
        share = self._share(metric)
        return np.asarray(self.overloaded & (self.case.utilization * share >= 1.0))

    def _share(self, metric: str) -> Column | float:
        """Give the share of the arrivals that those of a metric wait for: of a class, its own and the ones above."""
        case = self.case
        if "priorities" not in case.features or not metric.startswith(("first_class", "second_class")):
            return 1.0
        share = case["first_class_share"]
        return share + case["second_class_share"] if metric.startswith("second") else share

    def place(self, metric: str) -> Column:
        """Give the place in the plan of the method that answers a metric, by row; -1 where none does."""
        return self.found(metric).place

    def found(self, metric: str) -> Found:
        """Take each row from the first method of the plan that is valid and, if so wanted, exact."""
        if metric not in self._found:
            self._found[metric] = self._climb(metric)
        return self._found[metric]

    def _is_given(self, name: str) -> bool:
        """Tell whether a method of the plan gives a metric that could also be derived."""
        return any(name in method.gives for method in self.plan)

    def _climb(self, metric: str) -> Found:
        case = self.case
        found = Found(np.full(case.size, np.nan), np.zeros(case.size), np.full(case.size, -1.0), case.flags(False))
        left = self._rows & ~self._settle_overload(metric, found)
        for place, method in enumerate(self.plan):
            rows = _within(left, case, lambda part, m=method: self._permitted(m, part, metric))  # type: ignore[misc]  # bound early
            if rows.any():
                values = self._values(method, rows, metric)
                known = ~np.isnan(values) & (np.isfinite(values) | self.full(metric)[rows])
                found.lost[rows] = ~known
                found.error[rows] = method.error_of(case.take(rows), metric)
                found.values[rows], found.place[rows] = np.where(known, values, np.nan), np.where(known, place, -1.0)
                left[rows] = ~known  # a number out of reach of one method is left to the next
            if not left.any():
                break
        return found

    def _permitted(self, method: Method, case: Case, metric: str) -> Flags:
        """Tell where a method gives a metric, in the time allowed, and exactly if so wanted."""
        rows = method.applies(case, metric, self._most_milliseconds(method))
        if self.chosen == "exact" and rows.any():
            rows[rows] = method.error_of(case.take(rows), metric) == 0.0
        return rows

    def _settle_overload(self, metric: str, found: Found) -> Flags:
        """Fill the rows in which the queue grows without end: everyone waits, and the wait has no bound."""
        urgent = "priorities" in self.case.features
        of_all = (MEAN, "wait_sd_hours", "sojourn_mean_hours", "batch_wait_mean_hours", *(() if urgent else LAW))
        if metric not in (*of_all, *CLASS_QUANTILES, *(f"{each}_class_wait_mean_hours" for each in _CLASSES)):
            return self.case.flags(False)
        full = self.full(metric)
        found.values[full] = 1.0 if metric in _CERTAIN else np.inf
        found.place[full] = len(self.plan)
        return full

    def _values(self, method: Method, rows: Flags, metric: str) -> Column:
        """Evaluate a method; in halves where it refuses, until only the rows that it refuses are without a number."""
        try:
            given = np.asarray(self._evaluate(method, rows)[metric](), np.float64)
        except (ArgumentError, RefusedError):
            some = np.flatnonzero(rows)
            if some.size == 1:
                return np.full(1, np.nan)
            parts = [np.isin(np.arange(rows.size), half) for half in np.array_split(some, 2)]
            return np.concatenate([self._values(method, part, metric) for part in parts])
        return np.broadcast_to(given, int(np.count_nonzero(rows)))

    def _evaluate(self, method: Method, rows: Flags) -> Given:
        key = (method.name, rows.tobytes())
        if key not in self._evaluated:
            self._evaluated[key] = method.evaluate(self.case.take(rows))
        return self._evaluated[key]

    def _by_ladder(self, metric: str) -> Reading:
        found = self.found(metric)
        missing = found.place < 0.0
        return Reading(
            values=np.where(missing, 0.0, found.values),
            unit=UNITS[metric],
            method=self._titles(found),
            error=found.error,
            refused=missing,
            reason=np.where(found.lost, self._lost(), np.asarray(self._reasons(metric, missing & ~found.lost), object))
            if found.lost.any()
            else self._reasons(metric, missing),
            caveat=self._caveats(found),
            growing=GROWING,
        )

    def _titles(self, found: Found) -> str | Texts:
        titles = [*(method.title for method in self.plan), _OVERLOAD, "no method"]
        return _labelled(self.case.model, _pick(titles, found.place))

    def _caveats(self, found: Found) -> str | Texts:
        return _pick([*(method.caveat for method in self.plan), "", ""], found.place)

    def _lost(self) -> Texts:
        """Say why no number was found where one should be."""
        near = self.case.utilization > 1.0 - _HARDLY
        return np.where(near & self.case.is_open, _NEAR_SATURATION, _OUT_OF_REACH).astype(object)

    def _reasons(self, metric: str, missing: Flags) -> str | Texts:
        """Say why no method answers, and what would."""
        if not missing.any():
            return ""
        texts = np.full(self.case.size, "", dtype=object)
        for rows, case in _patterns(self.case, missing):
            texts[rows] = self._why(metric, case)
        return texts

    def _why(self, metric: str, case: Case) -> str:
        if self.chosen in BY_NAME:
            valid = [m.name for m in suited(case) if m.applies(case, metric).all()]
            instead = f"; valid here: {', '.join(valid)}" if valid else ""
            return f"{self.chosen} {self.plan[0].unmet(case, metric) or 'does not give this'}{instead}"
        exact = self.chosen == "exact"
        if exact and (case.servers != np.floor(case.servers)).any():
            return _NO_EXACT_MODEL
        kind = "exact method" if exact else "method"
        hints = [
            f"{method.name} {self._hindrance(method, case, metric)}"
            for method in suited(case)
            if metric in method.gives and method.on_ladder
        ]
        return f"no {kind} gives this here" + (": " + "; ".join(hints) if hints else "")

    def _hindrance(self, method: Method, case: Case, metric: str) -> str:
        """Say why a method of the ladder was not taken."""
        unmet = method.unmet(case, metric)
        if unmet:
            return unmet
        if method not in self.plan or (method.milliseconds_of(case, metric) > self._most_milliseconds(method)).any():
            return f"takes longer than {self.chosen} allows"
        return "is approximate here"


def _labelled(model: str | Texts, title: str | Texts) -> str | Texts:
    """Put Kendall's name before the title of the method."""
    if isinstance(model, str) and isinstance(title, str):
        return f"{model}: {title}"
    models, titles = np.broadcast_arrays(np.asarray(model, object), np.asarray(title, object))
    known: dict[tuple[str, str], str] = {}
    pairs = zip(models.tolist(), titles.tolist(), strict=True)
    return np.array([known.setdefault(pair, f"{pair[0]}: {pair[1]}") for pair in pairs], dtype=object)


def _pick(texts: Sequence[str], place: Column) -> str | Texts:
    """Give the text at each place; one for all if there is but one."""
    whole = place.astype(np.intp)
    if (whole == whole[0]).all():
        return texts[int(whole[0])]
    named: Texts = np.array(texts, dtype=object)
    return named[whole]


def _within(left: Flags, case: Case, test: Callable[[Case], Flags]) -> Flags:
    """Test only the rows that are left."""
    rows = left.copy()
    if rows.any():
        rows[left] = test(case.take(left))
    return rows


_MOST_EXPLAINED = 100
_HARDLY = 1e-6  # so little below utilization 1 it is saturation that makes the numbers extreme


def _patterns(case: Case, rows: Flags) -> Iterator[tuple[Flags, Case]]:
    """Give rows one by one while they are few, so that each has its own reason; else all together."""
    some = np.flatnonzero(rows)
    if some.size > _MOST_EXPLAINED:
        yield rows, case.take(rows)
        return
    for i in some:
        one = case.flags(False)
        one[i] = True
        yield one, case.take(one)


def _guarded(reading: Reading, full: Flags) -> Reading:
    """Flag what is not a finite number: inf where the servers are full has no steady state, else it is no number."""
    values = np.asarray(reading.values, np.float64)
    unstable = np.isinf(values) & ~np.asarray(reading.refused) & full
    lost = ~np.isfinite(values) & ~np.asarray(reading.refused) & ~unstable
    made = replace(reading, unstable=unstable)
    if lost.any():
        reasons = np.where(lost, _OUT_OF_REACH, np.asarray(reading.reason, object))
        made = replace(made, refused=lost | reading.refused, reason=reasons)
    return replace(made, values=np.where(np.isfinite(values), values, np.where(unstable, np.inf, 0.0)))
