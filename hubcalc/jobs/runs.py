"""A job in the hands of a runner: which chunks are to be done, and which are under way."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from hubcalc.jobs.engine import Engine
from hubcalc.jobs.leases import ClaimedJob
from hubcalc.jobs.work import Kinds, Task
from hubcalc.studies.telling import Ear
from hubmodels.studies.job import StudyStep


class Run:
    """What is left to do of a job.

    Parameters
    ----------
    claimed : ClaimedJob
        The job.
    missing : iterable of int
        The chunks that are not there.
    kinds : callable
        Gives a kind of study by its name.
    """

    def __init__(self, claimed: ClaimedJob, missing: Iterable[int], kinds: Kinds) -> None:
        job = claimed.job
        self.job = job
        self.task = Task.of(kinds, job.kind, claimed.request, claimed.documents, job.rows, job.chunk_rows)
        self.lighter = self.task.lighter
        self.whole: set[int | None] = set()
        """Pieces for which a worker had to be told the whole study."""
        self.flying = 0
        self.suspects: list[int | None] = []
        """Pieces of which one may have ended a worker; each is done again, alone."""
        self._left = deque(missing)

    @property
    def ready(self) -> bool:
        """Whether something can be begun: a chunk, or the result."""
        return bool(self._left) or self.complete

    @property
    def complete(self) -> bool:
        """Whether all chunks are done."""
        return not (self._left or self.suspects or self.flying)

    def task_for(self, chunk: int | None) -> Task:
        """Give what is sent with a piece: as little as will probably do."""
        return self.task if chunk in self.whole else self.lighter

    def take(self) -> int:
        """Give the next chunk."""
        return self._left.popleft()

    def put_back(self, chunks: Iterable[int | None]) -> None:
        """Do chunks again, before all others."""
        self._left.extendleft(sorted((chunk for chunk in chunks if chunk is not None), reverse=True))


@dataclass(slots=True, eq=False)
class Piece:
    """A piece of work that is under way."""

    run: Run
    chunk: int | None
    """None for the result."""
    engine: Engine
    generation: int
    alone: bool
    """Whether nothing else was under way with it: if a worker then dies, it was this piece's."""
    ear: Ear | None = None
    """Hears its steps."""
    step: StudyStep | None = None
    """The last one; None for pieces that tell nothing."""

    def __str__(self) -> str:
        return f"{'the result' if self.chunk is None else f'chunk {self.chunk}'} of job {self.run.job.id}"
