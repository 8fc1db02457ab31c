"""The document of a run."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
RUN = {"kind": "run", "length_km": 293.0, "speed_km_per_hour": 40.0}


def test_it_is_read():
    run = ADAPTER.validate_python(RUN)
    assert (run.stops_hours, run.excess_mean_hours, run.excess_scv) == (0.0, 0.0, 1.0)
    assert not run.handles_contents


def test_nothing_is_loaded_and_no_limit_is_asked_for():
    assert ADAPTER.validate_python(RUN).practical_utilization == 1.0
    with pytest.raises(ValidationError, match="practical_utilization"):
        ADAPTER.validate_python({**RUN, "practical_utilization": 0.8})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("length_km", 0), ("speed_km_per_hour", 0), ("speed_km_per_hour", 2_000), ("stops_hours", -1)),
        *(("excess_mean_hours", -1), ("excess_scv", -0.1), ("excess_scv", 101), ("length_km", float("nan"))),
    ],
)
def test_bounds(field, value):
    with pytest.raises(ValidationError, match=field):
        ADAPTER.validate_python({**RUN, field: value})
