"""Documents of booths."""

import pytest
from pydantic import ValidationError

from hubmodels import Booths

DOCUMENT = {"kind": "booths", "booths": 6, "service_time": {"mean_minutes": 1.5, "scv": 0.5}}


def test_passengers_come_by_the_busload_unless_told_otherwise():
    assert Booths.model_validate(DOCUMENT).handles_contents
    assert not Booths.model_validate({**DOCUMENT, "serves": "unit"}).handles_contents


@pytest.mark.parametrize("change", [{"booths": 0}, {"booths": 1.5}, {"serves": "bus"}])
def test_bad_documents_are_refused(change):
    with pytest.raises(ValidationError, match=next(iter(change))):
        Booths.model_validate({**DOCUMENT, **change})
