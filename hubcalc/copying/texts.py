"""All texts for a question."""

from hubcalc.copying.asked import Asked, ReadyText
from hubcalc.copying.formulas import cell_formulas, table_formulas
from hubcalc.copying.own import own_texts
from hubcalc.copying.power_query import query_text
from hubcalc.copying.programs import curl_text, httpx_text, pandas_text


def ready_texts(asked: Asked) -> list[ReadyText]:
    """Write a question in every form that a program takes.

    Parameters
    ----------
    asked : Asked
        The question.

    Returns
    -------
    list of ReadyText
        Formulas of spreadsheets first, then Power Query, then commands and programs.

    Examples
    --------
    >>> asked = Asked("http://127.0.0.1:8000", "/v1/queue/utilization", {"servers": "2"}, metric="utilization")
    >>> ready_texts(asked)[0].text
    '=NUMBERVALUE(WEBSERVICE("http://127.0.0.1:8000/v1/queue/utilization.txt?servers=2"),".",",")'
    """
    formulas = table_formulas(asked) if asked.metric is None else cell_formulas(asked)
    programs = [curl_text(asked), httpx_text(asked), *([pandas_text(asked)] if asked.metric is None else [])]
    return [*formulas, query_text(asked), *programs, *own_texts(asked)]
