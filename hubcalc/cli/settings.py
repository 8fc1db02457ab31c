"""Settings from the environment, with what the command line says instead."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hubcalc.errors import ParameterError, Problem
from hubcalc.settings import Settings


def read_settings(**given: Any) -> Settings:
    """Read the settings; what is given and not None comes before the environment.

    Raises
    ------
    ParameterError
        If a value cannot be used; the error names the variable or the option.
    """
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**said)
    except ValidationError as error:
        raise ParameterError.of(*(_problem(item, said) for item in error.errors())) from error


def _problem(fault: ErrorDetails, said: dict[str, Any]) -> Problem:
    field = str(fault["loc"][0])
    # a key is not repeated
    given = None if field.lower().endswith("api_key") else fault["input"]
    return Problem(fault["msg"], parameter=_name(field, said), given=given)


def _name(field: str, said: dict[str, Any]) -> str:
    return f"--{field.replace('_', '-')}" if field in said else f"HUBCALC_{field.removeprefix('HUBCALC_').upper()}"
