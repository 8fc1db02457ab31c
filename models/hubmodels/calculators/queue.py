"""The question about one queue: who comes, how long service takes, how many servers, and what is peculiar."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from hubmodels.base import Rule, count, quantity
from hubmodels.calculators.base import Question

MOST_ROWS_OF_AUTO = 100
"""In more rows than this `auto` is `fast`."""

Law = Literal["G", "M", "D", "E2", "E3", "E4", "E5", "H2"]
"""Kendall's letters: M exponential, D constant, E-k Erlang, H2 hyperexponential with balanced means, G any other."""

QueueMethod = Literal[
    "auto",
    "exact",
    "fast",
    "mm_c",
    "mg_1",
    "md_c",
    "gi_d_c",
    "near_constant",
    "gi_m_c",
    "ph_ph_c",
    "mg_c",
    "gi_g_c",
    "allen_cunneen",
    "kraemer_langenbach_belz",
    "kimura",
    "marchal",
    "kingman_bound",
    "continued_erlang",
    "erlang_b",
    "mm_c_k",
    "ph_ph_c_k",
    "machine_repair",
    "engset",
    "erlang_a",
    "mx_g_1",
    "mx_m_c",
    "mx_d_c",
    "phx_ph_c",
    "mx_g_c",
    "gix_g_c",
    "pooled_servers",
    "priority_one_server",
    "priority_many_servers",
    "vacations_one_server",
    "setup_one_server",
    "threshold_one_server",
    "breakdowns_one_server",
    "breakdowns_many_servers",
]
"""Who chooses the method: the calculator (auto, exact, fast), or the caller by the name of one."""

FEATURES = {
    "batches": "batch_mean",
    "room": "room",
    "sources": "sources",
    "patience": "patience_hours",
    "priorities": "priorities",
    "vacations": "vacations",
    "setup": "setup_hours",
    "threshold": "threshold",
    "breakdowns": "hours_between_failures",
}
"""What may be peculiar to a queue, and the input that says so."""

TOGETHER = (frozenset({"sources", "room"}),)
"""Which of them there is a model for together."""

NEEDED = (
    ("batch_scv", "batch_mean"),
    ("priorities", "first_class_share"),
    ("first_class_share", "priorities"),
    ("second_class_share", "first_class_share"),
    ("vacations", "vacation_hours"),
    ("vacation_hours", "vacations"),
    ("vacation_scv", "vacations"),
    ("setup_scv", "setup_hours"),
    ("hours_between_failures", "repair_hours"),
    ("repair_hours", "hours_between_failures"),
    ("repair_scv", "repair_hours"),
)
"""Inputs that play a part only together with another one."""


def _scv(description: str) -> Any:
    return quantity(f"Squared coefficient of variation of {description}", "1", default=None, at_least=0, at_most=100)


def _hours(description: str) -> Any:
    return quantity(description, "h", default=None, above=0, at_most=1e5)


