"""`hubcalc serve`: the REST interface on this machine."""

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hubcalc.settings import Settings

_GRACE_SECONDS = 5
"""So long a server that is to end waits for answers under way; streams of events would go on for ever."""
_ANYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # only compared with
_LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


@click.command()
@click.option("--host", help="Address to listen on.  [env var: HUBCALC_HOST; default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [env var: HUBCALC_PORT; default: 8000]")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file, made if there is none.  [env var: HUBCALC_DATABASE; default: hubcalc.sqlite]",
)
@click.option(
    "--seed/--no-seed",
    default=None,
    help="Put the hubs that come with hubcalc into the database.  [env var: HUBCALC_SEED]",
)
@click.option("--scenario-limit", type=int, help="Most scenarios of one call.  [env var: HUBCALC_SCENARIO_LIMIT]")
@click.option("--body-limit-bytes", type=int, help="Largest request body.  [env var: HUBCALC_BODY_LIMIT_BYTES]")
@click.option("--access-log", is_flag=True, help="Write a line for each request.")
@click.option(
    "--log-level", type=click.Choice(_LOG_LEVELS), default="warning", show_default=True, help="What is logged."
)
def serve(
    host: str | None,
    port: int | None,
    database: Path | None,
    seed: bool | None,
    scenario_limit: int | None,
    body_limit_bytes: int | None,
    access_log: bool,
    log_level: str,
) -> None:
    """Serve the REST interface until Ctrl-C.

    Options come before the environment variables. The database is opened and checked, and the formulas are compiled
    where they are not yet, before anything is served.
    """
    # requests run side by side; threads of the linear algebra, whose matrices are small, would only be in their way
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from hubcalc.cli.settings import read_settings
    from hubcalc.store import Store
    from hubcalc.warming import warm_up

    settings = read_settings(
        host=host,
        port=port,
        database=database,
        seed=seed,
        scenario_limit=scenario_limit,
        body_limit_bytes=body_limit_bytes,
    )
    if "job_warm" not in settings.model_fields_set:
        settings = settings.model_copy(update={"job_warm": True})  # the first study should not wait for its workers
    with _listen(settings.host, settings.port) as listening:
        # what the server would only log as a failed start is an error here, with its exit code
        Store.open(settings.database, busy_timeout_seconds=settings.busy_timeout_seconds).close()
        warm_up()
        click.echo(greeting(settings, listening.getsockname()[1]))
        _run(settings, listening, access_log=access_log, log_level=log_level)


def greeting(settings: "Settings", port: int) -> str:
    """Say where the server is, and what to try first."""
    host = "127.0.0.1" if settings.host in _ANYWHERE else settings.host
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    hub = f"{url}/v1/hubs/khorgos-gateway"
    key = "" if settings.api_key is None else '-H "X-API-Key: $HUBCALC_API_KEY" '
    return "\n".join(
        [
            f"hubcalc is at {url} (database {settings.database}); Ctrl-C ends it.",
            f"API documentation: {url}/docs",
            "",
            "Try:",
            f"  curl {key}'{hub}/analysis/theoretical_capacity_per_day.txt?stages.front.cranes=4'",
            f"  curl {key}'{hub}/analysis.csv?stages.front.cranes=2..6'",
            "  hubcalc analyze khorgos-gateway --set stages.front.cranes=2..6",
        ]
    )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port at once, so that it is known, free, and answers as soon as it is announced."""
    from hubcalc.cli.failures import CannotListenError

    listening: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        if hasattr(socket, "SO_REUSEPORT"):  # not on Windows, where SO_REUSEADDR would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except (OSError, UnicodeError) as error:
        if listening is not None:
            listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        hint = "another --port, or --port 0 for any that is free" if port else "another --host"
        raise CannotListenError(f"cannot listen on {host} port {port}: {reason}; try {hint}") from error
    return listening


def _run(settings: "Settings", listening: socket.socket, *, access_log: bool, log_level: str) -> None:
    import uvicorn

    from hubcalc.api import create_app
    from hubcalc.errors import StoreError

    # access lines are of level info
    level = "info" if access_log and log_level in ("critical", "error", "warning") else log_level
    config = uvicorn.Config(
        create_app(settings),
        log_level=level,
        access_log=access_log,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    if not server.started:
        raise StoreError("the server could not start; the log above says why")
