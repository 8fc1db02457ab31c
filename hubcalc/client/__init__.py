"""The client of the REST interface, blocking and asynchronous.

>>> from hubcalc.client import Client
>>> with Client() as client:  # doctest: +SKIP
...     client.analysis("khorgos-gateway", {"stages.front.cranes": [3, 4, 5]}).to_rows()

It imports no numbers' libraries, so it is light enough for scripts and notebooks that only ask.
"""

from hubcalc.client.analyses import Override
from hubcalc.client.answers import (
    Analysis,
    Calculations,
    DocumentSummary,
    DocumentVersion,
    Limits,
    MetricInfo,
    MetricValue,
    PathInfo,
    ServerInfo,
    StoredDocument,
)
from hubcalc.client.async_clients import AsyncClient
from hubcalc.client.clients import Client
from hubcalc.client.events import JobEvent
from hubcalc.client.outcomes import AsyncStudy, Study

__all__ = [
    "Analysis",
    "AsyncClient",
    "AsyncStudy",
    "Calculations",
    "Client",
    "DocumentSummary",
    "DocumentVersion",
    "JobEvent",
    "Limits",
    "MetricInfo",
    "MetricValue",
    "Override",
    "PathInfo",
    "ServerInfo",
    "StoredDocument",
    "Study",
]
