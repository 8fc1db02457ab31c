"""Monte Carlo against laws that are known exactly: of a flow, of a capacity, of steady states, of correlations."""

import hashlib
import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import OverrideError
from hubcalc.sampling import law_of_range
from hubcalc.studies.montecarlo import build_montecarlo


def loaded() -> Any:
    spec = spec_from_file_location("drawn", Path(__file__).parent / "drawn.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWN = loaded()
document, request, study, done, metric = DRAWN.document, DRAWN.request, DRAWN.study, DRAWN.done, DRAWN.metric
FLOW, SERVICE, SERVERS = DRAWN.FLOW, DRAWN.SERVICE, DRAWN.SERVERS
CERTAIN = 0.999
"""Level of the intervals that must hold the truth, so that chance fails no test."""


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


def forked() -> dict[str, Any]:
    """Write a hub whose trains go on to one of three tracks."""
    desk = {"kind": "service", "servers": 9, "service_time": {"law": "exponential", "mean_minutes": 60.0}}
    shares = {"first": 0.5, "second": 0.3, "third": 0.2}
    route = {"desk": shares, **{name: {} for name in shares}}
    flows = {"trains": {"unit": "train", "per_day": 24.0, "route": route}}
    fork = "flows.trains.route.desk"
    spread = {f"{fork}.{name}": {"low": share - 0.1, "high": share + 0.1} for name, share in shares.items()}
    return document(flows=flows, stages=dict.fromkeys(route, desk), uncertainty=spread)


@pytest.mark.parametrize(
    ("fields", "follows"),
    [
        ({}, "first"),
        ({"uncertain": ["flow.route.desk.first"]}, "second"),
        ({"laws": {"flow.route.desk.first": {"law": "uniform", "low": 0.4, "high": 0.6}}}, "second"),
    ],
)
def test_shares_of_a_fork_still_add_up_to_one(fields: dict[str, Any], follows: str) -> None:
    result, rows = done(document=forked(), fields=["utilization"], draws=2_000, **fields)
    columns = {
        name: rows.column(f"flows.trains.route.desk.{name}")
        for name in ("first", "second", "third")
        if f"flows.trains.route.desk.{name}" in rows.parts[0]
    }
    certain = {"first": 0.5, "second": 0.3, "third": 0.2}
    total = sum((columns.get(name, value) for name, value in certain.items()), start=np.zeros(2_000))
    np.testing.assert_allclose(total, 1.0)
    assert f"flows.trains.route.desk.{follows}" not in [each.path for each in result.inputs]
    assert follows in next(advice.message for advice in result.warnings if advice.code == "shares_that_follow")
    assert result.statuses["invalid"] == 0


def test_a_share_that_follows_from_others_takes_no_shock() -> None:
    shock = {"law": {"law": "uniform", "low": 0.9, "high": 1.1}, "paths": ["flow.route.desk.first"]}
    with pytest.raises(OverrideError, match="what the others of its fork leave"):
        study(document=forked(), shocks={"x": shock})


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


SENT: dict[str, Any] = {
    "document": document(),
    "fields": ["wait_mean_hours", "bottleneck"],
    "laws": {SERVICE: {"law": "pert", "low": 30.0, "mode": 60.0, "high": 80.0}},
    "correlations": [{"paths": [SERVICE, FLOW], "rank_correlation": 0.5}],
    "shocks": {"growth": {"law": {"law": "range", "low": 0.9, "high": 1.1}, "paths": [FLOW]}},
    "draws": 2_500,
    "seed": 7,
}
DESIGNS = ["random", "sobol", "latin_hypercube"]


@pytest.mark.parametrize("design", DESIGNS)
def test_chunks_are_the_same_in_any_order(design: str) -> None:
    first, second = study(**SENT, design=design), study(**SENT, design=design)
    forward = [digest(first.evaluate(chunk)) for chunk in range(3)]
    backward = [digest(second.evaluate(chunk)) for chunk in (2, 1, 0)]
    assert forward == backward[::-1]
    assert digest(study(**{**SENT, "seed": 8}, design=design).evaluate(1)) != forward[1]


@pytest.mark.slow
def test_chunks_are_the_same_in_another_process() -> None:
    program = (
        "import hashlib, json, sys\nimport numpy as np\n"
        "from hubcalc.documents import Fixtures\nfrom hubcalc.studies.montecarlo import build_montecarlo\n"
        "from hubmodels.studies.montecarlo import MonteCarloRequest\n"
        "for text in json.loads(sys.stdin.read()):\n"
        "    part = build_montecarlo(MonteCarloRequest.model_validate_json(text), Fixtures()).evaluate(1)\n"
        "    columns = (np.asarray(part[name]).astype(str).tobytes() for name in sorted(part))\n"
        "    print(hashlib.sha256(b''.join(columns)).hexdigest())\n"
    )
    requests = [request(**SENT, design=design) for design in DESIGNS]
    sent = json.dumps([each.model_dump_json() for each in requests])
    other = subprocess.run([sys.executable, "-c", program], input=sent, capture_output=True, text=True, check=True)
    here = [digest(build_montecarlo(each, Fixtures()).evaluate(1)) for each in requests]
    assert other.stdout.split() == here


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


def test_what_is_uncertain_inside_a_corridor_is_drawn() -> None:
    made = study(document=None, subject={"kind": "corridor", "id": "energy"})
    names = {column.name for column in made.columns}
    lines = {name.split(".")[1] for name in names if name.startswith("lines.")}
    assert lines
    for line in lines:
        assert {f"lines.{line}.{path}" for path in Fixtures().line(line).uncertainty} <= names


def test_a_metric_that_has_a_target_is_computed() -> None:
    result, _ = done(fields=["utilization"], targets={"throughput_per_day": {"at_least": 0}}, draws=100)
    assert [each.name for each in result.metrics] == ["utilization", "throughput_per_day"]
    assert result.targets[0].missed.value == 0.0
