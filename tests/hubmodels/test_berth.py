"""The document of berths: cranes that hinder each other, and what columns give."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
PLAIN = {"kind": "berth", "berths": 2, "cranes_per_berth": 4, "moves_per_crane_hour": 25.0}


def test_pace_of_cranes_beside_each_other():
    berth = ADAPTER.validate_python({**PLAIN, "crane_interference": 0.05})
    assert berth.moves_per_hour == pytest.approx(4 * 25 * 0.85)
    assert ADAPTER.validate_python({**PLAIN, "cranes_per_berth": 0.5}).moves_per_hour == pytest.approx(12.5)
    assert berth.handles_contents


def test_cranes_that_stop_each_other_are_refused():
    with pytest.raises(ValidationError, match="hinder each other"):
        ADAPTER.validate_python({**PLAIN, "crane_interference": 0.4})


def test_the_rule_holds_for_columns():
    berth = ADAPTER.validate_python(PLAIN).model_copy(update={"crane_interference": np.array([0.1, 0.4])})
    (rule,) = berth.rules()
    assert rule.holds.tolist() == [True, False]
    assert berth.moves_per_hour == pytest.approx([70.0, -20.0])


def test_the_window_is_no_longer_than_its_period():
    with pytest.raises(ValidationError, match="longer than the period"):
        ADAPTER.validate_python({**PLAIN, "access": {"period_hours": 12.0, "open_hours": 13.0}})
