"""Documents of a gauge change."""

import pytest
from pydantic import ValidationError

from hubmodels import GaugeChange

DOCUMENT = {
    "kind": "gauge_change",
    "tracks": 4,
    "positions": 20,
    "service_time": {"mean_minutes": 60, "scv": 0.2},
    "place_minutes": 20,
    "remove_minutes": 15,
}


def test_it_handles_the_wagons_of_a_train():
    assert GaugeChange.model_validate(DOCUMENT).handles_contents


@pytest.mark.parametrize("change", [{"tracks": 0}, {"positions": 0}, {"place_minutes": -1}, {"cranes": 3}])
def test_bad_documents_are_refused(change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        GaugeChange.model_validate({**DOCUMENT, **change})
