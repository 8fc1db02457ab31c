"""Tables of scenarios of which some cannot be."""

import numpy as np
import pytest

from hubcalc.documents import fixture
from hubcalc.errors import UnknownPathError
from hubcalc.scenarios import gather
from hubcalc.scenarios.tolerant import gather_usable

FLOW, CRANES = "flows.westbound.per_day", "stages.front.cranes"


@pytest.fixture
def hub():
    return fixture("khorgos-gateway")


def texts(*values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def test_good_rows_are_gathered_as_ever(hub):
    columns = {"flow.per_day": np.array([9.0, 10.0, 11.0]), CRANES: np.array([3.0, 3.0, 3.0])}
    found = gather_usable(hub, columns, 3)
    plain = gather(hub, columns, 3)
    assert found.reasons.tolist() == ["", "", ""]
    (group,), (other,) = found.groups, plain.groups
    assert group.rows.tolist() == other.rows.tolist()
    assert group.hub.flows["westbound"].per_day.tolist() == [9, 10, 11]
    assert group.hub.stages["front"].cranes == other.hub.stages["front"].cranes == 3


def test_each_bad_row_says_why_and_the_others_stay(hub):
    columns = {FLOW: texts(9, "ten", -1, 10, "11", None), CRANES: texts(3, 3, 3, 2.5, 4, 3)}
    found = gather_usable(hub, columns, 6)
    (group,) = found.groups
    assert group.rows.tolist() == [0, 4]
    assert group.hub.flows["westbound"].per_day.tolist() == [9, 11]
    assert group.hub.stages["front"].cranes.tolist() == [3, 4]
    assert found.reasons[0] == found.reasons[4] == ""
    for row, path, given in ((1, FLOW, "'ten'"), (2, FLOW, "-1"), (3, CRANES, "2.5"), (5, FLOW, "")):
        assert found.reasons[row].startswith(path)
        assert given in found.reasons[row]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_broken_rule_names_its_fields_and_the_row(hub, order):
    prefix = "stages.reception.service_time"
    numbers = {"low_minutes": (20.0, 40.0), "mode_minutes": (30.0, 30.0), "high_minutes": (40.0, 20.0)}
    columns = {f"{prefix}.{name}": np.array(values)[list(order)] for name, values in numbers.items()}
    found = gather_usable(hub, {f"{prefix}.law": texts("triangular", "triangular"), **columns}, 2)
    good, bad = order.index(0), order.index(1)
    assert found.reasons[good] == ""
    assert "low_minutes" in found.reasons[bad]
    assert [group.rows.tolist() for group in found.groups] == [[good]]


def test_choices_make_groups_and_a_wrong_choice_spoils_its_rows_only(hub):
    choices = texts("forward", "zeppelin", "forward")
    found = gather_usable(hub, {"flow.direction": choices, CRANES: np.array([2.0, 3.0, 4.0])}, 3)
    assert [group.rows.tolist() for group in found.groups] == [[0, 2]]
    assert "zeppelin" in found.reasons[1]


def test_an_unknown_path_is_no_matter_of_a_row(hub):
    with pytest.raises(UnknownPathError, match=r"stages\.front\.cranes"):
        gather_usable(hub, {"stages.front.crane": np.array([1.0])}, 1)
