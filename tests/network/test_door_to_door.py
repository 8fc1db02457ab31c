"""The time over a chain, against sums whose law is known, against drawn samples, and against itself."""

import numpy as np
import pytest
from scipy import optimize, special, stats

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.network.door_to_door import MOST_SHOCKS, Shock, TimeLaw, chain

PROBABILITIES = np.array([0.05, 0.5, 0.9, 0.95, 0.99])


def gamma(shape, scale=2.0):
    return TimeLaw.gamma(shape * scale, shape * scale**2)


def exponential(mean):
    return TimeLaw.gamma(mean, mean**2)


# Single laws


@pytest.mark.parametrize(
    "law",
    [
        TimeLaw.constant(3.0),
        TimeLaw.gamma(5.0, 7.0, least_hours=2.0),
        TimeLaw.lognormal(5.0, 2.0, least_hours=3.0),
        TimeLaw.uniform(1.0, 4.0),
        TimeLaw.from_quantiles([0.0, 0.3, 0.9], [1.0, 2.0, 9.0], mean_hours=5.5),
        TimeLaw.from_quantiles([0.2, 1.0], [1.0, 2.0]),
        TimeLaw.from_atoms_and_density([0.0, 5.0], [0.25, 0.25], [1.0, 2.0, 6.0], [0.25, 0.25]),
        TimeLaw.from_lattice(2.0, 0.5, [0.5, 0.25, 0.25]),
        TimeLaw.mixture([TimeLaw.constant(0.0), TimeLaw.gamma(3.0, 9.0)], [0.4, 0.6]),
        TimeLaw.gamma(5.0, 7.0, least_hours=2.0).scaled(1.7),
    ],
)
def test_moments_are_those_of_the_distribution_function(law):
    # the mean is the integral of P(X > x), the second moment that of 2 x P(X > x)
    top = law.mean_hours + 60 * np.sqrt(law.variance_hours2) + 1
    edges = np.linspace(0, top, 500_001)
    middle = (edges[1:] + edges[:-1]) / 2
    above, step = 1 - law.below(middle), edges[1]
    mean = np.sum(above) * step
    assert mean == pytest.approx(law.mean_hours, rel=5e-5)
    assert np.sum(2 * middle * above) * step - mean**2 == pytest.approx(law.variance_hours2, rel=3e-4, abs=1e-3)


def test_border_of_kenya_and_uganda():
    # mode 3.5, median 4, mean 5 and P95 10 days, World Bank 2010, The Cost of Being Landlocked, p. 46: a shift of 3 and
    # a lognormal excess of median 1 and mean 2 have the median and the mean, and give the others
    law = TimeLaw.lognormal(mean_hours=5.0, variance_hours2=12.0, least_hours=3.0)
    way = chain([law])
    assert float(way.quantile(0.5)) == pytest.approx(4.0, rel=1e-5)
    assert float(way.quantile(0.95)) == pytest.approx(
        3 + np.exp(special.ndtri(0.95) * np.sqrt(2 * np.log(2))), rel=1e-5
    )
    assert float(way.quantile(0.95)) == pytest.approx(10.0, abs=0.1)


def test_table_of_quantiles_is_met_and_its_tail_has_the_mean():
    way = chain([TimeLaw.from_quantiles([0.0, 0.5, 0.9], [2.0, 4.0, 10.0], mean_hours=5.5)])
    assert way.quantile([0.5, 0.9]) == pytest.approx([4.0, 10.0], rel=3e-4)
    tail = (5.5 - 0.5 * 3.0 - 0.4 * 7.0) / 0.1 - 10.0  # what is left for the last tenth, beyond 10 h
    assert float(way.quantile(0.95)) == pytest.approx(10.0 + tail * np.log(2), rel=1e-4)


@pytest.mark.parametrize(
    "law", [stats.expon(scale=5), stats.gamma(0.3, scale=10), stats.lognorm(s=0.8, scale=5), stats.uniform(2, 5)]
)
def test_law_from_its_quantiles(law):
    made = TimeLaw.from_quantile_function(law.ppf, float(law.mean()))
    assert made.mean_hours == pytest.approx(law.mean(), rel=1e-9)
    assert made.variance_hours2 == pytest.approx(law.var(), rel=0.03)
    assert chain([made]).quantile([0.5, 0.9, 0.95]) == pytest.approx(law.ppf([0.5, 0.9, 0.95]), rel=3e-4)


def test_a_chain_can_be_an_element_of_another():
    part = chain([exponential(3.0), gamma(2.0)])
    made = TimeLaw.from_quantile_function(lambda p: float(part.quantile(p)), part.mean_hours)
    whole = chain([exponential(3.0), gamma(2.0), exponential(7.0)]).quantile(PROBABILITIES)
    assert chain([made, exponential(7.0)]).quantile(PROBABILITIES) == pytest.approx(whole, rel=1e-3)


