"""Sensitivity: what each input does to each metric, one at a time, by a little, and over its whole range."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from hubmodels.base import Model, Rule, quantity
from hubmodels.studies.base import StudyRequest, StudyResult
from hubmodels.studies.laws import InputLaw

MOST_INPUTS = 1_000
MOST_BASE_POINTS = 2**20
USUAL_BASE_POINTS = 2**10

SensitivityAnalysis = Literal["tornado", "elasticities", "sobol"]


def _listed(given: object) -> object:
    """Take one name for a list of one."""
    return (given,) if isinstance(given, str) else given


class SensitivityRequest(StudyRequest):
    """What POST /v1/sensitivity takes.

    Inputs are those that the document calls uncertain, at their P10 and P90 or with the triangular law that has these;
    `laws` name other laws, or further inputs. An input that `overrides` hold is certain. All inputs are independent.
    Of a corridor those of its hubs and lines are varied too, unless that takes more than 2,000 rows.
    """

    analysis: Annotated[tuple[SensitivityAnalysis, ...], BeforeValidator(_listed)] = Field(
        ("tornado", "elasticities"),
        min_length=1,
        max_length=3,
        description="tornado: each input at its P10 and P90, all others at their values. elasticities: what a small "
        "change of each does. sobol: which share of the variance each makes, alone and with others, when all vary",
    )
    laws: dict[str, InputLaw] = Field(
        default_factory=dict,
        max_length=MOST_INPUTS,
        description="Law of an input by path, in place of the uncertainty that the document states",
    )
    uncertain: tuple[str, ...] | None = Field(
        None,
        max_length=MOST_INPUTS,
        description="The only inputs that are varied, besides those of `laws`; by default all that the document says "
        "are uncertain",
    )
    swing: float | None = quantity(
        "Share of its value by which the tornado changes each input either way, in place of P10 and P90; counted "
        "inputs at least by one. Inputs that are named need no law then, unless Sobol indices are asked for",
        "1",
        default=None,
        above=0,
        below=1,
    )
    sort_by: str | None = Field(
        None, description="Metric whose swings order the inputs in all tables; by default each metric orders its own"
    )
    base_points: int = Field(
        USUAL_BASE_POINTS,
        ge=2,
        le=MOST_BASE_POINTS,
        description="Base points of Sobol indices, a power of two; each costs two rows more than there are inputs",
    )
    most_missing_share: float = quantity(
        "Sobol indices of a metric are refused where a larger share of the base points has a row without a value",
        "1",
        default=0.05,
        at_least=0,
        at_most=1,
    )
    level: float = quantity("Confidence level of all intervals", "1", default=0.95, at_least=0.5, at_most=0.9999)

    def rules(self) -> Iterator[Rule]:
        """Ask for each analysis once, and for a power of two."""
        yield from super().rules()
        yield Rule(len(set(self.analysis)) == len(self.analysis), ("analysis",), "name each analysis once")
        power = self.base_points & (self.base_points - 1) == 0
        yield Rule(power, ("base_points",), "must be a power of two, such as 1024 or 16384")
        yield Rule(
            self.swing is None or "tornado" in self.analysis, ("swing",), "is of the tornado, which is not asked for"
        )
        sobol = "sobol" in self.analysis
        for name in ("base_points", "most_missing_share", "level", *(() if self.question == "storms" else ("seed",))):
            message = "is of Sobol indices, which are not asked for: leave it out, or add sobol to analysis"
            yield Rule(sobol or not self.given(name), (name,), message)


class VariedInput(Model):
    """One input that is varied."""

    path: str
    unit: str
    value: float | None = Field(description="Value in the document [the input's]")
    law: InputLaw | None = Field(description="Its law; null where only a swing is asked for")
    basis: Literal["document", "request"] = Field(description="Where the law comes from, or that the input is varied")
    low: float | None = Field(description="Low value of the tornado; null without one [the input's]")
    high: float | None = Field(description="High value of the tornado; null without one [the input's]")


class TornadoBar(Model):
    """A metric with one input low and high, all others at their values."""

    path: str
    low_input: float = Field(description="Low value of the input [the input's]")
    high_input: float = Field(description="High value of the input [the input's]")
    at_low: float | None = Field(description="Metric there; null where it has no value [the metric's]")
    at_high: float | None = Field(description="Metric there; null where it has no value [the metric's]")
    swing: float | None = Field(
        description="Largest less smallest of these and the base; null where one has no value [the metric's]"
    )
    reason: str = Field("", description="Why a value is missing")


class MetricTornado(Model):
    """What each input does to a metric between its low and its high value, the largest swing first."""

    metric: str
    unit: str
    base: float | None = Field(description="Metric with all inputs at their values [the metric's]")
    bars: list[TornadoBar] = Field(description="Inputs that leave it without a value first, then by swing")


class InputElasticity(Model):
    """What a small change of one input does to a metric, all others at their values."""

    path: str
    unit_of_change: str = Field(description="Unit of `per_unit`: that of the metric per that of the input")
    elasticity: float | None = Field(
        description="Relative change of the metric over that of the input; null where there is none, see reason [1]"
    )
    per_unit: float | None = Field(description="Change of the metric by one unit of the input [unit_of_change]")
    method: Literal["derivative", "one_sided_derivative", "one_more", "one_less"] = Field(
        description="Derivative; or, of a counted input, the change by one more, or one less where no more may be"
    )
    relative_step: float | None = Field(
        None, description="Step of the input at which the derivative had settled, over its value [1]"
    )
    reason: str = Field("", description="Why there is none")


class MetricElasticities(Model):
    """Elasticities of a metric, the largest first."""

    metric: str
    unit: str
    base: float | None = Field(description="Metric with all inputs at their values [the metric's]")
    inputs: list[InputElasticity]


class SobolInput(Model):
    """Share of the variance of a metric that an input makes."""

    path: str
    first: float = Field(description="Alone; an estimate near 0 may be slightly negative [1]")
    first_low: float = Field(description="Lower end of its confidence interval [1]")
    first_high: float = Field(description="Upper end of its confidence interval [1]")
    total: float = Field(description="Alone and together with others [1]")
    total_low: float = Field(description="Lower end of its confidence interval [1]")
    total_high: float = Field(description="Upper end of its confidence interval [1]")


class MetricSobol(Model):
    """Sobol indices of a metric, the largest total first."""

    metric: str
    unit: str
    mean: float | None = Field(description="Mean of the metric when all inputs vary [the metric's]")
    sd: float | None = Field(description="Its standard deviation [the metric's]")
    base_points: int = Field(description="Base points that were used")
    dropped: int = Field(description="Base points that were left out, since some row of them has no value")
    first_sum: float | None = Field(description="Sum of the first orders: what the inputs make without interactions")
    interactions: float | None = Field(description="What is left to 1: made by inputs together [1]")
    inputs: list[SobolInput] = Field(description="None where indices are refused, see reason")
    reason: str = Field("", description="Why there are none")


class SensitivityResult(StudyResult):
    """What a sensitivity study gives besides its rows."""

    kind: Literal["sensitivity"] = "sensitivity"
    seed: int | None = Field(description="Seed of the points of Sobol indices; null without them")
    level: float = Field(description="Confidence level of the intervals [1]")
    inputs: list[VariedInput]
    statuses: dict[str, int] = Field(description="Rows by status: ok, unstable, refused, invalid [rows]")
    tornado: list[MetricTornado] = Field(description="By metric; empty where it is not asked for")
    elasticities: list[MetricElasticities] = Field(description="By metric; empty where they are not asked for")
    sobol: list[MetricSobol] = Field(
        description="By metric; empty where they are not asked for. `unstable_share` is the share of rows without a "
        "steady state, and is there if any row has none"
    )
