"""Flows of different priority in one line."""

import numpy as np
import pytest
from scipy import integrate

import hubcalc
from hubcalc import queueing
from hubcalc.analysis.engine import run
from hubcalc.analysis.priorities import rank_of_first
from hubcalc.analysis.queues import Service
from hubcalc.documents import parse_hub
from hubcalc.queueing import priority_waits


def hub_of(document, stage, ranks, main, per_day=(20.0, 24.0, 12.0), **fields):
    flows = {
        f"f{i}": {"unit": "truck", "per_day": per_day[i], "priority": rank, **fields} for i, rank in enumerate(ranks)
    }
    written = document({"desk": stage}, flows=flows)
    return parse_hub({**written, "main_flow": f"f{main}"})


def wait_of(hub):
    return run(hub).stages["desk"].performance.wait


def test_equal_priorities_are_none(document, desk):
    plain = wait_of(hub_of(document, desk(20, 1, 0.5), (5, 5, 5), 0))
    equal = wait_of(hub_of(document, desk(20, 1, 0.5), (2, 2, 2), 1))
    assert equal.hours == pytest.approx(float(plain.hours), rel=1e-13)
    assert equal.error == plain.error == 0


@pytest.mark.parametrize("main", [0, 1, 2])
def test_one_server_as_cobham_has_it(document, desk, main):
    found = wait_of(hub_of(document, desk(20, 1, 0.5), (1, 3, 7), main))
    rates = np.array([20.0, 24.0, 12.0]) / 24
    assert found.hours == pytest.approx(queueing.mg1_priority_wait_mean_hours(rates, 1 / 3, 0.5)[main])
    assert found.error == 0


@pytest.mark.parametrize("main", [0, 1, 2])
def test_several_exponential_servers(document, desk, main):
    found = wait_of(hub_of(document, desk(75, 4), (9, 1, 4), main))
    rates = np.array([24.0, 12.0, 20.0]) / 24  # in the order of their ranks
    place = {0: 2, 1: 0, 2: 1}[main]
    assert found.hours == pytest.approx(queueing.mmc_priority_wait_mean_hours(rates, 1.25, 4)[place])
    assert found.error == 0


def test_flows_of_one_rank_are_one_class(document, desk):
    found = wait_of(hub_of(document, desk(20, 1, 0.5), (2, 7, 2), 2))
    rates = np.array([32.0, 24.0]) / 24
    assert found.hours == pytest.approx(queueing.mg1_priority_wait_mean_hours(rates, 1 / 3, 0.5)[0])


def test_no_order_of_service_saves_work(document, desk):
    """Sum of rho_i W_i is the same for every order (Kleinrock's conservation law)."""
    stage, weights = desk(60, 3, 0.3), (20.0, 24.0, 12.0)
    plain = wait_of(hub_of(document, stage, (5, 5, 5), 0)).hours * sum(weights)
    ranked = sum(w * wait_of(hub_of(document, stage, (1, 2, 3), i)).hours for i, w in enumerate(weights))
    assert ranked == pytest.approx(float(plain))


def test_other_laws_have_no_known_error(document, desk):
    found = wait_of(hub_of(document, desk(60, 3, 0.3), (1, 2, 3), 0))
    assert np.isnan(found.error)


@pytest.mark.parametrize("main", [0, 1])
@pytest.mark.parametrize("servers", [1, 3])
def test_the_variance_is_that_of_the_law(document, desk, main, servers):
    """The second moment is the integral of 2 t P(W > t), the tail found by inverting transforms."""
    hub = hub_of(document, desk(20.0 * servers, servers), (1, 3), main)
    performance = run(hub).stages["desk"].performance
    rates = np.array([20.0, 24.0]) / 24

    def tail(hours):
        if servers == 1:
            return priority_waits.mg1_priority_wait_tail(rates, 1 / 3, 1.0, hours)[..., main]
        return priority_waits.mmc_priority_wait_tail(rates, 1 / 3 * servers, servers, hours)[..., main]

    second = integrate.quad(lambda t: 2 * t * float(tail(t)), 0, 40, limit=200)[0]
    assert performance.wait_variance == pytest.approx(second - float(performance.wait.hours) ** 2, rel=1e-6)


def test_ranks_may_be_columns(document, desk):
    flows = {
        "a": {"unit": "truck", "per_day": 30.0, "priority": 5},
        "b": {"unit": "truck", "per_day": 30.0, "priority": 5},
    }
    hub = document({"desk": desk(20)}, flows=flows)
    first, same, last = hubcalc.analyze(hub, {"flows.a.priority": [1, 5, 9]}, metrics=["wait_mean_hours"]).column(
        "wait_mean_hours"
    )
    rates = [1.25, 1.25]
    assert [first, last] == pytest.approx(list(queueing.mg1_priority_wait_mean_hours(rates, 1 / 3, 1.0)))
    assert same == pytest.approx(float(queueing.mg1_wait_mean_hours(2.5, 1 / 3, 1.0)))


def test_batches_of_different_size_at_one_server(document, desk):
    """One crane, deterministic minutes: M/G/1 whose services are whole batches."""
    flows = {
        "trucks": {"unit": "truck", "per_day": 100.0, "priority": 1, "contents": {"unit": "container", "mean": 1}},
        "trains": {"unit": "train", "per_day": 10.0, "priority": 2, "contents": {"unit": "container", "mean": 50}},
    }
    hub = document({"crane": desk(1, scv=0, serves="contents")}, flows=flows)
    found = [run(parse_hub({**hub, "main_flow": key})).stages["crane"].performance.wait.hours for key in flows]
    rates, hours = np.array([100.0, 10.0]) / 24, np.array([1.0, 50.0]) / 60
    assert found == pytest.approx(list(queueing.mg1_priority_wait_mean_hours(rates, hours, 0.0)))


def test_one_class_has_the_second_moment_of_takacs():
    service = Service.from_moments(np.asarray(0.5), np.asarray(0.7))
    moments = (service.hours, service.hours**2 * 1.7, service.third_moment_hours3)
    rank = rank_of_first([np.asarray([1.0, 2.0]), np.asarray([2.0, 2.0])], [(np.asarray(0.6), moments)] * 2)
    assert rank.second_ratio[1] == pytest.approx(1)
    assert rank.mean_ratio[1] == pytest.approx(1)
    assert rank.second_ratio[0] < 1
