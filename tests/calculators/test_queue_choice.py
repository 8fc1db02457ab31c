"""Which method answers, row by row; what the others say; why a number is not given."""

from typing import Any, get_args

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.calculators.calculate import calculate
from hubcalc.calculators.queue import QUEUE
from hubcalc.calculators.queue.case import Case
from hubcalc.calculators.queue.law_errors import law_error
from hubcalc.calculators.queue.registry import METHODS
from hubcalc.errors import OverrideError, ParameterError
from hubcalc.readings import at, metric_of
from hubmodels.calculators.queue import QueueMethod, QueueQuestion
from hubmodels.results import Metric

BASE = {"arrivals_per_hour": 3.2, "service_hours": 1.0, "servers": 4}
ONE = {"arrivals_per_hour": 0.8, "service_hours": 1.0, "servers": 1}
MANY = {"arrivals_per_hour": 350, "service_hours": 1.0, "servers": 400, "service": "E3"}


def answered(**question: Any) -> tuple[Any, Any]:
    ((_, said, readings),) = calculate(QUEUE, question).answered
    return said, readings


def metric(name: str, row: int = 0, **question: Any) -> Metric:
    return metric_of(answered(**question)[1][name], row)


def test_every_method_can_be_asked_for_by_name() -> None:
    assert {"auto", "exact", "fast"} | {method.name for method in METHODS} == set(get_args(QueueMethod))


@pytest.mark.parametrize(
    ("question", "model", "status"),
    [
        (BASE, "M/M/4: M/M/c (Erlang C)", "exact"),
        ({**ONE, "service_scv": 0.5}, "M/G/1: M/G/1 (Pollaczek-Khinchine)", "exact"),
        ({**BASE, "service": "D"}, "M/D/4: M/D/c (Crommelin)", "exact"),
        ({**BASE, "service_scv": 0.0}, "M/D/4: M/D/c (Crommelin)", "exact"),
        ({**BASE, "arrival": "D"}, "D/M/4: GI/M/c (Takacs)", "exact"),
        ({**BASE, "arrival": "E2", "service": "D"}, "E2/D/4: GI/D/c (servers in turn)", "exact"),
        ({**BASE, "service": "E2"}, "M/E2/4: PH/PH/c (matrix-geometric)", "exact"),
        ({**BASE, "arrival": "H2", "arrival_scv": 4.0, "service": "E3"}, "H2/E3/4: PH/PH/c", "exact"),
        ({**BASE, "service_scv": 0.5}, "M/G/4: PH/PH/c (matrix-geometric)", "approximate"),
        ({**BASE, "arrival_scv": 0.5}, "GI/M/4: GI/M/c (Takacs)", "approximate"),
        ({**BASE, "service_scv": 0.05}, "M/G/4: GI/G/c of nearly constant service", "approximate"),
        (MANY, "M/E3/400: M/G/c", "approximate"),
        ({**MANY, "arrival": "E2"}, "E2/E3/400: GI/G/c", "approximate"),
        ({**BASE, "servers": 4_000, "service": "E3"}, "M/E3/4000: GI/G/c (Allen-Cunneen)", "approximate"),
        ({**BASE, "servers": 3.5}, "M/M/3.5: Erlang's formula continued", "approximate"),
        ({**BASE, "room": 4, "service": "D"}, "M/D/4/4: M/G/c/c (Erlang B)", "exact"),
        ({**BASE, "room": 9}, "M/M/4/9: M/M/c/K", "exact"),
        ({**BASE, "room": 9, "arrival": "E2"}, "E2/M/4/9: PH/PH/c/K", "exact"),
        ({**BASE, "arrivals_per_hour": 0.1, "sources": 30}, "M/M/4//30: M/M/c//N", "exact"),
        ({**BASE, "arrivals_per_hour": 0.1, "sources": 30, "room": 4}, "M/M/4/4/30: M/G/c/c//N (Engset)", "exact"),
        ({**BASE, "patience_hours": 1.0}, "M/M/4+M: M/M/c+M (Erlang A)", "exact"),
        ({**BASE, "arrivals_per_hour": 0.1, "batch_mean": 9}, "M^9/M/4: M^X/M/c", "exact"),
        ({**BASE, "arrivals_per_hour": 0.1, "batch_mean": 9.5}, "M^X/M/4: M^X/M/c", "approximate"),
        ({**BASE, "arrivals_per_hour": 0.1, "batch_mean": 9, "service": "E2"}, "M^9/E2/4: PH^X/PH/c", "exact"),
        ({**BASE, "arrivals_per_hour": 0.01, "batch_mean": 200, "service": "E2"}, "M^200/E2/4: M^X/G/c", "approximate"),
        ({**ONE, "arrivals_per_hour": 0.01, "batch_mean": 50, "batch_scv": 0.3, "service_scv": 3}, "M^X/G/1", "exact"),
        ({**ONE, "setup_hours": 1.0}, "M/M/1 with set-up: M/G/1 with set-up (Welch)", "exact"),
    ],
)
def test_the_first_valid_method_answers(question: dict[str, Any], model: str, status: str) -> None:
    wait = metric("wait_mean_hours", **question)
    assert wait.verdict.method.startswith(model)
    assert wait.verdict.status == status
    assert wait.value is not None


