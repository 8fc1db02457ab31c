"""Booths: passengers alone and by the busload, against the exact formulas."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.analysis.stages.booths import BOOTHS
from hubcalc.queueing.batch_spans import batch_span_variance_hours2
from hubmodels import Booths


def booths(number=6, minutes=1.5, scv=None, **fields):
    law = {"law": "exponential"} if scv is None else {"law": "gamma", "scv": scv}
    document = {"kind": "booths", "booths": number, "service_time": {**law, "mean_minutes": minutes}, **fields}
    return Booths.model_validate(document)


def bus(stream, per_hour, persons=45, **fields):
    return stream(per_hour, contents={"unit": "passenger", "mean": persons}, unit="bus", **fields)


def perform(stage, *streams, numerical=True):
    return BOOTHS.perform(stage, list(streams), numerical)


def test_passengers_of_buses_are_batches(stream):
    found = perform(booths(), bus(stream, 4.0))
    assert found.content_wait.hours == pytest.approx(
        float(queueing.mxmc_wait_mean_hours(4, 45, 0, 1 / 40, 6)), rel=1e-9
    )
    assert found.content_wait.error == 0
    first = queueing.mxgc_first_item_wait_mean_hours(4, 45, 0, 1 / 40, 1, 6)
    span = queueing.mxgc_batch_span_mean_hours(4, 45, 0, 1 / 40, 1, 6)
    assert found.wait.hours == pytest.approx(float(first), rel=1e-9)
    assert found.service == pytest.approx(float(span), rel=1e-9)
    assert found.service_variance == pytest.approx(float(batch_span_variance_hours2(45, 0, 1 / 40, 1, 6)), rel=1e-9)


def test_passengers_who_come_alone(stream):
    stage = booths(serves="unit")
    found = perform(stage, stream(200.0, unit="passenger"))
    assert found.wait.hours == pytest.approx(float(queueing.mmc_wait_mean_hours(200, 1 / 40, 6)), rel=1e-12)
    assert found.wait.error == 0
    assert found.departure_poisson
    assert BOOTHS.loads(stage, stream(200.0, unit="passenger")) == {"booths": pytest.approx(200 / 240)}


def test_a_bus_of_one_is_a_passenger(stream):
    alone = perform(booths(serves="unit"), stream(200.0, unit="passenger"))
    buses = perform(booths(), bus(stream, 200.0, 1))
    assert buses.wait.hours == pytest.approx(float(alone.wait.hours), rel=1e-9)
    assert buses.service == pytest.approx(float(alone.service), rel=1e-9)
    assert buses.service_variance == pytest.approx(float(alone.service_variance), rel=1e-9)


def test_the_hall_holds_those_in_line(stream):
    found = perform(booths(share=0.5), bus(stream, 8.0))
    persons = 8 * 0.5 * 45
    assert found.details["persons_per_day"] == (pytest.approx(24 * persons), "persons/day")
    waiting = persons * found.content_wait.hours
    assert found.details["persons_in_line"][0] == pytest.approx(waiting)
    assert found.details["line_area_m2"] == (pytest.approx(waiting * 0.65), "m2")
    assert found.visit_share == 0.5
    assert found.content_visit_share == 0.5


def test_loads_of_buses_add_up(stream, loaded):
    stage = booths(breakdowns={"between_hours": 10, "repair_hours": 1})
    streams = [bus(stream, 2.0), bus(stream, 1.0, 20, key="other")]
    assert loaded(BOOTHS, stage, streams)["booths"] == pytest.approx((2 * 45 + 20) * 1.1 / 40 / 6)


def test_nothing_arrives_and_too_much_arrives(stream):
    assert perform(booths(), bus(stream, 0.0)).wait.hours == pytest.approx(0, abs=1e-9)
    for found in (perform(booths(), bus(stream, 6.0)), perform(booths(serves="unit"), stream(300.0))):
        assert found.wait.hours == np.inf
        assert found.details["persons_in_line"][0] == np.inf
        assert found.details["line_area_m2"][0] == np.inf


def test_columns_are_their_rows(stream, same):
    rates, scvs = np.array([0.5, 3.0, 5.0, 7.0]), np.array([1.0, 0.5, 1.0, 1.0])
    together = perform(booths(scv=0.5), bus(stream, rates, scv=scvs))
    for i in range(4):
        same(together, i, perform(booths(scv=0.5), bus(stream, rates[i], scv=scvs[i])))
