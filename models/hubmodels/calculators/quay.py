"""The length of a quay."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity
from hubmodels.calculators.base import Question

QuayRule = Literal["pianc", "tenth"]

_OWN: dict[QuayRule, tuple[str, ...]] = {
    "pianc": ("longest_vessel_length_m", "gap_m", "length_factor"),
    "tenth": ("gap_share",),
}
"""Inputs that only one rule uses."""


class QuayQuestion(Question):
    """How long a quay is that takes vessels in a row."""

    berths: int = count("Berths", "berths", at_most=1_000)
    vessel_length_m: float = quantity("Mean length of vessels over all", "m", above=0, at_most=1_000)
    rule: QuayRule = Field(
        "pianc", description="Gap in meters and a factor for unequal vessels, or gaps of a tenth of the length [rule]"
    )
    longest_vessel_length_m: float | None = quantity(
        "Length of the longest vessel over all, rule pianc; the mean length unless given",
        "m",
        default=None,
        above=0,
        at_most=1_000,
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

    def rules(self) -> Iterator[Rule]:
        """Each rule has nothing that it does not use."""
        for rule, names in _OWN.items():
            for name in names:
                yield Rule(
                    (self.rule == rule) | self._is_default(name), (name, "rule"), f"only the rule {rule} uses it"
                )

    def _is_default(self, name: str) -> Any:
        """Tell where an input has its default, or none."""
        value = getattr(self, name)
        return value is None or value == type(self).model_fields[name].default
