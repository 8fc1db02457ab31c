"""Pumps and outlets k of n: by enumeration of all states."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from hubcalc.capacity.pipeline_section import coupled_flow_mean, fewer_work_probability, pumped_flow_mean
from hubcalc.errors import ArgumentError


def enumerated(full, pumps, needed, share, outlets, outlet_share, each, power):
    total = 0.0
    for up in product((0, 1), repeat=pumps + outlets):
        working, open_ = sum(up[:pumps]), sum(up[pumps:])
        chance = share**working * (1 - share) ** (pumps - working)
        chance *= outlet_share**open_ * (1 - outlet_share) ** (outlets - open_)
        total += chance * min(full * min(working / needed, 1.0) ** (1 / power), open_ * each)
    return total


@pytest.mark.parametrize(
    "given",
    [
        (8000.0, 3, 2, 0.9, 3, 0.8, 4000.0, 1.75),
        (1000.0, 4, 4, 0.7, 2, 0.5, 400.0, 1.0),
        (5000.0, 1, 1, 0.5, 5, 1.0, 2500.0, 2.0),
    ],
)
def test_all_states(given):
    full, pumps, needed, share, outlets, outlet_share, each, power = given
    found = coupled_flow_mean(full, pumps, needed, share, outlets, outlet_share, each, power)
    assert float(found) == pytest.approx(enumerated(*given))
    alone = enumerated(full, pumps, needed, share, 1, 1.0, 10 * full, power)
    assert float(pumped_flow_mean(full, pumps, needed, share, power)) == pytest.approx(alone)
    assert float(found) <= min(float(alone), outlets * outlet_share * each) + 1e-9


def test_fewer_than_needed():
    expected = [0.0, *(stats.binom.cdf(k - 1, 5, 0.7) for k in range(1, 6)), 1.0]
    assert fewer_work_probability(np.arange(7), 5, 0.7).tolist() == pytest.approx(expected)
    assert float(fewer_work_probability(1.5, 2, 0.9)) == pytest.approx(1 - 0.81)


def test_all_parts_always_work():
    assert float(pumped_flow_mean(3000.0, 5, 3, 1.0)) == pytest.approx(3000.0)
    assert float(coupled_flow_mean(3000.0, 5, 3, 1.0, 2, 1.0, 1000.0)) == pytest.approx(2000.0)


def test_bad_input_is_named():
    with pytest.raises(ArgumentError, match="availability"):
        pumped_flow_mean(1.0, 1, 1, 0.0)
