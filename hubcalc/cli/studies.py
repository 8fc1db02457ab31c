"""`hubcalc sweep` and the other studies: many scenarios at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

Command = Callable[..., None]


def with_run(command: Command) -> Command:
    """Add the options of where a study is done and what is made of it; the command gets them as `run`."""
    for option in reversed(
        (
            click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv|.parquet",
                         help="Write all rows into this file."),
            click.option("--folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
                         help="Keep the rows here while they are made; a study that was cut off goes on from them."),
            click.option("--workers", type=click.IntRange(min=1), metavar="N",
                         help="Processes that share the work; by default one, or all cores for large studies."),
            click.option("--scheduler", envvar="HUBCALC_DASK_SCHEDULER", show_envvar=True, metavar="tcp://HOST:PORT",
                         help="Have a Dask cluster do the work."),
            click.option("--view", metavar="TABLE", help="Only this table of the result."),
            click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg|.png|.json",
                         help="Draw the usual chart of the result into this file."),
        )
    ):  # fmt: skip
        command = option(command)
    return with_format("json", "csv")(command)


def with_subject(command: Command) -> Command:
    """Add the options of what is asked and what holds in all rows."""
    for option in reversed(
        (
            click.argument("subject", metavar="ID|FILE.json"),
            click.option("--scenario", metavar="ID", help="Scenario whose overrides hold in all rows."),
            click.option("--fix", "fixed", multiple=True, metavar="PATH=VALUE", help="An input, in all rows."),
            click.option("--fields", metavar="A,B", help="Only these metrics."),
            click.option("--method", type=click.Choice(["fast", "auto", "exact"]),
                         help="Which formulas may be taken.  [default: fast]"),
            click.option("--scale", metavar="FLOW", help="The one flow that capacities scale."),
            click.option("--question", metavar="NAME", help="What a corridor is asked.  [default: transit]"),
            click.option("--seed", type=int, help="The same one gives the same rows.  [default: 1]"),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(short_help="Analyze many scenarios, a row each.")
@with_subject
@click.option("--set", "values", multiple=True, metavar="PATH=VALUES",
              help="Values of an input: a list a,b,c or a range 2..6 or 2..6:0.5; all combinations.")  # fmt: skip
@click.option("--rows", "table", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
              metavar="FILE.csv", help="Rows of a table with paths in its header.")  # fmt: skip
@click.option("--law", "laws", multiple=True, metavar="PATH=LAW:NUMBERS",
              help="Draw an input: uniform:low,high triangular:low,mode,high pert:low,mode,high normal:mean,sd "
              "lognormal:median,sigma range:P10,P90 empirical:a,b,c.")  # fmt: skip
@click.option("--draws", type=click.IntRange(min=1), metavar="N", help="So many rows with inputs drawn by --law.")
@click.option("--points", type=click.Choice(["random", "sobol", "latin_hypercube"]),
              help="How --law draws.  [default: sobol]")  # fmt: skip
@with_run
@with_documents
def sweep(
    documents: "Documents",
    values: tuple[str, ...],
    table: Path | None,
    laws: tuple[str, ...],
    draws: int | None,
    points: str | None,
    **options: Any,
) -> None:
    """Analyze many scenarios of a hub, a line or a corridor: all combinations, a table of rows, or random draws.

    A row that cannot be is no error: its reason stands in the table. With --out all rows are written, as CSV or
    Parquet; with --folder a sweep that was cut off goes on where it stopped.

    \b
    hubcalc sweep khorgos-gateway --set flow.per_day=8..14:0.5 --set stages.front.cranes=2..5
    hubcalc sweep khorgos-gateway --rows scenarios.csv --out results.csv
    hubcalc sweep khorgos-gateway --law flow.per_day=triangular:9,11,14 --draws 4096 --out draws.parquet
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.study_requests import design_of

    _study(documents, "sweep", {"design": design_of(values, table, laws, draws, points)}, **options)


@click.command(short_help="Say what the uncertainty of the inputs makes of the metrics.")
@with_subject
@click.option("--draws", type=int, metavar="N", help="How many rows are drawn.  [default: 10,000]")
@click.option("--points", "design", type=click.Choice(["random", "sobol", "latin_hypercube"]),
              help="How they are drawn.  [default: random]")  # fmt: skip
@click.option("--law", "laws", multiple=True, metavar="PATH=LAW:NUMBERS",
              help="Law of an input, in place of that of its document; see `hubcalc sweep --help`.")  # fmt: skip
