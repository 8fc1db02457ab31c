"""Options that several commands share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents
    from hubcalc.client import Client

WANTS_JSON = "hubcalc.cli.json"
"""Key under which the context keeps whether JSON is wanted, also for errors."""
_SERVER_KEY = "hubcalc.cli.key"
TABLE_FILE = "hubcalc.cli.table"
"""Key under which the context keeps the file that a table is written into; see hubcalc.cli.output."""

F = TypeVar("F", bound=Callable[..., Any])


def _remember_key(context: click.Context, _: click.Parameter, key: str | None) -> None:
    context.meta[_SERVER_KEY] = key


with_key = click.option(
    "--key",
    envvar="HUBCALC_API_KEY",
    show_envvar=True,
    expose_value=False,
    callback=_remember_key,
    help="The server's key; the variable keeps it out of the list of processes.",
)
"""Adds --key, for `client_of`."""


def client_of(url: str, *, retries: int = 3) -> "Client":
    """Give a client of the server at an address, with the key that the command was given."""
    from hubcalc.client import Client

    context = click.get_current_context(silent=True)
    return Client(url, retries=retries, key=context.meta.get(_SERVER_KEY) if context else None)


def with_documents(command: Callable[..., None]) -> Callable[..., None]:
    """Add --url and --database, and give the command the documents that they lead to as its first argument."""

    @click.option("--url", envvar="HUBCALC_URL", show_envvar=True, help="Ask the server at this address.")
    @with_key
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
    """Add --json and --csv, as far as they are named, and with --csv also --output; the command gets `format_`."""

    def decorate(command: F) -> F:
        wrapped: F = _with_table(command) if "csv" in formats else command
        for name in reversed(formats):
            wrapped = click.option(
                f"--{name}",
                "format_",
                flag_value=name,
                type=click.Choice(["text", *formats]),
                default="text",
                help=f"Write {name.upper()}.",
            )(wrapped)
        return wrapped

    return decorate


def _with_table(command: F) -> F:
    """Add --output: what would be CSV is written into a file, in the format that its suffix names."""

    @click.option(
        "--output",
        "output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.csv|.tsv|.txt|.xml|.html|.xlsx|.ods",
        help="Write the table into this file.",
    )
    @wraps(command)
    def wrapper(*arguments: Any, output: Path | None, format_: str, **named: Any) -> Any:
        if output is not None:
            if format_ == "json":
                raise click.UsageError("--json and --output exclude each other: JSON is no table")
            from hubcalc.cli.output import check_table_suffix

            click.get_current_context().meta[TABLE_FILE] = check_table_suffix(output)
            format_ = "csv"
        return command(*arguments, format_=format_, **named)

    return cast("F", wrapper)


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
