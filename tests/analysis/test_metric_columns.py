"""Plain columns of metrics: the numbers of the full analysis, however the rows are cut into blocks."""

import numpy as np
import pytest

import hubcalc
from hubcalc.analysis.analyses import analyze_scenarios
from hubcalc.analysis.columns import REFUSED, UNSTABLE, metric_columns
from hubcalc.analysis.metric_values import METRIC_VALUES
from hubcalc.analysis.rows import HubRows
from hubcalc.documents import hub_or_line_fixture
from hubcalc.errors import ParameterError
from hubcalc.scenarios import gather
from hubmodels.paths import leaves, replace_leaves

COSTLY = "sustainable_capacity_per_day"
NAMES = [name for name in hubcalc.METRIC_NAMES if name != COSTLY]


def random_inputs(hub, rows, seed):
    """Draw all uncertain inputs from their ranges, and flows up to well beyond the capacity."""
    generator, known = np.random.default_rng(seed), leaves(hub)
    columns = {}
    for path, spread in hub.uncertainty.items():
        values = generator.uniform(spread.low, spread.high, rows)
        columns[path] = np.rint(values) if known[path].type == "integer" else values
    main = f"flows.{hub.main_flow}.per_day"
    columns[main] = hub.main.per_day * generator.uniform(0.0, 2.0, rows)
    return columns


def assert_equal_columns(found, expected, within=1e-12):
    for name, values in expected.items():
        if values.dtype == object:
            assert found[name].tolist() == values.tolist(), name
        else:
            assert found[name] == pytest.approx(values.astype(float), rel=within, abs=0, nan_ok=True), name


@pytest.mark.parametrize("hub_id", ["khorgos-gateway", "xian", "nur-zholy-khorgos", "poti", "dostyk-transterminal"])
def test_values_are_those_of_the_analysis(hub_id):
    hub = hub_or_line_fixture(hub_id)
    scenarios = gather(hub, random_inputs(hub, 120, 7), 120)
    expected = analyze_scenarios(hub, scenarios, metrics=NAMES, method="fast")
    (group,) = scenarios.groups
    found = metric_columns(group.hub, 120, NAMES)
    assert_equal_columns(found, {name: expected.column(name) for name in NAMES})
    analysis, _ = expected.groups[0]
    assert (found[UNSTABLE] == np.broadcast_to(analysis.unstable, 120)).all()


def test_the_sustainable_capacity_and_one_growing_flow():
    hub = hub_or_line_fixture("khorgos-gateway")
    scenarios = gather(hub, random_inputs(hub, 40, 3), 40)
    for scale in (None, "eastbound"):
        expected = analyze_scenarios(hub, scenarios, metrics=[COSTLY], method="fast", scale=scale)
        found = metric_columns(scenarios.groups[0].hub, 40, [COSTLY], scale=scale)
        assert_equal_columns(found, {COSTLY: expected.column(COSTLY)})


def test_a_target_of_the_dwell_is_searched_by_the_same_steps():
    hub = hub_or_line_fixture("khorgos-gateway")
    targets = hub.targets.model_copy(update={"dwell_p90_hours": 12.0})
    rows = gather(hub.model_copy(update={"targets": targets}), random_inputs(hub, 30, 5), 30).groups[0].hub
    together = metric_columns(rows, 30, [COSTLY])[COSTLY]
    one_by_one = [metric_columns(HubRows(rows).taken(np.array([i])), 1, [COSTLY])[COSTLY][0] for i in range(0, 30, 6)]
    assert together[::6] == pytest.approx(one_by_one, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("method", ["auto", "exact"])
def test_other_methods(method):
    hub = hub_or_line_fixture("almaty")
    scenarios = gather(hub, {f"flows.{hub.main_flow}.per_day": hub.main.per_day * np.linspace(0.5, 1.5, 12)}, 12)
    expected = analyze_scenarios(hub, scenarios, metrics=NAMES, method=method)
    found = metric_columns(scenarios.groups[0].hub, 12, NAMES, method=method)
    assert_equal_columns(found, {name: expected.column(name) for name in NAMES})


def test_blocks_change_no_numbers():
    hub = hub_or_line_fixture("khorgos-gateway")
    rows = gather(hub, random_inputs(hub, 101, 1), 101).groups[0].hub
    whole = metric_columns(rows, 101, [*NAMES, COSTLY])
    cut = metric_columns(rows, 101, [*NAMES, COSTLY], block_rows=17)
    for name, values in whole.items():
        assert cut[name].dtype == values.dtype
        assert np.array_equal(cut[name], values, equal_nan=values.dtype.kind == "f"), name


def test_one_document_stands_for_all_rows():
    found = metric_columns(hub_or_line_fixture("khorgos-gateway"), 3, ["utilization", "bottleneck"])
    assert found["utilization"].shape == (3,)
    assert len(set(found["bottleneck"])) == 1


def test_what_is_refused_and_what_has_no_steady_state():
    hub = replace_leaves(
        hub_or_line_fixture("khorgos-gateway"), {"flows.westbound.per_day": np.array([0.0, 11.0, 90.0])}
    )
    found = metric_columns(hub, 3, ["practical_capacity_per_day", "wait_mean_hours", "next_bottleneck"])
    assert np.isnan(found["practical_capacity_per_day"]).tolist() == [True, False, False]
    assert np.isnan(found["wait_mean_hours"]).tolist() == [False, False, True]
    assert found[UNSTABLE].tolist() == [False, False, True]
    assert found[REFUSED].tolist() == [True, False, False]


def test_every_metric_has_its_values():
    assert METRIC_VALUES.keys() == set(hubcalc.METRIC_NAMES)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"metrics": ["wait"]}, "no such metric"),
        ({"method": "simulate"}, "nothing is simulated"),
        ({"scale": "x"}, "not a flow"),
        ({"block_rows": 0}, "too small"),
        ({"rows": 4}, "a column of another length"),
    ],
)
def test_bad_arguments(arguments, named):
    hub = replace_leaves(hub_or_line_fixture("khorgos-gateway"), {"stages.front.cranes": np.array([3, 4, 5])})
    given = {"rows": 3, "metrics": ["utilization"], **arguments}
    with pytest.raises(ParameterError, match=named):
        metric_columns(hub, given.pop("rows"), given.pop("metrics"), **given)
