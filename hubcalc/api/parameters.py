"""Query parameters: known ones are read strictly, unknown ones are refused with a suggestion."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Request

from hubcalc.api.query_values import DECIMAL_MARKS, DecimalMark, listed, one_each, single
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables import DIALECTS, FORMATS, SHAPES, Format, Layout
from hubcalc.tables.geojson import GEOJSON
from hubcalc.words import did_you_mean

C = TypeVar("C", bound=str)

_WHOLE = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_FILE_NAME = 100
_COLLECTIONS = ("hubs", "lines", "corridors", "scenarios", "jobs")
"""What need not be said in the name of a file where an id is."""

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
OF_TABLES_CHOICES: dict[str, tuple[str, ...]] = {
    "shape": SHAPES,
    "header": ("on", "off"),
    "dialect": DIALECTS,
    "decimal": DECIMAL_MARKS,
    "dl": ("0", "1"),
    "errors": ("document", "text"),
}
OF_TABLES = tuple(OF_TABLES_CHOICES)
"""Parameters of whatever can be a table: they come with `format`, and with `fields` where that means nothing else."""
_WORKBOOKS: tuple[Format, ...] = ("xlsx", "ods")
_OF_LAYOUT = ("shape", "header", "dialect", "dl")
_DECIMAL, _ERRORS = "decimal", "errors"
"""How values are read that are given, and how errors are said: these say something where no table is asked for, too."""
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
    path: str = ""
    """What was asked for, without a suffix."""
    fields_are_columns: bool = False
    """Whether `fields` chooses columns of tables, and not something that is computed."""
    takes_values: bool = False
    """Whether values of inputs are among the parameters."""
    reads: bool = True
    """Whether the request only reads; if so, its errors may be text."""

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
        tables, fields_are_columns = "format" in names, "format" in names and "fields" not in names
        if tables:
            names += [name for name in (*OF_TABLES, "fields") if name not in names]
        for given, value in request.query_params.items():  # in the order given, unlike multi_items()
            key = SHORT_NAMES[given] if SHORT_NAMES.get(given) in names and given not in names else given
            if key in named or key in paths:
                raise ParameterError.of(
                    Problem(
                        "given twice",
                        parameter=key,
                        given=value,
                        hint="give it once; a list, in a table, is one value: a,b,c",
                    )
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
        if suffix is not None and not tables:
            raise ParameterError.of(Problem("no format can be chosen here", given=f".{suffix}", hint="leave it out"))
        query = cls(
            {key: value for key, value in named.items() if value},
            {key: value for key, value in paths.items() if value},
            suffix,
            tuple(key for key, value in paths.items() if not value),
            path=request.scope["path"],
            fields_are_columns=fields_are_columns,
            takes_values=with_paths or said is not None,
            reads=request.method in ("GET", "HEAD"),
        )
        for name, choices in OF_TABLES_CHOICES.items():
            if name in names and name in query.named:
                choice(name, query.named[name], choices)
        return query

    def json_only(self) -> None:
        """Refuse all formats but JSON, for what is no table, and whatever says how a table is laid out."""
        self.refuse((_ERRORS,), "says nothing where there is no table")
        if self.format("json") != "json":
            raise ParameterError.of(
                Problem("this is no table", parameter="format", given=self.format("json"), allowed="json")
            )

    def format(self, default: Format) -> Format:
        """Give the format, from the suffix or from `format=`, for an answer that may be a table."""
        chosen = self.format_of(FORMATS) or default
        self.check_layout(chosen)
        return chosen

    def format_of(self, known: Sequence[C]) -> C | None:
        """Give the format that is named, if one is; one of those that are known here."""
        named = self.named.get("format")
        if named is None:
            return choice("format", self.suffix, known) if self.suffix else None
        chosen = choice("format", named, known)
        if self.suffix not in (None, chosen):
            raise ParameterError.of(
                Problem("the suffix says another format", parameter="format", given=named, allowed=self.suffix)
            )
        return chosen

    def check_layout(self, format_: str) -> None:
        """Refuse what says nothing in a format: in JSON, charts and maps the layout of a table, in XML its header."""
        if format_ == "json" or format_ not in FORMATS:
            fields = ("fields",) if self.fields_are_columns else ()
            values = () if self.takes_values else (_DECIMAL,) if self.reads else (_DECIMAL, _ERRORS)
            idle: Sequence[str] = (*_OF_LAYOUT, *fields, *values)
        elif format_ in _WORKBOOKS:
            idle = () if self.takes_values else ("dialect", "decimal")
        else:
            idle = ("header",) if format_ == "xml" else ()
        self.refuse(idle, f"says nothing in {format_}", "leave it out, or take a format that has it, such as csv")

    def refuse(self, names: Iterable[str], why: str, hint: str = "leave it out") -> None:
        """Refuse parameters that are known but say nothing here."""
        problems = [
            Problem(why, parameter=name, given=self.named[name], hint=hint) for name in names if name in self.named
        ]
        if problems:
            raise ParameterError.of(*problems)

    def layout(self, format_: Format, *, fields_are_columns: bool | None = None) -> Layout:
        """Read how a table is laid out; `fields` counts where it chooses columns, which can be said."""
        self.check_layout(format_)
        columns = self.fields_are_columns if fields_are_columns is None else fields_are_columns
        fields = self.names("fields") if columns else None
        return Layout(
            shape=choice("shape", self.named.get("shape", SHAPES[0]), SHAPES),
            header=self.named.get("header") != "off",
            dialect=choice("dialect", self.named.get("dialect", DIALECTS[0]), DIALECTS),
            decimal=self.decimal,
            fields=None if fields is None else tuple(fields),
            # a workbook is a file in any case
            attachment=self.named.get("dl", "1" if format_ in _WORKBOOKS else "0") == "1",
        )

    def file_name(self, format_: str) -> str:
        """Name the file that an answer is kept in: what it is about, and the view of it.

        >>> Query({"view": "stations"}, {}, "csv", path="/v1/hubs/khorgos-gateway/analysis").file_name("csv")
        'khorgos-gateway-analysis-stations.csv'
        """
        said = [part for part in self.path.split("/") if part][1:]
        said = said[1:] if len(said) > 1 and said[0] in _COLLECTIONS else said
        whole = "-".join([*said, *([self.named["view"]] if "view" in self.named else [])])
        return f"{_NOT_IN_FILE_NAMES.sub('-', whole).strip('-.')[:_LONGEST_FILE_NAME] or 'table'}.{format_}"

    @property
    def decimal(self) -> DecimalMark | None:
        """Which mark separates decimals in what is given and answered; None where the caller does not say."""
        dialect = choice("dialect", self.named.get("dialect", DIALECTS[0]), DIALECTS)
        if "decimal" in self.named:
            return choice("decimal", self.named["decimal"], DECIMAL_MARKS)
        return "comma" if dialect == "eu" else None

    @property
    def is_map(self) -> bool:
        """Whether GeoJSON is asked for, by the suffix or by `format=`; only maps have it, and it is no table."""
        found = {self.named.get("format"), self.suffix} - {None} == {GEOJSON}
        if found:
            self.check_layout(GEOJSON)
        return found

    def whole(self, name: str, default: int | None, least: int, most: int) -> int | None:
        """Read a whole number."""
        text = self.named.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text.removeprefix("+")) or not least <= int(text) <= most:
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
        """Read a number of at least 0, written as sheets do; without a default it must be given."""
        text = self.named.get(name)
        if text is None and default is not None:
            return default
        plain = None if text is None else single({name: text}, self.decimal)[name]
        if plain is None or not _NUMBER.fullmatch(plain):
            message = "must be given" if text is None else "not a number from 0"
            raise ParameterError.of(Problem(message, parameter=name, given=text, allowed="a number such as 72.5"))
        return float(plain)

    def names(self, name: str) -> list[str] | None:
        """Read a list of names, separated by commas; where those are decimal also by semicolons, as values are."""
        text = self.named.get(name)
        if text is None:
            return None
        separated = text.replace(";", ",") if self.decimal == "comma" else text
        return [item.strip() for item in separated.split(",") if item.strip()]

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
