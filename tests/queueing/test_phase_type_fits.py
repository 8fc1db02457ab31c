import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import PhaseType, fit_three_moments, fit_two_moments, two_moment_phases


@given(st.floats(1e-3, 1e3), st.floats(0.01, 100.0))
def test_two_moments_are_met(mean, scv):
    law = fit_two_moments(mean, scv)
    assert float(law.mean_hours) == pytest.approx(mean, rel=1e-11)
    assert float(law.scv) == pytest.approx(scv, rel=1e-8)
    assert law.phases == two_moment_phases(scv)


@pytest.mark.parametrize("phases", range(1, 101))
def test_whole_inverse_is_erlang(phases):
    law = fit_two_moments(3.0, 1 / phases)
    assert law.phases == phases
    assert law.initial == pytest.approx(np.eye(phases)[0], abs=1e-6)


def test_columns_share_the_phases_of_the_longest():
    scvs = np.array([0.3, 0.5, 0.7, 1.0, 1.5, 20.0])
    laws = fit_two_moments(2.0, scvs)
    assert (laws.shape, laws.phases) == ((6,), 4)
    assert laws.mean_hours == pytest.approx(np.full(6, 2.0), rel=1e-12)
    assert laws.scv == pytest.approx(scvs, rel=1e-12)
    for scv, tail in zip(scvs, laws.tail(3.0), strict=True):
        assert float(fit_two_moments(2.0, scv).tail(3.0)) == pytest.approx(tail, rel=1e-12)


@given(st.floats(0.03, 30.0), st.floats(0.0, 1.0))
def test_three_moments_are_met(scv, where):
    least = scv**0.5 - scv**-0.5
    skewness = least + (0.2 + 3.0 * where) * (2.0 * scv**0.5 - least)
    try:
        law = fit_three_moments(2.0, scv, skewness)
    except ArgumentError as error:
        assume("most_phases" not in str(error))
        raise
    assert float(law.mean_hours) == pytest.approx(2.0, rel=1e-9)
    assert float(law.scv) == pytest.approx(scv, rel=1e-6)
    assert float(law.skewness) == pytest.approx(skewness, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("law", "phases"),
    [
        (PhaseType.exponential(2.0), 1),
        (PhaseType.erlang(2, 2.0), 2),
        (PhaseType.hyperexponential(2.0, 3.0), 2),
        (PhaseType([1.0, 0.0], [[-1.0, 0.4], [0.0, -0.3]]), 2),
        (PhaseType([1.0, 0.0], [[-0.5, 0.45], [0.0, -1.0]]), 2),
        (PhaseType.erlang(3, 2.0), 3),
        (PhaseType.erlang(7, 2.0), 7),
    ],
)
def test_a_law_of_the_class_is_found_again(law, phases):
    fitted = fit_three_moments(float(law.mean_hours), float(law.scv), float(law.skewness))
    assert fitted.phases == phases
    hours = np.array([0.1, 1.0, 3.0, 10.0])
    assert fitted.tail(hours) == pytest.approx(law.tail(hours), rel=1e-5)


def test_the_fallback_is_a_mixture_of_erlangs():
    law = fit_three_moments(1.0, 0.3, 1.2)
    assert law.phases == 8
    assert np.count_nonzero(law.initial) == 2
    assert len(set(np.diagonal(law.subgenerator).tolist())) == 2


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: fit_two_moments(0.0, 1.0), "mean_hours"),
        (lambda: fit_two_moments(1.0, 0.005), "scv"),
        (lambda: fit_two_moments(1.0, np.nan), "scv"),
        (lambda: two_moment_phases(0.0), "scv"),
        (lambda: fit_three_moments(-1.0, 1.0, 2.0), "mean_hours"),
        (lambda: fit_three_moments(1.0, 1e9, 2.0), "scv"),
        (lambda: fit_three_moments(1.0, 4.0, 1.5), "skewness"),
        (lambda: fit_three_moments(1.0, 1.0, np.nan), "skewness"),
        (lambda: fit_three_moments(1.0, 0.3, 1.2, most_phases=4), "most_phases"),
        (lambda: fit_three_moments(1.0, 1.0, 1e-9), "most_phases"),
    ],
)
def test_arguments_are_named(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
