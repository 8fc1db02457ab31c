"""Who works on the jobs of a server: its own processes, a cluster, or nobody."""

from hubcalc.jobs.cluster import ClusterEngine
from hubcalc.jobs.engine import Engine, local_engine
from hubcalc.jobs.records import JobLimits
from hubcalc.jobs.runner import Runner
from hubcalc.jobs.store import JobStore
from hubcalc.settings import Settings
from hubcalc.studies.registry import study_kind


def limits_of(settings: Settings) -> JobLimits:
    """Give the limits of jobs."""
    return JobLimits(open_jobs=settings.jobs_per_client, rows=settings.job_rows_limit, days_kept=settings.job_days_kept)


def runner_for(settings: Settings, jobs: JobStore, engine: Engine | None = None) -> Runner | None:
    """Make what works on jobs, if this server does.

    Parameters
    ----------
    settings : Settings
        How many processes, or which cluster.
    jobs : JobStore
        The jobs.
    engine : Engine, optional
        What works on them instead.

    Returns
    -------
    Runner or None
        Not started yet; None for a server that only takes jobs in.
    """
    if settings.job_workers == 0 or jobs.read_only:
        return None
    chosen = engine or _engine(settings)
    if settings.job_warm:
        chosen.warm()
    return Runner(jobs, chosen, study_kind)


def _engine(settings: Settings) -> Engine:
    """Give the cluster that the settings name, else processes of this machine."""
    if settings.dask_scheduler is not None:
        return ClusterEngine(settings.dask_scheduler)
    return local_engine(settings.job_workers or 0)
