"""Documents of a line section."""

import numpy as np
import pytest
from pydantic import ValidationError

from hubmodels import LineSection

DOCUMENT = {
    "kind": "line_section",
    "tracks": "single",
    "headway_minutes": 8,
    "running_minutes": 20,
    "interval_minutes": 4,
}


def test_passenger_trains_leave_time_for_freight():
    # 24 minutes each, in both directions: 30 a day fill the track
    fits = {**DOCUMENT, "removal_coefficient": 1, "passenger_trains_per_day": 29.9}
    assert LineSection.model_validate(fits).passenger_trains_per_day == 29.9
    with pytest.raises(ValidationError, match="leave no time for freight trains"):
        LineSection.model_validate({**fits, "passenger_trains_per_day": 30})
    with pytest.raises(ValidationError, match="leave no time for freight trains"):
        LineSection.model_validate({**fits, "window_hours_per_day": 1})
    # on two tracks they take a headway of 8 minutes in one direction
    assert LineSection.model_validate({**fits, "tracks": "double", "passenger_trains_per_day": 179})


def test_the_rule_works_on_columns():
    stage = LineSection.model_validate({**DOCUMENT, "removal_coefficient": 1})
    columns = stage.model_copy(update={"passenger_trains_per_day": np.array([10.0, 29.0, 31.0])})
    assert [rule.holds.tolist() for rule in columns.rules()] == [[True, True, False]]


@pytest.mark.parametrize("change", [{"headway_minutes": 0}, {"window_hours_per_day": 24}, {"tracks": "triple"}])
def test_bad_documents_are_refused(change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        LineSection.model_validate({**DOCUMENT, **change})
