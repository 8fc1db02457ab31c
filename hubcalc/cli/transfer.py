"""`hubcalc import` and `hubcalc export`: documents into a database or server, and out of it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents


@click.command("import", short_help="Validate and store documents.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--replace", is_flag=True, help="Replace documents that exist; their earlier versions are kept.")
@with_format("json", "csv")
@with_documents
def import_documents(documents: "Documents", files: tuple[str, ...], replace: bool, format_: str) -> None:
    """Validate documents and store them: all of them, or none.

    FILE is a JSON file with one document of a hub, a line, a corridor or a scenario, as its `kind` says, or - for
    standard input. The documents go into the database file, which is made if there is none, or with --url to the
    server. There they are stored one by one, and taken back if one fails.
    """
    from hubcalc.cli.files import read_documents
    from hubcalc.cli.output import csv_of, echo_json

    written = [asdict(item) for item in documents.put_all(read_documents(files), replace=replace)]
    if format_ == "json":
        echo_json({"items": written})
    elif format_ == "csv":
        csv_of(written, ("id", "version", "created"))
    else:
        for item in written:
            click.echo(f"{item['id']}: {'created' if item['created'] else 'stored'}, version {item['version']}")


@click.command("export", short_help="Write a document as JSON.")
@click.argument("document_id", metavar="ID")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output."
)
@click.option("--version", type=click.IntRange(min=1), help="An earlier version; only those in a database have them.")
@click.option("--json", "_as_json", is_flag=True, expose_value=False, help="Write JSON, as it always does.")
@with_documents
def export_document(documents: "Documents", document_id: str, output: Path | None, version: int | None) -> None:
    """Write a document as JSON, to be kept, edited and imported again.

    It comes from the database file or those that come with hubcalc, or with --url from the server.
    """
    from hubcalc.cli.files import document_json, write_text

    found = documents.get(document_id, version)
    text = document_json(found.document)
    if output is None:
        click.echo(text)
        return
    write_text(output, text + "\n")
    click.echo(f"{output}: {document_id}" + (f", version {found.version}" if found.version else ""), err=True)
