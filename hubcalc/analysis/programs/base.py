"""What the translation of a kind of stage is: the steps that a unit takes inside, and what they need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from hubcalc.analysis.programs.calendars import stage_clock
from hubcalc.analysis.programs.laws import two_moments
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import (
    ALWAYS,
    Breakdowns,
    Clock,
    Enter,
    Interruptions,
    Release,
    Resource,
    Seize,
    Step,
    Storage,
    Work,
    WorkItems,
)
from hubmodels import Flow, Opening, ServedStage, StageBase
from hubmodels import Interruptions as Storms
from hubmodels.flow import Direction

S = TypeVar("S", bound=StageBase)


@dataclass(frozen=True, slots=True)
class Choice:
    """Instructions that a unit takes with a probability, and those that it takes else."""

    share: float
    then: tuple["Instruction", ...]
    otherwise: tuple["Instruction", ...] = ()


Instruction = Step | Choice


@dataclass(frozen=True, slots=True)
class Inside:
    """What happens to a unit in a stage."""

    steps: tuple[Instruction, ...]
    leaving: tuple[Instruction, ...] = ()
    """Given back only when the next stage has room: until then the unit stays where it is, and blocks."""


@dataclass(frozen=True, slots=True)
class Cargo:
    """What a unit brings to a stage, as far as stages before it have changed that."""

    stored_share: float = 1.0
    """Of its contents, those that a yard receives."""
    mean: float = 1.0
    scv: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """How the load of a stage's resource is read off a run."""

    name: str
    of: Literal["work", "held", "stored", "passing"]
    """Work with repairs; what is seized; what lies there; units that pass in a day. Each by what there is of it."""
    position: int
    """Of the resource or the storage in the program."""
    factor: float = 1.0


@dataclass(slots=True)
class Account:
    """Where a stage's times stand in the program: two of its stages, if units wait before their contents do."""

    stage: str
    parts: list[int]
    items_part: int | None = None
    """The part in which contents are worked on, each with its own wait."""
    pieces_per_content: float = 1.0
    """Pieces of work that one of the contents goes through, one after the other."""
    before_hours: float = 0.0
    """What one of the contents waits in the mean for those that are worked on before it, where no step tells."""
    measures: dict[str, Measure] = field(default_factory=dict)
    rooms: list[int] = field(default_factory=list)
    storage: int | None = None


@dataclass(frozen=True, slots=True)
class Outsider:
    """A flow that is none of the hub's, but uses what a stage has: passenger trains on a line."""

    name: str
    gaps: Law
    steps: tuple[Instruction, ...]
    priority: int


@dataclass(slots=True)
class Parts:
    """What has been made for a program so far; each thing is made once and found again by its name."""

    stages: list[str] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    storages: dict[str, Storage] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    outsiders: dict[str, Outsider] = field(default_factory=dict)
    _resource_positions: dict[str, int] = field(default_factory=dict)

    def account(self, stage_id: str) -> Account:
        """Give the account of a stage."""
        if stage_id not in self.accounts:
            self.stages.append(stage_id)
            self.accounts[stage_id] = Account(stage_id, [len(self.stages) - 1])
        return self.accounts[stage_id]

    def resource(self, resource: Resource) -> int:
        """Give the position of a resource, which is made if there is none of its name."""
        self.resources.setdefault(resource.name, resource)
        return self._resource_positions.setdefault(resource.name, len(self._resource_positions))

    def storage(self, storage: Storage) -> int:
        """Give the position of a storage, which is made if there is none of its name."""
        self.storages.setdefault(storage.name, storage)
        return list(self.storages).index(storage.name)


