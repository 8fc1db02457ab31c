"""Charts of Monte Carlo: how metrics are spread, and which input is worth measuring first."""

from collections.abc import Mapping, Sequence
from typing import Any

from hubcalc.charts.studies import histogram, ranking
from hubmodels.studies.montecarlo import DrawnMetric, Histogram, Target

MOST_METRICS = 6
MOST_INPUTS = 12


def montecarlo_charts(
    title: str, metrics: Sequence[DrawnMetric], targets: Mapping[str, Target]
) -> dict[str, dict[str, Any]]:
    """Draw the spread of each metric, and what knowing an input would tell of the first.

    Parameters
    ----------
    title : str
        What was drawn.
    metrics : sequence of DrawnMetric
        The metrics; those with targets are drawn first.
    targets : mapping
        What metrics should be.

    Returns
    -------
    dict
        Vega-Lite specifications: a histogram by metric, and a ranking of inputs as ``measure_first.<metric>``.
    """
    ordered = sorted(metrics, key=lambda metric: metric.name not in targets)[:MOST_METRICS]
    charts: dict[str, dict[str, Any]] = {}
    for metric in ordered:
        spread = metric.histogram
        if spread is not None:
            marks = {f"P{item.percent:g}": item.value for item in metric.percentiles} | _marks(targets.get(metric.name))
            outside = _left_out(metric, spread)
            charts[metric.name] = histogram(
                title, metric.name, metric.unit, spread.edges, spread.counts, marks, outside
            )
    for metric in ordered:
        told = metric.importance[:MOST_INPUTS]
        if told:
            heading = f"{title}: what to measure first for {metric.name.replace('_', ' ')}"
            shares = [item.variance_share for item in told]
            charts[f"measure_first.{metric.name}"] = ranking(heading, [item.path for item in told], shares)
    return charts


def _left_out(metric: DrawnMetric, spread: Histogram) -> dict[str, int]:
    """Count the draws that the bins do not hold."""
    beyond, infinite = spread.below + spread.above, metric.without_steady_state.value
    answered = sum(spread.counts) + beyond
    unstable = round(answered * infinite / (1 - infinite)) if infinite < 1 else 0
    return {"beyond the bins": beyond, "without steady state": unstable}


def _marks(target: Target | None) -> dict[str, float | None]:
    """Name the ends of a target."""
    if target is None:
        return {}
    ends = {"target, at least": target.at_least, "target": target.at_most}
    return {name: value for name, value in ends.items() if value is not None}