class QueueQuestion(Question):
    """One queue with equal parallel servers and one line, first come first served unless classes have priority."""

    arrivals_per_hour: float = quantity(
        "Arrivals; of batches where batch_mean is given, of one idle source where sources is given",
        "1/h",
        above=0,
        at_most=1e6,
    )
    service_hours: float = quantity("Mean time one server is busy with one item", "h", above=0, at_most=1e5)
    servers: float = quantity(
        "Parallel servers; a fraction stands for one that is there part of the time", "servers", above=0, at_most=1e6
    )
    arrival: Law = Field("G", description="Law of the time between arrivals; G: of arrival_scv, Poisson without it")
    arrival_scv: float | None = _scv("the time between arrivals, where its law is G or H2; 1 means Poisson")
    service: Law = Field("G", description="Law of the service time; G: of service_scv, exponential without it")
    service_scv: float | None = _scv("the service time, where its law is G or H2")
    batch_mean: float | None = quantity(
        "Mean number of items that come at once; each is served alone", "items", default=None, at_least=1, at_most=1e4
    )
    batch_scv: float | None = _scv("that number; without it 0, all batches are of one size")
    room: int | None = count(
        "Most items in the system, waiting and in service; who finds it full is lost",
        "items",
        default=None,
        at_most=1_000_000,
    )
    sources: int | None = count(
        "Number of sources, each of which comes, is served and comes again", "sources", default=None, at_most=100_000
    )
    patience_hours: float | None = _hours("Mean time an item is ready to wait before it leaves, exponential")
    priorities: Literal["none", "nonpreemptive", "preemptive"] = Field(
        "none", description="Whether classes go before others; preemptive: they interrupt, and service resumes later"
    )
    first_class_share: float | None = quantity(
        "Share of the arrivals in the most urgent class", "1", default=None, above=0, below=1
    )
    second_class_share: float | None = quantity(
        "Share of the arrivals in the next class; the rest is the last class", "1", default=None, above=0, below=1
    )
    vacations: Literal["none", "multiple", "single"] = Field(
        "none", description="Whether the server goes away when nobody is left: once, or until somebody has come"
    )
    vacation_hours: float | None = _hours("Mean vacation")
    vacation_scv: float | None = _scv("the vacation; without it 0, a constant")
    setup_hours: float | None = _hours("Mean set-up before the first service after the server was idle")
    setup_scv: float | None = _scv("the set-up time; without it 0, a constant")
    threshold: int | None = count(
        "Items that must have come before an idle server starts", "items", default=None, at_most=1_000_000
    )
    hours_between_failures: float | None = _hours("Mean time a server works between two failures, exponential")
    repair_hours: float | None = _hours("Mean time of a repair, after which the interrupted service goes on")
    repair_scv: float | None = _scv("the time of a repair; without it 1, exponential")
    failing: Literal["in_service", "any_time"] = Field(
        "in_service", description="Which servers may fail: those in service, or idle ones too"
    )
    hours: float | None = quantity(
        "The time that wait_over_hours_probability speaks of", "h", default=None, at_least=0, at_most=1e6
    )
    horizon_hours: float = quantity(
        "Time over which the queue is looked at: for the backlog in overload, and whether a steady state is reached",
        "h",
        default=720.0,
        above=0,
        at_most=1e6,
    )
    method: QueueMethod = Field(
        "auto",
        description="auto: the first valid method that takes at most about a tenth of a second, the exact ones first, "
        f"and fast in more than {MOST_ROWS_OF_AUTO} rows; exact: those only, also if they take longer; fast: closed "
        "forms and approximations; or one method by name",
    )
    _many: bool | None = PrivateAttr(None)

    def settle(self, rows: int) -> bool:
        """Tell whether so many rows are asked that `auto` is `fast`: told once, and kept by copies of other sizes."""
        if self._many is None:
            self._many = rows > MOST_ROWS_OF_AUTO
        return self._many

    def features(self) -> frozenset[str]:
        """Name what is peculiar to this queue."""
        return frozenset(name for name, field in FEATURES.items() if _present(getattr(self, field)))

    def rules(self) -> Iterator[Rule]:
        """Refuse what makes no sense together."""
        yield from self._laws()
        yield from self._needed()
        present = self.features()
        if len(present) > 1 and present not in TOGETHER:
            fields = tuple(field for name, field in FEATURES.items() if name in present)
            yield Rule(False, fields, "no model has these together; leave out all but one")
        if self.batch_mean is not None and self.batch_scv is not None:
            varies = (self.batch_mean > 1) | (self.batch_scv == 0)
            yield Rule(varies, ("batch_scv", "batch_mean"), "batches of mean 1 are all of size 1 and cannot vary")
        if self.room is not None:
            yield Rule(self.room >= self.servers, ("room", "servers"), "the room must have a place at each server")
        total = _or_zero(self.first_class_share) + _or_zero(self.second_class_share)
        yield Rule(total < 1, ("first_class_share", "second_class_share"), "must leave a share for the last class")

    def _laws(self) -> Iterator[Rule]:
        for name in ("arrival", "service"):
            law, scv, fields = getattr(self, name), getattr(self, f"{name}_scv"), (f"{name}_scv", name)
            if scv is not None:
                yield Rule(law in ("G", "H2"), fields, f"the law {law} has its own scv; leave {name}_scv out")
            if law == "H2":
                yield Rule(scv is not None and scv >= 1, fields, f"the law H2 needs {name}_scv, of 1 or more")

    def _needed(self) -> Iterator[Rule]:
        """Refuse inputs that play a part only with another one, which is missing."""
        for name, other in NEEDED:
            if _present(getattr(self, name)):
                yield Rule(_present(getattr(self, other)), (name, other), f"{name} needs {other} too")


def _present(value: Any) -> bool:
    """Tell whether an input, which may be a column, plays a part."""
    return value is not None and not (isinstance(value, str) and value == "none")


def _or_zero(value: Any) -> Any:
    return 0.0 if value is None else value
