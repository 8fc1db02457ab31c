"""Sensitivity studies: tornado, elasticities and Sobol indices against closed forms and one-by-one analyses."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import OverrideError
from hubcalc.studies.base import chunk_count
from hubcalc.studies.sensitivity import Sensitivity, build_sensitivity
from hubmodels.studies.sensitivity import InputElasticity, MetricSobol, SensitivityRequest, SensitivityResult

KHORGOS = {"kind": "hub", "id": "khorgos-gateway"}
FLOW, SERVERS = "flows.trains.per_day", "stages.desk.servers"
MINUTES, SHARE = "stages.desk.service_time.mean_minutes", "stages.desk.share"


def hub(stages: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    desk = {"kind": "service", "servers": 2, "service_time": {"law": "exponential", "mean_minutes": 120.0}}
    found = stages or {"desk": desk}
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"trains": {"unit": "train", "per_day": 12.0, "scv": 1.0, "route": list(found)}},
        "main_flow": "trains",
        "stages": found,
        **more,
    }


def busy(per_day: float) -> dict[str, Any]:
    """Give the hub with another flow."""
    document = hub()
    document["flows"]["trains"]["per_day"] = per_day
    return document


class Rows:
    """The rows of a study in memory, made in some order of the chunks."""

    def __init__(self, study: Sensitivity, order: Sequence[int] | None = None) -> None:
        self.rows = study.rows
        self._parts = {chunk: study.evaluate(chunk) for chunk in order or range(chunk_count(study))}

    def column(self, name: str) -> Any:
        """Give one column."""
        return np.concatenate([self._parts[chunk][name] for chunk in sorted(self._parts)])

    def chunks(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Give the chunks in order."""
        for chunk in sorted(self._parts):
            yield {name: values for name, values in self._parts[chunk].items() if names is None or name in names}


def study_of(**asked: Any) -> Sensitivity:
    return build_sensitivity(SensitivityRequest(**asked), Fixtures())


def answer(**asked: Any) -> SensitivityResult:
    study = study_of(**asked)
    return study.conclude(Rows(study))


def elasticities(
    metric: str, document: dict[str, Any], paths: Sequence[str], **more: Any
) -> dict[str, InputElasticity]:
    # a swing makes laws unnecessary
    found = answer(
        document=document, fields=[metric], analysis=["tornado", "elasticities"], uncertain=paths, swing=0.1, **more
    )
    return {item.path: item for item in found.elasticities[0].inputs}


def uniform(low: float, high: float) -> dict[str, Any]:
    return {"law": "uniform", "low": low, "high": high}


def sobol(fields: Sequence[str], laws: dict[str, Any], **more: Any) -> dict[str, MetricSobol]:
    asked = {"document": hub(), "base_points": 4096, **more}
    found = answer(fields=fields, laws=laws, uncertain=(), analysis="sobol", **asked)
    return {item.metric: item for item in found.sobol}


def assert_indices(found: MetricSobol, first: dict[str, float], total: dict[str, float]) -> None:
    """Hold estimates against the truth: within four standard errors, as the intervals of 95 % give them."""
    for item in found.inputs:
        errors = [(item.first_high - item.first_low) / 3.92, (item.total_high - item.total_low) / 3.92]
        assert abs(item.first - first[item.path]) <= 4 * errors[0] + 1e-12
        assert abs(item.total - total[item.path]) <= 4 * errors[1] + 1e-12


