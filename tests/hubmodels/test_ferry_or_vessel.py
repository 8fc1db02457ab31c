"""The document of ferries: a vessel takes its least load."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
TIME = {"law": "exponential", "mean_minutes": 600.0}
PLAIN = {"kind": "ferry_or_vessel", "vessels": 2, "load": 54, "passage_time": TIME, "return_time": TIME}


def test_defaults():
    ferry = ADAPTER.validate_python(PLAIN)
    assert (ferry.least_load, ferry.departs_every_hours, ferry.interruptions) == (1, None, None)


def test_a_least_load_beyond_the_load_is_refused():
    with pytest.raises(ValidationError, match="cannot take its least load"):
        ADAPTER.validate_python({**PLAIN, "least_load": 55})


def test_the_rule_holds_for_columns():
    (rule,) = ADAPTER.validate_python(PLAIN).model_copy(update={"least_load": np.array([10, 60])}).rules()
    assert rule.holds.tolist() == [True, False]


@pytest.mark.parametrize("bad", [{"vessels": 0}, {"load": 0}, {"departs_every_hours": 0.0}])
def test_bounds(bad):
    with pytest.raises(ValidationError, match=next(iter(bad))):
        ADAPTER.validate_python({**PLAIN, **bad})
