"""Documents of a server."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from hubcalc.cli.failures import NOT_FOUND, exit_code
from hubcalc.cli.sources import Found, Item, Written, already_there
from hubcalc.client import Client, StoredDocument
from hubcalc.errors import HubcalcError, ProblemError, RemoteError
from hubmodels import Hub
from hubmodels.results import AnalysisReport


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
