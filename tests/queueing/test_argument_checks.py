import numpy as np
import pytest

from hubcalc import arguments
from hubcalc.errors import ArgumentError
from hubcalc.queueing import erlang_c


@pytest.mark.parametrize("place", [0, 8191, 8192, 19_999])
@pytest.mark.parametrize("wrong", [1.5, 0.0, np.nan, np.inf, -np.inf])
def test_one_wrong_number_among_many_is_found(place, wrong):
    column = np.ones(20_000)
    assert arguments.whole_at_least_one("x", column) is column
    column[place] = wrong
    with pytest.raises(ArgumentError, match="is out of range") as caught:
        arguments.whole_at_least_one("x", column)
    assert caught.value.problems[0].given == pytest.approx(wrong, nan_ok=True)


def test_no_numbers_are_right():
    assert arguments.positive("x", []).shape == (0,)
    assert erlang_c(np.empty((0, 3)), 1.0).shape == (0, 3)


def test_common_shapes():
    one, row = np.ones((2, 1)), np.ones(3)
    assert [column.shape for column in arguments.broadcast(one=one, row=row)] == [(2, 3), (2, 3)]
    assert arguments.broadcast(one=one)[0] is one
    with pytest.raises(ArgumentError, match=r"one \(2, 1\), other \(3, 4\)"):
        arguments.broadcast(one=one, other=np.ones((3, 4)))


def test_the_given_arrays_stay_as_they_are():
    servers, load = np.array([1.0, 2.0, 30.0]), np.array([0.5, 1.0, 20.0])
    for column in (servers, load):
        column.flags.writeable = False
    expected = [erlang_c(c, a) for c, a in zip(servers, load, strict=True)]
    assert erlang_c(servers, load).tolist() == expected
    assert erlang_c(servers[::-1], load[::-1]).tolist() == expected[::-1]
    assert erlang_c(np.asfortranarray(np.tile(servers, (2, 1))), load).tolist() == [expected, expected]
