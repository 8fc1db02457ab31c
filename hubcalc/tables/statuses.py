"""How far numbers may be trusted, together."""

from collections.abc import Iterable

from hubmodels.results import Metric

_STATUSES = ("exact", "approximate", "simulated", "unstable", "refused")
"""From the most trusted to the least."""


def weakest(metrics: Iterable[Metric]) -> str:
    """Give the least trusted status among some metrics."""
    return max((metric.verdict.status for metric in metrics), key=_STATUSES.index, default="")
