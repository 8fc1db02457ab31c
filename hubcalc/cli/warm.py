"""`hubcalc warm`: compile ahead of the first question."""

import click


@click.command(short_help="Compile the inner loops ahead of the first question.")
def warm() -> None:
    """Compile the formulas' inner loops, which takes a minute once; afterwards they are read from disk."""
    from hubcalc.warming import warm_up

    click.echo(f"{warm_up()} kernels are ready.")