@click.option("--only", metavar="PATH,PATH", help="Draw only these inputs, and those with a --law.")
@click.option("--together", multiple=True, metavar="PATH,PATH=R", help="Rank correlation of two inputs.")
@click.option("--target", "targets", multiple=True, metavar="METRIC<=VALUE",
              help="What a metric should be, <= or >=; how likely it is missed is told.")  # fmt: skip
@with_run
@with_documents
def montecarlo(
    documents: "Documents",
    draws: int | None,
    design: str | None,
    laws: tuple[str, ...],
    only: str | None,
    together: tuple[str, ...],
    targets: tuple[str, ...],
    **options: Any,
) -> None:
    """Draw the uncertain inputs of a document and say what becomes of its metrics.

    Each input that the document calls uncertain is drawn; P10, P50 and P90 of every metric come with their own
    confidence intervals, and the inputs with how much of the variance would vanish if they were measured.

    \b
    hubcalc montecarlo khorgos-gateway
    hubcalc montecarlo khorgos-gateway --draws 100000 --target 'dwell_p90_hours<=24' --chart dwell.svg
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.study_requests import drawn_request, targets_of, together_of

    asked = drawn_request(laws, only) | {"draws": draws, "design": design}
    asked |= {"correlations": together_of(together) or None, "targets": targets_of(targets) or None}
    _study(documents, "montecarlo", {name: value for name, value in asked.items() if value is not None}, **options)


@click.command(short_help="Say what each input does to the metrics.")
@with_subject
@click.option("--analysis", metavar="A,B", help="tornado, elasticities, sobol.  [default: tornado,elasticities]")
@click.option("--law", "laws", multiple=True, metavar="PATH=LAW:NUMBERS",
              help="Law of an input, in place of that of its document; see `hubcalc sweep --help`.")  # fmt: skip
@click.option("--only", metavar="PATH,PATH", help="Vary only these inputs, and those with a --law.")
@click.option("--swing", type=float, metavar="SHARE", help="Change each input by this share, not to P10 and P90.")
@click.option("--sort-by", metavar="METRIC", help="Metric whose swings order the inputs everywhere.")
@click.option("--base-points", type=int, metavar="N", help="Of Sobol indices, a power of two.  [default: 1024]")
@with_run
@with_documents
def sensitivity(
    documents: "Documents",
    analysis: str | None,
    laws: tuple[str, ...],
    only: str | None,
    swing: float | None,
    sort_by: str | None,
    base_points: int | None,
    **options: Any,
) -> None:
    """Vary the inputs of a document: one at a time between P10 and P90, by a little, or all at once.

    \b
    hubcalc sensitivity khorgos-gateway --fields wait_mean_hours,practical_capacity_per_day
    hubcalc sensitivity khorgos-gateway --analysis sobol --base-points 4096 --fields dwell_mean_hours
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.analyze import names_of
    from hubcalc.cli.study_requests import drawn_request

    asked = drawn_request(laws, only) | {"analysis": names_of(analysis), "swing": swing, "sort_by": sort_by}
    asked |= {"base_points": base_points}
    _study(documents, "sensitivity", {name: value for name, value in asked.items() if value is not None}, **options)


@click.command(short_help="Do any study, as a request in a file says.")
@click.argument("kind", metavar="KIND")
@click.argument("file", metavar="FILE.json")
@with_run
@with_documents
def study(documents: "Documents", kind: str, file: str, **run: Any) -> None:
    """Do a study whose request is in a file (- for standard input), in the form that the server takes.

    The kinds are sweep, montecarlo, sensitivity, sizing and staging.

    \b
    hubcalc study sizing crossing.json
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.study_requests import read_request
    from hubcalc.cli.study_runs import run_and_show

    run_and_show(documents, kind, read_request(file), **run)


def _study(documents: "Documents", kind: str, asked: dict[str, Any], **options: Any) -> None:
    """Put what is asked of all studies into the request, and do it."""
    from hubcalc.cli.study_requests import common_request
    from hubcalc.cli.study_runs import run_and_show

    names = ("subject", "scenario", "fixed", "fields", "method", "scale", "question", "seed")
    common = common_request(documents, **{name: options.pop(name) for name in names})
    run_and_show(documents, kind, {**common, **asked}, **options)


STUDIES = (sweep, montecarlo, sensitivity, study)
