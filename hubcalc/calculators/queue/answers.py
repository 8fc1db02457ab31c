"""The answers to a question: for each metric, in each row, by the first valid method. Computed when asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hubcalc.calculators.queue import derived
from hubcalc.calculators.queue.case import Case, Column, Texts
from hubcalc.calculators.queue.method import LAW, MEAN, Given, Method
from hubcalc.calculators.queue.outputs import UNITS, sensible
from hubcalc.calculators.queue.registry import BY_NAME, permitted, suited
from hubcalc.readings import Flags, Reading
from hubmodels.calculators.queue import QueueQuestion

GROWING = "no steady state: the servers are loaded at utilization 1 or more; growth_per_hour tells how the queue grows"
_OVERLOAD = "overload"
_OUT_OF_REACH = "the inputs are too extreme for this arithmetic"


@dataclass(slots=True)
class Found:
    """A metric in all rows: values, errors, and the place of the method in `titles`; -1 where there is none."""

    values: Column
    error: Column
    place: Column


class Answers(Mapping[str, Reading]):
    """Readings by metric. `names` restricts them, `plan` the methods."""

    def __init__(
        self, question: QueueQuestion, plan: Sequence[Method] | None = None, names: Sequence[str] | None = None
    ) -> None:
        self.case = Case.of(question)
        self.chosen = question.method if plan is None else plan[0].name
        self.plan = permitted(self.case, self.chosen) if plan is None else tuple(plan)
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
            self._readings[name] = _guarded(made)
        return self._readings[name]

    @cached_property
    def overloaded(self) -> Flags:
        """Rows without a steady state, whatever the method; of priority classes each has its own."""
        if not self.case.is_open or "priorities" in self.case.features:
            return self.case.flags(False)
        return np.asarray(self.case.utilization >= 1.0)

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
        found = Found(np.full(case.size, np.nan), np.zeros(case.size), np.full(case.size, -1.0))
        left = ~self._settle_overload(metric, found)
        for place, method in enumerate(self.plan):
            rows = _within(left, case, lambda part, m=method: m.applies(part, metric))  # type: ignore[misc]  # bound early
            if rows.any():
                error = method.error_of(case.take(rows), metric)
                if self.chosen == "exact":
                    rows[rows] = error == 0.0
                    error = error[error == 0.0]
            if rows.any():
                found.values[rows] = self._evaluate(method, rows)[metric]()
                found.error[rows] = error
                found.place[rows] = place
                left &= ~rows
            if not left.any():
                break
        return found

    def _settle_overload(self, metric: str, found: Found) -> Flags:
        """Fill the rows in which the queue grows without end: everyone waits, and the wait has no bound."""
        if metric not in (MEAN, *LAW, "sojourn_mean_hours", "batch_wait_mean_hours"):
            return self.case.flags(False)
        certain = metric in ("wait_probability", "wait_over_hours_probability")
        found.values[self.overloaded] = 1.0 if certain else np.inf
        found.place[self.overloaded] = len(self.plan)
        return self.overloaded

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
            reason=self._reasons(metric, missing),
            caveat=self._caveats(found),
            growing=GROWING,
        )

    def _titles(self, found: Found) -> str | Texts:
        titles = [*(method.title for method in self.plan), _OVERLOAD, "no method"]
        return _labelled(self.case.model, _pick(titles, found.place))

    def _caveats(self, found: Found) -> str | Texts:
        return _pick([*(method.caveat for method in self.plan), "", ""], found.place)

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
        kind = "exact method" if self.chosen == "exact" else "method"
        hints = [
            f"{method.name} {unmet}" if (unmet := method.unmet(case, metric)) else f"{method.name} is approximate here"
            for method in suited(case)
            if metric in method.gives and method.on_ladder
        ]
        return f"no {kind} gives this here" + (": " + "; ".join(hints) if hints else "")


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


def _guarded(reading: Reading) -> Reading:
    """Flag what is not a finite number: inf has no steady state, and NaN is never given as a value."""
    values = np.asarray(reading.values, np.float64)
    lost = np.isnan(values) & ~np.asarray(reading.refused)
    unstable = np.isinf(values) & ~np.asarray(reading.refused)
    made = replace(reading, unstable=unstable)
    if lost.any():
        reasons = np.where(lost, _OUT_OF_REACH, np.asarray(reading.reason, object))
        made = replace(made, refused=lost | reading.refused, reason=reasons)
    return replace(made, values=np.where(np.isfinite(values), values, np.where(unstable, np.inf, 0.0)))
