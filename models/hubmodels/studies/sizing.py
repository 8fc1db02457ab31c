"""Sizing: the cheapest mix of servers, tracks, cranes, hours and fleet that meets targets."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pydantic import ConfigDict, Field

from hubmodels.base import HIGHEST, Model, Rule, quantity, share
from hubmodels.results import Metric, Verdict
from hubmodels.studies.base import StudyRequest, StudyResult

MOST_LEVELS = 1_000
MOST_CHOICES = 20
MOST_POINTS = 1_000
MOST_ANALYSES = 2_000_000

SizingSearch = Literal["enumeration", "cuts"]
Monotonicity = Literal["not_needed", "checked", "violated"]
Cost = float | tuple[float, ...]
_COST = "of one unit, or a list with the whole cost of each value"


class Choice(Model):
    """The values that one input may take, and what each costs."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: float | None = Field(None, alias="from", description="First value of a range, with `to`")
    to: float | None = Field(None, description="Last value of a range at most")
    step: float = quantity("Step of the range", "unit of the input", default=1.0, above=0)
    values: tuple[float, ...] = Field(
        (), max_length=MOST_LEVELS, description="The values instead of a range; each is above the one before"
    )
    cost_usd_per_year: Cost | None = Field(None, description=f"Yearly cost, all in all, {_COST} [USD/year]")
    capital_usd: Cost | None = Field(None, description=f"Capital cost {_COST} [USD]")
    life_years: float | None = quantity(
        "Years over which the capital is paid back", "years", default=None, above=0, at_most=200
    )
    operating_usd_per_year: Cost | None = Field(None, description=f"Operating cost {_COST} [USD/year]")
    existing: float = quantity(
        "So many are there already, and only those beyond cost capital", "unit of the input", default=0.0, at_least=0
    )

    def levels(self) -> tuple[float, ...]:
        """Give the values, stepped in decimal arithmetic.

        >>> Choice(from_=0.1, to=0.45, step=0.1, cost_usd_per_year=1.0).levels()
        (0.1, 0.2, 0.3, 0.4)
        """
        if self.from_ is None or self.to is None:
            return self.values
        start, step = Decimal(repr(self.from_)), Decimal(repr(self.step))
        # the quotient is bounded first: a range of 1e9 steps is refused, not made
        size = min((Decimal(repr(self.to)) - start) / step, Decimal(MOST_LEVELS))
        return tuple(float(start + i * step) for i in range(int(size) + 1)) if size >= 0 else ()

    def rules(self) -> Iterator[Rule]:
        """Give one way of naming the values, and one of naming what they cost."""
        ranged = self.from_ is not None and self.to is not None
        part = (self.from_ is None) != (self.to is None)
        yield Rule(not part, ("from", "to"), "give both ends of the range")
        yield Rule(ranged != bool(self.values) or part, ("values", "from"), "give a range or a list of values")
        levels = self.levels()
        rising = all(a < b for a, b in pairwise(levels))
        yield Rule(rising and (bool(levels) or not ranged), ("from" if ranged else "values",), "the values must rise")
        yield Rule(len(levels) <= MOST_LEVELS, ("step",), f"at most {MOST_LEVELS} values")
        yield from self._cost_rules(len(levels))

    def _cost_rules(self, count: int) -> Iterator[Rule]:
        whole, parts = self.cost_usd_per_year, (self.capital_usd, self.operating_usd_per_year)
        some = any(part is not None for part in parts)
        fields = ("cost_usd_per_year", "capital_usd", "operating_usd_per_year")
        yield Rule((whole is not None) != some, fields, "give the yearly cost, or capital and operating cost")
        lives = (self.capital_usd is None) == (self.life_years is None)
        yield Rule(lives, ("capital_usd", "life_years"), "capital needs a life, and a life needs capital")
        per_unit = self.existing == 0 or isinstance(self.capital_usd, float)
        yield Rule(per_unit, ("existing", "capital_usd"), "what exists saves the capital of single units")
        for name in fields:
            cost = getattr(self, name)
            costs = cost if isinstance(cost, tuple) else (cost or 0.0,)
            fits = not isinstance(cost, tuple) or len(cost) == count
            yield Rule(fits, (name,), f"a list needs one cost for each of the {count} values")
            yield Rule(all(0 <= c <= 1e6 * HIGHEST for c in costs), (name,), "costs are 0 or more")


class SizingTarget(Model):
    """What a metric should come to."""

    at_most: float | None = Field(None, ge=-1e15, le=1e15, description="Largest value that will do")
    at_least: float | None = Field(None, ge=-1e15, le=1e15, description="Smallest value that will do")

    def rules(self) -> Iterator[Rule]:
        """Ask for something that can be."""
        yield Rule(self.at_most is not None or self.at_least is not None, ("at_most", "at_least"), "give one of them")
        both = self.at_most is not None and self.at_least is not None
        fits = not both or (self.at_least or 0.0) <= (self.at_most or 0.0)
        yield Rule(fits, ("at_least", "at_most"), "the smallest value is above the largest")


