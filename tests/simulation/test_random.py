"""Streams and laws of random times, against numpy's generator and the laws' own distribution functions."""

import numpy as np
import pytest
from scipy import stats

from hubcalc.compiled import kernel
from hubcalc.simulation._random import draw, poisson, random_bits, stream_states, uniform
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Delay, Exit, Program

DRAWS = 200_000


@kernel("void(u8[:,::1], i8, u8[::1])", allocates=False)
def fill_bits(streams, i, out):
    for k in range(out.size):
        out[k] = random_bits(streams, i)


@kernel("void(u8[:,::1], f8[::1])", allocates=False)
def fill_uniform(streams, out):
    for k in range(out.size):
        out[k] = uniform(streams, 0)


@kernel("void(u8[:,::1], f8, f8[::1])", allocates=False)
def fill_poisson(streams, mean, out):
    for k in range(out.size):
        out[k] = poisson(streams, 0, mean)


@kernel("void(f8[:,::1], f8[::1], u8[:,::1], f8[::1])", allocates=False)
def fill(laws, table, streams, out):
    for k in range(out.size):
        out[k] = draw(laws, table, 0, streams, 0)


def drawn(law, count=DRAWS, seed=3):
    plan = encode(Program((), (), (Delay(law), Exit()))).plan
    out = np.zeros(count)
    fill(plan.laws, plan.table, stream_states(seed, 0, [(2, 0)]), out)
    return out


@pytest.mark.parametrize(("seed", "replication", "name"), [(0, 0, (0, 0)), (7, 3, (2, 15)), (2**63, 999, (4, 1))])
def test_bits_are_those_of_numpy(seed, replication, name):
    streams = stream_states(seed, replication, [(9, 9), name])
    out = np.zeros(1000, dtype=np.uint64)
    fill_bits(streams, 1, out)
    expected = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(replication, *name)))
    np.testing.assert_array_equal(out, expected.random_raw(1000))
    state = expected.state["state"]["state"]
    np.testing.assert_array_equal(streams[1], state)


def test_uniforms_are_those_of_numpy():
    out = np.zeros(1000)
    fill_uniform(stream_states(5, 1, [(0, 0)]), out)
    expected = np.random.Generator(np.random.SFC64(np.random.SeedSequence(5, spawn_key=(1, 0, 0)))).random(1000)
    np.testing.assert_array_equal(out, expected)


def test_a_stream_depends_on_its_name_only():
    alone = stream_states(1, 2, [(2, 4)])
    among = stream_states(1, 2, [(0, 0), (2, 3), (2, 4)])
    np.testing.assert_array_equal(alone[0], among[2])
    assert len({tuple(row) for row in np.vstack([among, stream_states(1, 3, [(2, 4)])]).tolist()}) == 4


def hyperexponential(mean, scv):
    p = 0.5 * (1 + np.sqrt((scv - 1) / (scv + 1)))
    return lambda x: 1 - p * np.exp(-2 * p * x / mean) - (1 - p) * np.exp(-2 * (1 - p) * x / mean)


def lognormal(mean, scv, shift):
    spread = np.log1p(scv)
    return stats.lognorm(np.sqrt(spread), shift, np.exp(np.log(mean) - spread / 2)).cdf


LAWS = [
    (Law.exponential(2.0), stats.expon(scale=2.0).cdf),
    (Law.two_moments(3.0, 0.25), stats.gamma(4.0, scale=0.75).cdf),
    (Law.two_moments(3.0, 0.01), stats.gamma(100.0, scale=0.03).cdf),
    (Law.two_moments(3.0, 1.0), stats.expon(scale=3.0).cdf),
    (Law.two_moments(0.5, 5.0), stats.gamma(0.2, scale=2.5).cdf),
    (Law.lognormal(2.0, 0.5, 1.0), lognormal(2.0, 0.5, 1.0)),
    (Law.hyperexponential(2.0, 4.0), hyperexponential(2.0, 4.0)),
    (Law.triangular(1.0, 2.0, 5.0), stats.triang(0.25, 1.0, 4.0).cdf),
    (Law.triangular(1.0, 1.0, 3.0), stats.triang(0.0, 1.0, 2.0).cdf),
    (Law.triangular(1.0, 3.0, 3.0), stats.triang(1.0, 1.0, 2.0).cdf),
    (Law.quantiles((0.0, 0.5, 1.0), (1.0, 2.0, 6.0)), lambda x: np.interp(x, [1, 2, 6], [0, 0.5, 1])),
]


@pytest.mark.slow
@pytest.mark.parametrize(("law", "distribution"), LAWS, ids=[f"{i}-{law.kind.name}" for i, (law, _) in enumerate(LAWS)])
def test_laws_are_those_that_they_are_named_for(law, distribution):
    assert stats.kstest(drawn(law), distribution).pvalue > 1e-3


@pytest.mark.parametrize("law", [Law.gaps(2.0, 0.3), Law.gaps(2.0, 1.0), Law.gaps(2.0, 3.0), Law.lognormal(2.0, 0.3)])
def test_mean_and_variance(law):
    times = drawn(law)
    assert abs(times.mean() - 2.0) < 4 * times.std() / np.sqrt(DRAWS)
    squares = (times - 2.0) ** 2
    scv = law.parameters[1] if len(law.parameters) > 1 else 1.0
    assert abs(squares.mean() - 4.0 * scv) < 5 * squares.std() / np.sqrt(DRAWS)


def test_constant_times_are_constant():
    np.testing.assert_array_equal(drawn(Law.constant(1.5), 10), 1.5)
    np.testing.assert_array_equal(drawn(Law.triangular(1.5, 1.5, 1.5), 10), 1.5)


def test_quantiles_may_jump_and_stand():
    times = drawn(Law.quantiles((0.0, 0.25, 0.5, 1.0), (1.0, 1.0, 2.0, 2.0)))
    assert abs((times == 1.0).mean() - 0.25) < 0.005
    assert abs((times == 2.0).mean() - 0.5) < 0.005


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 60.0])
def test_numbers_of_breakdowns(mean):
    out = np.zeros(50_000)
    fill_poisson(stream_states(1, 0, [(0, 0)]), mean, out)
    assert abs(out.mean() - mean) <= 4 * np.sqrt(mean / out.size)
    assert abs(out.var() - mean) <= 4 * np.sqrt((mean + 2 * mean**2) / out.size)


def test_successive_numbers_are_independent():
    out = np.zeros(DRAWS)
    fill_uniform(stream_states(11, 0, [(0, 0)]), out)
    for lag in (1, 2, 7):
        assert abs(np.corrcoef(out[:-lag], out[lag:])[0, 1]) < 4 / np.sqrt(DRAWS)
