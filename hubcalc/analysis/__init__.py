"""Where documents meet formulas: a hub becomes stages, stages become results, in all scenarios at once."""

from hubcalc.analysis.analyses import Analysis, analyze
from hubcalc.analysis.metrics import METRIC_NAMES, MetricName

__all__ = ["METRIC_NAMES", "Analysis", "MetricName", "analyze"]
