"""The progress of a job as it comes: server-sent events (WHATWG HTML, section 9.2), read without I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

from hubcalc.client.core import Call, path_of
from hubcalc.client.studies import AWAY_SECONDS
from hubmodels.studies.job import Job

_LAST = "done"
_NO_CONTENT = 204
_QUIET_SECONDS = 60.0
"""The server sends a comment more often than this, so a connection that is quieter is dead."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What was heard of a job: `state` when its state has changed, `progress`, and `done` when it is finished."""

    name: str
    job: Job


class EventStream:
    r"""Reads events of a job, from as many connections as it takes.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Examples
    --------
    >>> stream = EventStream("5f0c2a9d41b7e683")
    >>> print(stream.call)
    GET /v1/jobs/5f0c2a9d41b7e683/events
    >>> list(stream.read(b": still here\n\nretry: 2000\n\nid: 17\n")), stream.retry_seconds
    ([], 2.0)
    """

    def __init__(self, job_id: str) -> None:
        self.ended = False
        self.retry_seconds = 1.0
        self._path = path_of("jobs", job_id, "events")
        self._last = ""
        self._rest = b""
        self._fields: dict[str, str] = {}

    @property
    def call(self) -> Call[None]:
        """The call that goes on where the events have been read to; it begins a new connection."""
        self._rest, self._fields = b"", {}
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": self._last} if self._last else {})}
        return Call(
            "GET",
            self._path,
            lambda _: None,
            headers=headers,
            safe=True,
            timeout_seconds=_QUIET_SECONDS,
            away_seconds=AWAY_SECONDS,
        )

    def begin(self, status: int) -> None:
        """Take note of how the answer begins: without content there is nothing more to come."""
        self.ended = status == _NO_CONTENT

    def read(self, part: bytes) -> Iterator[JobEvent]:
        """Read a part of the answer, and give the events that it completes."""
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            name, _, value = line.decode().rstrip("\r").partition(":")
            if name:
                self._fields[name] = value.removeprefix(" ")
                continue
            if line.strip():
                continue  # a comment
            event = self._event()
            if event is not None:
                yield event

    def _event(self) -> JobEvent | None:
        """Give the event that an empty line ends, if it is one."""
        fields, self._fields = self._fields, {}
        if fields.get("retry", "").isdigit():
            self.retry_seconds = int(fields["retry"]) / 1_000
        self._last = fields.get("id", self._last)
        if "data" not in fields:
            return None
        name = fields.get("event", "message")
        self.ended = name == _LAST
        return JobEvent(name, Job.model_validate_json(fields["data"], extra="ignore"))


def job_events(job_id: str) -> EventStream:
    """Follow a job to its end.

    Parameters
    ----------
    job_id : str
        Id of the job.

    Returns
    -------
    iterator of JobEvent
        The job as it is, then again after each change of its state and its progress; the last is named ``done``. A
        connection that breaks is made anew.

    Examples
    --------
    >>> print(job_events("5f0c2a9d41b7e683").call)
    GET /v1/jobs/5f0c2a9d41b7e683/events
    """
    return EventStream(job_id)
