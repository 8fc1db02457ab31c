"""The calculator of queues: one question, the model and the method chosen row by row, every method to compare."""

from hubcalc.calculators.base import Calculator
from hubcalc.calculators.queue.answers import Answers
from hubcalc.calculators.queue.options import options
from hubcalc.calculators.queue.outputs import OUTPUTS
from hubcalc.calculators.queue.registry import METHODS
from hubcalc.calculators.queue.remarks import remarks
from hubmodels.calculators.queue import QueueQuestion

QUEUE = Calculator(
    name="queue",
    title="Waits at one queue",
    question=QueueQuestion,
    outputs=OUTPUTS,
    answer=Answers,
    references=tuple(dict.fromkeys(method.reference for method in METHODS)),
    whole=frozenset({"servers"}),
    target_names={"wait_hours": "wait_mean_hours", "sojourn_hours": "sojourn_mean_hours"},
    options=options,
    elastic=("utilization", "wait_probability", "wait_mean_hours"),
    remarks=remarks,
)

__all__ = ["QUEUE"]
