import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, stats

from hubcalc.errors import ArgumentError
from hubcalc.queueing import PhaseType

MEANS = st.floats(1e-3, 1e3)


def general():
    """A law with a loop, of three phases."""
    return PhaseType([0.2, 0.5, 0.3], [[-3.0, 1.0, 1.5], [0.0, -2.0, 1.0], [0.4, 0.1, -0.9]])


@given(st.integers(1, 30), MEANS, st.floats(1e-3, 30.0))
def test_erlang_is_gamma(phases, mean, ratio):
    law, gamma = PhaseType.erlang(phases, mean), stats.gamma(phases, scale=mean / phases)
    assert float(law.mean_hours) == pytest.approx(mean, rel=1e-12)
    assert float(law.scv) == pytest.approx(1 / phases, rel=1e-10)
    assert float(law.skewness) == pytest.approx(2 / math.sqrt(phases), rel=1e-8)
    assert float(law.tail(ratio * mean)) == pytest.approx(gamma.sf(ratio * mean), rel=1e-10, abs=1e-300)


@given(MEANS, st.floats(1.0, 1e4))
def test_hyperexponential_has_balanced_means(mean, scv):
    law = PhaseType.hyperexponential(mean, scv)
    assert float(law.mean_hours) == pytest.approx(mean, rel=1e-12)
    assert float(law.scv) == pytest.approx(scv, rel=1e-9)
    halves = law.initial / -np.diagonal(law.subgenerator)
    assert halves == pytest.approx([mean / 2, mean / 2], rel=1e-12)


def test_general_law_against_the_matrix_exponential():
    law = general()
    for hours in (0.0, 1e-6, 0.3, 2.0, 17.0, 90.0):
        exact = law.initial @ linalg.expm(law.subgenerator * hours) @ np.ones(3)
        assert float(law.tail(hours)) == pytest.approx(exact, rel=1e-12)
    inverse = np.linalg.inv(-law.subgenerator)
    assert float(law.raw_moment(3)) == pytest.approx(
        6 * law.initial @ inverse @ inverse @ inverse @ np.ones(3), rel=1e-12
    )


@given(st.floats(0.0, 0.999999))
def test_quantile_is_the_inverse_of_the_cdf(probability):
    law = general()
    assert float(law.tail(law.quantile_hours(probability))) == pytest.approx(1 - probability, rel=1e-11)


def test_tiny_tails_keep_their_relative_precision():
    law = PhaseType.exponential(2.0)
    hours = np.array([1e-12, 50.0, 500.0, 1000.0, 1e6])
    assert law.tail(hours) == pytest.approx(np.exp(-hours / 2), rel=1e-10, abs=1e-300)
    assert float(law.quantile_hours(1 - 2.0**-53)) == pytest.approx(2 * 53 * math.log(2), rel=1e-13)


def test_columns_broadcast():
    laws = PhaseType.erlang(2, [[1.0], [4.0]])
    assert (laws.shape, laws.phases, laws.mean_hours.shape) == ((2, 1), 2, (2, 1))
    tails = laws.tail([0.5, 1.0, 2.0])
    assert tails.shape == (2, 3)
    assert tails[1, 2] == float(PhaseType.erlang(2, 4.0).tail(2.0))
    assert PhaseType.exponential(1.0).cdf(np.ones((2, 2))).shape == (2, 2)
    assert laws.scaled([1.0, 2.0]).mean_hours == pytest.approx(np.array([[1.0, 2.0], [4.0, 8.0]]))
    assert laws.exits_per_hour[:, 0] == pytest.approx(np.array([[0.0, 2.0], [0.0, 0.5]]))


def test_laws_cannot_be_changed():
    law = PhaseType.exponential(1.0)
    with pytest.raises(ValueError, match="read-only"):
        law.initial[0] = 2.0
    with pytest.raises(AttributeError):
        law.initial = np.ones(1)


@pytest.mark.parametrize(
    ("initial", "subgenerator", "name"),
    [
        ([0.5, 0.4], [[-1.0, 0.0], [0.0, -1.0]], "initial"),
        ([1.5, -0.5], [[-1.0, 0.0], [0.0, -1.0]], "initial"),
        ([np.nan, 1.0], [[-1.0, 0.0], [0.0, -1.0]], "initial"),
        (["one"], [[-1.0]], "initial"),
        ([1.0], [[-1.0, 0.0], [0.0, -1.0]], "subgenerator"),
        ([], [[]], "subgenerator"),
        (1.0, [[-1.0]], "subgenerator"),
        ([1.0, 0.0], [[-1.0, 2.0], [0.0, -1.0]], "subgenerator"),
        ([1.0, 0.0], [[-1.0, -0.1], [0.0, -1.0]], "subgenerator"),
        ([1.0, 0.0], [[0.0, 0.0], [0.0, -1.0]], "subgenerator"),
        ([1.0, 0.0], [[-1.0, 1.0], [1.0, -1.0]], "never left"),
        ([1.0, 0.0, 0.0], [[-1.0, 0.0, 0.0], [0.0, -1.0, 1.0], [0.0, 1.0, -1.0]], "never left"),
    ],
)
def test_what_is_no_law_is_refused(initial, subgenerator, name):
    with pytest.raises(ArgumentError, match=name):
        PhaseType(initial, subgenerator)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: PhaseType.erlang(0, 1.0), "phases"),
        (lambda: PhaseType.erlang(2, -1.0), "mean_hours"),
        (lambda: PhaseType.exponential(np.inf), "mean_hours"),
        (lambda: PhaseType.hyperexponential(1.0, 0.9), "scv"),
        (lambda: PhaseType.exponential(1.0).tail(-1.0), "hours"),
        (lambda: PhaseType.exponential(1.0).quantile_hours(1.0), "probability"),
        (lambda: PhaseType.exponential(1.0).raw_moment(0), "order"),
        (lambda: PhaseType.exponential(1.0).scaled(0.0), "factor"),
    ],
)
def test_arguments_are_named(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
