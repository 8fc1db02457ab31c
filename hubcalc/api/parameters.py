"""Query parameters: known ones are read strictly, unknown ones are refused with a suggestion."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from litestar import Request

from hubcalc.api.query_values import DECIMAL_MARKS, DecimalMark, listed, one_each, single
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import FORMATS, Format
from hubcalc.tables.geojson import GEOJSON
from hubcalc.words import did_you_mean

C = TypeVar("C", bound=str)

_WHOLE = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")

SHORT_NAMES = {
    "s": "scenario",
    "f": "fields",
    "m": "method",
    "v": "version",
    "e": "errors",
    "d": "decimal",
    "u": "unstable",
}
"""Short names of parameters, since Excel takes addresses up to 2,048 characters."""
Dialect = Literal["us", "eu"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
OF_TABLES = ("shape", "header", "dialect", "decimal", "dl", "errors")
"""Parameters of whatever can be a table: they come with `format`."""
SUFFIX_KEY = "hubcalc_format"
"""Where the suffix of the path is kept in the state of the scope; see hubcalc.api.suffixes."""


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request: those without a dot by name, those with one (paths) apart."""

    named: Mapping[str, str]
    paths: Mapping[str, str]
    suffix: str | None
    blank_paths: tuple[str, ...] = ()
    """Paths that were given without a value, as a sheet does for an empty cell."""

    @classmethod
    def of(
        cls,
        request: Request[Any, Any, Any],
        allowed: Iterable[str],
        *,
        with_paths: bool = False,
        said: str | None = None,
    ) -> "Query":
        """Read a request's parameters; an empty one counts as not given. `said` says in short what is allowed."""
        named: dict[str, str] = {}
        paths: dict[str, str] = {}
        names = [*allowed]
        if "format" in names:
            names += [name for name in OF_TABLES if name not in names]
        for given, value in request.query_params.items():  # in the order given, unlike multi_items()
            key = SHORT_NAMES[given] if SHORT_NAMES.get(given) in names and given not in names else given
            if key in named or key in paths:
                raise ParameterError.of(
                    Problem("given twice", parameter=key, given=value, hint="give a list as one value: a,b,c")
                )
            if with_paths and "." in key:
                paths[key] = value.strip()
            elif key in names:
                named[key] = value.strip()
            else:
                hint = did_you_mean(key, names) or ("a path of the document contains a dot" if with_paths else None)
                raise ParameterError.of(
                    Problem(
                        "no such parameter", parameter=key, given=value, allowed=said or ", ".join(names), hint=hint
                    )
                )
        suffix: str | None = request.scope["state"].get(SUFFIX_KEY)
        if suffix is not None and "format" not in names:
            raise ParameterError.of(Problem("no format can be chosen here", given=f".{suffix}", hint="leave it out"))
        return cls(
            {key: value for key, value in named.items() if value},
            {key: value for key, value in paths.items() if value},
            suffix,
            tuple(key for key, value in paths.items() if not value),
        )

    def json_only(self) -> None:
        """Refuse all formats but JSON, for what is no table."""
        if self.format("json") != "json":
            raise ParameterError.of(
                Problem("this is no table", parameter="format", given=self.format("json"), allowed="json")
            )

    def format(self, default: Format) -> Format:
        """Give the format, from the suffix or from `format=`."""
        named = self.named.get("format")
        if named is None:
            return choice("format", self.suffix, FORMATS) if self.suffix else default
        chosen = choice("format", named, FORMATS)
        if self.suffix not in (None, chosen):
            raise ParameterError.of(
                Problem("the suffix says another format", parameter="format", given=named, allowed=self.suffix)
            )
        return chosen

    @property
    def decimal(self) -> DecimalMark | None:
        """Which mark separates decimals in what is given and answered; None where the caller does not say."""
        dialect = choice("dialect", self.named.get("dialect", "us"), DIALECTS)
        if "decimal" in self.named:
            return choice("decimal", self.named["decimal"], DECIMAL_MARKS)
        return "comma" if dialect == "eu" else None

    @property
    def is_map(self) -> bool:
        """Whether GeoJSON is asked for, by the suffix or by `format=`; only maps have it."""
        return {self.named.get("format"), self.suffix} - {None} == {GEOJSON}

    def whole(self, name: str, default: int | None, least: int, most: int) -> int | None:
        """Read a whole number."""
        text = self.named.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise ParameterError.of(
                Problem(
                    "not such a number", parameter=name, given=text, allowed=f"a whole number from {least} to {most}"
                )
            )
        return int(text)

    def values(self, most: int) -> dict[str, list[str]]:
        """Read the paths' values: lists and ranges."""
        return listed(self.paths, most, self.decimal)

    def single_values(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """Read values for a cell, by default those of the paths: one each, where a comma is a decimal comma."""
        return single(self.paths if given is None else given, self.decimal)

    def one_scenario(self) -> dict[str, str]:
        """Read the paths' values where there is one scenario only: one each, with a decimal point."""
        return one_each(self.paths, self.decimal)

    def number(self, name: str, default: float | None = None) -> float:
        """Read a number of at least 0, with a decimal point; without a default it must be given."""
        text = self.named.get(name)
        if text is None and default is not None:
            return default
        if text is None or not _NUMBER.fullmatch(text):
            message = "must be given" if text is None else "not a number from 0, with a decimal point"
            raise ParameterError.of(Problem(message, parameter=name, given=text, allowed="a number such as 72.5"))
        return float(text)

    def names(self, name: str) -> list[str] | None:
        """Read a comma list."""
        text = self.named.get(name)
        return None if text is None else [item.strip() for item in text.split(",") if item.strip()]

    @property
    def canonical(self) -> str:
        """The parameters in the order given, for keys and links."""
        return repr((tuple(self.named.items()), tuple(self.paths.items()), self.suffix))


def table_view(query: Query, format_: str, views: Sequence[C]) -> C:
    """Read what a table or a chart shows, by default the first of the views; JSON has all of them."""
    view = choice("view", query.named.get("view", views[0]), views)
    if "view" in query.named and format_ == "json":
        raise ParameterError.of(
            Problem("JSON has all views at once", parameter="view", given=view, hint="leave it out")
        )
    return view


def choice(name: str, given: str, allowed: Sequence[C]) -> C:
    """Check that a parameter is one of the choices."""
    for item in allowed:
        if given == item:
            return item
    raise ParameterError.of(
        Problem(
            "not one of the choices",
            parameter=name,
            given=given,
            allowed=", ".join(allowed),
            hint=did_you_mean(given, allowed),
        )
    )
