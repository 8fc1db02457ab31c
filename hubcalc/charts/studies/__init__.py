"""Charts of studies: pure functions from plain numbers to Vega-Lite specifications."""

from hubcalc.charts.studies.fan import fan
from hubcalc.charts.studies.front import front
from hubcalc.charts.studies.heat_map import heat_map
from hubcalc.charts.studies.histogram import histogram
from hubcalc.charts.studies.importance import indices, ranking
from hubcalc.charts.studies.staircase import staircase
from hubcalc.charts.studies.tornado import tornado

__all__ = ["fan", "front", "heat_map", "histogram", "indices", "ranking", "staircase", "tornado"]
