"""The columns of an analysis are freed with it: nothing that it keeps refers back to what keeps it."""

import gc
import weakref

import pytest

import hubfixtures
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metric_values import METRIC_VALUES


@pytest.mark.parametrize("hub_id", hubfixtures.names())
def test_an_analysis_is_freed_at_once(hub_id):
    collects = gc.isenabled()
    gc.disable()
    try:
        analysis = HubAnalysis(hubfixtures.load(hub_id), 1, method="fast")
        for name, values in METRIC_VALUES.items():
            if name != "sustainable_capacity_per_day":
                values(analysis)
        kept = [weakref.ref(stage.performance) for stage in analysis.state.stages.values()]
        del analysis
        assert [each() for each in kept] == [None] * len(kept)
    finally:
        if collects:
            gc.enable()
