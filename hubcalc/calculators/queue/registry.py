"""All methods, in the order in which they are tried: exact formulas, exact solutions, approximations."""

from hubcalc.calculators.queue.batches import BATCH_METHODS
from hubcalc.calculators.queue.case import Case
from hubcalc.calculators.queue.constant_service import CONSTANT_SERVICE_METHODS
from hubcalc.calculators.queue.exponential import EXPONENTIAL_METHODS, FRACTION_METHODS
from hubcalc.calculators.queue.finite import FINITE_METHODS
from hubcalc.calculators.queue.interrupted import INTERRUPTED_METHODS
from hubcalc.calculators.queue.method import Method
from hubcalc.calculators.queue.phase_type import FINITE_PHASE_TYPE_METHODS, PHASE_TYPE_METHODS
from hubcalc.calculators.queue.priorities import PRIORITY_METHODS
from hubcalc.calculators.queue.single_server import SINGLE_SERVER_METHODS
from hubcalc.calculators.queue.two_moment import TWO_MOMENT_METHODS

METHODS: tuple[Method, ...] = (
    EXPONENTIAL_METHODS[0],
    *SINGLE_SERVER_METHODS,
    *CONSTANT_SERVICE_METHODS,
    *EXPONENTIAL_METHODS[1:],
    *PHASE_TYPE_METHODS,
    *TWO_MOMENT_METHODS,
    *FRACTION_METHODS,
    *FINITE_METHODS,
    *FINITE_PHASE_TYPE_METHODS,
    *BATCH_METHODS,
    *PRIORITY_METHODS,
    *INTERRUPTED_METHODS,
)
BY_NAME = {method.name: method for method in METHODS}


def suited(case: Case) -> tuple[Method, ...]:
    """Give the methods for queues with these features."""
    return tuple(method for method in METHODS if method.features == case.features)


def permitted(case: Case, chosen: str, *, many: bool = False) -> tuple[Method, ...]:
    """Give the methods that a choice of method permits: one by name, or those of the ladder; `many`: in many rows."""
    if chosen in BY_NAME:
        return (BY_NAME[chosen],)
    ladder = (method for method in suited(case) if method.on_ladder)
    return tuple(m for m in ladder if chosen != "fast" or not m.numerical or (many and m.only))
