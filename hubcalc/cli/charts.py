"""Charts in files: pictures, or the Vega-Lite specification, as the suffix says."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from hubcalc.cli.files import write_bytes
from hubcalc.errors import ParameterError, Problem, RefusedError

OPTION = "--chart"
SUFFIXES = (".svg", ".png", ".json")


def save_chart(file: Path | None, make: Callable[[], Mapping[str, Any] | None]) -> None:
    """Write a chart into a file, where one is wanted.

    Parameters
    ----------
    file : Path or None
        `.svg` and `.png` are pictures, `.json` is the specification.
    make : callable
        Gives the specification; None where there is no chart.

    Raises
    ------
    ParameterError
        If the suffix is another one, or the file cannot be written.
    RefusedError
        If there is no chart, or nothing that draws it.
    """
    if file is None:
        return
    spec = make()
    if spec is None:
        hint = "there must be numbers to show, of calculators over an input that varies"
        raise RefusedError.of(Problem("there is no chart of this", parameter=OPTION, given=str(file), hint=hint))
    write_bytes(file, _drawn(spec, file), OPTION)
    click.echo(f"{file}: {' '.join(spec['title']['text'])}", err=True)


def check_suffix(file: Path | None) -> Path | None:
    """Refuse a file of another kind before anything is computed."""
    if file is not None and file.suffix.lower() not in SUFFIXES:
        allowed = ", ".join(SUFFIXES)
        raise ParameterError.of(Problem("no kind of chart", parameter=OPTION, given=file.name, allowed=allowed))
    return file


def _drawn(spec: Mapping[str, Any], file: Path) -> bytes:
    if file.suffix.lower() == ".json":
        return json.dumps(spec, ensure_ascii=False, indent=1).encode()
    from hubcalc.charts import pictures

    return pictures.png(spec) if file.suffix.lower() == ".png" else pictures.svg(spec).encode()
