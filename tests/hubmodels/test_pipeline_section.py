"""The document of a pipeline section: pumps needed and in place, and the friction between them."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
PLAIN = {
    "kind": "pipeline_section",
    "pumps": 3,
    "pumps_needed": 2,
    "line_tonnes_per_hour": 8_000.0,
    "mooring_tonnes_per_hour": 4_000.0,
}


def test_defaults():
    section = ADAPTER.validate_python(PLAIN)
    assert (section.moorings, section.tank_tonnes, section.friction_exponent) == (1, 0.0, 1.75)


def test_pumps_that_are_not_there_are_refused():
    with pytest.raises(ValidationError, match="more pumps are needed"):
        ADAPTER.validate_python({**PLAIN, "pumps_needed": 4})


def test_the_rule_holds_for_columns():
    (rule,) = ADAPTER.validate_python(PLAIN).model_copy(update={"pumps_needed": np.array([3, 4])}).rules()
    assert rule.holds.tolist() == [True, False]


@pytest.mark.parametrize("bad", [{"friction_exponent": 0.5}, {"pump_availability": 0.0}, {"tank_tonnes": -1.0}])
def test_bounds(bad):
    with pytest.raises(ValidationError, match=next(iter(bad))):
        ADAPTER.validate_python({**PLAIN, **bad})