def product_indices(variations: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Give the indices of a product of independent factors with these squared coefficients of variation.

    The variance over the squared mean is V = Π (1 + v) - 1; alone factor i makes v_i, and with all others
    v_i Π_{j≠i} (1 + v_j).
    """
    whole = math.prod(1 + v for v in variations.values())
    first = {path: v / (whole - 1) for path, v in variations.items()}
    total = {path: v * whole / (1 + v) / (whole - 1) for path, v in variations.items()}
    return first, total


class TestElasticities:
    def test_of_products_and_ratios(self) -> None:
        found = elasticities("utilization", hub(), [FLOW, MINUTES, SERVERS])
        assert found[FLOW].elasticity == pytest.approx(1, rel=1e-9)
        assert found[MINUTES].elasticity == pytest.approx(1, rel=1e-9)
        # a load of 1 on two servers: one more makes 1/3 of 1/2
        assert found[SERVERS].per_unit == pytest.approx(1 / 3 - 1 / 2, rel=1e-12)
        assert found[SERVERS].elasticity == pytest.approx(-2 / 3, rel=1e-12)
        assert found[SERVERS].method == "one_more"
        capacity = elasticities("theoretical_capacity_per_day", hub(), [FLOW, MINUTES, SERVERS])
        assert capacity[FLOW].elasticity == pytest.approx(0, abs=1e-7)
        assert capacity[MINUTES].elasticity == pytest.approx(-1, rel=1e-7)
        assert capacity[MINUTES].per_unit == pytest.approx(-24 / 120, rel=1e-7)
        assert capacity[MINUTES].unit_of_change == "trains/day per min"
        assert capacity[SERVERS].elasticity == pytest.approx(1, rel=1e-12)
        assert capacity[SERVERS].per_unit == pytest.approx(12, rel=1e-12)

    def test_of_the_throughput(self) -> None:
        found = elasticities("throughput_per_day", hub(), [FLOW, MINUTES])
        assert found[FLOW].elasticity == pytest.approx(1, rel=1e-9)
        assert found[FLOW].per_unit == pytest.approx(1, rel=1e-9)
        assert found[MINUTES].elasticity == 0

    @pytest.mark.parametrize("per_day", [2.0, 6.0, 11.0])
    def test_of_the_wait_of_a_single_server(self, per_day: float) -> None:
        # M/M/1: the wait ρ/(μ-λ) has d ln W / d ln λ = 1/(1-ρ) and d ln W / d ln(1/μ) = 1 + 1/(1-ρ)
        document, load = hub(), per_day * 2 / 24
        document["stages"]["desk"]["servers"] = 1
        document["flows"]["trains"]["per_day"] = per_day
        found = elasticities("wait_mean_hours", document, [FLOW, MINUTES])
        assert found[FLOW].elasticity == pytest.approx(1 / (1 - load), rel=1e-5)
        assert found[MINUTES].elasticity == pytest.approx(1 + 1 / (1 - load), rel=1e-5)

    def test_beside_a_bound(self) -> None:
        found = elasticities("utilization", hub(), [SHARE])  # a share of 1 cannot be more
        assert found[SHARE].method == "one_sided_derivative"
        assert found[SHARE].elasticity == pytest.approx(1, rel=1e-9)
        days = elasticities("theoretical_capacity_per_day", hub(), ["opening.days_per_week"])
        assert days["opening.days_per_week"].method == "one_less"
        assert days["opening.days_per_week"].elasticity == pytest.approx(1, rel=1e-9)

    def test_a_kink_is_no_derivative(self) -> None:
        desk = hub()["stages"]["desk"]
        document = hub({"desk": desk, "next": desk})  # the smaller of two equal capacities
        found = elasticities("theoretical_capacity_per_day", document, [MINUTES])[MINUTES]
        assert found.elasticity is None
        assert "kink" in found.reason
        assert "-1 upwards" in found.reason
        assert found.reason.endswith("0 downwards")

    def test_without_a_steady_state_there_is_none(self) -> None:
        found = elasticities("wait_mean_hours", busy(40.0), [FLOW, SERVERS])
        assert {item.elasticity for item in found.values()} == {None}
        assert all(item.reason for item in found.values())

    def test_of_zero(self) -> None:
        found = elasticities("utilization", busy(0.0), [FLOW])[FLOW]
        assert found.elasticity is None
        assert found.per_unit == pytest.approx(1 / 24, rel=1e-9)
        assert "0" in found.reason


class TestTornado:
    PATHS = ("flows.westbound.per_day", "stages.front.moves_per_crane_hour", "stages.documents.officers")
    FIELDS = ("wait_mean_hours", "practical_capacity_per_day")

    def test_it_is_that_of_single_analyses(self) -> None:
        found = answer(subject=KHORGOS, fields=self.FIELDS, analysis="tornado", uncertain=self.PATHS)
        document = Fixtures().hub("khorgos-gateway")
        for table in found.tornado:
            for bar in table.bars:
                stated = document.uncertainty[bar.path]
                assert (bar.low_input, bar.high_input) == (stated.low, stated.high)
                for value, at in ((bar.low_input, bar.at_low), (bar.high_input, bar.at_high)):
                    single = hubcalc.analyze(
                        "khorgos-gateway", {bar.path: value}, metrics=[table.metric], method="fast"
                    )
                    assert at == pytest.approx(single.metric(table.metric).value, rel=1e-12)
                three = [table.base, bar.at_low, bar.at_high]
                assert bar.swing == max(v for v in three if v is not None) - min(v for v in three if v is not None)
            swings = [bar.swing or 0.0 for bar in table.bars]
            assert swings == sorted(swings, reverse=True)

    def test_a_law_of_the_request(self) -> None:
        law = {"law": "normal", "mean": 100.0, "sd": 10.0}
        found = answer(document=hub(), laws={MINUTES: law}, fields=["utilization"], analysis="tornado")
        (bar,) = found.tornado[0].bars
        assert bar.low_input == pytest.approx(100 - 12.815515655446, rel=1e-9)
        assert bar.high_input == pytest.approx(100 + 12.815515655446, rel=1e-9)
        assert found.inputs[0].basis == "request"

    def test_a_swing(self) -> None:
        found = answer(
            document=hub(), uncertain=[FLOW, SERVERS, SHARE], swing=0.2, fields=["utilization"], analysis="tornado"
        )
        bars = {bar.path: bar for bar in found.tornado[0].bars}
        assert (bars[FLOW].low_input, bars[FLOW].high_input) == pytest.approx((9.6, 14.4))
        assert (bars[FLOW].at_low, bars[FLOW].at_high) == pytest.approx((0.4, 0.6))
        assert (bars[SERVERS].low_input, bars[SERVERS].high_input) == (1, 3)
        assert (bars[SHARE].low_input, bars[SHARE].high_input) == pytest.approx((0.8, 1.0))

    def test_inputs_without_which_there_is_no_value_come_first(self) -> None:
        found = answer(document=hub(), laws={FLOW: uniform(4, 60), MINUTES: uniform(100, 140)}, analysis="tornado")
        waits = next(table for table in found.tornado if table.metric == "wait_mean_hours")
        assert waits.bars[0].path == FLOW
        assert (waits.bars[0].at_high, waits.bars[0].swing) == (None, None)
        assert waits.bars[0].reason == "unstable"
        assert {advice.code for advice in found.warnings} == {"unstable_rows"}

    def test_one_metric_may_order_all_tables(self) -> None:
        asked: dict[str, Any] = {"subject": KHORGOS, "fields": self.FIELDS, "analysis": "tornado"}
        own = answer(**asked)
        found = answer(**asked, sort_by="practical_capacity_per_day")
        orders = [[bar.path for bar in table.bars] for table in found.tornado]
        assert orders[0] == orders[1] == [bar.path for bar in own.tornado[1].bars]
        assert own.tornado[0].bars != found.tornado[0].bars
        assert list(found.charts) == ["tornado"]


class TestSobol:
    def test_capacity_of_one_resource(self) -> None:
        # servers over service time: 2, 3 or 4 servers alike; E 1/x = ln(b/a)/(b-a) and E 1/x² = 1/(ab) from a to b
        low, high = 60.0, 180.0
        laws = {SERVERS: uniform(1.5, 4.5), MINUTES: uniform(low, high), FLOW: uniform(5, 15)}
        found = sobol(["theoretical_capacity_per_day"], laws)["theoretical_capacity_per_day"]
        inverse = math.log(high / low) / (high - low)
        variations = {SERVERS: (2 / 3) / 9, MINUTES: 1 / (low * high) / inverse**2 - 1}
        first, total = product_indices(variations)
        assert_indices(found, {**first, FLOW: 0.0}, {**total, FLOW: 0.0})
        assert found.mean == pytest.approx(1440 * 3 * inverse, rel=0.01)
        assert found.first_sum == pytest.approx(sum(item.first for item in found.inputs))
        assert found.interactions == pytest.approx(1 - sum(first.values()), abs=0.03)

    def test_a_product_of_three(self) -> None:
        # utilization: flow times service time over servers; E of the servers' inverse from 2, 3, 4
        sigma = 0.3
        laws = {
            FLOW: uniform(5, 15),
            MINUTES: {"law": "lognormal", "median": 60.0, "sigma": sigma},
            SERVERS: uniform(1.5, 4.5),
        }
        found = sobol(["utilization"], laws)["utilization"]
        inverses = np.array([1 / 2, 1 / 3, 1 / 4])
        variations = {
            FLOW: (10**2 / 12) / 10**2,
            MINUTES: math.exp(sigma**2) - 1,
            SERVERS: float(inverses.var() / inverses.mean() ** 2),
        }
        assert_indices(found, *product_indices(variations))

    def test_a_sum_has_no_interactions(self) -> None:
        # dwell: stops plus excess, both of a run in which nobody waits
        document = hub({"run": {"kind": "run", "length_km": 100.0, "speed_km_per_hour": 50.0}})
        laws = {"stages.run.stops_hours": uniform(0, 6), "stages.run.excess_mean_hours": uniform(0, 3)}
        found = sobol(["dwell_mean_hours"], laws, document=document)["dwell_mean_hours"]
        shares = {"stages.run.stops_hours": 0.8, "stages.run.excess_mean_hours": 0.2}  # variances 36 and 9 over 12
        assert_indices(found, shares, shares)
        assert found.mean == pytest.approx(2 + 3 + 1.5, rel=1e-3)
        assert found.interactions == pytest.approx(0, abs=0.01)

    def test_few_rows_without_a_value_are_left_out(self) -> None:
        laws = {FLOW: uniform(4, 25), MINUTES: uniform(100, 120)}
        found = sobol(["wait_mean_hours", "utilization"], laws)
        assert found["wait_mean_hours"].dropped > 0
        assert found["wait_mean_hours"].inputs
        assert found["utilization"].dropped == 0
        # the flow alone decides: 24 to 25 of 21 trains a day and more are too many at the longest times
        assert found["unstable_share"].inputs[0].path == FLOW

    def test_many_are_refused(self) -> None:
        laws = {FLOW: uniform(4, 60), MINUTES: uniform(100, 120)}
        found = sobol(["wait_mean_hours", "utilization"], laws)
        assert found["wait_mean_hours"].inputs == []
        assert "most_missing_share" in found["wait_mean_hours"].reason
        assert found["utilization"].inputs
        allowed = sobol(["wait_mean_hours"], laws, most_missing_share=1.0)
        assert allowed["wait_mean_hours"].inputs

    def test_what_does_not_vary_has_no_indices(self) -> None:
        found = sobol(["theoretical_capacity_per_day"], {FLOW: uniform(4, 8)}, base_points=64)
        assert found["theoretical_capacity_per_day"].reason == "the metric does not vary"

    def test_wide_intervals_are_told(self) -> None:
        found = answer(
            document=hub(), laws={FLOW: uniform(4, 8)}, fields=["utilization"], analysis="sobol", base_points=8
        )
        assert "intervals_wide" in {advice.code for advice in found.warnings}


def test_chunks_in_any_order_give_the_same() -> None:
    asked: dict[str, Any] = {
        "subject": KHORGOS,
        "fields": ["utilization", "practical_capacity_per_day"],
        "analysis": ["tornado", "elasticities", "sobol"],
        "base_points": 64,
        "seed": 3,
    }
    study = study_of(**asked)
    count = chunk_count(study)
    assert count > 2
    forward, backward = study.conclude(Rows(study)), study.conclude(Rows(study_of(**asked), range(count - 1, -1, -1)))
    assert forward == backward
    other = answer(**{**asked, "seed": 4})
    assert other.tornado == forward.tornado
    assert other.sobol != forward.sobol


def test_the_rows_are_described() -> None:
    study = study_of(
        document=hub(),
        laws={FLOW: uniform(4, 8), SERVERS: uniform(1.5, 3.5)},
        fields=["utilization"],
        analysis=["tornado", "elasticities", "sobol"],
        base_points=4,
    )
    rows = Rows(study)
    assert [column.name for column in study.columns] == list(next(rows.chunks()))
    assert study.rows == 1 + 2 * 2 + (12 + 1) + 4 * (2 + 2)
    assert rows.column("row").tolist() == list(range(study.rows))
    parts, changed = rows.column("part"), rows.column("changed")
    assert [int((parts == name).sum()) for name in ("base", "tornado", "elasticities", "sobol")] == [1, 4, 13, 16]
    assert set(changed[parts == "tornado"]) == {FLOW, SERVERS}
    np.testing.assert_allclose(rows.column("utilization"), rows.column(FLOW) * 2 / 24 / rows.column(SERVERS))


def test_inputs_are_those_that_the_document_calls_uncertain() -> None:
    document = hub(
        uncertainty={FLOW: {"low": 10, "high": 15}, MINUTES: {"low": 100, "high": 130}},
        evidence={path: {"basis": "assumption", "note": "Assumed."} for path in (FLOW, MINUTES)},
    )
    found = answer(document=document, fields=["utilization"])
    assert [(item.path, item.basis, item.low, item.high) for item in found.inputs] == [
        (FLOW, "document", 10, 15),
        (MINUTES, "document", 100, 130),
    ]
    held = answer(document=document, fields=["utilization"], overrides={"flow.per_day": 9})
    assert [item.path for item in held.inputs] == [MINUTES]
    assert held.tornado[0].base == pytest.approx(9 * 2 / 24 / 2)
    both = answer(document=document, fields=["utilization"], uncertain=["flow.per_day"], laws={SERVERS: uniform(1, 4)})
    assert [item.path for item in both.inputs] == [FLOW, SERVERS]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, "/uncertain"),
        ({"uncertain": [FLOW]}, "/uncertain/0"),
        ({"uncertain": [FLOW], "swing": 0.1, "analysis": ["tornado", "sobol"]}, "/uncertain/0"),
        ({"uncertain": ["stages.desk.clerks"], "swing": 0.1}, "/uncertain/0"),
        ({"uncertain": ["stages.desk.service_time.law"], "swing": 0.1}, "/uncertain/0"),
        ({"laws": {"stages.desk.serves": uniform(1, 2)}}, "/laws/stages.desk.serves"),
        ({"laws": {FLOW: uniform(1, 2)}, "sort_by": "wait"}, "/sort_by"),
        ({"laws": {FLOW: uniform(1, 2)}, "fields": ["bottleneck"]}, "/fields"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, Any], pointer: str) -> None:
    with pytest.raises(OverrideError) as caught:
        study_of(document=hub(), **asked)
    assert caught.value.problems[0].pointer == pointer


@pytest.mark.parametrize(
    "asked",
    [
        {"base_points": 1000},
        {"analysis": ["tornado", "tornado"]},
        {"analysis": []},
        {"analysis": "everything"},
        {"analysis": "elasticities", "swing": 0.1},
        {"swing": 1.0},
    ],
)
def test_requests_that_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SensitivityRequest(document=hub(), **asked)


def test_a_corridor() -> None:
    found = answer(
        subject={"kind": "corridor", "id": "kazakhstan-grain"},
        question="flow",
        fields=["served_share", "cost_usd_per_day"],
        uncertain=["demand.per_day"],
        swing=0.1,
        analysis="tornado",
    )
    cost = found.tornado[1]
    assert cost.bars[0].path.startswith("demands.")
    assert cost.bars[0].at_low < cost.base
