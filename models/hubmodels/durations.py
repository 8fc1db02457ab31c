"""How long one server is busy with one unit: the laws of service time, each with its first three moments.

The moments are plain arithmetic on the fields, so that they also work where a field has been replaced by a column;
there a power of three takes twenty times as long as two products.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag

from hubmodels.base import Model, Rule, quantity


class Moments(NamedTuple):
    """First three moments of a duration."""

    mean_minutes: float
    scv: float
    third_moment_minutes3: float


class Law(Model):
    """Base of the laws of service time."""

    alternatives: ClassVar[dict[str, tuple[str, ...]]] = {}

    def moments(self) -> Moments:
        """Give mean, scv and third moment."""
        raise NotImplementedError


def _law(default: Any = ...) -> Any:
    return Field(default, description="Law of the service time")


def _mean() -> Any:
    return quantity("Mean time one server is busy with one unit", "min", above=0)


class TwoMoments(Law):
    """A service time of which only mean and scv are known; where a third moment is needed a gamma law is taken."""

    law: Literal["two_moments"] = _law("two_moments")
    mean_minutes: float = _mean()
    scv: float = quantity("Squared coefficient of variation", "1", at_least=0, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments, the third as if the law were gamma."""
        return _gamma_moments(self.mean_minutes, self.scv)


class Deterministic(Law):
    """A service time that is always the same."""

    law: Literal["deterministic"] = _law()
    mean_minutes: float = _mean()

    def moments(self) -> Moments:
        """Give the moments of a constant."""
        return Moments(self.mean_minutes, 0.0, _cube(self.mean_minutes))


class Exponential(Law):
    """A memoryless service time (scv 1)."""

    law: Literal["exponential"] = _law()
    mean_minutes: float = _mean()

    def moments(self) -> Moments:
        """Give the moments of the exponential law."""
        return Moments(self.mean_minutes, 1.0, 6 * _cube(self.mean_minutes))


