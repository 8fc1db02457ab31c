"""Documents of an inspection."""

import pytest
from pydantic import ValidationError

from hubmodels import Inspection

DOCUMENT = {"kind": "inspection", "officers": 2, "service_time": {"mean_minutes": 20, "scv": 0.5}}
SCAN = {"share": 0.1, "places": 1, "service_time": {"mean_minutes": 5, "scv": 0.3}}


def test_scan_and_examination_may_be_left_out():
    plain = Inspection.model_validate(DOCUMENT)
    assert (plain.scan, plain.physical, plain.serves) == (None, None, "unit")
    assert not plain.handles_contents
    full = Inspection.model_validate({**DOCUMENT, "serves": "contents", "scan": SCAN, "physical": SCAN})
    assert full.handles_contents
    assert full.scan is not None
    assert full.scan.places == 1


@pytest.mark.parametrize("change", [{"share": 0}, {"share": 1.1}, {"places": 0}, {"service_time": None}])
def test_bad_examinations_are_refused(change):
    with pytest.raises(ValidationError, match="scan"):
        Inspection.model_validate({**DOCUMENT, "scan": {**SCAN, **change}})
