"""What is asked of a server, from which the texts are made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

LAYOUT = frozenset({"shape", "header", "dialect", "decimal", "fields", "view", "unstable"})
"""Parameters that say how an answer is written down, or that JSON does not have."""
DROPPED = frozenset({"format", "dl", "errors"})
"""Parameters that each text sets by itself."""
_VIEWS_WITHOUT_METRICS = frozenset({"stations", "evidence"})
_SAFE = ",.:;~-_"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a server, as its address says it.

    Attributes
    ----------
    server : str
        Address of the server, such as ``http://127.0.0.1:8000``.
    path : str
        Path of the question, without a suffix.
    parameters : mapping
        Parameters of the query, in order; those in `DROPPED` are left out.
    metric : str, optional
        The one number that a cell shows; None for a table.
    wants_key : bool
        Whether the server lets in only who names its key.

    Examples
    --------
    >>> asked = Asked("http://127.0.0.1:8000", "/v1/hubs/xian/analysis", {"flow.per_day": "10,12", "format": "csv"})
    >>> asked.address("csv")
    'http://127.0.0.1:8000/v1/hubs/xian/analysis.csv?flow.per_day=10,12'
    """

    server: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    metric: str | None = None
    wants_key: bool = False

    def query(self, without: Iterable[str] = ()) -> dict[str, str]:
        """Give the parameters that a text sends."""
        left_out = DROPPED | {*without}
        return {name: value for name, value in self.parameters.items() if value and name not in left_out}

    def address(self, suffix: str = "", without: Iterable[str] = (), **more: str) -> str:
        """Give the whole address, with the format as a suffix; the key is never in it."""
        given = {**self.query(without), **more}
        text = "&".join(f"{quote(name, safe=_SAFE)}={quote(value, safe=_SAFE)}" for name, value in given.items())
        ending = f".{suffix}" if suffix else ""
        return f"{self.server.rstrip('/')}{quote(self.path)}{ending}" + (f"?{text}" if text else "")

    @property
    def has_comma(self) -> bool:
        """Whether numbers are read and written with a decimal comma."""
        # whoever takes the European dialect may still say that the dot is decimal
        return (self.parameters.get("decimal") or ("comma" if self.is_european else "dot")) == "comma"

    @property
    def is_european(self) -> bool:
        """Whether tables have semicolons between values."""
        return self.parameters.get("dialect") == "eu"

    @property
    def fields_are_columns(self) -> bool:
        """Whether `fields` names columns of a table, which JSON does not have, rather than metrics."""
        return self.path.startswith("/v1/corridors/") or self.parameters.get("view") in _VIEWS_WITHOUT_METRICS

    @property
    def has_header(self) -> bool:
        """Whether a table's first row names its columns."""
        return self.parameters.get("header") != "off"


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A text to be pasted into a program.

    Attributes
    ----------
    name : str
        What it is called in lists.
    program : str
        Where it is pasted.
    text : str
        The text; empty where there can be none, and then the note says why.
    note : str
        What to know about it.
    """

    name: str
    program: str
    text: str
    note: str
