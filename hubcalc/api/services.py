"""What handlers share: the store, the jobs and the settings of their app, and who asks."""

import re
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State

from hubcalc.api.cell_values import CellValues
from hubcalc.api.recent import Recent
from hubcalc.errors import ParameterError, Problem
from hubcalc.jobs.store import JobStore
from hubcalc.settings import Settings
from hubcalc.store import Store

CLIENT = "X-Hubcalc-Client"
_CLIENT = re.compile(r"[A-Za-z0-9._-]{1,64}")


def store_of(request: Request[Any, Any, State]) -> Store:
    """Give the app's store."""
    store = request.app.state.store
    if not isinstance(store, Store):
        raise TypeError(store)
    return store


def jobs_of(request: Request[Any, Any, State]) -> JobStore:
    """Give the app's jobs."""
    jobs = request.app.state.jobs
    if not isinstance(jobs, JobStore):
        raise TypeError(jobs)
    return jobs


def cells_of(request: Request[Any, Any, State]) -> Recent[CellValues]:
    """Give the app's latest analyses for cells."""
    cells: Recent[CellValues] = request.app.state.cells
    return cells


def timelines_of(request: Request[Any, Any, State]) -> Recent[Any]:
    """Give the app's latest days, curves, clearings and recoveries."""
    timelines: Recent[Any] = request.app.state.timelines
    return timelines


def client_of(request: Request[Any, Any, State]) -> str:
    """Say whose jobs are meant: of whom the header names, or of the address that asks."""
    given = request.headers.get(CLIENT, "").strip()
    if not given:
        # no name holds a colon, so nobody takes an address for a name by chance
        return f"address:{request.client.host if request.client else 'unknown'}"
    if not _CLIENT.fullmatch(given):
        allowed = "1 to 64 letters, digits, hyphens, dots and underscores"
        raise ParameterError.of(Problem("not the name of a client", parameter=CLIENT, given=given, allowed=allowed))
    return given


def settings_of(app: Litestar) -> Settings:
    """Give the app's settings."""
    settings = app.state.settings
    if not isinstance(settings, Settings):
        raise TypeError(settings)
    return settings
