"""Staging: what to build and when, along paths of demand."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hubmodels.base import HIGHEST, MisfitError, Model, Rule, Slug, count, quantity, share
from hubmodels.base import Line as Text
from hubmodels.studies.base import Number, StudyRequest, StudyResult, Value

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
LARGEST_SUM = 1e15
"""No sum of money is larger; a larger one is a slip of the unit."""
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)]
PerDay = Annotated[float, Field(gt=0, le=1e7)]
Growth = Annotated[float, Field(gt=-0.5, le=1.0)]
Weight = Annotated[float, Field(gt=0, le=1)]
CountedFlow = Literal["practical", "sustainable", "theoretical"]


class DemandGrowth(Model):
    """Demand that grows at a constant rate from the first year on."""

    per_day: float | None = quantity(
        "Demand in the first year; that of the document by default", "units/day", default=None, above=0, at_most=1e7
    )
    rates: dict[Slug, Growth] = Field(
        min_length=1, max_length=20, description="Growth a year on each path, by its name [1/year]"
    )


class Expansion(Model):
    """Something that can be built once."""

    id: Slug = Field(description="Id of the expansion")
    name: Text = Field("", max_length=200, description="Name for people; the id by default")
    overrides: dict[str, Value] = Field(
        default_factory=dict,
        description="What inputs are once it stands, by path; of several that stand the last of the list counts",
    )
    increments: dict[str, Number] = Field(
        default_factory=dict, description="What is added to inputs once it stands, by path [unit of the input]"
    )
    capital_usd: float = quantity("Cost of building it", "USD", at_least=0, at_most=LARGEST_SUM)
    operating_usd_per_year: float = quantity(
        "Cost of operating it; a saving is negative",
        "USD/year",
        default=0.0,
        at_least=-LARGEST_SUM,
        at_most=LARGEST_SUM,
    )
    lead_years: int = quantity(
        "Years from the decision until it is ready; its cost is spread over them", "years", at_least=0, at_most=30
    )
    life_years: int = count("Years that it lasts; what is worn out is replaced at the same cost", "years", at_most=200)
    requires: tuple[Slug, ...] = Field(
        (), max_length=50, description="Ids of expansions, earlier in the list, that must stand too"
    )
    excludes: tuple[Slug, ...] = Field(
        (), max_length=50, description="Ids of expansions, earlier in the list, that must not stand too: alternatives"
    )

    def rules(self) -> Iterator[Rule]:
        """Change something."""
        yield Rule(
            bool(self.overrides or self.increments), ("overrides", "increments"), "an expansion changes an input"
        )


class Economics(Model):
    """What flows are worth; dollars of one year, without inflation."""

    discount_rate: float = quantity("Real discount rate", "1/year", at_least=0, at_most=1)
    revenue_usd_per_unit: float = quantity(
        "Margin of a unit that is served", "USD/unit", default=0.0, at_least=0, at_most=HIGHEST
    )
    waiting_usd_per_unit_hour: float = quantity(
        "Value of an hour of a unit", "USD/unit/h", default=0.0, at_least=0, at_most=HIGHEST
    )
    time: Literal["wait_mean_hours", "dwell_mean_hours"] = Field(
        "wait_mean_hours", description="Which hours are valued: those in line, or all from arrival to departure"
    )
    free_hours: float = quantity("Hours of a unit that cost nothing", "h", default=0.0, at_least=0)
    unserved_usd_per_unit: float = quantity(
        "Loss of a unit that is not served", "USD/unit", default=0.0, at_least=0, at_most=HIGHEST
    )
    operating_usd_per_year: float = quantity(
        "Cost of operating what stands today", "USD/year", default=0.0, at_least=0, at_most=LARGEST_SUM
    )
    usd_year: Year | None = Field(None, description="Year whose dollars these are; the first year by default")
    cash_flows: Literal["mid_year", "end_of_year"] = Field(
        "mid_year", description="When the money of a year counts; NPV of spreadsheets counts it at the end"
    )


class StagingRequest(StudyRequest):
    """What POST /v1/staging takes."""

    first_year: Year = Field(description="The present year: decisions are taken at its beginning at the earliest")
    years: int | None = Field(
        None, ge=1, le=100, description="Years up to the horizon; by default up to the last year of the demand [years]"
    )
    demand: dict[Year, dict[Slug, PerDay]] = Field(
        default_factory=dict,
        max_length=200,
        description="Demand by year on each path (p10, p50, p90, or others), at a constant rate between the years "
        "[units/day]",
    )
    growth: DemandGrowth | None = Field(None, description="Rates of growth instead")
    weights: dict[Slug, Weight] | None = Field(
        None, description="Probability of each path; by default 0.3, 0.4, 0.3 of p10, p50, p90 (Swanson's rule) [1]"
    )
    expansions: tuple[Expansion, ...] = Field(min_length=1, max_length=50, description="What can be built")
    ordered: bool = Field(False, description="Whether they can be built in the order of the list only")
    economics: Economics
    capacity: CountedFlow = Field("practical", description="Which capacity limits what is served")
    trigger_share: float = share(
        "Share of the capacity that demand must not exceed; the next expansion is due when it does",
        default=1.0,
        zero=False,
    )
    trigger_wait_hours: float | None = quantity(
        "Mean wait that must not be exceeded either", "h", default=None, above=0
    )
    rule_shares: tuple[Annotated[float, Field(gt=0, le=2)], ...] = Field(
        (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        min_length=1,
        max_length=50,
        description="Shares of the capacity at which the rule that waits and sees may decide; the best is taken [1]",
    )
    regret_years: int = quantity(
        "Years by which each expansion is moved to see what it costs", "years", default=3, at_least=0, at_most=20
    )

    def rules(self) -> Iterator[Rule]:
        """Say the demand once, in whole paths, and ask for nothing that staging does not have."""
        yield from super().rules()
        given = bool(self.demand) + (self.growth is not None)
        yield Rule(given == 1, ("demand", "growth"), "give one of them")
        yield Rule(self.growth is None or self.years is not None, ("years",), "with growth say how many years")
        names = [set(paths) for paths in self.demand.values()]
        yield Rule(all(paths and paths == names[0] for paths in names), ("demand",), "the same paths in every year")
        yield Rule(not self.fields, ("fields",), "the table of staging has its own columns")
        yield Rule(not self.given("seed"), ("seed",), "nothing is drawn in staging: leave it out")

    @model_validator(mode="after")
    def _fit_together(self) -> "StagingRequest":
        problems, known = [], set[str]()
        for i, expansion in enumerate(self.expansions):
            if expansion.id in known:
                problems.append((f"expansions.{i}.id", f"{expansion.id!r} is the id of an earlier one too"))
            for field in ("requires", "excludes"):
                for other in getattr(expansion, field):
                    if other not in known:
                        message = f"{other!r} is none of those earlier in the list: {sorted(known)}"
                        problems.append((f"expansions.{i}.{field}", message))
            if self.ordered and expansion.excludes:
                message = "in an ordered list each one stands with those before it"
                problems.append((f"expansions.{i}.excludes", message))
            known.add(expansion.id)
        for year, paths in self.demand.items():
            rising = [paths[name] for name in ("p10", "p50", "p90") if name in paths]
            if rising != sorted(rising):
                problems.append((f"demand.{year}", "p10 is the least and p90 the greatest: nine of ten are below p90"))
        if problems:
            raise MisfitError(problems)
        return self


class Trigger(Model):
    """When demand on a path outgrows what stands, if expansions are built in the order of the list."""

    path: str
    expansion: str
    trigger_year: int | None = Field(description="First year in which it is needed; null: not before the horizon")
    decision_year: int | None = Field(description="Latest year in which to decide: the lead time before")
    years_late: int = Field(description="Years by which it is too late already [years]")


class Level(Model):
    """What stands after an expansion, if they are built in the order of the list."""

    expansion: str | None = Field(description="What was added last; null: what stands today")
    capacity_per_day: float = Field(description="Capacity that counts [units/day]")
    added_per_day: float = Field(description="What the expansion adds to it [units/day]")
    bottleneck: str = Field(description="Stage that limits the practical capacity")
    next_bottleneck: str = Field(description="Stage that would limit it next; empty if there is none")


class Step(Model):
    """A year in which the capacity changes."""

    year: int
    expansions: list[str]
    capacity_before_per_day: float = Field(description="Capacity up to then [units/day]")
    capacity_after_per_day: float = Field(description="Capacity from then on [units/day]")


class Staircase(Model):
    """Capacity under the best schedule against the fan of demand, by year."""

    years: list[int]
    demand_per_day: dict[str, list[float]] = Field(description="By path [units/day]")
    capacity_per_day: list[float] = Field(description="Under the best schedule [units/day]")
    steps: list[Step]


class Worth(Model):
    """What a way to build is worth."""

    name: str
    npv_usd: dict[str, float] = Field(description="Net present value by path [USD]")
    expected_npv_usd: float = Field(description="Its mean over the paths [USD]")
    deviation_usd: float = Field(description="Its standard deviation over the paths [USD]")
    gain_usd: float = Field(description="By how much its mean is more than if nothing were built [USD]")
    worse_than_nothing_share: float = Field(description="Probability that it is worth less than building nothing [1]")
    regret_usd: dict[str, float] = Field(description="By how much the best schedule of each path is worth more [USD]")
    largest_regret_usd: float = Field(description="The largest of these [USD]")
    expected_regret_usd: float = Field(description="Their mean over the paths [USD]")


class Scheduled(Worth):
    """A schedule that is fixed today, whatever comes."""

    years: dict[str, int | None] = Field(description="Year in which each is ready, by expansion; null: never")
    expansion: str | None = Field(None, description="Expansion that was moved against the best schedule")
    moved_years: int | None = Field(None, description="Years by which it was moved; null: not at all, or to never")


class Ruled(Worth):
    """A rule that waits and sees: the next expansion is decided when demand passes a share of the capacity."""

    share: float = Field(description="Share of the capacity, what is being built included [1]")
    years: dict[str, dict[str, int | None]] = Field(description="Year in which each is ready, by path and expansion")


class PresentValues(Model):
    """Of what a net present value is made: sums over the years, discounted."""

    path: str
    revenue_usd: float = Field(description="Margin of what is served [USD]")
    waiting_usd: float = Field(description="Value of the time of what is served [USD]")
    unserved_usd: float = Field(description="Loss of what is not served [USD]")
    operating_usd: float = Field(description="Cost of operation [USD]")
    capital_usd: float = Field(description="Cost of building and of replacing [USD]")
    residual_usd: float = Field(description="Value that is left at the horizon [USD]")
    npv_usd: float = Field(description="Revenue and residual value less the rest [USD]")


class StagingResult(StudyResult):
    """What staging gives besides its rows."""

    kind: Literal["staging"] = "staging"
    usd_year: int = Field(description="Year whose dollars these are")
    conventions: list[str] = Field(description="What was taken for granted, in words")
    weights: dict[str, float] = Field(description="Probability of each path [1]")
    levels: list[Level]
    triggers: list[Trigger]
    best: Scheduled = Field(description="The schedule of the greatest expected net present value")
    nothing: Scheduled = Field(description="Nothing is built")
    hindsight: dict[str, Scheduled] = Field(description="The best schedule of each path, if it were known")
    rule: Ruled = Field(description="The best of the rules that wait and see")
    rule_npv_usd: dict[str, float] = Field(description="Expected net present value of each rule, by its share [USD]")
    perfect_information_usd: float = Field(
        description="What it would be worth to know the path: hindsight less the best schedule [USD]"
    )
    least_regret: Scheduled = Field(description="The schedule whose largest regret is least")
    least_regret_bound_usd: float = Field(description="No schedule has a smaller largest regret than this [USD]")
    regrets: list[Scheduled] = Field(description="The best schedule, others, and what early, late or never costs")
    present_values: dict[str, list[PresentValues]] = Field(description="By schedule, for each path")
    staircase: Staircase
