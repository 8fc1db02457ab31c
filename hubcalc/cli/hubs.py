"""`hubcalc hubs`, `hubcalc show` and `hubcalc paths`: what there is, and what stands in it."""

from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

KINDS = ("dry_port", "border_crossing", "terminal")
_SUMMARY = ("id", "name", "kind", "countries", "version", "summary", "updated_at")
_CATALOGUE = (
    *("path", "type", "unit", "value", "allowed", "lower", "upper", "choices"),
    *("basis", "source", "year", "note", "description"),
)


@click.command()
@click.option("--kind", type=click.Choice(KINDS), help="Only hubs of this kind.")
@click.option("--country", metavar="CODE", help="Only hubs in this country (ISO 3166-1, such as KZ).")
@click.option("-q", "--query", metavar="TEXT", help="Only hubs with this text in id, name or summary.")
@with_format("json", "csv")
@with_documents
def hubs(documents: "Documents", kind: str | None, country: str | None, query: str | None, format_: str) -> None:
    """List the hubs.

    Those that come with hubcalc and those in the database file, or with --url those of the server.
    """
    from hubcalc.cli.output import Column, csv_of, echo_json, table_text

    items = documents.hubs(kind, country.upper() if country else None, query)
    if format_ == "json":
        echo_json({"items": items})
    elif format_ == "csv":
        csv_of(items, _SUMMARY)
    elif not items:
        click.echo("No hub meets these conditions.")
    else:
        titles = [Column("id", whole=True), Column("name"), Column("kind"), Column("in"), Column("version", right=True)]
        rows = [
            [i["id"], i["name"], i["kind"].replace("_", " "), " ".join(i["countries"]), str(i["version"] or "-")]
            for i in items
        ]
        click.echo(table_text(titles, rows))


@click.command()
@click.argument("hub_id", metavar="ID")
@with_format("json")
@with_documents
def show(documents: "Documents", hub_id: str, format_: str) -> None:
    """Show a hub: its flows, stages and targets.

    One of those that come with hubcalc or of the database file, or with --url of the server.
    """
    from hubcalc.cli.describe import describe
    from hubcalc.cli.files import document_json

    found = documents.get(hub_id)
    click.echo(document_json(found.document) if format_ == "json" else describe(found))


@click.command(short_help="List the inputs of a hub by path.")
@click.argument("hub_id", metavar="ID")
@with_format("json", "csv")
@with_documents
def paths(documents: "Documents", hub_id: str, format_: str) -> None:
    """List the inputs of a hub by path: value, unit, evidence and what is allowed.

    Each path can be given to `hubcalc analyze ID --set PATH=VALUES`. The hub is one of those that come with hubcalc or
    of the database file, or with --url of the server.
    """
    from hubcalc.cli.describe import catalogue
    from hubcalc.cli.output import csv_of, echo_json

    items = documents.paths(hub_id)
    if format_ == "json":
        echo_json({"items": items})
    elif format_ == "csv":
        csv_of(items, _CATALOGUE)
    else:
        click.echo(catalogue(items))