# Sums whose law is known

SUMS = {
    "gammas of one scale": (
        [gamma(a) for a in (0.3, 0.7, 1.5, 4.0, 10.0)],
        special.gammaincinv(16.5, PROBABILITIES) * 2,
    ),
    "exponentials of one mean": ([exponential(5.0)] * 4, special.gammaincinv(4, PROBABILITIES) * 5),
    "constants and a gamma": (
        [gamma(2.5), TimeLaw.constant(7.3), TimeLaw.constant(11.77)],
        special.gammaincinv(2.5, PROBABILITIES) * 2 + 19.07,
    ),
    "sixty gammas": ([gamma(5.0)] * 60, special.gammaincinv(300, PROBABILITIES) * 2),
    "two uniforms": (
        [TimeLaw.uniform(0.0, 1.0)] * 2,
        np.where(PROBABILITIES < 0.5, np.sqrt(2 * PROBABILITIES), 2 - np.sqrt(2 * (1 - PROBABILITIES))),
    ),
    "a wide lognormal": (
        [TimeLaw.lognormal(1.0, 9.0)],
        stats.lognorm(s=np.sqrt(np.log(10)), scale=10**-0.5).ppf(PROBABILITIES),
    ),
}


@pytest.mark.parametrize("name", SUMS)
def test_quantiles_of_known_sums(name):
    laws, exact = SUMS[name]
    way = chain(laws)
    assert way.quantile(PROBABILITIES) == pytest.approx(exact, rel=2e-4)
    assert way.below(exact) == pytest.approx(PROBABILITIES, abs=2e-5)


def test_hypoexponential_time():
    rates = np.array([1.0, 0.5, 0.2, 0.1])
    shares = [np.prod([b / (b - a) for b in rates if b != a]) for a in rates]

    def below(x):
        return 1 - sum(share * np.exp(-rate * x) for share, rate in zip(shares, rates, strict=True))

    exact = [optimize.brentq(lambda x, p=p: below(x) - p, 0, 1000) for p in PROBABILITIES]
    assert chain([exponential(1 / rate) for rate in rates]).quantile(PROBABILITIES) == pytest.approx(exact, rel=1e-5)


def test_many_equal_elements_are_nearly_normal():
    way = chain([TimeLaw.uniform(0.0, 12.0)] * 100)
    deviation = np.sqrt(100 * 12.0)
    assert way.quantile(PROBABILITIES) == pytest.approx(
        600 + deviation * special.ndtri(PROBABILITIES), abs=0.01 * deviation
    )


def test_mean_is_kept_and_variance_nearly():
    laws = [
        TimeLaw.lognormal(40.0, 400.0, least_hours=10.0),
        gamma(3.0),
        TimeLaw.uniform(0.0, 24.0),
        TimeLaw.constant(5.0),
    ]
    way = chain(laws)
    lattice = way._lattice
    points = lattice.least_hours + lattice.step_hours * np.arange(len(lattice.shares))
    assert way.mean_hours == pytest.approx(40 + 6 + 12 + 5, rel=1e-12)
    assert way.variance_hours2 == pytest.approx(400 + 12 + 48, rel=1e-12)
    mean = points @ lattice.shares
    assert np.sum(lattice.shares) == pytest.approx(1, abs=1e-12)
    assert mean == pytest.approx(way.mean_hours, rel=1e-6)  # what lies beyond the lattice is at its end
    assert points**2 @ lattice.shares - mean**2 == pytest.approx(way.variance_hours2, rel=1e-4)


def test_atoms_are_found():
    # two stops of 6 h, one time in ten each: nothing 81 times of 100, 6 h 18 times
    stop = TimeLaw.mixture([TimeLaw.constant(0.0), TimeLaw.constant(6.0)], [0.9, 0.1])
    way = chain([stop, stop, TimeLaw.constant(10.0)])
    assert float(way.quantile(0.8)) == 10.0
    assert way.quantile([0.82, 0.98]) == pytest.approx([16.0, 16.0], rel=1e-3)
    assert float(way.quantile(0.995)) == pytest.approx(22.0, rel=1e-3)
    assert way.below([9.9, 10.0, 15.9, 16.1]) == pytest.approx([0.0, 0.81, 0.81, 0.99], abs=1e-9)


