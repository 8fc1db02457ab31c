"""Documents of a server."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from hubcalc.cli.failures import NOT_FOUND, exit_code
from hubcalc.cli.sources import Found, Item, Written, already_there
from hubcalc.client import Client, StoredDocument
from hubcalc.errors import HubcalcError, ParameterError, Problem, ProblemError, RemoteError
from hubmodels import Hub
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.simulation_results import SimulationReport


class RemoteDocuments:
    """Hubs of a server, over its REST interface."""

    def __init__(self, url: str) -> None:
        self._client = Client(url, retries=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def hubs(self, kind: str | None, country: str | None, query: str | None) -> list[Item]:
        """List the hubs."""
        return [summary.model_dump() for summary in self._client.hubs(kind=kind, country=country, q=query)]

    def get(self, hub_id: str, version: int | None = None) -> Found:
        """Give a document."""
        stored = self._client.hub(hub_id, version=version)
        return Found(stored.document, stored.version)

    def paths(self, hub_id: str) -> list[Item]:
        """List the inputs of a hub."""
        return [path.model_dump() for path in self._client.paths(hub_id)]

    def analyze(
        self,
        hub: str | Hub,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
    ) -> AnalysisReport:
        """Have a hub analyzed."""
        return self._client.analysis(hub, values, fields=fields, scale=scale, method=method).report

    def simulate(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Have a hub simulated."""
        return self._client.simulate(hub, overrides, **asked)

    def capacity_curve(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve, by the server."""
        return self._client.capacity_curve(_stored(hub), overrides=overrides, **asked)

    def day_profile(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day, by the server."""
        return self._client.day_profile(_stored(hub), overrides=overrides, **asked)

    def clearing(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared, by the server."""
        return self._client.clearing(_stored(hub), overrides=overrides, **asked)

    def recovery(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind, by the server."""
        return self._client.recovery(_stored(hub), overrides=overrides, **asked)

    def put_all(self, documents: Sequence[Hub], *, replace: bool) -> list[Written]:
        """Store documents one by one; if one fails, those before it are taken back."""
        before = {document.id: self._present(document.id) for document in documents}
        there = [hub_id for hub_id, stored in before.items() if stored is not None]
        if there and not replace:
            raise already_there(there)
        written: list[Written] = []
        try:
            for document in documents:
                written.append(self._put(document, before[document.id]))  # noqa: PERF401  # needed if one fails
        except BaseException as error:
            left = [item.id for item in reversed(written) if not self._taken_back(item, before[item.id])]
            if left:
                raise RemoteError(f"{error}; and these could not be taken back: {', '.join(left)}") from error
            raise
        return written

    def _present(self, hub_id: str) -> StoredDocument | None:
        try:
            return self._client.hub(hub_id)
        except ProblemError as error:
            if exit_code(error) == NOT_FOUND:
                return None
            raise

    def _put(self, document: Hub, before: StoredDocument | None) -> Written:
        if before is None:
            stored = self._client.create_hub(document)
        else:
            stored = self._client.replace_hub(document, version=before.version)
        return Written(document.id, stored.version, before is None)

    def _taken_back(self, item: Written, before: StoredDocument | None) -> bool:
        try:
            if before is None:
                self._client.delete_hub(item.id, version=item.version)
            elif item.version != before.version:
                self._client.restore_hub(item.id, before.version, replacing=item.version)
        except HubcalcError:
            return False
        return True


def _stored(hub: str | Hub) -> str:
    """Give the id of a hub that the server has; a document in a file it cannot be asked about in these ways."""
    if isinstance(hub, str):
        return hub
    hint = "leave --url out to use the file here, or import it into the server first"
    raise ParameterError.of(Problem("a document in a file is not sent to the server", parameter="HUB", hint=hint))
