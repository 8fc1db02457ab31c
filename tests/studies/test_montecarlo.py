"""Monte Carlo against laws that are known exactly: of a flow, of a capacity, of steady states, of correlations."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import HubcalcError, OverrideError, ParameterError
from hubcalc.sampling import law_of_range
from hubcalc.studies.montecarlo import MonteCarlo, build_montecarlo
from hubmodels.studies.montecarlo import MonteCarloRequest, MonteCarloResult

FLOW, SERVICE, SERVERS = "flows.trains.per_day", "stages.desk.service_time.mean_minutes", "stages.desk.servers"
CERTAIN = 0.999
"""Level of the intervals that must hold the truth, so that chance fails no test."""


def document(**fields: Any) -> dict[str, Any]:
    """Write a hub of one stage, M/M/2: two desks of an hour each carry 48 trains a day."""
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"trains": {"unit": "train", "per_day": 24.0, "route": ["desk"]}},
        "main_flow": "trains",
        "stages": {
            "desk": {
                "kind": "service",
                "servers": 2,
                "service_time": {"law": "exponential", "mean_minutes": 60.0},
            }
        },
        "uncertainty": {FLOW: {"low": 20.0, "high": 30.0}},
        **fields,
    }


class Rows:
    """The rows of a study in memory."""

    def __init__(self, study: MonteCarlo) -> None:
        self.rows = study.rows
        self.parts = [study.evaluate(chunk) for chunk in range(-(-study.rows // study.chunk_rows))]

    def column(self, name: str) -> Any:
        return np.concatenate([part[name] for part in self.parts])

    def chunks(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        for part in self.parts:
            yield {name: part[name] for name in (names or part)}


def request(**fields: Any) -> MonteCarloRequest:
    return MonteCarloRequest.model_validate({"document": document(), **fields})


def study(**fields: Any) -> MonteCarlo:
    return build_montecarlo(request(**fields), Fixtures())


def done(**fields: Any) -> tuple[MonteCarloResult, Rows]:
    made = study(**fields)
    rows = Rows(made)
    return made.conclude(rows), rows


def metric(result: MonteCarloResult, name: str) -> Any:
    return next(each for each in result.metrics if each.name == name)


@pytest.mark.parametrize("design", ["random", "sobol", "latin_hypercube"])
def test_a_metric_that_is_an_input_has_its_law(design: str) -> None:
    result, rows = done(fields=["throughput_per_day"], draws=20_000, design=design, level=CERTAIN)
    law = law_of_range(20.0, 30.0, 24.0)
    found = metric(result, "throughput_per_day")
    np.testing.assert_allclose(rows.column("throughput_per_day"), rows.column(FLOW))
    assert stats.kstest(rows.column(FLOW), law.cdf).pvalue > 1e-3
    for percentile in found.percentiles:
        truth = float(law.quantile(percentile.percent / 100.0))
        assert percentile.low <= truth <= percentile.high
        assert percentile.value == pytest.approx(truth, rel=0.01)
    assert found.mean.low <= law.mean <= found.mean.high
    assert found.sd == pytest.approx(law.sd, rel=0.02)
    assert found.importance[0].variance_share == pytest.approx(1.0, abs=0.01)
    assert found.importance[0].sd_once_known < 0.1 * found.sd
    assert result.sections == (None if design == "random" else 16)
    assert result.statuses == {"ok": 20_000, "unstable": 0, "refused": 0, "invalid": 0}


def test_what_the_document_says_is_uncertain_is_what_the_result_says_was_drawn() -> None:
    result, _ = done(fields=["throughput_per_day"], draws=200)
    (drawn,) = result.inputs
    assert (drawn.path, drawn.law, drawn.basis) == (FLOW, "range", "document")
    assert (drawn.p10, drawn.p90) == (pytest.approx(20.0), pytest.approx(30.0))


def test_the_probability_to_miss_a_capacity_is_that_of_its_input() -> None:
    # capacity = 2 × 24 × 60 / minutes, so it is below 40 a day where the service takes more than 72 minutes
    law = {"law": "lognormal", "median": 60.0, "sigma": 0.25}
    target = {"theoretical_capacity_per_day": {"at_least": 40.0}, "utilization": {"at_most": 0.6}}
    result, _ = done(
        laws={SERVICE: law}, uncertain=[], targets=target, draws=20_000, percentiles=[5, 95], level=CERTAIN
    )
    truth = stats.lognorm(0.25, scale=60.0)
    found = {each.metric: each.missed for each in result.targets}
    for name, expected in {"theoretical_capacity_per_day": truth.sf(72.0), "utilization": truth.sf(72.0)}.items():
        assert found[name].low <= expected <= found[name].high
        assert abs(found[name].value - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / 20_000)
    capacity = metric(result, "theoretical_capacity_per_day")
    for percentile in capacity.percentiles:
        expected = 2 * 24 * 60 / truth.ppf(1.0 - percentile.percent / 100.0)
        assert percentile.low <= expected <= percentile.high


def test_draws_without_steady_state_are_infinite() -> None:
    result, rows = done(
        laws={FLOW: {"law": "uniform", "low": 24.0, "high": 64.0}},
        fields=["wait_mean_hours", "throughput_per_day"],
        targets={"wait_mean_hours": {"at_most": 1e6}},
        percentiles=[10, 50, 90],
        draws=10_000,
        level=CERTAIN,
    )
    # two desks carry 48 a day: 16 of 40 do not settle
    wait, through = metric(result, "wait_mean_hours"), metric(result, "throughput_per_day")
    assert wait.without_steady_state.low <= 0.4 <= wait.without_steady_state.high
    assert wait.without_steady_state.value == result.statuses["unstable"] / 10_000
    assert wait.mean is None
    assert wait.sd is None
    assert wait.importance_of == "ranks"
    assert wait.percentiles[2].value is None
    assert wait.percentiles[1].value is not None
    # a tenth of the flows is below 28, of which M/M/2 makes a wait of s rho² / (1 - rho²)
    rho = 28.0 / 48.0
    assert wait.percentiles[0].low <= rho**2 / (1.0 - rho**2) <= wait.percentiles[0].high
    assert result.targets[0].missed.value >= wait.without_steady_state.value
    assert through.without_steady_state.value == 0.0
    assert through.mean is not None
    assert rows.column("throughput_per_day").max() == pytest.approx(48.0)
    assert [advice.code for advice in result.warnings] == ["unstable_rows"]


def test_rows_are_those_of_analyze() -> None:
    fields = ["wait_mean_hours", "dwell_p90_hours", "theoretical_capacity_per_day", "bottleneck"]
    laws = {SERVICE: {"law": "pert", "low": 30.0, "mode": 50.0, "high": 90.0}}
    laws[SERVERS] = {"law": "uniform", "low": 1.5, "high": 4.5}
    _, rows = done(laws=laws, fields=fields, draws=100)
    for row in range(0, 100, 9):
        given = {path: rows.column(path)[row].item() for path in (FLOW, SERVICE, SERVERS)}
        given[SERVERS] = int(given[SERVERS])
        (known,) = hubcalc.analyze(document(), given, metrics=fields, method="fast").to_rows()
        for name in fields:
            found = rows.column(name)[row]
            expected = known[name]
            assert found == expected if isinstance(expected, str) else found == pytest.approx(expected, rel=1e-9)


def test_whole_numbers_are_drawn_and_rounded() -> None:
    law = {"law": "uniform", "low": 1.0, "high": 4.0}
    result, rows = done(laws={SERVERS: law}, fields=["bottleneck", "utilization"], draws=9_000)
    values, counts = np.unique(rows.column(SERVERS), return_counts=True)
    assert values.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert stats.chisquare(counts, 9_000 * np.array([1, 2, 2, 1]) / 6).pvalue > 1e-3
    assert result.choices[0].shares["desk"].value == 1.0


def test_no_draw_leaves_the_bounds_of_its_input() -> None:
    law = {"law": "normal", "mean": 0.0, "sd": 50.0}
    result, rows = done(laws={SERVICE: law}, fields=["utilization"], draws=5_000)
    assert result.statuses["invalid"] == 0
    known = stats.halfnorm(scale=50.0)
    assert stats.kstest(rows.column(SERVICE), known.cdf).pvalue > 1e-3


def test_rank_correlations_are_reproduced() -> None:
    laws = {SERVICE: {"law": "lognormal", "median": 60.0, "sigma": 0.1}}
    correlations = [{"paths": [SERVICE, "flow.per_day"], "rank_correlation": -0.6}]
    _, rows = done(laws=laws, correlations=correlations, fields=["utilization"], draws=10_000)
    found = stats.spearmanr(rows.column(SERVICE), rows.column(FLOW)).statistic
    assert abs(found + 0.6) < 4.0 / np.sqrt(10_000)


def test_a_common_shock_moves_all_its_inputs_alike() -> None:
    shock = {"law": {"law": "range", "low": 0.9, "high": 1.2}, "paths": [FLOW, SERVICE, SERVERS]}
    result, rows = done(shocks={"growth": shock}, fields=["utilization"], draws=2_000)
    factor = rows.column("shocks.growth")
    assert stats.kstest(factor, law_of_range(0.9, 1.2, 1.0).cdf).pvalue > 1e-3
    np.testing.assert_allclose(rows.column(SERVICE), 60.0 * factor)
    np.testing.assert_array_equal(rows.column(SERVERS), np.rint(2.0 * factor))
    own = rows.column(FLOW) / factor
    assert stats.kstest(own, law_of_range(20.0, 30.0, 24.0).cdf).pvalue > 1e-3
    assert abs(stats.spearmanr(own, factor).statistic) < 4.0 / np.sqrt(2_000)
    assert [each.path for each in result.inputs] == [FLOW, "shocks.growth"]
    assert {each.path for each in metric(result, "utilization").importance} == {FLOW, "shocks.growth"}


def test_what_a_shock_carries_beyond_the_bounds_is_left_out() -> None:
    shock = {"law": {"law": "uniform", "low": 0.5, "high": 1.5}, "paths": ["stages.desk.practical_utilization"]}
    made = document()
    made["stages"]["desk"]["practical_utilization"] = 0.8
    result, rows = done(document=made, shocks={"strain": shock}, fields=["practical_capacity_per_day"], draws=4_000)
    beyond = rows.column("shocks.strain") > 1.25
    assert result.statuses["invalid"] == np.count_nonzero(beyond)
    assert (rows.column("status")[beyond] == "invalid").all()
    assert metric(result, "practical_capacity_per_day").rows_with_value == np.count_nonzero(~beyond)
    assert "invalid_rows" in [advice.code for advice in result.warnings]


def test_importance_names_what_to_measure_first() -> None:
    # utilization = flow × minutes / 2880; of independent factors with small spreads the shares are those of the squares
    laws = {FLOW: {"law": "normal", "mean": 24.0, "sd": 0.24}, SERVICE: {"law": "normal", "mean": 60.0, "sd": 1.2}}
    result, _ = done(laws=laws, fields=["utilization", "throughput_per_day"], draws=20_000)
    first, second = metric(result, "utilization").importance
    assert (first.path, second.path) == (SERVICE, FLOW)
    assert first.variance_share == pytest.approx(0.8, abs=0.02)
    assert second.variance_share == pytest.approx(0.2, abs=0.02)
    first, second = metric(result, "throughput_per_day").importance
    assert (first.path, first.significant, second.significant) == (FLOW, True, False)


def test_histograms_count_every_draw() -> None:
    result, rows = done(fields=["throughput_per_day", "blocking_share"], draws=3_000)
    found = metric(result, "throughput_per_day").histogram
    assert found.below + sum(found.counts) + found.above == 3_000
    known, _ = np.histogram(rows.column("throughput_per_day"), found.edges)
    assert found.counts == known.tolist()
    flat = metric(result, "blocking_share")
    assert sum(flat.histogram.counts) == 3_000
    assert flat.importance == []


def digest(part: dict[str, Any]) -> str:
    return hashlib.sha256(b"".join(np.asarray(part[name]).astype(str).tobytes() for name in sorted(part))).hexdigest()


@pytest.mark.parametrize("design", ["random", "sobol", "latin_hypercube"])
def test_chunks_are_the_same_in_any_order_and_process(design: str) -> None:
    fields: dict[str, Any] = {
        "document": document(),
        "fields": ["wait_mean_hours", "bottleneck"],
        "laws": {SERVICE: {"law": "pert", "low": 30.0, "mode": 60.0, "high": 80.0}},
        "correlations": [{"paths": [SERVICE, FLOW], "rank_correlation": 0.5}],
        "shocks": {"growth": {"law": {"law": "range", "low": 0.9, "high": 1.1}, "paths": [FLOW]}},
        "draws": 2_500,
        "design": design,
        "seed": 7,
    }
    first = study(**fields)
    forward = [digest(first.evaluate(chunk)) for chunk in range(3)]
    second = study(**fields)
    backward = [digest(second.evaluate(chunk)) for chunk in (2, 1, 0)]
    assert forward == backward[::-1]
    program = (
        "import hashlib, json, sys\nimport numpy as np\n"
        "from hubcalc.documents import Fixtures\nfrom hubcalc.studies.montecarlo import build_montecarlo\n"
        "from hubmodels.studies.montecarlo import MonteCarloRequest\n"
        "study = build_montecarlo(MonteCarloRequest.model_validate_json(sys.stdin.read()), Fixtures())\n"
        "part = study.evaluate(1)\n"
        "text = b''.join(np.asarray(part[name]).astype(str).tobytes() for name in sorted(part))\n"
        "print(hashlib.sha256(text).hexdigest())\n"
    )
    command = [sys.executable, "-c", program]
    other = subprocess.run(command, input=json.dumps(fields), capture_output=True, text=True, check=True)
    assert other.stdout.strip() == forward[1]
    assert digest(study(**{**fields, "seed": 8}).evaluate(1)) != forward[1]


def test_overrides_hold_their_inputs() -> None:
    with pytest.raises(OverrideError, match="nothing is uncertain"):
        study(overrides={"flow.per_day": 30.0})
    result, rows = done(overrides={SERVERS: 3}, fields=["theoretical_capacity_per_day"], draws=100)
    np.testing.assert_allclose(rows.column("theoretical_capacity_per_day"), 72.0)
    assert [each.path for each in result.inputs] == [FLOW]


def test_only_the_inputs_that_are_named_are_drawn() -> None:
    made = document(uncertainty={FLOW: {"low": 20.0, "high": 30.0}, SERVICE: {"low": 50.0, "high": 70.0}})
    columns = [column.name for column in study(document=made, uncertain=[SERVICE]).columns]
    assert SERVICE in columns
    assert FLOW not in columns


def test_a_metric_that_has_a_target_is_computed() -> None:
    result, _ = done(fields=["utilization"], targets={"throughput_per_day": {"at_least": 0}}, draws=100)
    assert [each.name for each in result.metrics] == ["utilization", "throughput_per_day"]
    assert result.targets[0].missed.value == 0.0


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"laws": {"stages.desk.server": {"law": "uniform", "low": 1, "high": 2}}}, "/laws/stages.desk.server"),
        ({"laws": {SERVICE: {"law": "uniform", "low": -5, "high": -1}}}, f"/laws/{SERVICE}"),
        ({"laws": {FLOW: {"law": "uniform", "low": 1, "high": 2}}, "overrides": {FLOW: 3}}, f"/laws/{FLOW}"),
        ({"uncertain": [FLOW, "stages.no"]}, "/uncertain/1"),
        ({"uncertain": [SERVICE]}, "/uncertain/0"),
        ({"uncertain": [FLOW], "overrides": {FLOW: 3}}, "/uncertain/0"),
        ({"uncertain": []}, "/laws"),
        ({"correlations": [{"paths": [FLOW, SERVICE], "rank_correlation": 0.1}]}, "/correlations/0/paths/1"),
        ({"correlations": [{"paths": [FLOW, FLOW], "rank_correlation": 0.1}]}, "/correlations/0"),
        (
            {"shocks": {"x": {"law": {"law": "uniform", "low": 0.5, "high": 1}, "paths": [FLOW, "a.b"]}}},
            "/shocks/x/paths/1",
        ),
        (
            {"shocks": {"x": {"law": {"law": "uniform", "low": -2, "high": -1}, "paths": [FLOW]}}},
            "/shocks/x/law",
        ),
        ({"targets": {"utilisation": {"at_most": 1}}}, "/targets/utilisation"),
        ({"targets": {"bottleneck": {"at_most": 1}}}, "/targets/bottleneck"),
        ({"fields": ["no"]}, "/fields/0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises((OverrideError, ParameterError)) as caught:
        study(**fields)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_correlations_that_exclude_each_other_are_refused_with_what_would_do() -> None:
    laws = {path: {"law": "uniform", "low": 1, "high": 2} for path in (FLOW, SERVICE, SERVERS)}
    pairs = [([FLOW, SERVICE], 0.9), ([SERVICE, SERVERS], 0.9), ([FLOW, SERVERS], -0.9)]
    given = [{"paths": paths, "rank_correlation": value} for paths, value in pairs]
    with pytest.raises(HubcalcError) as caught:
        study(laws=laws, correlations=given)
    assert [problem.pointer for problem in caught.value.problems] == [f"/correlations/{i}" for i in range(3)]
    assert all("nearest possible value" in str(problem.hint) for problem in caught.value.problems)


@pytest.mark.parametrize(
    "fields",
    [
        {"draws": 99},
        {"draws": 10_000_001},
        {"design": "grid"},
        {"percentiles": [0]},
        {"targets": {"utilization": {}}},
        {"targets": {"utilization": {"at_most": 1, "at_least": 2}}},
        {"correlations": [{"paths": [FLOW, SERVICE], "rank_correlation": 1}]},
        {"shocks": {"x": {"law": {"law": "uniform", "low": 0.5, "high": 1}, "paths": []}}},
    ],
)
def test_requests_that_make_no_sense_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        request(**fields)
