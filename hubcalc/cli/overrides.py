"""Overrides on the command line: PATH=VALUES, once for each path."""

from collections.abc import Sequence

from hubcalc.errors import ParameterError, Problem


def list_overrides(given: Sequence[str]) -> dict[str, list[str]]:
    """Read overrides of a value, a list or a range each.

    Raises
    ------
    ParameterError
        If one is none, or a path is given twice.
    OverrideError, TooManyScenariosError
        If a list or range cannot be one.
    """
    from hubcalc.cli.settings import read_settings
    from hubcalc.scenarios import parse_values

    most = read_settings().scenario_limit
    return {
        path: parse_values(path, text, most)
        for path, text in _parted(given, "PATH=VALUES, such as stages.front.cranes=2..6").items()
    }


def single_overrides(given: Sequence[str]) -> dict[str, str]:
    """Read overrides of one value each.

    Raises
    ------
    ParameterError
        If one is none or has several values, or a path is given twice.
    """
    texts = _parted(given, "PATH=VALUE, such as stages.front.cranes=4")
    for path, text in texts.items():
        if "," in text or ".." in text:
            hint = "lists and ranges are for `hubcalc analyze`"
            raise ParameterError.of(Problem("here one value is taken", parameter=path, given=text, hint=hint))
    return texts


def _parted(given: Sequence[str], allowed: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item in given:
        path, equals, text = (part.strip() for part in item.partition("="))
        if not equals or "." not in path:
            raise ParameterError.of(Problem("not an override", parameter="--set", given=item, allowed=allowed))
        if path in texts:
            hint = "each path once; where lists are taken, as one value: a,b,c"
            raise ParameterError.of(Problem("given twice", parameter=path, given=item, hint=hint))
        texts[path] = text
    return texts
