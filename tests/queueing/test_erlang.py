import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import erlang_b, erlang_c


def exact_loss(servers, load):
    """1/B = sum over k of c (c-1) ... (c-k+1) / a^k, in 40 digits; terms beyond 45 digits left out."""
    with mpmath.workdps(40):
        a, term, total = mpmath.mpf(load), mpmath.mpf(1), mpmath.mpf(1)
        for k in range(int(servers)):
            term *= (servers - k) / a
            total += term
            if servers - k < load and term < total * mpmath.mpf(10) ** -45:
                break
        return 1 / total


EXTREMES = [
    (1, 1e-12),
    (1, 1e8),
    (2, 1.9999),
    (15, 14.2),
    (16, 15.9),
    (17, 1.0),
    (100, 99.99),
    (1000, 700.0),
    (1000, 1477.0),
    (5000, 5600.0),
    (10_000, 9_999.9),
    (10_000, 11_000.5),
    (100_000, 96_000.0),
    (100_000, 99_999.0),
    (100_000, 100_500.0),
    (100_000, 1e9),
]


@pytest.mark.parametrize(("servers", "load"), EXTREMES)
def test_against_forty_digits(servers, load):
    loss = exact_loss(servers, load)
    assert float(abs(float(erlang_b(servers, load)) / loss - 1)) < 1e-12
    with mpmath.workdps(40):
        delay = 1 if load >= servers else servers * loss / (servers - mpmath.mpf(load) * (1 - loss))
    assert float(abs(float(erlang_c(servers, load)) / delay - 1)) < 1e-12


def continued_loss(servers, load):
    """B = a^c e^-a / Gamma(c+1, a), with Gamma(c+1, a) = c! (1 - the sum of a^c+k e^-a / (c+k)! over k > 0)."""
    with mpmath.workdps(60):
        c, a = mpmath.mpf(servers), mpmath.mpf(load)
        if c < 40:
            return a**c * mpmath.exp(-a) / mpmath.gammainc(c + 1, a)
        if c * mpmath.log(c / a) + a - c > 60 and a > c:  # the sum below would cancel
            return exact_loss(c, a)
        term, total, count = mpmath.mpf(1), mpmath.mpf(0), c
        while term > mpmath.mpf(10) ** -60 * total or count < a:
            count += 1
            term *= a / count
            total += term
        return 1 / (mpmath.exp(mpmath.loggamma(c + 1) + a - c * mpmath.log(a)) - total)


def random_points(rng, count):
    """Servers from 0.1 to 1e5, whole and not, loads near saturation, within a few deviations of it, and anywhere."""
    servers = 10 ** rng.uniform(-1, 5, count)
    servers = np.where(rng.random(count) < 0.5, np.ceil(servers), servers)
    near = 1 - 10 ** rng.uniform(-9, 0, count)
    around = 1 + rng.normal(0, 4, count) / np.sqrt(servers)
    anywhere = 10 ** rng.uniform(-6, 0, count)
    utilization = np.choose(rng.integers(0, 3, count), [near, np.clip(around, 1e-3, 3.0), anywhere])
    return servers, utilization * servers


def seams():
    """Points on both sides of each change of method."""
    for servers in (19, 19.999, 20, 20.001, 199.99, 200, 1e5):
        for v in (-0.539, 0.4):
            yield from ((servers, servers * (1 + v) / (1 - v) * side) for side in (1 - 1e-9, 1 + 1e-9))
        for sign in (-1, 1):  # where D is 40
            width = sign * np.sqrt(80 / servers)
            yield from ((servers, servers * max(1 + width + width**2 / 3 + shift, 0.01)) for shift in (-0.02, 0, 0.02))
    for servers in (0.1, 0.5, 1.5, 7.25, 19.9):
        yield from ((servers, servers + shift) for shift in (-0.01, 0.0, 0.99, 1.0, 1.01, 30.0))


@pytest.mark.slow
def test_real_servers_against_sixty_digits():
    points = [*seams(), *zip(*random_points(np.random.default_rng(3), 150), strict=True)]
    servers, load = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    losses, delays = erlang_b(servers, load), erlang_c(servers, load)
    for c, a, loss, delay in zip(servers, load, losses, delays, strict=True):
        exact = continued_loss(c, a)
        if exact < mpmath.mpf(10) ** -300:
            assert loss < 1e-299
            continue
        assert float(abs(mpmath.mpf(float(loss)) / exact - 1)) < 1e-12
        with mpmath.workdps(60):
            spare = mpmath.mpf(c) - mpmath.mpf(a)
            expected = 1 if spare <= 0 else c * exact / (spare + mpmath.mpf(a) * exact)
            assert float(abs(mpmath.mpf(float(delay)) / expected - 1)) < 1e-12


