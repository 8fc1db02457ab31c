"""Calls for ready texts. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping

from hubcalc.client.analyses import Override, values_of
from hubcalc.client.answers import Answer
from hubcalc.client.core import Call, body_as, get, path_of
from hubcalc.copying import ReadyText


class Texts(Answer):
    """Ready texts for a question."""

    items: list[ReadyText]


def copy_as(*what: str, given: Mapping[str, Override] | None = None) -> Call[list[ReadyText]]:
    """Write a question down for spreadsheets and programs: formulas, queries, commands.

    Parameters
    ----------
    what : str
        The path of the question: ``"hubs", "xian", "analysis"``, with the name of a metric behind it for a cell;
        ``"corridors", "middle-corridor", "transit"``; ``"queue"``; ``"capacity", "berth"``.
    given : mapping, optional
        Parameters of the question by name or path: a value, several, or a text as in an address (``"2..6"``).

    Returns
    -------
    list of ReadyText
        The texts, each with its name, its program and a note.

    Raises
    ------
    ParameterError, OverrideError
        If the path or a value cannot be sent; whether the question is sound is for the server to say, by a
        ProblemError.

    Examples
    --------
    >>> print(copy_as("hubs", "xian", "analysis", "utilization", given={"stages.front.cranes": 3}))
    GET /v1/hubs/xian/analysis/utilization/copy-as?stages.front.cranes=3
    """
    query = {
        name: value if isinstance(value, str) else ",".join(map(str, values_of(name, value)))
        for name, value in (given or {}).items()
    }
    return get(path_of(*what, "copy-as"), lambda response: body_as(Texts)(response).items, query)