class FrontRequest(Model):
    """Which trade-off is wanted: cost against a metric that is better when it is smaller."""

    metric: str = Field("dwell_mean_hours", description="Metric of the hub or of a stage, such as dwell_mean_hours")
    most_points: int = Field(50, ge=2, le=MOST_POINTS, description="Points at most, spread over the front [points]")


class SizingRequest(StudyRequest):
    """What POST /v1/sizings takes."""

    choices: dict[str, Choice] = Field(
        min_length=1, max_length=MOST_CHOICES, description="The inputs to be chosen, by path"
    )
    targets: dict[str, SizingTarget] = Field(
        min_length=1, max_length=50, description="By metric of the hub, or of a stage: stages.front.wait_mean_hours"
    )
    front: FrontRequest | None = Field(None, description="Trade-off wanted besides, among mixes that meet the targets")
    discount_rate: float = share("Yearly discount rate at which capital becomes a yearly cost", default=0.08)
    most_analyses: int = Field(
        200_000,
        ge=10_000,
        le=MOST_ANALYSES,
        description="If there are no more mixes than this, all are analyzed; else the search ends there [analyses]",
    )


class SizingItem(Model):
    """One input as it was chosen, and what that costs."""

    path: str
    value: float = Field(description="Chosen [unit]")
    present: float | None = Field(description="Value in the document [unit]")
    unit: str
    capital_usd: float = Field(description="Capital cost [USD]")
    annuity_usd_per_year: float = Field(description="The capital as a yearly cost over its life [USD/year]")
    operating_usd_per_year: float = Field(description="Operating cost, or the cost all in all [USD/year]")
    cost_usd_per_year: float = Field(description="Both together [USD/year]")


class TargetOutcome(Model):
    """A target at the chosen mix."""

    metric: str
    unit: str = Field(description="Unit of value, bounds and margin")
    at_most: float | None
    at_least: float | None
    value: float | None = Field(description="Value of the metric [unit]")
    verdict: Verdict
    margin: float | None = Field(description="How far the value is on the good side of the bound [unit]")
    saving_usd_per_year: float | None = Field(
        description="What leaving this target out would save, by method fast; null where that is not known [USD/year]"
    )
    binds: bool | None = Field(description="Whether it would save anything; null where that is not known")


class SizingNeighbor(Model):
    """The chosen mix with one input one step up or down."""

    path: str
    value: float = Field(description="The other value [unit of the input]")
    steps: Literal[-1, 1]
    cost_change_usd_per_year: float = Field(description="What it costs more [USD/year]")
    metrics: dict[str, float | None] = Field(description="Metrics of the targets and of the front [their units]")
    missed: list[str] = Field(description="Metrics whose targets it misses")


class FrontPoint(Model):
    """A mix that none beats in both cost and metric."""

    values: dict[str, float] = Field(description="By path [unit of the input]")
    cost_usd_per_year: float = Field(description="Cost [USD/year]")
    value: float = Field(description="The metric [unit]")


class SizingFront(Model):
    """Cost against a metric, among mixes that meet all targets, by method fast."""

    metric: str
    unit: str
    complete: bool = Field(description="Whether these are all the points that there are")
    points_in_all: int | None = Field(description="Points of the whole front; null where not known [points]")
    points: list[FrontPoint] = Field(description="The cheapest first")


class SizingResult(StudyResult):
    """The cheapest mix, why it is that, and what its neighbors do."""

    kind: Literal["sizing"] = "sizing"
    search: SizingSearch = Field(
        description="Enumeration: every mix was analyzed. Cuts: an integer program with cuts from analyses"
    )
    monotonicity: Monotonicity = Field(
        description="Whether the search rests on more being better for the targets, and what a check of it found"
    )
    pairs_checked: int = Field(description="Pairs of mixes that the check compared [pairs]")
    method: str = Field(description="Method that confirmed the mix; the search itself uses fast")
    mixes: int = Field(description="Mixes that there are [mixes]")
    analyses: int = Field(description="Mixes that were analyzed by method fast [mixes]")
    confirmations: int = Field(description="Mixes that were analyzed by the method asked for [mixes]")
    cost_usd_per_year: float = Field(description="Cost of the mix [USD/year]")
    capital_usd: float = Field(description="Its capital [USD]")
    lower_bound_usd_per_year: float = Field(description="No mix that meets the targets is cheaper [USD/year]")
    gap: float = Field(description="How far the cost is above the lower bound, relative to the cost; 0 is proven [1]")
    discount_rate: float = Field(description="At which capital became a yearly cost [1/year]")
    items: list[SizingItem]
    targets: list[TargetOutcome]
    metrics: dict[str, Metric] = Field(description="Metrics of the hub with this mix")
    neighbors: list[SizingNeighbor]
    front: SizingFront | None = None
