"""The question about a queue as flat columns, with what follows from the laws: variability, load and Kendall's name."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.readings import Flags
from hubmodels.calculators.queue import QueueQuestion
from hubmodels.paths import inputs

Column = NDArray[np.float64]
Texts = NDArray[Any]

_SCV_OF_LAW = {"M": 1.0, "D": 0.0, "E2": 1 / 2, "E3": 1 / 3, "E4": 1 / 4, "E5": 1 / 5}
_WITHOUT = {"batch_scv": 0.0, "vacation_scv": 0.0, "setup_scv": 0.0, "repair_scv": 1.0}  # what is taken if not given
_NUMERIC = tuple(name for name, leaf in inputs(QueueQuestion).items() if leaf.type != "choice")
_UNSAID = -1.0
_FEW = 10_000  # so many rows are named one by one; more by the letters of the model alone


@dataclass(frozen=True)
class Case:
    """Rows of one set of choices: every input that plays a part as a column."""

    question: QueueQuestion
    columns: dict[str, Column]
    size: int
    features: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, question: QueueQuestion) -> Self:
        """Spread the numbers of a question over its rows."""
        given = {name: getattr(question, name) for name in _NUMERIC}
        numbers = {name: np.asarray(value, np.float64) for name, value in given.items() if value is not None}
        size = max((column.size for column in numbers.values() if column.ndim), default=1)
        for name, default in _WITHOUT.items():
            numbers.setdefault(name, np.asarray(default))
        spread = {name: np.broadcast_to(column, size) for name, column in numbers.items()}
        return cls(question, spread, size, question.features())

    def take(self, rows: Flags) -> "Case":
        """Give some of the rows."""
        if rows.all():
            return self
        chosen = {name: column[rows] for name, column in self.columns.items()}
        return Case(self.question, chosen, int(np.count_nonzero(rows)), self.features)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def flags(self, value: bool) -> Flags:
        """Give a column of one truth value."""
        return np.full(self.size, value)

    @property
    def arrivals(self) -> Column:
        """Rate of arrivals (of batches, of one idle source). [1/h]."""
        return self.columns["arrivals_per_hour"]

    @property
    def service(self) -> Column:
        """Mean service time. [h]."""
        return self.columns["service_hours"]

    @property
    def servers(self) -> Column:
        """Parallel servers."""
        return self.columns["servers"]

    @cached
    def arrival_scv(self) -> Column:
        """Variability of the gaps between arrivals; Poisson if nothing is said."""
        return self._scv("arrival")

    @cached
    def service_scv(self) -> Column:
        """Variability of the service time; exponential if nothing is said."""
        return self._scv("service")

    def _scv(self, side: str) -> Column:
        law = getattr(self.question, side)
        given = self.columns.get(f"{side}_scv")
        return given if given is not None else np.full(self.size, _SCV_OF_LAW.get(law, 1.0))

    @cached
    def poisson(self) -> Flags:
        """Whether arrivals are Poisson: an scv of 1 is taken as that."""
        return np.asarray(self.arrival_scv == 1.0)

    @cached
    def exponential(self) -> Flags:
        """Whether the service time is known to be exponential."""
        return np.asarray((self.service_scv == 1.0) & self.service_law_known)

    @cached
    def constant(self) -> Flags:
        """Whether the service time never varies."""
        return np.asarray(self.service_scv == 0.0)

    @cached
    def arrival_law_known(self) -> Flags:
        """Whether more than two moments of the gaps are known."""
        return np.asarray(self.flags(self.question.arrival != "G") | np.isin(self.arrival_scv, (0.0, 1.0)))

    @cached
    def service_law_known(self) -> Flags:
        """Whether more than two moments of the service time are known."""
        said = self.question.service != "G" or "service_scv" not in self.columns
        return np.asarray(self.flags(said) | (self.service_scv == 0.0))

    @cached
    def laws_known(self) -> Flags:
        """Whether both laws are known."""
        return np.asarray(self.arrival_law_known & self.service_law_known)

    @cached
    def batch_law_known(self) -> Flags:
        """Whether all batches are of one size."""
        mean = self["batch_mean"]
        return np.asarray((self["batch_scv"] == 0.0) & (mean == np.floor(mean)))

    @cached
    def items_per_hour(self) -> Column:
        """Items that come, lost ones included."""
        return self.arrivals * self["batch_mean"] if "batches" in self.features else self.arrivals

    @cached
    def item_scv(self) -> Column:
        """Long-run variability of the arriving items: variance over mean of the number that comes."""
        if "batches" not in self.features:
            return self.arrival_scv
        return np.asarray(self["batch_mean"] * (self.arrival_scv + self["batch_scv"]))

    @cached
    def held_hours(self) -> Column:
        """Mean time that an item holds a server, repairs included."""
        if "breakdowns" not in self.features:
            return self.service
        return np.asarray(self.service * (1.0 + self["repair_hours"] / self["hours_between_failures"]))

    @cached
    def utilization(self) -> Column:
        """Offered load per server."""
        return np.asarray(self.items_per_hour * self.held_hours / self.servers)

    @property
    def is_open(self) -> bool:
        """Whether the queue may grow without end: nobody is lost, leaves, or is one of a few sources."""
        return not self.features & {"room", "sources", "patience"}

    @cached
    def model(self) -> str | Texts:
        """Kendall's name of the model, by row: M/E2/4, M^50/D/3, M/M/4/10."""
        numbers = [np.full(self.size, _UNSAID)] * 4
        if self.size <= _FEW:
            numbers = [self.columns.get(name, numbers[0]) for name in ("servers", "room", "sources", "batch_mean")]
            if "batches" in self.features:
                numbers[3] = np.where(self.batch_law_known, numbers[3], _UNSAID)
        kinds = (self.poisson, self.arrival_scv == 0.0, self.exponential, self.constant)
        keys = np.stack([*(kind.astype(np.float64) for kind in kinds), *numbers])
        which = np.zeros(self.size, np.int64)
        for key in keys:
            if (key != key[0]).any():
                found, place = np.unique(key, return_inverse=True)
                which = which * found.size + place
        _, first, row = np.unique(which, return_index=True, return_inverse=True)
        names: Texts = np.array([self._name(*keys[:, i].tolist()) for i in first], dtype=object)
        return str(names[0]) if len(set(names)) == 1 else names[row]

    def _name(
        self,
        poisson: float,
        regular: float,
        exponential: float,
        constant: float,
        servers: float,
        room: float,
        sources: float,
        batch: float,
    ) -> str:
        arrival = _letter(self.question.arrival, poisson, regular, "GI")
        service = _letter(self.question.service, exponential, constant, "G")
        name = f"{arrival}^{_number(batch, 'X')}" if "batches" in self.features else arrival
        name += f"/{service}/{_number(servers, 'c')}"
        if "room" in self.features:
            name += f"/{_number(room, 'K')}"
        if "sources" in self.features:
            name += f"{'' if 'room' in self.features else '/'}/{_number(sources, 'N')}"
        return name + ("+M" if "patience" in self.features else "") + self._peculiar()

    def _peculiar(self) -> str:
        named = self.features & {"priorities", "vacations", "setup", "threshold", "breakdowns"}
        return "".join(f" with {_WORDS.get(name, name)}" for name in sorted(named))


_WORDS = {"setup": "set-up", "threshold": "a threshold"}


def _number(number: float, unknown: str) -> str:
    return unknown if number == _UNSAID else f"{number:g}"


def _letter(law: str, exponential: float, constant: float, other: str) -> str:
    if law != "G":
        return law
    return "M" if exponential else "D" if constant else other
