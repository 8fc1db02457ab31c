"""Laws of random times, as the simulator takes them [h]."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self


class LawKind(IntEnum):
    """How a time is drawn."""

    CONSTANT = 0
    EXPONENTIAL = 1
    GAMMA = 2
    LOGNORMAL = 3
    HYPEREXPONENTIAL = 4
    TRIANGULAR = 5
    QUANTILES = 6


@dataclass(frozen=True, slots=True)
class Law:
    """A random time: `shift_hours` plus a time of the kind, which has `parameters`.

    Constant: none. Exponential: mean. Gamma, lognormal and hyperexponential (of balanced means): mean and squared
    coefficient of variation. Triangular: low, mode, high. Quantiles: probabilities, then hours, straight in between.
    """

    kind: LawKind
    parameters: tuple[float, ...] = ()
    shift_hours: float = 0.0

    @classmethod
    def constant(cls, hours: float) -> Self:
        """Give a time that is always the same."""
        return cls(LawKind.CONSTANT, (), hours)

    @classmethod
    def exponential(cls, mean_hours: float) -> Self:
        """Give the memoryless law."""
        return cls(LawKind.EXPONENTIAL, (mean_hours,))

    @classmethod
    def two_moments(cls, mean_hours: float, scv: float) -> Self:
        """Give the gamma law of a mean and scv; a constant for scv 0."""
        return cls(LawKind.GAMMA, (mean_hours, scv)) if scv > 0 and mean_hours > 0 else cls.constant(mean_hours)

    @classmethod
    def lognormal(cls, mean_hours: float, scv: float, shift_hours: float = 0.0) -> Self:
        """Give the lognormal law of a mean and scv, above a least time."""
        return cls(LawKind.LOGNORMAL, (mean_hours, scv), shift_hours)

    @classmethod
    def hyperexponential(cls, mean_hours: float, scv: float) -> Self:
        """Give the mix of two exponential laws with balanced means."""
        return cls(LawKind.HYPEREXPONENTIAL, (mean_hours, scv))

    @classmethod
    def gaps(cls, mean_hours: float, scv: float) -> Self:
        """Give the law of the gaps between arrivals: gamma up to an scv of 1, hyperexponential above."""
        if scv > 1:
            return cls.hyperexponential(mean_hours, scv)
        return cls.exponential(mean_hours) if scv == 1 else cls.two_moments(mean_hours, scv)

    @classmethod
    def triangular(cls, low_hours: float, mode_hours: float, high_hours: float) -> Self:
        """Give the triangular law."""
        return cls(LawKind.TRIANGULAR, (low_hours, mode_hours, high_hours))

    @classmethod
    def quantiles(cls, probabilities: tuple[float, ...], hours: tuple[float, ...]) -> Self:
        """Give the law that is straight between quantiles, from probability 0 to 1."""
        return cls(LawKind.QUANTILES, (*probabilities, *hours))
