"""The document of a quota: a whole number of units a day."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)


def test_it_is_read():
    quota = ADAPTER.validate_python({"kind": "quota", "per_day": 700})
    assert (quota.per_day, quota.practical_utilization) == (700, 0.9)


@pytest.mark.parametrize("per_day", [0, 1.5, 1_000_001])
def test_bounds(per_day):
    with pytest.raises(ValidationError, match="per_day"):
        ADAPTER.validate_python({"kind": "quota", "per_day": per_day})
