"""Pictures of charts, for reports and print: SVG and PNG without any network.

They are drawn by vl-convert, which carries the grammar and its fonts along: `pip install hubcalc[charts]`.
"""

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from hubcalc.errors import Problem, RefusedError

EXTRA = "hubcalc[charts]"
_GRAMMAR = "5.20"
_SCALE = 2.0


def svg(spec: Mapping[str, Any]) -> str:
    """Draw a chart as SVG.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification, such as the `chart` of a part of an answer.

    Returns
    -------
    str
        The picture.

    Raises
    ------
    RefusedError
        If vl-convert is not installed, or the specification cannot be drawn.
    """
    try:
        return str(_drawer().vegalite_to_svg(json.dumps(spec), vl_version=_GRAMMAR, allowed_base_urls=[]))
    except ValueError as error:
        raise _not_drawn(error) from error


def png(spec: Mapping[str, Any]) -> bytes:
    """Draw a chart as PNG, at twice the size that the specification names.

    Parameters
    ----------
    spec : mapping
        A Vega-Lite specification.

    Returns
    -------
    bytes
        The picture.

    Raises
    ------
    RefusedError
        If vl-convert is not installed, or the specification cannot be drawn.
    """
    drawer = _drawer()
    try:
        return bytes(drawer.vegalite_to_png(json.dumps(spec), vl_version=_GRAMMAR, scale=_SCALE, allowed_base_urls=[]))
    except ValueError as error:
        raise _not_drawn(error) from error


def _drawer() -> ModuleType:
    try:
        import vl_convert  # an optional extra, and slow to load
    except ImportError as error:
        message = f"pictures need the extra {EXTRA}"
        raise RefusedError(message, [Problem(message, hint=f"pip install '{EXTRA}'")]) from error
    found: ModuleType = vl_convert
    return found


def _not_drawn(error: ValueError) -> RefusedError:
    message = f"the chart cannot be drawn: {str(error).strip().splitlines()[0]}"
    return RefusedError(message, [Problem(message)])