def test_constants_alone():
    way = chain([TimeLaw.constant(2.0), TimeLaw.constant(3.5)])
    assert way.quantile([0.0, 0.5, 0.999]) == pytest.approx([5.5] * 3)
    assert way.below([5.4, 5.5]).tolist() == [0.0, 1.0]
    assert way.mean_beyond_hours([5.0, 6.0]).tolist() == [0.5, 0.0]
    idle = [Shock(0.3, {0: 1.0}), Shock(0.1, {}, {0: TimeLaw.constant(0.0), 1: TimeLaw.constant(0.0)})]
    assert float(chain([TimeLaw.constant(2.2), TimeLaw.constant(3.3)], idle).quantile(0.95)) == pytest.approx(5.5)


def test_shocks_on_constants_alone():
    # a closure of 48 h, one day in five
    way = chain([TimeLaw.constant(20.0), TimeLaw.constant(4.0)], [Shock(0.2, {}, {1: TimeLaw.constant(48.0)})])
    assert way.quantile([0.79, 0.81]) == pytest.approx([24.0, 72.0], rel=1e-3)
    assert way.mean_hours == pytest.approx(33.6)
    assert way.variance_hours2 == pytest.approx(0.16 * 48**2)


def test_mean_beyond_a_deadline_of_an_erlang_time():
    # E[max(X - d, 0)] of a gamma time of shape 3 and scale 8
    deadline = np.array([0.0, 10.0, 24.0, 60.0])
    y = deadline / 8
    exact = 24 * special.gammaincc(4, y) - deadline * special.gammaincc(3, y)
    assert chain([exponential(8.0)] * 3).mean_beyond_hours(deadline) == pytest.approx(exact, rel=1e-5)


# Shocks


def test_shocks_mix_exactly():
    # a storm doubles two exponential times of equal mean: a mixture of two Erlang laws
    way = chain([exponential(5.0)] * 2, [Shock(0.3, factors={0: 2.0, 1: 2.0})])
    x = np.array([5.0, 10.0, 20.0, 40.0])
    exact = 0.7 * special.gammainc(2, x / 5) + 0.3 * special.gammainc(2, x / 10)
    assert way.below(x) == pytest.approx(exact, abs=1e-6)
    assert way.mean_hours == pytest.approx(13.0)
    # within: 0.7 50 + 0.3 200; between: 0.21 (20 - 10)^2
    assert way.variance_hours2 == pytest.approx(0.7 * 50 + 0.3 * 200 + 21)


def test_shocks_against_samples():
    rng = np.random.default_rng(5)
    laws = [TimeLaw.lognormal(10.0, 30.0), gamma(4.0), TimeLaw.uniform(0.0, 12.0)]
    extra = exponential(20.0)
    shocks = [Shock(0.2, {0: 2.0, 1: 1.5}), Shock(0.1, {1: 3.0}, {2: extra}), Shock(0.05, {}, {0: extra, 2: extra})]
    size = 200_000
    spread = np.log1p(0.3)
    times = [
        rng.lognormal(np.log(10) - spread / 2, np.sqrt(spread), size),
        rng.gamma(4.0, 2.0, size),
        rng.uniform(0.0, 12.0, size),
    ]
    struck = [rng.uniform(size=size) < shock.probability for shock in shocks]
    for shock, on in zip(shocks, struck, strict=True):
        for element, factor in shock.factors.items():
            times[element] = np.where(on, factor * times[element], times[element])
    for shock, on in zip(shocks, struck, strict=True):
        for element in shock.extra:
            times[element] = times[element] + np.where(on, rng.exponential(20.0, size), 0.0)
    whole = np.sum(times, axis=0)
    way = chain(laws, shocks)
    deviation = np.sqrt(way.variance_hours2)
    assert abs(np.mean(whole) - way.mean_hours) < 4 * deviation / np.sqrt(size)
    covariance = [np.cov(time, whole)[0, 1] for time in times]
    assert covariance == pytest.approx(way.variance_contributions_hours2, rel=0.04)
    for probability in (0.5, 0.9, 0.95):
        share = np.mean(whole <= way.quantile(probability))
        assert abs(share - probability) < 4 * np.sqrt(probability * (1 - probability) / size)


def test_contributions_sum_to_the_whole():
    laws = [TimeLaw.lognormal(10.0, 30.0), gamma(4.0), TimeLaw.constant(12.0)]
    way = chain(laws, [Shock(0.2, {0: 2.0, 1: 1.5}), Shock(0.1, {2: 3.0}, {1: exponential(4.0)})])
    assert np.sum(way.mean_contributions_hours) == pytest.approx(way.mean_hours)
    assert np.sum(way.variance_contributions_hours2) == pytest.approx(way.variance_hours2)
    # the constant varies only with the second shock, together with the second element
    assert way.variance_contributions_hours2[2] == pytest.approx(0.09 * 24 * (24 + 4))


