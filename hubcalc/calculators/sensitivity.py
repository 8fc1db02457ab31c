"""What each input does to each metric: elasticities, from the calculator's own answers to perturbed questions.

The elasticity of a metric y to an input x is d ln y / d ln x. With t = ln x it is (dy/dt) / y, and dy/dt follows from
four more values of y: at -h, -h/2, h/2, h, by central differences with Richardson's extrapolation [1], or beside a
bound at h/4, h/2, 3h/4, h to one side. All of them, for all inputs, are rows of one question. Where the step was too
long - next to saturation, or across a step of the metric - it is repeated with a shorter one.

An input that is counted has no derivative: what one more does, y(x + 1) / y(x) - 1, stands in its place.

References
----------
.. [1] Press, W. H. et al. (2007). Numerical Recipes, 3rd ed. Cambridge University Press, section 5.7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.calculators.base import Readings
from hubcalc.calculators.calculate import Calculations
from hubcalc.calculators.questions import keeps_rules
from hubcalc.readings import Reading
from hubmodels.calculators.base import Question
from hubmodels.paths import Leaf, inputs

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]
Elasticities = dict[tuple[str, str], tuple[FloatArray, str]]

DERIVATIVE, ONE_MORE = "derivative", "one more"

_STEPS = (5e-4, 2e-5, 1e-6)
"""Relative steps, each tried where the one before did not do."""
_AGREEMENT = 1e-4
"""Difference between the two finest estimates, relative to 1 or to the elasticity, that is small enough.

The error of the better one is about the square of it.
"""
_KINK = 1e-3
"""Second difference over the step that shows a kink, if it does not shrink with the step."""

_CENTRAL = np.array([-1.0, -0.5, 0.5, 1.0])
_ONE_SIDE = np.array([0.25, 0.5, 0.75, 1.0])


def elasticities(calculations: Calculations, question: Question, readings: Readings) -> Elasticities:
    """Find the elasticities of metrics to each number in a question.

    Parameters
    ----------
    calculations : Calculations
        Says which metrics.
    question : Question
        The question, whose numbers may be columns.
    readings : mapping
        Its answers.

    Returns
    -------
    dict
        By metric and input: the column of elasticities, and "derivative" or "one more". NaN where the metric is 0 or
        has no value, where the input is 0 and so has no relative change, where it cannot change within its bounds, and
        at a kink. Metrics that are rounded to whole numbers are left out: their steps have no slope.
    """
    calculator = calculations.calculator
    leaves = {
        name: leaf
        for name, leaf in inputs(calculator.question).items()
        if leaf.type != "choice" and getattr(question, name) is not None
    }
    rounded = {output.name for output in calculator.outputs if output.whole}
    wanted = [
        name
        for name in calculations.elastic
        if name in readings and name not in rounded and _has_numbers(readings[name])
    ]
    size = max((np.size(getattr(question, name)) for name in leaves), default=1)
    base = {name: np.broadcast_to(np.asarray(getattr(question, name)), size) for name in leaves}
    work = _Work(calculations, question, base, wanted, {name: _values(readings[name], size) for name in wanted})
    found: Elasticities = {}
    counted = [name for name, leaf in leaves.items() if leaf.type == "integer" or name in calculator.whole]
    for name, changes in work.one_more({name: leaves[name] for name in counted}):
        found.update({(metric, name): (change, ONE_MORE) for metric, change in changes.items()})
    for name, slopes in work.derivatives({name: leaf for name, leaf in leaves.items() if name not in counted}):
        found.update({(metric, name): (slope, DERIVATIVE) for metric, slope in slopes.items()})
    order = {name: i for i, name in enumerate(leaves)}
    return {key: found[key] for key in sorted(found, key=lambda key: (wanted.index(key[0]), order[key[1]]))}


@dataclass(frozen=True, slots=True)
class _Work:
    """A question with its columns, and the values of the wanted metrics."""

    calculations: Calculations
    question: Question
    base: Mapping[str, NDArray[Any]]
    wanted: list[str]
    values: Mapping[str, FloatArray]

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self.base.values())))

    def one_more(self, leaves: Mapping[str, Leaf]) -> Iterator[tuple[str, dict[str, FloatArray]]]:
        """Give the relative change of each metric by one more of each input."""
        raised = {name: (self.base[name] + 1)[np.newaxis] for name in leaves}
        allowed = {name: _inside(leaf, raised[name]) for name, leaf in leaves.items()}
        for name, metrics in self.ask(raised, allowed, self.wanted).items():
            yield (
                name,
                {
                    metric: _ratio(values[0] - self.values[metric], self.values[metric])
                    for metric, values in metrics.items()
                },
            )

    def derivatives(self, leaves: Mapping[str, Leaf]) -> Iterator[tuple[str, dict[str, FloatArray]]]:
        """Give d ln metric / d ln input, with shorter steps where the first one is too long."""
        found = {name: {metric: np.full(self.size, np.nan) for metric in self.wanted} for name in leaves}
        open_ = {name: {metric: _has_logarithm(self.values[metric]) for metric in self.wanted} for name in leaves}
        for step in _STEPS:
            left = {name: leaf for name, leaf in leaves.items() if any(rows.any() for rows in open_[name].values())}
            stencils = {name: self.stencil(name, leaf, step) for name, leaf in left.items()}
            perturbed = {name: self.base[name] * np.exp(nodes) for name, (nodes, _) in stencils.items()}
            allowed = {name: valid for name, (_, valid) in stencils.items()}
            metrics = [metric for metric in self.wanted if any(open_[name][metric].any() for name in left)]
            for name, answers in self.ask(perturbed, allowed, metrics).items():
                for metric, values in answers.items():
                    rows = open_[name][metric]
                    slope, settled = _slope(stencils[name][0], values, self.values[metric], step)
                    found[name][metric] = np.where(rows & settled, slope, found[name][metric])
                    open_[name][metric] = rows & ~settled
        yield from found.items()

    def stencil(self, name: str, leaf: Leaf, step: float) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Give the nodes in ln input, along a first axis of 4, and whether the input may be there."""
        candidates = [np.multiply.outer(side * step, np.ones(self.size)) for side in (_CENTRAL, -_ONE_SIDE, _ONE_SIDE)]
        fits = [self.fits(name, leaf, nodes) for nodes in candidates]
        nodes = np.where(fits[0].all(axis=0), candidates[0], np.where(fits[1].all(axis=0), *candidates[1:]))
        valid = np.where(fits[0].all(axis=0), fits[0], np.where(fits[1].all(axis=0), *fits[1:]))
        return nodes, valid & (self.base[name] != 0.0)

    def fits(self, name: str, leaf: Leaf, nodes: FloatArray) -> NDArray[np.bool_]:
        """Tell whether the input may be at these nodes: by its bounds, and by the rules between inputs."""
        perturbed = self.base[name] * np.exp(nodes)
        question = self.question.model_copy(update={**self.repeated(len(nodes)), name: perturbed.ravel()})
        return _inside(leaf, perturbed) & keeps_rules(question, perturbed.size).reshape(perturbed.shape)

    def repeated(self, times: int) -> dict[str, NDArray[Any]]:
        """Give all columns, repeated as a whole."""
        return {name: np.tile(column, times) for name, column in self.base.items()}

    def ask(
        self,
        perturbed: Mapping[str, NDArray[Any]],
        allowed: Mapping[str, NDArray[np.bool_]],
        metrics: Sequence[str],
    ) -> dict[str, dict[str, FloatArray]]:
        """Answer all perturbed questions at once: by input and metric the values, NaN where it may not be there."""
        if not perturbed or not metrics:
            return {}
        blocks = sum(len(values) for values in perturbed.values())
        columns, at, places = self.repeated(blocks), 0, {}
        for name, values in perturbed.items():
            places[name] = slice(at, at + values.size)
            columns[name] = columns[name].astype(np.result_type(columns[name], values))
            columns[name][places[name]] = np.where(allowed[name], values, self.base[name]).ravel()
            at += values.size
        readings = self.calculations.calculator.answer(self.question.model_copy(update=columns))
        answers = {metric: _values(readings[metric], at) for metric in metrics if metric in readings}
        return {
            name: {
                metric: np.where(allowed[name], column[places[name]].reshape(values.shape), np.nan)
                for metric, column in answers.items()
            }
            for name, values in perturbed.items()
        }