def test_each_row_has_its_own_method() -> None:
    _, readings = answered(**{**BASE, "servers": [4, 3, 4.5]}, service_scv=[0.0, 0.5])
    methods = [metric_of(readings["wait_mean_hours"], i).verdict.method for i in range(6)]
    assert [text.split(": ")[0] for text in methods] == ["M/D/4", "M/G/4", "M/D/3", "M/G/3", "M/D/4.5", "M/G/4.5"]
    assert methods[2] == "M/D/3: overload"


def test_methods_are_chosen_for_each_metric() -> None:
    """At one server the mean needs two moments, the law of the wait more."""
    _, readings = answered(**ONE, service_scv=0.5)
    mean, p95 = (metric_of(readings[name], 0) for name in ("wait_mean_hours", "wait_p95_hours"))
    assert (mean.verdict.status, p95.verdict.status) == ("exact", "approximate")
    assert "PH/PH/c" in p95.verdict.method


def test_fast_solves_nothing_and_exact_guesses_nothing() -> None:
    question = {**BASE, "arrival": "E2", "service": "E3"}
    fast, exact = (metric("wait_mean_hours", **question, method=method) for method in ("fast", "exact"))
    assert "GI/G/c (Whitt)" in fast.verdict.method
    assert exact.verdict.status == "exact"
    assert fast.value == pytest.approx(exact.value, rel=fast.verdict.expected_error)
    unknown = metric("wait_mean_hours", **BASE, service_scv=0.5, method="exact")
    assert unknown.verdict.status == "refused"
    assert "ph_ph_c is approximate here" in unknown.verdict.reason


def test_methods_may_be_compared_in_rows() -> None:
    names = ["auto", "gi_g_c", "allen_cunneen", "kraemer_langenbach_belz", "kimura"]
    asked = calculate(QUEUE, {**BASE, "arrival": "E2", "service": "E2", "method": names})
    exact, *others = asked.column("wait_mean_hours")
    np.testing.assert_allclose(others, exact, rtol=0.3)
    assert len({*others}) == len(others)


def test_a_method_that_does_not_apply_says_why_and_what_does() -> None:
    refused = metric("wait_mean_hours", **BASE, service_scv=0.5, method="mm_c")
    assert refused.value is None
    assert refused.verdict.reason.startswith("mm_c needs exponential service; valid here: ph_ph_c, mg_c, gi_g_c")
    batch = metric("wait_mean_hours", **BASE, method="mx_m_c")
    assert batch.verdict.reason.startswith("mx_m_c is for queues with batches; valid here: mm_c")
    two = metric("wait_mean_hours", **BASE, vacations="multiple", vacation_hours=1)
    assert two.verdict.reason == "no method gives this here: vacations_one_server needs one server"


def test_the_methods_that_were_not_chosen_answer_too() -> None:
    said, readings = answered(**BASE, arrival="E2", service="E2")
    options = {option.choice: option for option in QUEUE.options(said, readings)}
    assert set(options) == {"gi_g_c", "allen_cunneen", "kraemer_langenbach_belz", "kimura", "kingman_bound"}
    exact = metric_of(readings["wait_mean_hours"], 0).value
    assert at(options["gi_g_c"].reasons, 0) == "less exact than PH/PH/c (matrix-geometric)"
    assert metric_of(options["kingman_bound"].readings["wait_mean_hours"], 0).value > exact
    for option in options.values():
        wait, queue = (metric_of(option.readings[name], 0).value for name in ("wait_mean_hours", "queue_length_mean"))
        assert queue == pytest.approx(3.2 * wait)


