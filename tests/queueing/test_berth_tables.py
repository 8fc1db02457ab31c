import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.queueing import berth_wait_table


def test_golden_cells_of_the_printed_tables(golden, agrees):
    """Against exact values; the printed cells that agree with them agree with us to their last digit."""
    cells = golden("berth_tables", "", "mean_wait")
    scvs = {"M/M/c": (1.0, 1.0), "M/E2/c": (1.0, 0.5), "E2/E2/c": (0.5, 0.5)}
    for model, (arrival, service) in scvs.items():
        chosen = [cell for cell in cells if cell["model"] == model]
        berths, loads = (sorted({cell["parameters"][name] for cell in chosen}) for name in ("c", "rho"))
        table = berth_wait_table(arrival, berths, loads, service)
        assert table.shape == (len(loads), len(berths))
        for cell in chosen:
            value = table[loads.index(cell["parameters"]["rho"]), berths.index(cell["parameters"]["c"])]
            agrees({**cell, "tolerance": {}}, float(value), 1e-11)
    assert sum(not cell["agrees"] for cell in cells) == 62


def test_utilizations_that_give_a_wait_of_a_tenth_and_three_tenths():
    """Largest berth occupancy for a wait of 0.1 and 0.3 service times."""
    for scv, wait, loads in (
        (0.5, 0.1, [0.261, 0.475, 0.586, 0.654, 0.701, 0.736]),
        (1.0, 0.1, [0.118, 0.338, 0.468, 0.552, 0.610, 0.654]),
        (0.5, 0.3, [0.447, 0.649, 0.738, 0.789, 0.822, 0.846]),
    ):
        for berths, load in enumerate(loads, start=1):
            below, above = berth_wait_table(scv, berths, [load - 6e-4, load + 6e-4])[:, 0]
            assert below < wait < above


def test_saturation_and_checks():
    assert np.isposinf(berth_wait_table(0.5, [1, 2], [1.0, 1.5])).all()
    with pytest.raises(ArgumentError, match="berths"):
        berth_wait_table(0.5, [0], [0.5])
    with pytest.raises(ArgumentError, match="utilization"):
        berth_wait_table(0.5, [1], [-0.5])
