"""What is simulated, in the simulator's own words: resources, and for each flow the steps that its units take.

A unit of a flow walks through steps. Most take no time; it stops where it must wait or where work takes time. Stages
exist for the account only: a step belongs to the stage that the unit is at, and time is booked there and on its flow,
by category. What a kind of stage does is a short sequence of these steps, so the simulator knows no kinds.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from hubcalc.simulation.laws import Law


class Category(IntEnum):
    """Where time goes. Blocking counts as queueing for the stage whose room is awaited."""

    QUEUE = 0
    SERVICE = 1
    SYNCHRONIZATION = 2
    CLOSURE = 3
    QUOTA = 4


@dataclass(frozen=True, slots=True)
class Clock:
    """A periodic speed, straight from each start to the next: 1 while open, 0 while closed, more at a peak.

    `starts_hours` rises from 0 and stays below the period; work of h hours is done when the integral of the speed
    since its start has come to h.
    """

    period_hours: float = 24.0
    starts_hours: tuple[float, ...] = (0.0,)
    speeds: tuple[float, ...] = (1.0,)


ALWAYS = Clock()


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """Each server fails while it works, after exponential times; repairs take time, then the work goes on."""

    between_hours: float
    repair: Law


@dataclass(frozen=True, slots=True)
class Interruptions:
    """All servers of a resource stand still at once, for instance in a storm: open and closed times alternate."""

    open: Law
    closed: Law


@dataclass(frozen=True, slots=True)
class Resource:
    """So many equal servers, places, tracks or platforms; given in order of priority, then of asking.

    Work on it stands still while its clock does, while it is interrupted, and while its server is repaired: such time
    is booked as closure (clock and interruptions) or as service (repair).
    """

    name: str
    capacity: int
    clock: Clock = ALWAYS
    breakdowns: Breakdowns | None = None
    interruptions: Interruptions | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """A yard: things lie in it and nobody waits for them; its occupancy is recorded, up to `most` exactly."""

    name: str
    most: float
    """Occupancy up to which the distribution is recorded; above, time counts as `most`."""


# --- steps; resources, storages and so on are named by their position in the program


@dataclass(frozen=True, slots=True)
class Enter:
    """Come to the door of a stage: from here, time is booked there. The visit of another stage ends."""

    stage: int


@dataclass(frozen=True, slots=True)
class Leave:
    """End the visit of the present stage: its times and counts are recorded."""


@dataclass(frozen=True, slots=True)
class Seize:
    """Wait until `amount` of a resource is free, and take it. The wait is queueing, or of another category.

    Nobody overtakes the first in line, even where less would do for him. What is free is given out around the clock:
    work then begins when the resource's clock runs. The hours for which the resource stands still are closure.
    """

    resource: int
    amount: int = 1
    category: Category = Category.QUEUE


@dataclass(frozen=True, slots=True)
class Release:
    """Give `amount` of a resource back."""

    resource: int
    amount: int = 1


@dataclass(frozen=True, slots=True)
class ReleaseLater:
    """Give `amount` of a resource back after a time, without waiting for it: wagons that come back one day.

    Each of them comes back alone, after a time of its own, if `separately`.
    """

    resource: int
    law: Law
    amount: int = 1
    separately: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Be worked on by a resource that has been seized: by its clock, with its breakdowns and interruptions."""

    resource: int
    law: Law


@dataclass(frozen=True, slots=True)
class Delay:
    """Let time pass around the clock."""

    law: Law
    category: Category = Category.SERVICE


@dataclass(frozen=True, slots=True)
class WorkItems:
    """Have each of the unit's contents worked on by one server of a resource; go on when the last is done.

    Each item independently needs it with probability `share`, and then as `copies` pieces of work that may be done by
    several servers. At most `at_once` servers work on one unit. Servers go to units in the order of asking. The unit
    waits (queue) until its first item is begun; then it is served. A unit none of whose items needs it passes at once.
    """

    resource: int
    law: Law
    share: float = 1.0
    copies: int = 1
    at_once: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Store:
    """Put each of the unit's contents, with probability `share`, into a storage for a time of its own; do not wait.

    Each takes `size` of the storage.
    """

    storage: int
    law: Law
    share: float = 1.0
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class AwaitOpen:
    """Wait until a clock runs: a tide window, the opening of a barrier."""

    clock: Clock
    category: Category = Category.CLOSURE


@dataclass(frozen=True, slots=True)
class Quota:
    """Wait for the first day (from midnight) that has one of `per_day` permits left, in order of asking.

    Two quota steps with the same `name` share their permits.
    """

    name: str
    per_day: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Go on at one of several steps, drawn with these shares (they sum to 1)."""

    targets: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on at a step."""

    target: int


@dataclass(frozen=True, slots=True)
class Form:
    """Regroup contents: the unit's contents join those waiting, first come, first served, until `size` are together.

    They then go on as one new unit with `size` contents, which carries the units whose last content is in it; the wait
    is synchronization. Steps with the same `name` gather together and have the same size. The new unit has the flow,
    the priority and the next step of the unit that completed it. At this stage it counts as the units that it carries,
    at later ones as one unit; when it leaves the hub, so do these, with their own times and those of their carrier.
    """

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Match:
    """Wait (synchronization) for a unit of the other side of a pairing; both then go on.

    A unit that finds `room` units of its own side waiting is turned away: it leaves the program and is counted. It must
    not hold any resource then.
    """

    pairing: str
    side: int
    room: int


@dataclass(frozen=True, slots=True)
class Board:
    """Board a vessel: one of `vessels` takes up to `most` waiting units as soon as `least` are there.

    With `every_hours` one vessel may depart at each multiple of that time, if one is in port and `least` are waiting.
    All on board are under way for `trip`, then go on; the vessel is back after `back` more. The clock and the
    interruptions of `resource` (whose capacity is the number of vessels) keep vessels in port: so much of the wait for
    the load, which is synchronization, is closure. Steps with the same `resource` share its vessels and its line, and
    are equal; nothing else uses the resource.
    """

    resource: int
    least: int
    most: int
    trip: Law
    back: Law
    every_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Exit:
    """Leave the hub: the unit's dwell is recorded."""


Step = (
    Enter
    | Leave
    | Seize
    | Release
    | ReleaseLater
    | Work
    | Delay
    | WorkItems
    | Store
    | AwaitOpen
    | Quota
    | Branch
    | Jump
    | Form
    | Match
    | Board
    | Exit
)


@dataclass(frozen=True, slots=True)
class BatchSizes:
    """How many contents a unit brings: n = 1, 2, ... with `probabilities[n - 1]`."""

    probabilities: tuple[float, ...] = (1.0,)


@dataclass(frozen=True, slots=True)
class Flow:
    """Units that arrive: the gaps between them run by `clock`, so that a speed above 1 is a peak."""

    name: str
    gaps: Law
    start: int
    """The step at which they begin."""
    contents: BatchSizes = BatchSizes()
    clock: Clock = ALWAYS
    priority: int = 0
    """Served first where it is least; 0 to 9."""


@dataclass(frozen=True, slots=True)
class Program:
    """All that is simulated. Stages are names only."""

    stages: tuple[str, ...]
    flows: tuple[Flow, ...]
    steps: tuple[Step, ...]
    resources: tuple[Resource, ...] = ()
    storages: tuple[Storage, ...] = ()
    initial: tuple[int, ...] = field(default=())
    """Units of each flow that stand at its first step when the simulation begins; none by default."""
