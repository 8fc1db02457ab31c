"""Options that several commands share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

WANTS_JSON = "hubcalc.cli.json"
"""Key under which the context keeps whether JSON is wanted, also for errors."""

F = TypeVar("F", bound=Callable[..., Any])


def with_documents(command: Callable[..., None]) -> Callable[..., None]:
    """Add --url and --database, and give the command the documents that they lead to as its first argument."""

    @click.option("--url", envvar="HUBCALC_URL", show_envvar=True, help="Ask the server at this address.")
    @click.option(
        "--database",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Without a server: SQLite file with more hubs.  [env var: HUBCALC_DATABASE; default: hubcalc.sqlite]",
    )
    @wraps(command)
    def wrapper(url: str | None, database: Path | None, **arguments: Any) -> None:
        with _documents(url, database) as documents:
            command(documents, **arguments)

    return wrapper


def _documents(url: str | None, database: Path | None) -> "AbstractContextManager[Documents]":
    named = click.get_current_context().get_parameter_source("url") is ParameterSource.COMMANDLINE
    if named and database is not None:
        raise click.UsageError("--url and --database exclude each other: one names a server, the other a file")
    if url and database is None:
        from hubcalc.cli.remote import RemoteDocuments

        return RemoteDocuments(url)
    from hubcalc.cli.local import LocalDocuments

    return LocalDocuments(database)


def with_format(*formats: Literal["json", "csv"]) -> Callable[[F], F]:
    """Add --json and --csv, as far as they are named; the command gets `format_`."""

    def decorate(command: F) -> F:
        for name in reversed(formats):
            command = click.option(
                f"--{name}",
                "format_",
                flag_value=name,
                type=click.Choice(["text", *formats]),
                default="text",
                help=f"Write {name.upper()}.",
            )(command)
        return command

    return decorate


def with_chart(command: F) -> F:
    """Add --chart; the command gets the file as `chart`, whose suffix is one that can be drawn."""

    def check(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
        if file is None:
            return None
        from hubcalc.cli.charts import check_suffix

        return check_suffix(file)

    option = click.option(
        "--chart",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=check,
        metavar="FILE.svg|.png|.json",
        help="Draw a chart of the result into this file, or write its Vega-Lite specification.",
    )
    return option(command)
