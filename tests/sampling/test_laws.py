"""Laws of inputs against scipy.stats; ranges met exactly; laws cut at bounds; bad laws are refused."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.sampling import Empirical, Lognormal, Normal, Pert, Triangular, Uniform, law_of_range, truncated

P = np.linspace(0.001, 0.999, 97)

LAWS = [
    (Uniform(-2.0, 5.0), stats.uniform(-2.0, 7.0)),
    (Triangular(1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
    (Triangular(1.0, 1.0, 6.0), stats.triang(0.0, 1.0, 5.0)),
    (Triangular(1.0, 6.0, 6.0), stats.triang(1.0, 1.0, 5.0)),
    (Pert(0.0, 1.0, 4.0), stats.beta(2.0, 4.0, 0.0, 4.0)),
    (Pert(-1.0, 1.0, 4.0, 10.0), stats.beta(5.0, 7.0, -1.0, 5.0)),
    (Pert(0.0, 1.0, 4.0, 0.0), stats.uniform(0.0, 4.0)),
    (Normal(3.0, 0.5), stats.norm(3.0, 0.5)),
    (Lognormal(3.0, 0.5), stats.lognorm(0.5, scale=3.0)),
]


@pytest.mark.parametrize(("law", "known"), LAWS)
def test_laws_are_those_of_scipy(law: Any, known: Any) -> None:
    np.testing.assert_allclose(law.quantile(P), known.ppf(P), rtol=1e-9, atol=1e-12)
    values = np.linspace(known.ppf(0.0001) - 1.0, known.ppf(0.9999) + 1.0, 211)
    np.testing.assert_allclose(law.cdf(values), known.cdf(values), rtol=1e-9, atol=1e-12)
    assert law.mean == pytest.approx(known.mean(), rel=1e-12)
    assert law.sd == pytest.approx(known.std(), rel=1e-9)


def test_mode_of_a_pert_law_is_where_it_is_said_to_be() -> None:
    law = Pert(2.0, 3.0, 7.0)
    x = np.linspace(2.0, 7.0, 50_001)
    assert x[np.argmax(np.diff(law.cdf(x)))] == pytest.approx(3.0, abs=1e-3)


def test_ends_of_a_law_are_its_quantiles_at_0_and_1() -> None:
    for law in (Uniform(1.0, 2.0), Triangular(1.0, 1.5, 2.0), Pert(1.0, 1.5, 2.0)):
        assert law.quantile([0.0, 1.0]).tolist() == [1.0, 2.0]


def test_empirical_law_has_the_quantiles_of_its_values() -> None:
    values = np.random.default_rng(1).normal(size=37)
    law = Empirical.of(values)
    expected = np.quantile(values, P, method="inverted_cdf")
    np.testing.assert_array_equal(law.quantile(P), expected)
    np.testing.assert_allclose(law.cdf(values), stats.rankdata(values) / 37)
    assert law.mean == pytest.approx(values.mean())
    assert law.sd == pytest.approx(values.std())


def test_weights_are_as_so_many_values() -> None:
    weighted, repeated = Empirical.of([3.0, 1.0, 9.0, 5.0], [2, 3, 0, 5]), Empirical.of([3] * 2 + [1] * 3 + [5] * 5)
    np.testing.assert_array_equal(weighted.quantile(P), repeated.quantile(P))
    assert weighted.sd == pytest.approx(repeated.sd)


@given(low=st.floats(-100.0, 100.0), width=st.floats(0.01, 100.0), share=st.floats(0.0, 1.0, exclude_max=True))
def test_a_triangle_meets_p10_p90_and_value(low: float, width: float, share: float) -> None:
    high, mode = low + width, low + share * width
    law = law_of_range(low, high, mode)
    assert isinstance(law, Triangular)
    assert law.mode == mode
    np.testing.assert_allclose(law.cdf([low, high]), [0.1, 0.9], atol=1e-9)


@pytest.mark.parametrize("mode", [-0.09, 1.09, 5.0])
def test_a_value_beyond_the_range_makes_the_law_uniform(mode: float) -> None:
    law = law_of_range(0.0, 1.0, mode)
    assert law == Uniform(-0.125, 1.125)
    np.testing.assert_allclose(law.quantile([0.1, 0.9]), [0.0, 1.0], atol=1e-15)


@pytest.mark.parametrize("mode", [-0.08, 1.08])
def test_a_value_a_little_beyond_the_range_still_has_its_triangle(mode: float) -> None:
    law = law_of_range(0.0, 1.0, mode)
    assert isinstance(law, Triangular)
    np.testing.assert_allclose(law.quantile([0.1, 0.9]), [0.0, 1.0], atol=1e-9)


def test_a_symmetric_range_is_that_of_the_textbook() -> None:
    # P10 of the symmetric triangle from -1 to 1 is -1 + sqrt(0.2)
    law = law_of_range(-1.0 + math.sqrt(0.2), 1.0 - math.sqrt(0.2), 0.0)
    assert (law.low, law.high) == (pytest.approx(-1.0), pytest.approx(1.0))


def test_a_cut_law_is_the_law_given_its_bounds() -> None:
    law, known = truncated(Normal(1.0, 2.0), 0.0, 2.5), stats.truncnorm(-0.5, 0.75, 1.0, 2.0)
    np.testing.assert_allclose(law.quantile(P), known.ppf(P), rtol=1e-9)
    np.testing.assert_allclose(law.cdf([-1.0, 0.5, 1.0, 9.0]), known.cdf([-1.0, 0.5, 1.0, 9.0]), rtol=1e-9)
    one_sided = truncated(Lognormal(1.0, 1.0), None, 1.0)
    assert one_sided.quantile(0.5) == pytest.approx(stats.lognorm(1.0).ppf(0.25))


def test_bounds_that_cut_nothing_change_nothing() -> None:
    law = Triangular(1.0, 2.0, 3.0)
    assert truncated(law, 0.0, None) is law
    assert truncated(law, None, None) is law


def test_measured_values_beyond_the_bounds_are_left_out() -> None:
    law = truncated(Empirical.of([-1.0, 0.0, 2.0, 2.0, 5.0]), 0.0, 2.0)
    assert law.quantile([0.3, 0.4]).tolist() == [0.0, 2.0]


@pytest.mark.parametrize("law", [Normal(-20.0, 1.0), Uniform(-2.0, -1.0), Empirical.of([-1.0])])
def test_a_law_beyond_the_bounds_is_refused(law: Any) -> None:
    with pytest.raises(ArgumentError, match="within the bounds"):
        truncated(law, 0.0, 10.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Uniform(1.0, 1.0),
        lambda: Uniform(0.0, math.inf),
        lambda: Triangular(0.0, 3.0, 2.0),
        lambda: Pert(0.0, -1.0, 2.0),
        lambda: Pert(0.0, 1.0, 2.0, -1.0),
        lambda: Normal(0.0, 0.0),
        lambda: Lognormal(0.0, 1.0),
        lambda: Lognormal(1.0, math.nan),
        lambda: Empirical.of([1.0, 2.0], [0.0, 0.0]),
        lambda: Empirical.of([1.0, 2.0], [1.0]),
        lambda: law_of_range(2.0, 1.0, 1.5),
        lambda: Uniform(0.0, 1.0).quantile(1.1),
        lambda: Normal(0.0, 1.0).quantile([0.5, math.nan]),
    ],
)
def test_what_is_no_law_is_refused(make: Any) -> None:
    with pytest.raises(ArgumentError):
        make()
