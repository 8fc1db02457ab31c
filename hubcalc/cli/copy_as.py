"""`hubcalc copy-as`: a question to a server as a formula, a query or a program."""

from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import client_of, with_key
from hubcalc.errors import ParameterError, Problem, ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubcalc.client import Client
    from hubcalc.copying import ReadyText

_CALCULATORS = ("queue", "capacity")
_USUAL_QUESTION = ("transit",)


@click.command("copy-as", short_help="Write a question as a formula, a query or a program.")
@click.argument("what", nargs=-1, required=True, metavar="ID|queue|capacity [NAME]...")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUES",
    help="An input, or another parameter of the question: fields=a,b, method=fast, scenario=ID. Repeat it.",
)
@click.option("--only", metavar="NAME", help="Print this text alone: excel, libreoffice, power-query, curl, …")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--url", envvar="HUBCALC_URL", show_envvar=True, required=True, help="Address of the server.")
@with_key
def copy_as(what: tuple[str, ...], overrides: tuple[str, ...], only: str | None, *, as_json: bool, url: str) -> None:
    """Write a question to a server down for Excel, Power Query, Google Sheets, LibreOffice, curl and Python.

    After the id of a hub or a line comes the metric of a cell, or nothing for the table; after that of a corridor the
    question, by default transit; after capacity the kind.

    \b
    hubcalc copy-as khorgos-gateway wait_mean_hours --set stages.front.cranes=3 --url http://127.0.0.1:8000
    hubcalc copy-as queue utilization --set arrivals_per_hour=5 --set service_hours=0.5 --set servers=3 --only excel
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.output import echo_json

    given = dict(_given(item) for item in overrides)
    with client_of(url) as client:
        texts = _asked(client, what, given)
    if only is not None:
        names = ", ".join(text.name for text in texts)
        texts = [text for text in texts if text.name == only]
        if not texts:
            raise ParameterError.of(Problem("no such text", parameter="--only", given=only, allowed=names))
    if as_json:
        echo_json([{"name": t.name, "program": t.program, "text": t.text, "note": t.note} for t in texts])
    elif only is not None:
        click.echo(texts[0].text or texts[0].note)
    else:
        click.echo("\n\n".join(f"{text.name}: {text.program}\n{text.note}\n\n{text.text}" for text in texts))


def _given(item: str) -> tuple[str, str]:
    name, equals, text = (part.strip() for part in item.partition("="))
    if not equals or not name:
        raise ParameterError.of(Problem("not a parameter", given=item, allowed="NAME=VALUES, such as servers=2"))
    return name, text


def _asked(client: "Client", what: tuple[str, ...], given: "Mapping[str, str]") -> "list[ReadyText]":
    """Ask in whatever collection the document is."""
    from hubcalc.cli.failures import NOT_FOUND, exit_code

    if what[0] in _CALCULATORS:
        return client.copy_as(*what, given=given)
    name, *rest = what
    errors: list[ProblemError] = []
    for collection in ("hubs", "lines", "corridors"):
        asked = ("analysis", *rest) if collection != "corridors" else (*(rest or _USUAL_QUESTION),)
        try:
            return client.copy_as(collection, name, *asked, given=given)
        except ProblemError as error:
            if exit_code(error) != NOT_FOUND or not any(problem.given == name for problem in error.problems):
                raise
            errors.append(error)
    raise next((error for error in errors if any(problem.hint for problem in error.problems)), errors[0])
