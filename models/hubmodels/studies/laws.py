"""How an uncertain input may come out: the laws that draws are made from, in the unit of the input."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from hubmodels.base import HIGHEST, Model, Rule, quantity
from hubmodels.studies.base import Number

MOST_VALUES = 100_000
"""Most values of an empirical law."""


def _law() -> Any:
    return Field(description="Law of the input")


def _value(description: str) -> Any:
    return quantity(description, "the input's", at_least=-HIGHEST)


def _spread(description: str) -> Any:
    return quantity(description, "the input's", above=0)


class UniformInput(Model):
    """Any value between two bounds is as likely as any other."""

    law: Literal["uniform"] = _law()
    low: Number = _value("Least value")
    high: Number = _value("Largest value")

    def rules(self) -> Iterator[Rule]:
        """Order the bounds."""
        yield Rule(self.low < self.high, ("low", "high"), "low must be less than high")


class TriangularInput(Model):
    """A least, a most likely and a largest value, straight in between."""

    law: Literal["triangular"] = _law()
    low: Number = _value("Least value")
    mode: Number = _value("Most likely value")
    high: Number = _value("Largest value")

    def rules(self) -> Iterator[Rule]:
        """Order the corners."""
        yield from _ordered(self.low, self.mode, self.high)


class PertInput(Model):
    """A least, a most likely and a largest value, smooth in between: a beta law.

    Its mean is (low + weight × mode + high) / (weight + 2).
    """

    law: Literal["pert"] = _law()
    low: Number = _value("Least value")
    mode: Number = _value("Most likely value")
    high: Number = _value("Largest value")
    weight: Number = quantity(
        "How much more the most likely value counts than an end; 4 is usual", "1", default=4.0, at_least=0, at_most=100
    )

    def rules(self) -> Iterator[Rule]:
        """Order the three values."""
        yield from _ordered(self.low, self.mode, self.high)


class NormalInput(Model):
    """A normal law; what lies beyond the bounds of the input is left out."""

    law: Literal["normal"] = _law()
    mean: Number = _value("Mean")
    sd: Number = _spread("Standard deviation")


class LognormalInput(Model):
    """A value whose logarithm is normal: median × exp(sigma Z), with Z standard normal.

    For small sigma this is the coefficient of variation. The P90 is median × exp(1.2816 sigma), the mean is
    median × exp(sigma² / 2).
    """

    law: Literal["lognormal"] = _law()
    median: Number = _spread("Value exceeded in one case of two")
    sigma: Number = quantity("Standard deviation of the logarithm", "1", above=0, at_most=10)


class EmpiricalInput(Model):
    """Values that were measured, each as likely as its weight says; all alike without weights."""

    law: Literal["empirical"] = _law()
    values: tuple[Annotated[Number, Field(ge=-HIGHEST, le=HIGHEST)], ...] = Field(
        min_length=1, max_length=MOST_VALUES, description="Values that were measured [the input's]"
    )
    weights: tuple[Annotated[Number, Field(ge=0, le=HIGHEST)], ...] | None = Field(
        None, max_length=MOST_VALUES, description="Weight of each, of any sum; all alike by default [1]"
    )

    def rules(self) -> Iterator[Rule]:
        """Match weights and values."""
        weights = self.weights
        if weights is not None:
            yield Rule(len(weights) == len(self.values), ("weights", "values"), "give one weight for each value")
            yield Rule(sum(weights) > 0, ("weights",), "some weight must be above 0")


class RangeInput(Model):
    """The P10 and P90 of an input around its value in the document: what a document's `uncertainty` states.

    The law is triangular, with its mode m at the document's value and with these quantiles a (P10) and b (P90). With
    s = (m - low) / (high - low), the place of the mode in the triangle from 0 to 1 that has quantiles q10(s) and
    q90(s), s is the one root of

        (s - q10(s)) / (q90(s) - q10(s)) = (m - a) / (b - a)

    and high - low = (b - a) / (q90(s) - q10(s)), low = a - (high - low) q10(s). For 0.1 <= s <= 0.9, q10 = √(0.1 s) and
    q90 = 1 - √(0.1 (1 - s)). The left side rises from -0.081 to 1.081, so there is such a triangle whenever the value
    lies between a and b, and a little beyond. Elsewhere the law is uniform with these quantiles, from a - (b - a) / 8
    to b + (b - a) / 8. What lies beyond the bounds of the input is left out.
    """

    law: Literal["range"] = _law()
    low: Number = _value("Value exceeded in nine cases of ten")
    high: Number = _value("Value exceeded in one case of ten")

    def rules(self) -> Iterator[Rule]:
        """Order the range."""
        yield Rule(self.low < self.high, ("low", "high"), "low must be less than high")


InputLaw = Annotated[
    UniformInput | TriangularInput | PertInput | NormalInput | LognormalInput | EmpiricalInput | RangeInput,
    Field(discriminator="law"),
]
"""How an uncertain input may come out."""


def _ordered(low: float, mode: float, high: float) -> Iterator[Rule]:
    """Give the rules of three corners."""
    names = ("low", "mode", "high")
    rising = all(first <= second for first, second in pairwise((low, mode, high)))
    yield Rule(rising, names, "must rise: low <= mode <= high")
    yield Rule(low < high, ("low", "high"), "low must be less than high")
