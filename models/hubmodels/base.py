"""What all documents share: they are frozen, refuse unknown fields, and state their cross-field rules as predicates."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

HIGHEST = 1e9
"""No quantity of a hub is larger than this; a larger one is a slip of the unit."""


Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Text for people on one line: no control characters."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
"""An id: small letters, digits, single hyphens or underscores between them; no dots, which separate paths."""


class MisfitError(ValueError):
    """Parts of a document that do not fit together; `places` maps the dotted place of each to what is wrong there."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {message}" for place, message in places))
        self.places = tuple(places)


class Rule(NamedTuple):
    """A condition that ties several fields together.

    `holds` is a truth value, or a column of them where the fields have been replaced by columns.
    """

    holds: Any
    fields: tuple[str, ...]
    message: str


class Model(BaseModel):
    """Base of every document."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    def rules(self) -> Iterator[Rule]:
        """Give the cross-field rules, written so that they work on numbers and on columns alike."""
        yield from ()

    @model_validator(mode="after")
    def _keep_rules(self) -> "Model":
        broken = [rule for rule in self.rules() if not rule.holds]
        if broken:
            raise MisfitError([(rule.fields[0], f"{' and '.join(rule.fields)}: {rule.message}") for rule in broken])
        return self


def quantity(
    description: str,
    unit: str,
    *,
    default: Any = ...,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = HIGHEST,
) -> Any:
    """Declare a number with its unit and bounds.

    The unit stands in brackets at the end of the description, since the OpenAPI generator refuses keys of our own.
    """
    return Field(
        default, description=f"{description} [{unit}]", gt=above, ge=at_least, lt=below, le=None if below else at_most
    )


def share(description: str, *, default: Any = ..., zero: bool = True) -> Any:
    """Declare a share between 0 and 1; `zero=False` excludes 0."""
    if zero:
        return quantity(description, "1", default=default, at_least=0, at_most=1)
    return quantity(description, "1", default=default, above=0, at_most=1)


def count(description: str, unit: str, *, default: Any = ..., at_most: int = 10_000) -> Any:
    """Declare a whole number of at least one."""
    return quantity(description, unit, default=default, at_least=1, at_most=at_most)
