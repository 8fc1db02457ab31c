"""`hubcalc hubs`, `lines`, `corridors`, `scenarios`, `show` and `paths`: what there is, and what stands in it."""

from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents
    from hubfixtures import Collection

KINDS: "dict[Collection, tuple[str, ...]]" = {
    "hubs": ("dry_port", "border_crossing", "terminal"),
    "lines": ("railway", "road", "sea_leg", "pipeline"),
    "corridors": ("corridor",),
    "scenarios": ("scenario",),
}
"""What the field `kind` of a document says, by collection."""
_SUMMARY = ("id", "name", "kind", "countries", "version", "summary", "updated_at")
_CATALOGUE = (
    *("path", "type", "unit", "value", "allowed", "lower", "upper", "choices"),
    *("basis", "source", "year", "note", "description"),
)


def _of_places(collection: "Collection") -> click.Command:
    """Make the command that lists documents which are of several kinds and lie in countries."""

    @click.command(collection, help=_help(collection))
    @click.option("--kind", type=click.Choice(KINDS[collection]), help="Only those of this kind.")
    @click.option("--country", metavar="CODE", help="Only those in this country (ISO 3166-1, such as KZ).")
    @click.option("-q", "--query", metavar="TEXT", help="Only those with this text in id, name or summary.")
    @with_format("json", "csv")
    @with_documents
    def command(documents: "Documents", kind: str | None, country: str | None, query: str | None, format_: str) -> None:
        _list(documents, collection, kind, country.upper() if country else None, query, format_)

    return command


def _of_words(collection: "Collection") -> click.Command:
    """Make the command that lists documents of one kind."""

    @click.command(collection, help=_help(collection))
    @click.option("-q", "--query", metavar="TEXT", help="Only those with this text in id, name or summary.")
    @with_format("json", "csv")
    @with_documents
    def command(documents: "Documents", query: str | None, format_: str) -> None:
        _list(documents, collection, None, None, query, format_)

    return command


def _help(collection: "Collection") -> str:
    return (
        f"List the {collection}.\n\n"
        "Those that come with hubcalc and those in the database file, or with --url those of the server."
    )


def _list(
    documents: "Documents",
    collection: "Collection",
    kind: str | None,
    country: str | None,
    query: str | None,
    format_: str,
) -> None:
    from hubcalc.cli.output import Column, csv_of, echo_json, table_text

    items = documents.list(collection, kind, country, query)
    if format_ == "json":
        echo_json({"items": items})
    elif format_ == "csv":
        csv_of(items, _SUMMARY)
    elif not items:
        click.echo(f"No {collection.removesuffix('s')} meets these conditions.")
    else:
        several = len(KINDS[collection]) > 1
        titles = [Column("id", whole=True), Column("name"), Column("version", right=True)]
        titles[2:2] = [Column("kind"), Column("in")] if several else []
        rows = [[item["id"], item["name"], str(item["version"] or "-")] for item in items]
        for row, item in zip(rows, items, strict=True):
            row[2:2] = [item["kind"].replace("_", " "), " ".join(item["countries"])] if several else []
        click.echo(table_text(titles, rows))


@click.command()
@click.argument("document_id", metavar="ID")
@with_format("json")
@with_documents
def show(documents: "Documents", document_id: str, format_: str) -> None:
    """Show a document: a hub or a line with its flows and stages, a corridor, or a scenario.

    One of those that come with hubcalc or of the database file, or with --url of the server.
    """
    from hubcalc.cli.describe import describe
    from hubcalc.cli.files import document_json

    found = documents.get(document_id)
    click.echo(document_json(found.document) if format_ == "json" else describe(found))


@click.command(short_help="List the inputs of a hub, a line or a corridor by path.")
@click.argument("document_id", metavar="ID")
@with_format("json", "csv")
@with_documents
def paths(documents: "Documents", document_id: str, format_: str) -> None:
    """List the inputs of a hub, a line or a corridor by path: value, unit, evidence and what is allowed.

    Each path can be given to `hubcalc analyze ID --set PATH=VALUES`. A corridor has its own inputs and those of its
    hubs and lines. The document is one of those that come with hubcalc or of the database file, or with --url of the
    server.
    """
    from hubcalc.cli.describe import catalogue
    from hubcalc.cli.output import csv_of, echo_json

    items = documents.paths(document_id)
    if format_ == "json":
        echo_json({"items": items})
    elif format_ == "csv":
        csv_of(items, _CATALOGUE)
    else:
        click.echo(catalogue(items))


LISTS = [_of_places("hubs"), _of_places("lines"), _of_words("corridors"), _of_words("scenarios")]
