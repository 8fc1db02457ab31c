"""Settings of the server, read from environment variables with the prefix HUBCALC_."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a server can be told. Each field is the environment variable HUBCALC_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="HUBCALC_", extra="ignore", frozen=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one")
    database: Path = Field(Path("hubcalc.sqlite"), description="SQLite file; made when it does not exist")
    seed: bool = Field(True, description="Put the hubs that come with hubcalc into the database at start")
    body_limit_bytes: int = Field(2 * 1024 * 1024, ge=1, description="Largest request body [bytes]")
    scenario_limit: int = Field(1_000, ge=1, description="Most scenarios that one call may make")
    busy_timeout_seconds: float = Field(5.0, ge=0, description="How long to wait for a locked database [s]")
    study_body_limit_bytes: int = Field(
        64 * 1024 * 1024, ge=1, description="Largest body of a request for a study, which may hold a table [bytes]"
    )
    job_workers: int | None = Field(
        None, ge=0, le=1_024, description="Processes that work on jobs, by default one a core; 0 to take jobs in only"
    )
    job_warm: bool = Field(
        False, description="Start these processes with the server, not with the first job; `hubcalc serve` does"
    )
    jobs_per_client: int = Field(20, ge=1, description="Most unfinished jobs that one client may have")
    job_rows_limit: int = Field(1_000_000_000, ge=1, description="Most rows that one job may have")
    job_days_kept: float = Field(7.0, gt=0, description="How long finished jobs are kept with their rows [d]")
    dask_scheduler: str | None = Field(
        None, description="Address of a Dask scheduler, such as tcp://host:8786, whose workers then do the jobs"
    )
    api_key: SecretStr | None = Field(
        None, min_length=8, description="Key that every call under /v1/ must name; by default none is needed"
    )
    answer_cache_bytes: int = Field(
        64 * 1024 * 1024, ge=0, description="How much of answers given before is kept ready; 0 for nothing [bytes]"
    )

    @field_validator("api_key")
    @classmethod
    def _sendable(cls, key: SecretStr | None) -> SecretStr | None:
        """Refuse what cannot stand in a header."""
        text = "" if key is None else key.get_secret_value()
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise ValueError("a key is made of ASCII letters, digits and signs, without spaces")
        return key
