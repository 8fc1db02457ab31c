"""Charts of answers: Vega-Lite specifications, and pictures of them."""

from hubcalc.charts.specifications import chart_of

__all__ = ["chart_of"]