class Erlang(Law):
    """A sum of k equal exponential steps (scv 1/k)."""

    law: Literal["erlang"] = _law()
    mean_minutes: float = _mean()
    k: int = quantity("Number of equal exponential steps", "1", at_least=1, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments of the Erlang-k law."""
        return _gamma_moments(self.mean_minutes, 1 / self.k)


class Gamma(Law):
    """A gamma-distributed service time."""

    law: Literal["gamma"] = _law()
    mean_minutes: float = _mean()
    scv: float = quantity("Squared coefficient of variation", "1", above=0, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments of the gamma law."""
        return _gamma_moments(self.mean_minutes, self.scv)


class Lognormal(Law):
    """A lognormal service time."""

    law: Literal["lognormal"] = _law()
    mean_minutes: float = _mean()
    scv: float = quantity("Squared coefficient of variation", "1", above=0, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments of the lognormal law: E[X^n] = m^n (1 + scv)^(n(n-1)/2)."""
        return Moments(self.mean_minutes, self.scv, _cube(self.mean_minutes * (1 + self.scv)))


class ShiftedLognormal(Law):
    """A least time plus a lognormal excess: the usual shape of administrative stages."""

    law: Literal["shifted_lognormal"] = _law()
    shift_minutes: float = quantity("Least possible time", "min", at_least=0)
    excess_mean_minutes: float = quantity("Mean of the time above the least", "min", above=0)
    excess_scv: float = quantity("Squared coefficient of variation of the excess", "1", above=0, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments of shift + Y with Y lognormal, by the binomial theorem."""
        shift, excess, spread = self.shift_minutes, self.excess_mean_minutes, 1 + self.excess_scv
        mean = shift + excess
        square = excess * excess
        # (s + Y)^3 = s (s (s + 3 Y) + 3 Y^2) + Y^3
        raw_third = shift * (shift * (shift + 3 * excess) + 3 * square * spread) + _cube(excess * spread)
        return Moments(mean, square * self.excess_scv / mean**2, raw_third)


class Hyperexponential(Law):
    """A mix of short and long exponential times with balanced means (scv of 1 or more)."""

    law: Literal["hyperexponential"] = _law()
    mean_minutes: float = _mean()
    scv: float = quantity("Squared coefficient of variation", "1", at_least=1, at_most=1_000)

    def moments(self) -> Moments:
        """Give the moments; with balanced means E[X^3] = 3 m^3 scv (scv + 1)."""
        return Moments(self.mean_minutes, self.scv, 3 * _cube(self.mean_minutes) * self.scv * (self.scv + 1))


class Triangular(Law):
    """A triangular service time between a least and a largest value."""

    law: Literal["triangular"] = _law()
    low_minutes: float = quantity("Least time", "min", at_least=0)
    mode_minutes: float = quantity("Most likely time", "min", at_least=0)
    high_minutes: float = quantity("Largest time", "min", above=0)

    def rules(self) -> Iterator[Rule]:
        """Order the three corners."""
        fields = ("low_minutes", "mode_minutes", "high_minutes")
        ordered = (self.low_minutes <= self.mode_minutes) & (self.mode_minutes <= self.high_minutes)
        yield Rule(ordered, fields, "must be in rising order")

    def moments(self) -> Moments:
        """Give the moments: E[X^n] = 2 h_n(a, b, c) / ((n+1)(n+2)), h_n the complete homogeneous polynomial."""
        a, b, c = self.low_minutes, self.mode_minutes, self.high_minutes
        first = a + b + c
        second = a * a + b * b + c * c + a * b + a * c + b * c
        third = _cube(a) + _cube(b) + _cube(c) + a * a * (b + c) + b * b * (a + c) + c * c * (a + b) + a * b * c
        mean = first / 3
        return Moments(mean, second / 6 / mean**2 - 1, third / 10)


class QuantilePoint(Model):
    """One point of an empirical distribution."""

    probability: float = quantity("Share of the units done within the time", "1", at_least=0, at_most=1)
    minutes: float = quantity("Time within which that share is done", "min", at_least=0)


class Empirical(Law):
    """A measured distribution given by its quantiles, from probability 0 to 1, straight between the points."""

    law: Literal["empirical"] = _law()
    quantiles: tuple[QuantilePoint, ...] = Field(
        min_length=2, max_length=1_000, description="Quantiles in rising order"
    )

    def rules(self) -> Iterator[Rule]:
        """Make the quantiles a distribution."""
        points = self.quantiles
        ends = points[0].probability == 0 and points[-1].probability == 1
        yield Rule(ends, ("quantiles",), "must begin at probability 0 and end at probability 1")
        rising = all(a.probability < b.probability and a.minutes <= b.minutes for a, b in pairwise(points))
        yield Rule(rising, ("quantiles",), "must rise in probability and not fall in minutes")
        yield Rule(points[-1].minutes > 0, ("quantiles",), "must end above 0 minutes")

    def moments(self) -> Moments:
        """Give the moments of the piecewise uniform law: E[X^n] on (x, y) is the mean of x^i y^(n-i), i = 0..n."""
        raw = [0.0, 0.0, 0.0]
        for a, b in pairwise(self.quantiles):
            for n in (1, 2, 3):
                terms = sum(a.minutes**i * b.minutes ** (n - i) for i in range(n + 1))
                raw[n - 1] += (b.probability - a.probability) * terms / (n + 1)
        return Moments(raw[0], raw[1] / raw[0] ** 2 - 1, raw[2])


def _gamma_moments(mean: float, scv: float) -> Moments:
    """Give the moments of a gamma law: E[X^3] = m^3 (1 + scv)(1 + 2 scv)."""
    return Moments(mean, scv, _cube(mean) * (1 + scv) * (1 + 2 * scv))


def _cube(value: float) -> float:
    return value * value * value


def _law_of(value: Any) -> Any:
    return value.get("law", "two_moments") if isinstance(value, dict) else getattr(value, "law", None)


ServiceTime = Annotated[
    Annotated[TwoMoments, Tag("two_moments")]
    | Annotated[Deterministic, Tag("deterministic")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Erlang, Tag("erlang")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[ShiftedLognormal, Tag("shifted_lognormal")]
    | Annotated[Hyperexponential, Tag("hyperexponential")]
    | Annotated[Triangular, Tag("triangular")]
    | Annotated[Empirical, Tag("empirical")],
    Discriminator(_law_of),
]
"""How long one server is busy with one unit: mean and scv, or a named law."""

LAW_MODELS: dict[str, type[Law]] = {
    "two_moments": TwoMoments,
    "deterministic": Deterministic,
    "exponential": Exponential,
    "erlang": Erlang,
    "gamma": Gamma,
    "lognormal": Lognormal,
    "shifted_lognormal": ShiftedLognormal,
    "hyperexponential": Hyperexponential,
    "triangular": Triangular,
    "empirical": Empirical,
}
Law.alternatives["law"] = tuple(LAW_MODELS)
