"""Some of the rows of a document whose leaves may be columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubmodels import HubBase
from hubmodels.paths import leaves, replace_leaves


class HubRows:
    """A document that stands for many scenarios, and its parts.

    >>> from hubcalc.documents import hub_or_line_fixture
    >>> hub = replace_leaves(hub_or_line_fixture("khorgos-gateway"), {"stages.front.cranes": np.array([3, 4, 5])})
    >>> HubRows(hub).taken(slice(1, 3)).stages["front"].cranes.tolist()
    [4, 5]
    """

    def __init__(self, hub: HubBase) -> None:
        self.hub = hub

    @cached
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """The leaves that are columns, by path."""
        return {path: leaf.value for path, leaf in leaves(self.hub).items() if np.ndim(leaf.value) > 0}

    def taken(self, rows: slice | NDArray[np.intp]) -> HubBase:
        """Give the document of some rows."""
        return replace_leaves(self.hub, {path: column[rows] for path, column in self.columns.items()})