@pytest.mark.parametrize(
    ("servers", "spare"), [(1, 1e-12), (7.5, 1e-9), (1000, 1e-7), (1e6, 1e-3), (50, 20.0), (3, 3.0)]
)
def test_spare_servers_keep_digits(servers, spare):
    """The load of the exact difference has no float of its own."""
    with mpmath.workdps(60):
        load = mpmath.mpf(servers) - mpmath.mpf(spare)
        loss = continued_loss(servers, load) if load > 0 else mpmath.mpf(0)
        expected = servers * loss / (mpmath.mpf(spare) + load * loss) if load > 0 else mpmath.mpf(0)
        found = mpmath.mpf(float(erlang_c(servers, spare=spare)))
        assert float(abs(found - expected)) <= 1e-12 * float(expected)


@given(st.floats(0.1, 3000.0), st.floats(0.0, 1.0))
def test_more_servers_lose_less(servers, share):
    load = share * 1.2 * servers
    assert erlang_b(servers * 1.01, load) <= erlang_b(servers, load)
    assert erlang_c(servers * 1.01, load) <= erlang_c(servers, load)


def test_spare_and_load_exclude_each_other():
    assert erlang_c([2, 3], spare=[-1.0, 0.0]).tolist() == [1.0, 1.0]
    for wrong in ({}, {"offered_load": 1.0, "spare": 1.0}):
        with pytest.raises(ArgumentError, match="offered_load"):
            erlang_c(2, **wrong)
    for spare in (2.1, np.nan):
        with pytest.raises(ArgumentError, match="spare"):
            erlang_c(2, spare=spare)


def test_golden_loss(golden, agrees):
    for case in golden("markovian", "M/M/c/c", "blocking"):
        agrees(case, float(erlang_b(case["parameters"]["c"], case["parameters"]["offered_load"])), 1e-12)


@given(st.integers(1, 5000), st.floats(1e-3, 6000.0))
def test_recursion_and_order(servers, load):
    """B(c+1) = a B(c) / (c + 1 + a B(c)), and B <= C."""
    loss = float(erlang_b(servers, load))
    following = load * loss / (servers + 1 + load * loss)
    assert float(erlang_b(servers + 1, load)) == pytest.approx(following, rel=1e-11, abs=1e-290)
    assert 0.0 <= loss <= float(erlang_c(servers, load)) <= 1.0


@given(st.integers(1, 200), st.floats(0.0, 300.0), st.floats(0.0, 300.0))
def test_monotone_in_load(servers, one, other):
    low, high = sorted((one, other))
    assert erlang_b(servers, low) <= erlang_b(servers, high) * (1 + 1e-12)
    assert erlang_c(servers, low) <= erlang_c(servers, high) * (1 + 1e-12)


def test_limits_and_shapes():
    assert float(erlang_b(3, 0.0)) == float(erlang_c(3, 0.0)) == 0.0
    assert erlang_c([[1], [2], [3]], [0.5, 1.0, 2.5, 9.0]).shape == (3, 4)
    assert erlang_b(3, 2.0).shape == ()
    assert erlang_b(3, 2.0).dtype == np.float64
    assert erlang_b([], []).shape == (0,)


@pytest.mark.parametrize("servers", [0, -1, -2.5, np.nan, np.inf, "many"])
def test_servers_out_of_range(servers):
    with pytest.raises(ArgumentError, match="servers") as caught:
        erlang_b(servers, 1.0)
    assert caught.value.problems[0].parameter == "servers"


@pytest.mark.parametrize("load", [-1e-9, np.nan, np.inf, [1.0, -2.0], None])
def test_load_out_of_range(load):
    with pytest.raises(ArgumentError, match="offered_load"):
        erlang_c(2, load)


def test_shapes_that_do_not_fit():
    with pytest.raises(ArgumentError, match="shapes"):
        erlang_b([1, 2], [1.0, 2.0, 3.0])


def test_at_the_ends_of_the_numbers():
    """At a = c, 1/B is sqrt(pi c / 2) + 2/3 + ...; far above, B is 1 - c/a."""
    assert float(erlang_b(1e308, 1e308)) == pytest.approx(1.0 / np.sqrt(np.pi * 0.5e308), rel=1e-12)
    assert float(erlang_b(8e307, 1.7e308)) == pytest.approx(1.0 - 8.0 / 17.0, rel=1e-12)
    assert float(erlang_b(1.7e308, 1e300)) == 0.0
    assert float(erlang_b(1e-300, 1.0)) == 1.0


@given(st.floats(1e-300, 30.0), st.floats(0.0, 1e3))
def test_a_probability_is_at_most_one(servers, load):
    assert 0.0 <= float(erlang_b(servers, load)) <= 1.0
    assert 0.0 <= float(erlang_c(servers, load)) <= 1.0