def test_independence_understates():
    laws = [exponential(8.0)] * 5
    way = chain(laws, [Shock(0.1, dict.fromkeys(range(5), 3.0))])
    alone = way.independent
    assert alone.mean_hours == pytest.approx(way.mean_hours)
    # shocks of one's own: the variance of each is 0.9 64 + 0.1 576 + 0.09 16^2, together it is that of the sum
    assert alone.variance_hours2 == pytest.approx(5 * (0.9 * 64 + 0.1 * 576 + 0.09 * 256))
    assert way.variance_hours2 == pytest.approx(5 * (0.9 * 64 + 0.1 * 576) + 0.09 * 80**2)
    assert way.understatement(0.95) > 0.1
    assert way.understatement(0.95) == pytest.approx(float(way.quantile(0.95) / alone.quantile(0.95)) - 1)
    assert way.undisturbed.mean_hours == pytest.approx(40.0)
    assert float(way.undisturbed.quantile(0.95)) < float(alone.quantile(0.95))
    assert chain(laws).understatement() == 0.0


def test_shocks_of_no_effect_change_nothing():
    laws = [exponential(8.0), gamma(2.0)]
    plain = chain(laws).quantile(PROBABILITIES)
    for shock in (Shock(0.0, {0: 9.0}), Shock(0.5, {0: 1.0, 1: 1.0}), Shock(0.5, {}, {0: TimeLaw.constant(0.0)})):
        assert chain(laws, [shock]).quantile(PROBABILITIES) == pytest.approx(plain, rel=1e-6)
    certain = chain(laws, [Shock(1.0, {0: 2.0})])
    assert certain.quantile(PROBABILITIES) == pytest.approx(
        chain([exponential(16.0), gamma(2.0)]).quantile(PROBABILITIES)
    )


def test_order_does_not_matter():
    laws = [exponential(8.0), gamma(2.0), TimeLaw.lognormal(10.0, 30.0)]
    one = chain(laws, [Shock(0.2, {0: 2.0, 2: 3.0})])
    other = chain(laws[::-1], [Shock(0.2, {2: 2.0, 0: 3.0})])
    assert one.quantile(PROBABILITIES) == pytest.approx(other.quantile(PROBABILITIES), rel=1e-9)


# What is refused


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: chain([]), "laws"),
        (lambda: chain([gamma(1.0)], [Shock(0.5, {1: 2.0})]), "shocks"),
        (lambda: Shock(1.5), "probability"),
        (lambda: Shock(0.5, {0: float("nan")}), "factors"),
        (lambda: TimeLaw.gamma(2.0, 1.0, least_hours=3.0), "mean_hours"),
        (lambda: TimeLaw.lognormal(3.0, 1.0, least_hours=3.0), "mean_hours"),
        (lambda: TimeLaw.constant(-1.0), "hours"),
        (lambda: TimeLaw.uniform(3.0, 1.0), "hours"),
        (lambda: TimeLaw.from_quantiles([0.0, 0.9], [1.0, 2.0]), "mean_hours"),
        (lambda: TimeLaw.from_quantiles([0.0, 0.9], [1.0, 2.0], mean_hours=1.2), "mean_hours"),
        (lambda: TimeLaw.from_quantiles([0.5, 0.5], [1.0, 2.0]), "probabilities"),
        (lambda: TimeLaw.from_quantiles([0.5], [1.0]), "hours"),
        (lambda: TimeLaw.from_quantile_function(lambda p: 2 + 6 * p, 4.0), "mean_hours"),
        (lambda: TimeLaw.from_atoms_and_density([1.0], [0.5], [], []), "cell_shares"),
        (lambda: TimeLaw.from_atoms_and_density([], [], [1.0, 1.0], [1.0]), "edges_hours"),
        (lambda: TimeLaw.mixture([gamma(1.0)], [0.5]), "shares"),
        (lambda: chain([gamma(1.0)]).quantile(1.0), "probabilities"),
        (lambda: chain([gamma(1.0)]).below(-1.0), "hours"),
    ],
)
def test_refused_arguments(make, name):
    with pytest.raises(ArgumentError, match=name):
        make()


def test_too_many_shocks_that_hang_together():
    laws = [gamma(1.0)] * 2
    with pytest.raises(RefusedError, match="hang together"):
        chain(laws, [Shock(0.1, {0: 2.0, 1: 2.0})] * (MOST_SHOCKS + 1))


def test_a_quantile_in_a_tail_that_no_lattice_holds():
    with pytest.raises(RefusedError, match="probabilities"):
        chain([TimeLaw.lognormal(1.0, 400.0)]).quantile(1 - 1e-12)
