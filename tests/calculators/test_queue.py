"""The queue calculator against golden values that were computed elsewhere, and against the formulas it stands on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.calculators.calculate import calculate
from hubcalc.calculators.queue import QUEUE
from hubcalc.readings import metric_of

GOLDEN = Path(__file__).parents[1] / "golden"
Parameters = dict[str, Any]
Reader = Callable[[Parameters], Parameters | None]


def ask(**question: Any) -> Any:
    return calculate(QUEUE, question)


def metrics(**question: Any) -> dict[str, Any]:
    """Give all metrics of one question."""
    ((_, _, readings),) = ask(**question).answered
    return {name: metric_of(reading, 0) for name, reading in readings.items()}


def value(name: str, **question: Any) -> float:
    return float(ask(**question).column(name)[0])


def markovian(given: Parameters) -> Parameters:
    return {
        "arrivals_per_hour": given["arrival_rate"],
        "service_hours": 1.0 / given["service_rate"],
        "servers": given["c"],
    }


def loss(given: Parameters) -> Parameters:
    return {"arrivals_per_hour": given["offered_load"], "service_hours": 1.0, "servers": given["c"], "room": given["c"]}


def phase_type(given: Parameters) -> Parameters | None:
    """Read laws by scv: 1/k is Erlang, above 1 hyperexponential; None where they make large blocks."""
    phases = queueing.two_moment_phases([given["interarrival"], given["service"]])
    if queueing.phase_states(*phases, given["c"]) > queueing.MOST_STATES and 1 not in phases:
        return None
    question = {"arrivals_per_hour": given["arrival_rate"], "service_hours": 1.0, "servers": given["c"]}
    for side, scv in (("arrival", given["interarrival"]), ("service", given["service"])):
        name = "M" if scv == 1 else "H2" if scv > 1 else f"E{round(1 / scv)}"
        question |= {side: name} if name != "H2" else {side: name, f"{side}_scv": scv}
    return question


def finite_phase_type(given: Parameters) -> Parameters | None:
    question = {"arrivals_per_hour": given["arrival_rate"], "service_hours": given["mean_service"]}
    law = given["service"]
    if law not in ("M", "D", "E2", "E3", "E4", "E5") and not law.startswith("H2"):
        return None
    laws = {"service": "H2", "service_scv": float(law.split("=")[1])} if law.startswith("H2") else {"service": law}
    return question | laws | {"servers": given["c"], "room": given["K"]}


def batches(given: Parameters) -> Parameters | None:
    sizes = given["batch_size"] if isinstance(given["batch_size"], dict) else {given["batch_size"]: 1.0}
    if len(sizes) > 1:  # only a batch of one size has a law that mean and scv tell
        return None
    size = next(iter(sizes))
    if isinstance(size, str) and not size.isdigit():
        return None
    question = {"arrivals_per_hour": given["train_arrival_rate"], "batch_mean": float(size)}
    if "service_rate" in given:
        return question | {"service_hours": 1.0 / given["service_rate"], "servers": given["c"], "service": "M"}
    return question | {"service_hours": given["service_time"] / 60, "servers": given["c"], "service": "D"}


def one_server(given: Parameters) -> Parameters:
    return {
        "arrivals_per_hour": given["arrival_rate"],
        "service_hours": given["mean_service"],
        "service_scv": given["service_scv"],
        "servers": 1,
    }


def vacations(given: Parameters) -> Parameters:
    return one_server(given) | {"vacation_hours": given["mean_vacation"], "vacation_scv": given["vacation_scv"]}


def threshold(given: Parameters) -> Parameters:
    return one_server(given) | {"threshold": given["N"]}


def breakdowns(given: Parameters) -> Parameters | None:
    if given["repair_crews"] < given["c"]:
        return None
    failing = "any_time" if "any up server" in given["failures"] else "in_service"
    repairs = {"hours_between_failures": given["mtbf"], "repair_hours": given["mttr"], "failing": failing}
    return markovian(given) | repairs


def reneging(given: Parameters) -> Parameters:
    return markovian(given) | {"patience_hours": 1.0 / given["patience_rate"]}


def repair(given: Parameters) -> Parameters:
    return {
        "arrivals_per_hour": 1.0 / given["mean_time_between_requests"],
        "service_hours": given["mean_service"],
        "servers": given["c"],
        "sources": given["N"],
    }


def engset(given: Parameters) -> Parameters:
    hours = 1.0 / given["service_rate"]
    return {
        "arrivals_per_hour": given["idle_source_rate"],
        "service_hours": hours,
        "servers": given["c"],
        "sources": given["N"],
        "room": given["c"],
    }


def urgent(given: Parameters) -> Parameters | None:
    """Read classes, where all have one service time."""
    rates = given.get("arrival_rates") or [each["arrival_rate_per_h"] for each in given["classes"]]
    if "classes" in given:
        if len({(each["mean_service_h"], each.get("service_scv")) for each in given["classes"]}) > 1:
            return None
        first = given["classes"][0]
        question = {"service_hours": first["mean_service_h"], "service_scv": first["service_scv"], "servers": 1}
    else:
        question = {"service_hours": 1.0 / given["service_rate"], "servers": given["c"]}
    shares = [rate / sum(rates) for rate in rates]
    names = ("first_class_share", "second_class_share")
    return question | {"arrivals_per_hour": sum(rates)} | dict(zip(names, shares[:-1], strict=False))


FIRST = "first_class_wait_mean_hours"
BANKS: list[tuple[str, str, str, str, Reader, Parameters]] = [
    ("markovian", "M/M/c", "mean_wait_Wq", "wait_mean_hours", markovian, {}),
    ("markovian", "M/M/c", "P(wait>0)", "wait_probability", markovian, {}),
    ("markovian", "M/M/c", "wait_percentile_95", "wait_p95_hours", markovian, {}),
    ("markovian", "M/M/c/c", "blocking_probability", "blocking_probability", loss, {}),
    ("phase_type", "", "mean_wait_Wq / mean_service", "wait_mean_hours", phase_type, {"method": "exact"}),
    ("finite_room", "M/M/c/K", "blocking", "blocking_probability", lambda g: markovian(g) | {"room": g["K"]}, {}),
    ("finite_room", "M/M/c/K", "throughput", "throughput_per_hour", lambda g: markovian(g) | {"room": g["K"]}, {}),
    ("finite_room", "M/M/c/K", "mean_wait", "wait_mean_hours", lambda g: markovian(g) | {"room": g["K"]}, {}),
    ("phase_type_finite", "M/PH/c/K", "blocking", "blocking_probability", finite_phase_type, {}),
    ("phase_type_finite", "M/PH/c/K", "mean_wait", "wait_mean_hours", finite_phase_type, {}),
    ("batches", "M^[X]/M/c", "mean_wait_Wq per container", "wait_mean_hours", batches, {}),
    ("batches", "M^[b]/D/c", "mean_wait_Wq per container", "wait_mean_hours", batches, {}),
    ("vacations", "M/G/1 multiple", "mean_wait", "wait_mean_hours", vacations, {"vacations": "multiple"}),
    ("vacations", "M/G/1 single", "mean_wait", "wait_mean_hours", vacations, {"vacations": "single"}),
    (
        "vacations",
        "M/G/1 N-policy",
        "mean_wait",
        "wait_mean_hours",
        threshold,
        {},
    ),
    ("breakdowns", "M/M/c", "mean_sojourn_W", "sojourn_mean_hours", breakdowns, {}),
    ("breakdowns", "M/M/c", "mean_number", "number_mean", breakdowns, {}),
    ("reneging", "M/M/c+M", "P(wait>0)", "wait_probability", reneging, {}),
    ("reneging", "M/M/c+M", "P(abandon)", "abandonment_probability", reneging, {}),
    ("reneging", "M/M/c+M", "mean_queue_length", "queue_length_mean", reneging, {}),
    ("reneging", "M/M/c+M", "mean_wait (all", "wait_mean_hours", reneging, {}),
    ("finite_source", "M/M/c//N", "mean_number_down", "number_mean", repair, {}),
    ("finite_source", "M/M/c//N", "mean_wait", "wait_mean_hours", repair, {}),
    ("finite_source", "M/M/c//N", "throughput", "throughput_per_hour", repair, {}),
    ("finite_source", "Engset", "call_congestion", "blocking_probability", engset, {}),
    *(
        (
            "priorities",
            f"{model} {kind}",
            f"{said} class 1",
            "first_class_wait_mean_hours",
            urgent,
            {"priorities": word},
        )
        for model in ("M/G/1", "M/M/c")
        for kind, said, word in (
            ("non-preemptive", "mean_wait_Wq", "nonpreemptive"),
            ("preemptive-resume", "mean_sojourn_W", "preemptive"),
        )
    ),
]


def cases(bank: str, model: str, quantity: str, reader: Reader) -> Iterator[tuple[dict[str, Any], Parameters]]:
    for case in json.loads((GOLDEN / f"{bank}.json").read_text(encoding="utf-8"))["cases"]:
        exact = case["model"] == model if bank == "markovian" else case["model"].startswith(model)
        if exact and case["quantity"].startswith(quantity):
            question = reader(case["parameters"])
            if question is not None:
                yield case, question


@pytest.mark.parametrize(("bank", "model", "quantity", "metric", "reader", "more"), BANKS)
def test_golden_values_are_met_and_said_to_be_exact(
    bank: str, model: str, quantity: str, metric: str, reader: Reader, more: Parameters
) -> None:
    found = list(cases(bank, model, quantity, reader))
    assert found
    for case, question in found[:: 1 + len(found) // 20]:
        ((_, _, readings),) = ask(**question, **more).answered
        answer = metric_of(readings[metric], 0)
        expected = case["value"]
        if quantity.startswith("mean_sojourn_W class"):
            expected -= question["service_hours"]
        tolerance = case["tolerance"]
        spare = 10.0 if bank == "priorities" else 1.0  # the difference of two near numbers
        assert answer.value == pytest.approx(
            expected, rel=spare * max(tolerance.get("rel") or 0.0, 1e-12), abs=tolerance.get("abs") or 0.0
        ), case["id"]
        # of a vacation, two moments leave its law open where there is only one
        assert answer.verdict.status == ("approximate" if _open(more, question) else "exact"), case["id"]


def _open(more: Parameters, question: Parameters) -> bool:
    return more.get("vacations") == "single" and question["vacation_scv"] > 0.0


def test_columns_are_answered_as_rows_alone() -> None:
    servers, scvs = [1, 2, 4, 8], [0.0, 0.1, 0.5, 1.0, 2.0]
    together = ask(arrivals_per_hour=0.9, service_hours=1.0, servers=servers, service_scv=scvs, hours=1.0)
    alone = [
        ask(arrivals_per_hour=0.9, service_hours=1.0, servers=c, service_scv=scv, hours=1.0)
        for c in servers
        for scv in scvs
    ]
    for name in together.metrics:
        single = [each.column(name)[0] for each in alone]
        np.testing.assert_allclose(together.column(name), single, rtol=1e-9, err_msg=name)


def test_each_number_is_that_of_the_formula() -> None:
    asked = metrics(arrivals_per_hour=3.2, service_hours=1.0, servers=4, hours=0.5)
    given = (3.2, 1.0, 4)
    assert asked["wait_mean_hours"].value == queueing.mmc_wait_mean_hours(*given)
    assert asked["wait_p99_hours"].value == queueing.mmc_wait_quantile_hours(*given, 0.99)
    assert asked["wait_over_hours_probability"].value == queueing.mmc_wait_tail(*given, 0.5)
    variance = queueing.mmc_wait_second_moment_hours2(*given) - queueing.mmc_wait_mean_hours(*given) ** 2
    assert asked["wait_sd_hours"].value == pytest.approx(float(variance) ** 0.5)
    assert asked["departure_scv"].value == 1.0


def test_batches_have_waits_of_their_own() -> None:
    asked = metrics(arrivals_per_hour=0.5, batch_mean=50, service_hours=3.4 / 60, servers=3, service="D")
    given = (0.5, 50, 0, 3.4 / 60, 0, 3)
    assert asked["batch_wait_mean_hours"].value == queueing.mxgc_first_item_wait_mean_hours(*given)
    assert asked["batch_span_mean_hours"].value == queueing.mxgc_batch_span_mean_hours(*given)
    assert asked["utilization"].value == pytest.approx(0.5 * 50 * 3.4 / 60 / 3)
    assert asked["throughput_per_hour"].value == 25.0


def test_all_classes_together_wait_as_without_priorities() -> None:
    """Work is conserved: classes of one service time only change who waits."""
    question = {"arrivals_per_hour": 3.2, "service_hours": 1.0, "servers": 4}
    classes = {"priorities": "nonpreemptive", "first_class_share": 0.3, "second_class_share": 0.3}
    plain = value("wait_mean_hours", **question)
    assert value("wait_mean_hours", **question, **classes) == pytest.approx(plain, rel=1e-12)
    interrupting = classes | {"priorities": "preemptive"}
    assert value("wait_mean_hours", **question, **interrupting) == pytest.approx(plain, rel=1e-9)


def test_breakdowns_at_one_server_take_completion_times() -> None:
    """The worked example of methods.md: 20.11 minutes instead of 10."""
    asked = metrics(arrivals_per_hour=3, service_hours=1 / 6, servers=1, hours_between_failures=10, repair_hours=1)
    assert asked["utilization"].value == pytest.approx(0.55)
    assert asked["wait_mean_hours"].value * 60 == pytest.approx(20.11, abs=0.005)
    assert asked["sojourn_mean_hours"].value * 60 == pytest.approx(20.11 + 11.0, abs=0.005)


def test_engset_agrees_with_the_flow_in_and_out() -> None:
    asked = metrics(arrivals_per_hour=0.25, service_hours=1.0, servers=5, sources=20, room=5)
    running = 20 - asked["number_mean"].value
    let_in = running * 0.25 * (1.0 - asked["blocking_probability"].value)
    assert asked["throughput_per_hour"].value == pytest.approx(let_in, rel=1e-12)


def test_relaxation_of_a_busy_server_takes_hundreds_of_services() -> None:
    """The example of methods.md: M/M/1 at 0.9 takes 271 service times."""
    assert value("relaxation_hours", arrivals_per_hour=0.9, service_hours=1.0, servers=1) == pytest.approx(271, abs=0.5)
