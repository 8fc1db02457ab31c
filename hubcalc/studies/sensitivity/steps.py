"""Elasticities from small steps: which values of an input are tried, and what follows from the metric there.

With D(h) the central difference of step h, D(h/2) + (D(h/2) - D(h)) / 3 is free of its error of second order [1]_. The
step is halved until two such values agree. At a bound of the input the three-point difference to one side takes the
place of the central one; its error too begins with the square of the step.

A counted input has no derivative: what one more of it does stands in its place.

References
----------
.. [1] W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery (2007), Numerical Recipes, 3rd ed., Cambridge
   University Press, section 5.7.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.sensitivity.inputs import P10, P90, Varied
from hubmodels.paths import Leaf
from hubmodels.studies.sensitivity import InputElasticity

Floats = NDArray[np.float64]
Method = Literal["derivative", "one_sided_derivative", "one_more", "one_less"]
STEPS: Floats = 0.01 * np.exp2(-np.arange(6.0))
"""Relative steps, each half of the one before."""
_AGREEMENT = 1e-4
"""Difference of two estimates, relative to 1 or to the elasticity, that is small enough."""
_KINK = 1e-3
"""Difference of the slopes to both sides, relative to 1 or to the elasticity, that a halved step must shrink."""
_SHRINKS = 0.75
_METHODS: dict[tuple[bool, int], Method] = {
    (False, 0): "derivative",
    (False, 1): "one_sided_derivative",
    (False, -1): "one_sided_derivative",
    (True, 1): "one_more",
    (True, -1): "one_less",
}


@dataclass(frozen=True, slots=True)
class Stencil:
    """Values at which an input is tried: all steps up, then all steps down, or one side only."""

    varied: Varied
    scale: float
    """What relative steps are relative to. [the input's]"""
    side: int
    """0 for both sides; 1 for up, -1 for down."""

    @property
    def counted(self) -> bool:
        """Whether the input is a whole number."""
        return self.varied.leaf.type == "integer"

    @property
    def method(self) -> Method:
        """How its elasticity is found."""
        return _METHODS[self.counted, self.side]

    @property
    def values(self) -> Floats:
        """The values of the input."""
        value = self.varied.value
        if self.counted:
            return np.array([value + self.side])
        steps = STEPS * self.scale
        if self.side == 0:
            return np.concatenate([value + steps, value - steps])
        return value + self.side * steps

    def elasticity(self, unit: str, base: float, values: Floats) -> InputElasticity:
        """Find the elasticity of a metric from its values at the base and at the stencil, NaN where there is none."""
        slope, step, reason = self._one_more(base, values) if self.counted else self._slope(base, values)
        if np.isnan(base):
            slope, reason = None, "the metric has no value with all inputs at their values"
        value, elasticity = self.varied.value, None
        if slope is not None:
            if base == 0:
                reason = "the metric is 0, so that it has no relative change"
            elif value == 0:
                reason = "the input is 0, so that it has no relative change"
            else:
                elasticity = slope * value / base
        settled = slope is not None and step is not None and value != 0
        return InputElasticity(
            path=self.varied.path,
            unit_of_change=f"{unit} per {self.varied.leaf.unit}",
            elasticity=elasticity,
            per_unit=slope,
            method=self.method,
            relative_step=step * self.scale / abs(value) if settled and step is not None else None,
            reason=reason,
        )

    def _one_more(self, base: float, values: Floats) -> tuple[float | None, None, str]:
        slope = float(values[0] - base) * self.side
        if np.isnan(slope):
            return None, None, f"the metric has no value with one {'more' if self.side > 0 else 'less'}"
        return slope, None, ""

    def _slope(self, base: float, values: Floats) -> tuple[float | None, float | None, str]:
        """Give the derivative, and the step at which it had settled; or why there is none."""
        steps = STEPS * self.scale
        if self.side == 0:
            up, down = values[: len(STEPS)], values[len(STEPS) :]
            differences, used = (up - down) / (2.0 * steps), STEPS
            kink = self._kink((up - base) / steps, (base - down) / steps, base)
            if kink:
                return None, None, kink
        else:
            differences = self.side * (4.0 * values[1:] - values[:-1] - 3.0 * base) / steps[:-1]
            used = STEPS[1:]
        better = (4.0 * differences[1:] - differences[:-1]) / 3.0
        size = max(abs(base), float(np.nanmax(np.abs(values), initial=0.0)))
        if size == 0:
            return 0.0, float(used[0]), ""
        relative = better * self.scale / size
        changes = np.abs(np.diff(relative))
        agree = changes <= _AGREEMENT * np.maximum(1.0, np.abs(relative[1:]))
        if agree.any():
            first = int(np.argmax(agree))
            return float(better[first + 1]), float(used[first + 2]), ""
        if np.isnan(better).all():
            return None, None, "the metric has no value beside this value of the input"
        return None, None, "the derivative does not settle as the step is halved: the metric changes by jumps"

    def _kink(self, up: Floats, down: Floats, base: float) -> str:
        """Say that the slopes to both sides stay apart, and what they are; nothing where they meet."""
        apart, before = abs(up[-1] - down[-1]), abs(up[-2] - down[-2])
        slope = max(abs(up[-1]), abs(down[-1]))
        if not np.isfinite(apart) or not np.isfinite(before) or base == 0:
            return ""
        unit = abs(base) / self.scale
        if apart <= _KINK * max(unit, slope) or apart < _SHRINKS * before:
            return ""
        value = self.varied.value or self.scale
        # differences to one side have an error of first order, which halving halves
        rates = [round(float(2.0 * side[-1] - side[-2]) * value / base, 6) + 0.0 for side in (up, down)]
        sides = f"{rates[0]:.4g} upwards, {rates[1]:.4g} downwards"
        return f"the metric has a kink here: the elasticity is {sides}"


def stencil_of(varied: Varied) -> Stencil:
    """Choose where an input is tried, within its bounds."""
    leaf, value = varied.leaf, varied.value
    if leaf.type == "integer":
        return Stencil(varied, 1.0, 1 if _inside(leaf, value + 1) else -1)
    scale = abs(value)
    if scale == 0:
        low, high = (0.0, 2.0) if varied.law is None else varied.law.quantile(np.array([P10, P90])).tolist()
        scale = (high - low) / 2.0
    longest = float(STEPS[0]) * scale
    up, down = _inside(leaf, value + longest), _inside(leaf, value - longest)
    return Stencil(varied, scale, 0 if up == down else 1 if up else -1)


def _inside(leaf: Leaf, value: float) -> bool:
    above = leaf.lower is None or value > leaf.lower or (value == leaf.lower and leaf.lower_allowed)
    below = leaf.upper is None or value < leaf.upper or (value == leaf.upper and leaf.upper_allowed)
    return above and below