def _slope(
    nodes: FloatArray, values: FloatArray, middle: FloatArray, step: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Give dy/dt over y from four nodes, and in which rows it can be trusted; NaN at a kink, which is no derivative."""
    with np.errstate(divide="ignore", invalid="ignore"):
        y = values / middle
        coarse, fine = (y[3] - y[0]) / (2.0 * step), (y[2] - y[1]) / step
        central = (4.0 * fine - coarse) / 3.0
        # forward differences of third and fourth order on a grid of step / 4
        width = nodes[0]
        fourth = (-25.0 + 48.0 * y[0] - 36.0 * y[1] + 16.0 * y[2] - 3.0 * y[3]) / (12.0 * width)
        third = (-11.0 + 18.0 * y[0] - 9.0 * y[1] + 2.0 * y[2]) / (6.0 * width)
        both = nodes[0] == -nodes[3]
        slope, rougher = np.where(both, central, fourth), np.where(both, fine, third)
        scale = np.maximum(np.abs(slope), 1.0)
        settled = np.abs(slope - rougher) <= _AGREEMENT * scale
        wide, narrow = np.abs(y[3] - 2.0 + y[0]) / step, np.abs(y[2] - 2.0 + y[1]) / (step / 2.0)
        kink = both & (wide > _KINK * scale) & (narrow > 0.75 * wide)
    return np.where(kink, np.nan, slope), settled


def _inside(leaf: Leaf, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell where values keep to the bounds of an input."""
    inside = np.ones(values.shape, dtype=np.bool_)
    if leaf.lower is not None:
        inside &= values >= leaf.lower if leaf.lower_allowed else values > leaf.lower
    if leaf.upper is not None:
        inside &= values <= leaf.upper if leaf.upper_allowed else values < leaf.upper
    return inside


def _values(reading: Reading, size: int) -> FloatArray:
    """Give the values of a reading as a column; NaN where there is none."""
    values = np.asarray(reading.values, dtype=np.float64)
    without = np.asarray(reading.unstable) | np.asarray(reading.refused) | ~np.isfinite(values)
    return np.broadcast_to(np.where(without, np.nan, values), size)


def _has_logarithm(values: FloatArray) -> NDArray[np.bool_]:
    return np.isfinite(values) & (values > 0.0)


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    sound = _has_logarithm(whole)
    return np.where(sound, part / np.where(sound, whole, 1.0), np.nan)


def _has_numbers(reading: Reading) -> bool:
    return np.asarray(reading.values).dtype.kind != "U" and not np.all(reading.refused)
