"""What the calculator answers, and which of it makes sense for which queues."""

from hubcalc.calculators.base import Output
from hubcalc.calculators.queue.case import Case

OUTPUTS = (
    Output("utilization", "1", "Offered load per server; busy share of the servers where arrivals can be lost"),
    Output("wait_probability", "1", "Probability that an item has to wait"),
    Output("wait_mean_hours", "h", "Mean wait before service; of those let in where the room is finite"),
    Output("wait_sd_hours", "h", "Standard deviation of the wait"),
    Output("wait_p50_hours", "h", "Wait that half of the items do not exceed"),
    Output("wait_p90_hours", "h", "Wait that nine items of ten do not exceed"),
    Output("wait_p95_hours", "h", "Wait that 95 items of 100 do not exceed"),
    Output("wait_p99_hours", "h", "Wait that 99 items of 100 do not exceed"),
    Output("wait_over_hours_probability", "1", "Probability of a wait of more than `hours`"),
    Output("served_wait_mean_hours", "h", "Mean wait of those who are served, where patience can be lost"),
    Output("first_class_wait_mean_hours", "h", "Mean wait of the most urgent class, interruptions included"),
    Output("second_class_wait_mean_hours", "h", "Mean wait of the next class of three, interruptions included"),
    Output("last_class_wait_mean_hours", "h", "Mean wait of the last class, interruptions included"),
    Output("first_class_wait_p95_hours", "h", "Wait that 95 of 100 of the most urgent class do not exceed"),
    Output("second_class_wait_p95_hours", "h", "Wait that 95 of 100 of the next class of three do not exceed"),
    Output("last_class_wait_p95_hours", "h", "Wait that 95 of 100 of the last class do not exceed"),
    Output("batch_wait_mean_hours", "h", "Mean wait of a batch until its first item starts"),
    Output("batch_span_mean_hours", "h", "Mean time from the first start in a batch to its last end"),
    Output("queue_length_mean", "items", "Mean number waiting"),
    Output("number_mean", "items", "Mean number waiting and in service"),
    Output("sojourn_mean_hours", "h", "Mean time from arrival to departure"),
    Output("throughput_per_hour", "1/h", "Items that leave served", met_from=True),
    Output("blocking_probability", "1", "Share of the arrivals that find no room and are lost"),
    Output("abandonment_probability", "1", "Share of the arrivals that lose their patience and leave"),
    Output("departure_scv", "1", "Squared coefficient of variation of the gaps between departures"),
    Output("relaxation_hours", "h", "Time after which the queue has nearly forgotten how it began"),
    Output("growth_per_hour", "items/h", "Growth of the queue in overload; 0 in a steady state"),
    Output("backlog_at_horizon", "items", "What a growing queue has come to at the horizon; 0 in a steady state"),
    Output("fewest_stable_servers", "servers", "Fewest servers with which there is a steady state"),
)

UNITS = {output.name: output.unit for output in OUTPUTS}

_ALWAYS = ("utilization", "wait_mean_hours", "queue_length_mean", "number_mean", "sojourn_mean_hours")
_LAW = ("wait_probability", "wait_sd_hours", "wait_p50_hours", "wait_p90_hours", "wait_p95_hours", "wait_p99_hours")
_GROWTH = ("growth_per_hour", "backlog_at_horizon", "fewest_stable_servers")
_OF_FEATURE = {
    "batches": ("batch_wait_mean_hours", "batch_span_mean_hours"),
    "room": ("blocking_probability",),
    "patience": ("abandonment_probability", "served_wait_mean_hours"),
    "priorities": tuple(f"{each}_class_wait_{what}_hours" for each in ("first", "last") for what in ("mean", "p95")),
}


def sensible(case: Case) -> list[str]:
    """Name the metrics that make sense for a queue, in the order of the outputs."""
    names = {*_ALWAYS, *_LAW, "throughput_per_hour"}
    names.update(name for feature in case.features for name in _OF_FEATURE.get(feature, ()))
    if "hours" in case.columns:
        names.add("wait_over_hours_probability")
    if "second_class_share" in case.columns:
        names.update(("second_class_wait_mean_hours", "second_class_wait_p95_hours"))
    if case.is_open:
        names.update(_GROWTH)
    if not case.features:
        names.add("departure_scv")
    if case.features <= {"batches"}:
        names.add("relaxation_hours")
    return [output.name for output in OUTPUTS if output.name in names]