def test_options_leave_out_the_rows_in_which_they_were_chosen() -> None:
    said, readings = answered(**{**BASE, "servers": [4, 1_500]}, service="E2")
    options = {option.choice: option for option in QUEUE.options(said, readings)}
    assert [bool(at(options["allen_cunneen"].reasons, i)) for i in range(2)] == [True, False]


def test_overload_grows_instead_of_a_mean() -> None:
    _, readings = answered(arrivals_per_hour=10, service_hours=1, servers=4, horizon_hours=24, hours=3)
    found = {name: metric_of(reading, 0) for name, reading in readings.items()}
    for name in ("wait_mean_hours", "wait_p95_hours", "queue_length_mean", "number_mean", "sojourn_mean_hours"):
        assert found[name].value is None
        assert found[name].verdict.status == "unstable"
        assert "growth_per_hour" in found[name].verdict.reason
    values = {name: found[name].value for name in ("growth_per_hour", "backlog_at_horizon", "fewest_stable_servers")}
    assert values == {"growth_per_hour": 6.0, "backlog_at_horizon": 144.0, "fewest_stable_servers": 11.0}
    assert found["throughput_per_hour"].value == 4.0
    assert found["wait_probability"].value == found["wait_over_hours_probability"].value == 1.0


def test_urgent_classes_have_a_steady_state_in_overload() -> None:
    _, readings = answered(**{**BASE, "servers": 3}, priorities="preemptive", first_class_share=0.3)
    assert metric_of(readings["first_class_wait_mean_hours"], 0).verdict.status == "exact"
    assert metric_of(readings["last_class_wait_mean_hours"], 0).verdict.status == "unstable"
    assert metric_of(readings["wait_mean_hours"], 0).verdict.status == "unstable"


@pytest.mark.parametrize("law", [{}, {"service": "E2"}])
def test_all_together_and_the_last_class_wait_for_ever_in_overload_whatever_the_law(law: dict[str, Any]) -> None:
    classes = {"priorities": "nonpreemptive", "first_class_share": 0.3, "second_class_share": 0.4}
    _, readings = answered(**{**BASE, "servers": 2}, **classes, **law)
    found = {name: metric_of(reading, 0).verdict.status for name, reading in readings.items()}
    for name in ("wait_mean_hours", "sojourn_mean_hours", "last_class_wait_mean_hours", "last_class_wait_p95_hours"):
        assert found[name] == "unstable", name
    # the first two fill 1.12 of the servers, the first 0.48
    assert found["second_class_wait_mean_hours"] == "unstable"
    for name in ("first_class_wait_mean_hours", "first_class_wait_p95_hours"):
        assert found[name] == ("refused" if law else "exact")


def test_classes_that_interrupt_have_no_quantiles() -> None:
    share = {"first_class_share": 0.3}
    p95 = metric("last_class_wait_p95_hours", **BASE, priorities="preemptive", **share)
    assert p95.verdict.status == "refused"
    assert "priorities that do not interrupt" in p95.verdict.reason
    assert metric("last_class_wait_p95_hours", **BASE, priorities="nonpreemptive", **share).verdict.status == "exact"
    # of a service time of two moments, the mean is exact and the law is not
    unknown = {**ONE, "service_scv": 0.5, "priorities": "nonpreemptive", **share}
    statuses = [metric(f"first_class_wait_{what}_hours", **unknown).verdict.status for what in ("mean", "p95")]
    assert statuses == ["exact", "approximate"]


def test_quantiles_by_class_are_those_of_the_formula() -> None:
    shares = {"first_class_share": 0.25, "second_class_share": 0.25}
    _, readings = answered(**BASE, priorities="nonpreemptive", **shares)
    expected = queueing.mmc_priority_wait_quantile_hours([0.8, 0.8, 1.6], 1.0, 4, 0.95)
    names = [f"{each}_class_wait_p95_hours" for each in ("first", "second", "last")]
    assert [metric_of(readings[name], 0).value for name in names] == expected.tolist()


