from math import comb

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.queueing import MOST_STATES, phase_states
from hubcalc.queueing._server_phases import ServerPhases


def test_states_are_what_the_blocks_have():
    law = ServerPhases(np.ones((1, 3)) / 3, -np.eye(3)[None], np.ones((1, 3)))
    for servers in range(6):
        assert law.states(servers) == comb(servers + 2, 2)
    assert phase_states(2, 3, 5) == 2 * law.states(5)


def test_columns_and_limits():
    assert phase_states([[1], [2]], [1, 2, 3], 8).tolist() == [[1, 9, 45], [2, 18, 90]]
    assert phase_states(2, 2, 149) == MOST_STATES
    assert phase_states(100, 100, 1e4) > 1e18
    for name in ("arrival_phases", "service_phases", "servers"):
        with pytest.raises(ArgumentError, match=name):
            phase_states(**(dict.fromkeys(("arrival_phases", "service_phases", "servers"), 1) | {name: 0}))
