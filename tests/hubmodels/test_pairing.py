"""The document of pairing: both sides have some room, and not endlessly much."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
PLAIN = {
    "kind": "pairing",
    "standard_gauge_flow": "west",
    "broad_gauge_flow": "east",
    "standard_gauge_room": 4,
    "broad_gauge_room": 3,
}


def test_it_is_read():
    pairing = ADAPTER.validate_python(PLAIN)
    assert (pairing.standard_gauge_room, pairing.broad_gauge_room) == (4, 3)
    assert not pairing.handles_contents


@pytest.mark.parametrize("room", [0, 1_001, None])
@pytest.mark.parametrize("side", ["standard_gauge_room", "broad_gauge_room"])
def test_endless_room_is_refused(side, room):
    with pytest.raises(ValidationError, match=side):
        ADAPTER.validate_python({**PLAIN, side: room})