def test_just_below_saturation_the_wait_is_long_and_not_endless() -> None:
    """In heavy traffic the wait is near that of Kingman: s rho (ca2 + cs2) / 2 / (1 - rho)."""
    gap = 1e-11
    question = {"arrivals_per_hour": 1.0 - gap, "service_hours": 1.0, "servers": 1, "arrival": "E2", "service": "E2"}
    wait = metric("wait_mean_hours", **question)
    assert wait.verdict.status == "approximate"
    assert wait.value == pytest.approx(0.5 / gap, rel=1e-3)
    exact = metric("wait_mean_hours", **question, method="exact")
    assert exact.verdict.status == "refused"
    assert "too near saturation" in exact.verdict.reason


@pytest.mark.slow
def test_auto_passes_over_what_takes_long_and_says_so() -> None:
    regular = {"arrivals_per_hour": 3_900, "service_hours": 1.0, "servers": 4_000, "service": "M", "arrival": "E2"}
    many = {"arrivals_per_hour": 190, "service_hours": 1.0, "servers": 200, "service": "E2"}
    for question in (many, regular):
        said, readings = answered(**question)
        assert metric_of(readings["wait_mean_hours"], 0).verdict.status == "approximate"
        assert "exact_takes_longer" in {remark.code for remark in QUEUE.remarks(said, readings)}
    assert metric("wait_mean_hours", **many, method="exact").verdict.status == "exact"
    refused = metric("wait_sd_hours", **many)
    assert "ph_ph_c takes longer than auto allows" in refused.verdict.reason


def test_a_method_that_takes_any_time_is_not_shown_beside_the_others() -> None:
    """Even where a million servers have nothing to do."""
    said, readings = answered(arrivals_per_hour=60, service_hours=0.04, servers=1e6)
    choices = {option.choice for option in QUEUE.options(said, readings)}
    assert choices == {"allen_cunneen", "kraemer_langenbach_belz", "kingman_bound"}
    for option in QUEUE.options(said, readings):
        assert set(option.readings) == {"wait_mean_hours", "queue_length_mean", "number_mean", "sojourn_mean_hours"}


def test_methods_that_sum_over_servers_refuse_too_many_of_them() -> None:
    for method in ("gi_m_c", "kimura"):
        wait = metric("wait_mean_hours", arrivals_per_hour=60, service_hours=0.04, servers=1e6, method=method)
        assert "at most 20000 servers" in wait.verdict.reason


def test_fractions_of_servers_have_no_exact_model() -> None:
    _, readings = answered(**{**BASE, "servers": [3.5, 4]}, service="E2", method="exact")
    whole, fraction = (metric_of(readings["wait_mean_hours"], i) for i in (1, 0))
    assert whole.verdict.status == "exact"
    assert fraction.verdict.reason == "a fraction of a server has no exact model: take auto or fast"


def test_in_more_than_100_rows_auto_is_fast() -> None:
    rates = np.linspace(1.0, 3.5, 101)
    question = {"service_hours": 1.0, "servers": 4, "arrival": "E2", "service": "E3"}
    said, many = answered(arrivals_per_hour=rates, **question)
    assert {r.code for r in QUEUE.remarks(said, many)} >= {"fast_over_100_rows", "exact_takes_longer"}
    quick = answered(arrivals_per_hour=rates, **question, method="fast")[1]
    assert many["wait_mean_hours"].values.tolist() == quick["wait_mean_hours"].values.tolist()
    # what was decided for a question holds for copies of it in which the inputs are perturbed
    few, _ = answered(arrivals_per_hour=rates[:100], **question)
    again = QUEUE.answer(few.model_copy(update={"arrivals_per_hour": np.tile(rates, 3)}))
    assert metric_of(again["wait_mean_hours"], 0).verdict.status == "exact"


def test_in_many_rows_the_only_method_answers_all_the_same() -> None:
    asked = calculate(
        QUEUE,
        {"arrivals_per_hour": np.linspace(1, 3, 101), "service_hours": 1, "servers": 2, "service": "E2", "room": 5},
    )
    assert not np.isnan(asked.column("blocking_probability")).any()


