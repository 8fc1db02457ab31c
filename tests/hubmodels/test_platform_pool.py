"""Documents of a platform pool."""

import numpy as np
import pytest
from pydantic import ValidationError

from hubmodels import PlatformPool

DOCUMENT = {
    "kind": "platform_pool",
    "platforms": 1200,
    "platforms_per_unit": 57,
    "loading_time": {"mean_minutes": 240, "scv": 0.3},
    "return_time": {"mean_minutes": 14_400, "scv": 0.5},
}


def test_a_pool_is_large_enough_for_one_unit():
    assert PlatformPool.model_validate({**DOCUMENT, "platforms": 57}).platforms == 57
    with pytest.raises(ValidationError, match="platforms and platforms_per_unit: the pool is too small"):
        PlatformPool.model_validate({**DOCUMENT, "platforms": 56})


def test_the_rule_works_on_columns():
    stage = PlatformPool.model_validate(DOCUMENT).model_copy(update={"platforms": np.array([56, 57, 58])})
    assert [rule.holds.tolist() for rule in stage.rules()] == [[False, True, True]]


@pytest.mark.parametrize("change", [{"platforms": 0}, {"empty_return_share": 1.2}, {"empty_return_hours": -1}])
def test_bad_documents_are_refused(change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        PlatformPool.model_validate({**DOCUMENT, **change})
