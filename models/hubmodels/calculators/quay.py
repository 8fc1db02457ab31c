"""The length of a quay."""

from typing import Literal

from pydantic import Field

from hubmodels.base import count, quantity
from hubmodels.calculators.base import Question

QuayRule = Literal["pianc", "tenth"]


class QuayQuestion(Question):
    """How long a quay is that takes vessels in a row."""

    berths: int = count("Berths", "berths", at_most=1_000)
    vessel_length_m: float = quantity("Mean length of vessels over all", "m", above=0, at_most=1_000)
    rule: QuayRule = Field(
        "pianc", description="Gap in meters and a factor for unequal vessels, or gaps of a tenth of the length [rule]"
    )
    longest_vessel_length_m: float | None = quantity(
        "Length of the longest vessel over all; the mean length unless given", "m", default=None, above=0, at_most=1_000
    )
    gap_m: float = quantity(
        "Gap between vessels, rule pianc; the default is that of the guideline",
        "m",
        default=15.0,
        at_least=0,
        at_most=500,
    )
    length_factor: float = quantity(
        "Factor for vessels of unequal lengths, rule pianc; the default is that of the guideline",
        "1",
        default=1.1,
        at_least=1,
        at_most=5,
    )
    gap_share: float = quantity(
        "Gap over the length of a vessel, rule tenth; the default is that of the guideline",
        "1",
        default=0.1,
        at_least=0,
        at_most=5,
    )