def test_references_are_those_of_the_methods_that_answered() -> None:
    _, readings = answered(**BASE)
    assert readings["wait_mean_hours"] is not None
    assert readings.references == (METHODS[0].reference,)


def test_what_cannot_grow_has_a_steady_state_at_any_load() -> None:
    for more in ({"room": 6}, {"patience_hours": 1.0}):
        _, readings = answered(arrivals_per_hour=10, service_hours=1, servers=4, **more)
        assert metric_of(readings["wait_mean_hours"], 0).verdict.status == "exact"
        assert "growth_per_hour" not in readings


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({}, set()),
        ({"servers": 3}, {"overload"}),
        ({"arrivals_per_hour": 3.8, "horizon_hours": 1e4}, {"busy"}),
        ({"arrivals_per_hour": 3.8, "horizon_hours": 10}, {"busy", "steady_state_doubtful"}),
        ({"service_scv": 0.5}, {"fitted_law"}),
        ({"servers": 4.5}, {"fraction_of_a_server"}),
        ({"servers": 40, "service": "E4"}, {"blocks_too_large"}),
        ({"servers": 180, "service": "E2"}, {"exact_takes_longer"}),
    ],
)
def test_remarks(more: dict[str, Any], codes: set[str]) -> None:
    said, readings = answered(**{**BASE, **more})
    assert {remark.code for remark in QUEUE.remarks(said, readings)} == codes


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"arrival": "D", "arrival_scv": 0.5}, "has its own scv"),
        ({"service": "H2"}, "needs service_scv, of 1 or more"),
        ({"service": "H2", "service_scv": 0.5}, "needs service_scv, of 1 or more"),
        ({"batch_mean": 5, "priorities": "preemptive", "first_class_share": 0.5}, "no model has these together"),
        ({"vacations": "single", "vacation_hours": 1, "patience_hours": 1}, "no model has these together"),
        ({"room": 3}, "must have a place at each server"),
        ({"priorities": "preemptive"}, "needs first_class_share"),
        ({"first_class_share": 0.4}, "needs priorities"),
        (
            {"priorities": "preemptive", "first_class_share": 0.6, "second_class_share": 0.4},
            "leave a share for the last class",
        ),
        ({"vacation_hours": 1}, "needs vacations"),
        ({"vacations": "multiple"}, "needs vacation_hours"),
        ({"repair_hours": 1}, "needs hours_between_failures"),
        ({"hours_between_failures": 9}, "needs repair_hours"),
        ({"batch_scv": 0.5}, "needs batch_mean"),
        ({"batch_mean": 1, "batch_scv": 0.5}, "cannot vary"),
        ({"setup_scv": 0.5}, "needs setup_hours"),
    ],
)
def test_what_makes_no_sense_together_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(OverrideError, match=message):
        calculate(QUEUE, {**BASE, **more}).metrics  # noqa: B018  # computed when asked for
    with pytest.raises(ValueError, match=message):
        QueueQuestion(**{**BASE, **more})


def test_inputs_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ParameterError, match="did you mean"):
        calculate(QUEUE, {**BASE, "server": 4})


@pytest.mark.parametrize(("servers", "utilization"), [(1, 0.6), (2, 0.8), (2, 0.9)])
def test_laws_of_the_same_moments_differ_no_more_than_said(servers: int, utilization: float) -> None:
    """Compare the fit with laws that have the third moment of a lognormal law."""
    rate = utilization * servers
    for arrival_scv, service_scv in ((0.5, 0.5), (1.0, 2.0), (2.0, 0.5), (4.0, 4.0)):
        question = QueueQuestion(
            arrivals_per_hour=rate, service_hours=1, servers=servers, arrival_scv=arrival_scv, service_scv=service_scv
        )
        fit = queueing.phphc_wait_mean_hours(rate, arrival_scv, 1.0, service_scv, servers)
        skewed = [
            queueing.fit_three_moments(mean, scv, (3.0 + scv) * scv**0.5)
            for mean, scv in ((1.0 / rate, arrival_scv), (1.0, service_scv))
        ]
        if arrival_scv == 1.0:
            skewed[0] = queueing.PhaseType.exponential(1.0 / rate)
        other = queueing.solve_ph_ph_c(*skewed, servers).wait_mean_hours
        assert abs(other / fit - 1.0) <= law_error(Case.of(question))[0] + 1e-9
