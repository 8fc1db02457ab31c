"""Money and demand of other years, against closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.studies.staging.cash import capital_costs, discount_factors, final_factor, outlays, residual_values
from hubcalc.studies.staging.demand import SWANSON, grown, interpolated, path_weights

CLOSE = 1e-12


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.08, 1.0])
@pytest.mark.parametrize("years", [1, 7, 100])
def test_an_annuity_is_worth_its_closed_form(rate, years):
    expected = (1 - (1 + rate) ** -years) / rate if rate else years
    assert discount_factors(rate, years, "end_of_year").sum() == pytest.approx(expected, rel=CLOSE)


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.12])
def test_the_middle_of_a_year_is_half_a_year_before_its_end(rate):
    ratio = discount_factors(rate, 30, "mid_year") / discount_factors(rate, 30, "end_of_year")
    assert ratio == pytest.approx(math.sqrt(1 + rate), rel=CLOSE)


def test_the_last_year_ends_at_the_horizon():
    assert final_factor(0.07, 12) == pytest.approx(discount_factors(0.07, 12, "end_of_year")[-1], rel=CLOSE)


@pytest.mark.parametrize(("rate", "growth"), [(0.08, 0.03), (0.05, -0.02), (0.1, 0.0)])
def test_a_growing_annuity_is_worth_its_closed_form(rate, growth):
    years = 40
    paid = grown(10.0, growth, years)
    expected = 10.0 * (1 - ((1 + growth) / (1 + rate)) ** years) / (rate - growth)
    assert paid @ discount_factors(rate, years, "end_of_year") == pytest.approx(expected, rel=1e-10)


def test_a_growing_perpetuity_is_the_limit():
    # Gordon: first payment over the difference of the rates
    worth = grown(10.0, 0.02, 100) @ discount_factors(0.5, 100, "end_of_year")
    assert worth == pytest.approx(10.0 / (0.5 - 0.02), rel=1e-12)


@pytest.mark.parametrize(("lead", "life"), [(0, 5), (2, 5), (3, 1), (0, 100), (4, 7)])
def test_without_interest_what_is_paid_less_what_is_left_is_what_was_used(lead, life):
    years, capital = 23, 90.0
    used = outlays(capital, lead, life, years).sum(axis=1) - residual_values(capital, life, years)
    ready = np.arange(years)
    assert used[lead:] == pytest.approx((capital * (years - ready) / life)[lead:], rel=CLOSE)


def test_what_is_replaced_for_ever_costs_its_capital_recovery():
    # paid at the end of every eighth year from the first: a geometric series
    rate, life, years = 0.06, 8, 80
    factors = discount_factors(rate, years, "end_of_year")
    paid, left = outlays(100.0, 0, life, years), residual_values(100.0, life, years)
    cost = capital_costs(paid, left, 0, factors, final_factor(rate, years))[0]
    one = (1 + rate) ** -life
    assert left[0] == 0
    assert cost == pytest.approx(100.0 / (1 + rate) * (1 - one ** (years / life)) / (1 - one), rel=CLOSE)


def test_what_takes_time_is_paid_before_it_is_ready():
    paid = outlays(90.0, 3, 50, 10)[6]
    assert np.flatnonzero(paid).tolist() == [3, 4, 5]
    assert paid.sum() == pytest.approx(90.0)
    costs = capital_costs(outlays(90.0, 3, 50, 10), residual_values(90.0, 50, 10), 3, np.ones(10), 1.0)
    assert np.isinf(costs).tolist() == [True] * 3 + [False] * 7


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: discount_factors(-0.1, 5), "discount_rate"),
        (lambda: discount_factors(0.1, 0), "years"),
        (lambda: outlays(-1.0, 0, 5, 5), "capital"),
        (lambda: outlays(1.0, 0.5, 5, 5), "lead"),
        (lambda: outlays(1.0, 0, 0, 5), "life"),
        (lambda: grown(0.0, 0.1, 5), "per_day"),
        (lambda: interpolated({2030: 1.0, 2035: 0.0}, 2030, 3), "demand"),
        (lambda: interpolated({2031: 1.0, 2035: 2.0}, 2030, 3), "demand"),
        (lambda: interpolated({2030: 1.0, 2035: 2.0}, 2030, 7), "demand"),
        (lambda: interpolated({}, 2030, 7), "demand"),
        (lambda: path_weights(["low", "high"], None), "weights"),
        (lambda: path_weights(["low", "high"], {"low": 0.5, "high": 0.4}), "weights"),
        (lambda: path_weights(["low", "high"], {"low": 1.0}), "weights"),
    ],
)
def test_errors_name_the_argument(call, name):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert caught.value.problems[0].parameter == name


def test_demand_grows_at_a_constant_rate_between_the_years_given():
    given = {2025: 5.0, 2030: 10.0, 2040: 30.0, 2041: 29.0}
    path = interpolated(given, 2030, 12)
    assert path[[0, 10, 11]] == pytest.approx([10.0, 30.0, 29.0], rel=CLOSE)
    assert path[1:11] / path[:10] == pytest.approx(3 ** (1 / 10), rel=1e-10)
    assert interpolated({2030: 10.0, 2040: 10.0 * 1.03**10}, 2030, 11) == pytest.approx(
        grown(10.0, 0.03, 11), rel=1e-10
    )


def points(law):
    return np.array([law.ppf(float(name[1:]) / 100) for name in SWANSON])


def test_swansons_weights_keep_the_mean_of_what_is_modestly_skewed():
    weights = path_weights(list(SWANSON), None)
    normal = stats.norm(7.0, 2.0)
    assert points(normal) @ weights == pytest.approx(normal.mean(), rel=CLOSE)
    # and its variance but for 1.5 %: 0.6 x 1.2816^2
    assert (points(normal) - 7.0) ** 2 @ weights == pytest.approx(0.6 * 1.2815515655446004**2 * 4.0, rel=1e-9)
    for sigma, error in ((0.2, 0.002), (0.5, 0.01)):
        law = stats.lognorm(sigma)
        assert points(law) @ weights == pytest.approx(law.mean(), rel=error)


def test_weights_follow_the_names():
    assert path_weights(["p90", "p50", "p10"], {"p10": 0.25, "p50": 0.5, "p90": 0.25}).tolist() == [0.25, 0.5, 0.25]
    assert path_weights(["base"], None).tolist() == [1.0]
