"""Monte Carlo: what the uncertainty of the inputs makes of the metrics, and which input is worth measuring first."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from hubmodels.base import HIGHEST, Model, Rule, Slug, quantity
from hubmodels.studies.base import RowColumn, StudyRequest, StudyResult
from hubmodels.studies.laws import InputLaw

MOST_DRAWS = 10_000_000
USUAL_DRAWS = 10_000
MOST_INPUTS = 1_000

DrawDesign = Literal["random", "sobol", "latin_hypercube"]


class InputCorrelation(Model):
    """Two inputs that tend to be high together, or one high while the other is low."""

    paths: tuple[str, str] = Field(description="Paths of two inputs that are drawn")
    rank_correlation: float = quantity(
        "Correlation of their ranks (Spearman's); other pairs of inputs are independent of each other",
        "1",
        at_least=-0.999,
        at_most=0.999,
    )


class CommonShock(Model):
    """A factor that several inputs share: drawn once a row, and multiplied with each of them."""

    law: InputLaw = Field(description="Law of the factor, about 1; nothing of it may lie below 0")
    paths: tuple[str, ...] = Field(
        min_length=1, max_length=MOST_INPUTS, description="Inputs that are multiplied, drawn themselves or not"
    )

    def rules(self) -> Iterator[Rule]:
        """Name each input once."""
        yield Rule(len(set(self.paths)) == len(self.paths), ("paths",), "name each path once")


class Target(Model):
    """What a metric should be."""

    at_most: float | None = quantity("Largest value that is good", "the metric's", default=None, at_least=-HIGHEST)
    at_least: float | None = quantity("Least value that is good", "the metric's", default=None, at_least=-HIGHEST)

    def rules(self) -> Iterator[Rule]:
        """Ask for one end at least, and for ends in order."""
        fields = ("at_most", "at_least")
        yield Rule(self.at_most is not None or self.at_least is not None, fields, "give one of them, or both")
        if self.at_most is not None and self.at_least is not None:
            yield Rule(self.at_least <= self.at_most, fields, "at_least must not be above at_most")


class MonteCarloRequest(StudyRequest):
    """What POST /v1/montecarlo takes.

    Each input that the document calls uncertain is drawn from the triangular law with its mode at the document's value
    and with the P10 and P90 that its uncertainty states; `laws` name other laws, or further inputs. An input that
    `overrides` hold is certain.
    """

    draws: int = Field(USUAL_DRAWS, ge=100, le=MOST_DRAWS, description="How many rows are drawn [rows]")
    design: DrawDesign = Field(
        "random",
        description="random: independent draws, whose intervals rest on counts alone and hold for any metric, so it is "
        "the default. sobol, latin_hypercube: points spread more evenly, in independent sections whose differences "
        "make the intervals; as a rule narrower ones",
    )
    laws: dict[str, InputLaw] = Field(
        default_factory=dict,
        max_length=MOST_INPUTS,
        description="Law of an input by path, in place of the uncertainty that the document states",
    )
    uncertain: tuple[str, ...] | None = Field(
        None,
        max_length=MOST_INPUTS,
        description="The only inputs that are drawn, besides those of `laws`; by default all that the document says "
        "are uncertain",
    )
    correlations: tuple[InputCorrelation, ...] = Field((), max_length=MOST_INPUTS, description="Pairs that go together")
    shocks: dict[Slug, CommonShock] = Field(
        default_factory=dict, max_length=50, description="Common factors of several inputs, by name"
    )
    targets: dict[str, Target] = Field(
        default_factory=dict, max_length=50, description="What metrics should be, by name"
    )
    percentiles: tuple[Annotated[float, Field(gt=0, lt=100)], ...] = Field(
        (10, 50, 90), min_length=1, max_length=50, description="Percentiles that are wanted [%]"
    )
    level: float = quantity("Confidence level of all intervals", "1", default=0.95, at_least=0.5, at_most=0.9999)


class DrawnInput(Model):
    """One thing that is drawn."""

    path: str = Field(description="Path of the input, or shocks.<id>")
    unit: str = Field(description="Unit of its values")
    law: str = Field(description="Name of its law; range: the triangular law of a P10, a P90 and the document's value")
    basis: Literal["document", "request"] = Field(description="Where the law comes from")
    p10: float = Field(description="Value exceeded in nine cases of ten [the input's]")
    p50: float = Field(description="Value exceeded in one case of two [the input's]")
    p90: float = Field(description="Value exceeded in one case of ten [the input's]")


class Bounded(Model):
    """An estimate with its confidence interval."""

    value: float = Field(description="The estimate")
    low: float | None = Field(description="Lower end of the interval; null where there are too few draws for one")
    high: float | None = Field(description="Upper end of the interval; null where there are too few draws for one")


class Percentile(Model):
    """A value that a share of the draws does not exceed, with its confidence interval.

    Draws without a steady state lie above every value: where there are many, a percentile has no value.
    """

    percent: float = Field(description="Share of the draws that do not exceed it [%]")
    value: float | None = Field(description="The estimate; null where so many draws have no steady state")
    low: float | None = Field(
        description="Lower end of the interval; null where so many draws have no steady state, or too few were made"
    )
    high: float | None = Field(
        description="Upper end of the interval; null where so many draws have no steady state, or too few were made"
    )


class Histogram(Model):
    """How the finite values are spread; the bins reach from one percentile far out to the opposite one."""

    edges: list[float] = Field(description="Edges of the bins, one more than counts [the metric's]")
    counts: list[int] = Field(description="Draws in each bin [rows]")
    below: int = Field(description="Draws below the first edge [rows]")
    above: int = Field(description="Draws with a steady state above the last edge [rows]")


class InputImportance(Model):
    """What knowing an input would tell of a metric."""

    path: str = Field(description="Path of the input, or shocks.<id>")
    variance_share: float = Field(description="Share of the metric's variance that vanishes once it is known [1]")
    chance_limit: float = Field(
        description="What the share of an input without influence stays below in 19 cases of 20 [1]"
    )
    significant: bool = Field(description="Whether the share is more than chance gives")
    rank_correlation: float = Field(description="With the metric (Spearman's); its sign says which way it works [1]")
    sd_once_known: float | None = Field(
        description="Standard deviation that is left once the input is known; null where there is none [the metric's]"
    )


class DrawnMetric(RowColumn):
    """One metric over all draws."""

    rows_with_value: int = Field(description="Draws in which it has a value [rows]")
    without_steady_state: Bounded = Field(description="Probability that there is no steady state, and no value [1]")
    mean: Bounded | None = Field(description="Null where a draw has no steady state, so that there is no mean")
    sd: float | None = Field(description="Standard deviation of the draws; null where there is no mean")
    percentiles: list[Percentile]
    histogram: Histogram | None = Field(description="Null where fewer than two draws have a value")
    importance_of: Literal["values", "ranks"] = Field(
        description="What variance the shares are of: of ranks where draws without steady state leave it no variance"
    )
    importance: list[InputImportance] = Field(
        description="Worth measuring first at the top; empty where the metric does not vary"
    )


class MetricChoices(RowColumn):
    """A metric that is a name, such as the bottleneck: how often it is which."""

    shares: dict[str, Bounded] = Field(description="Probability of each name, the most frequent first [1]")


class TargetMissed(Model):
    """How likely a target is missed."""

    metric: str
    at_most: float | None = Field(description="Largest value that is good [the metric's]")
    at_least: float | None = Field(description="Least value that is good [the metric's]")
    missed: Bounded = Field(description="Probability; a draw without steady state misses every target [1]")


class MonteCarloResult(StudyResult):
    """What a Monte Carlo study gives besides its rows."""

    kind: Literal["montecarlo"] = "montecarlo"
    seed: int = Field(description="What the draws follow from")
    design: DrawDesign
    sections: int | None = Field(description="Independent sections of the design; null where each draw is independent")
    level: float = Field(description="Confidence level of all intervals [1]")
    statuses: dict[str, int] = Field(description="Rows by status: ok, unstable, refused, invalid [rows]")
    inputs: list[DrawnInput]
    metrics: list[DrawnMetric]
    choices: list[MetricChoices]
    targets: list[TargetMissed]