@dataclass(frozen=True, slots=True)
class Place:
    """A stage as one flow meets it: what its translation may ask for."""

    parts: Parts
    opening: Opening
    stage_id: str
    flow_id: str
    flow: Flow
    cargo: Cargo
    brings_contents: bool
    """The unit carries its contents one by one, because some stage of its route looks at them."""
    stored_teu: tuple[float, float]
    """Mean and deviation of what lies here, of all flows, if this is a yard [TEU]."""
    visiting_per_hour: Callable[[Direction], float]
    """Finds how many units of all flows of a direction visit the stage, in the mean."""
    fellow: Callable[[], str]
    """Finds the first flow that goes on from here by the same stages in the same direction; mostly this one."""

    @property
    def account(self) -> Account:
        """The account of the stage."""
        return self.parts.account(self.stage_id)

    def servers(self, stage: ServedStage, name: str, capacity: int, clock: Clock | None = None) -> int:
        """Give the resource of a stage's servers: they keep its hours, fail, and stand still with it."""
        failing = stage.breakdowns
        breakdowns, repairs = None, 1.0
        if failing is not None:
            breakdowns = Breakdowns(failing.between_hours, two_moments(failing.repair_hours, failing.repair_scv))
            repairs += failing.repair_hours / failing.between_hours
        hours = stage_clock(stage, self.opening) if clock is None else clock
        number = self.parts.resource(
            Resource(f"{self.stage_id}.{name}", capacity, hours, breakdowns, interruptions_of(stage.interruptions))
        )
        self.measure(Measure(name, "work", number, repairs))
        return number

    def places(self, name: str, capacity: int, clock: Clock = ALWAYS, storms: Storms | None = None) -> int:
        """Give a resource that units keep while something else happens to them: tracks, platforms, vessels."""
        resource = Resource(f"{self.stage_id}.{name}", capacity, clock, None, interruptions_of(storms))
        number = self.parts.resource(resource)
        self.measure(Measure(name, "held", number))
        return number

    def measure(self, measure: Measure) -> None:
        """Note how a load is read."""
        self.account.measures.setdefault(measure.name, measure)

    def contents_part(self) -> Enter:
        """Begin the part of the account in which contents are worked on."""
        account = self.account
        if len(account.parts) == 1:
            self.parts.stages.append(f"{self.stage_id}.contents")
            account.parts.append(len(self.parts.stages) - 1)
        account.items_part = account.parts[1]
        return Enter(account.parts[1])

    def on_contents(self, stage: ServedStage, *work: WorkItems, pieces: float = 1.0) -> tuple[Instruction, ...]:
        """Give the steps in which contents are worked on; apart from a wait for room, which is the unit's."""
        self.account.pieces_per_content = pieces
        if stage.waiting_room is not None:
            return (self.contents_part(), *work)
        self.account.items_part = self.account.parts[0]
        return work


@dataclass(frozen=True, slots=True)
class StageProgram(Generic[S]):
    """The translation of one kind of stage."""

    inside: Callable[[S, Place], Inside]
    room: Callable[[S, Flow], tuple[str, int]] | None = None
    """Name of the waiting room and the units that can be in service behind it, each in a place of its own."""
    uses_contents: Callable[[S], bool] = lambda _: False
    """Whether the contents of a unit are handled one by one."""
    looks_at: frozenset[Literal["stored_share", "size"]] = frozenset()
    """What of a unit's cargo the steps depend on."""
    after: Callable[[S, Cargo], Cargo] = lambda _, cargo: cargo
    """The cargo of a unit that has visited."""
    passed: Callable[[S, Cargo], Cargo] = lambda _, cargo: cargo
    """The cargo of a unit that has gone by."""
    share_is_of_contents: Callable[[S], bool] = lambda _: False
    """All units visit; the stage's share is of their contents."""


def served(servers: int, law: Law) -> Inside:
    """Give the plainest stage: a server works on the unit, and is kept until the next stage has room."""
    return Inside((Seize(servers), Work(servers, law)), (Release(servers),))


def interruptions_of(storms: Storms | None) -> Interruptions | None:
    """Give a document's interruptions in the simulator's words."""
    if storms is None:
        return None
    return Interruptions(Law.exponential(storms.open_hours), two_moments(storms.closed_hours, storms.closed_scv))


def room_before(places: Callable[[S], int | float], name: str = "room") -> Callable[[S, Flow], tuple[str, int]]:
    """Say how many units are in service behind a waiting room."""
    return lambda stage, _: (name, int(places(stage)))
