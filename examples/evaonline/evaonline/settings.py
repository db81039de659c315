"""Settings, from variables of the environment and from files in /run/secrets."""

from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

SECRETS = Path("/run/secrets")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(secrets_dir=SECRETS if SECRETS.is_dir() else None)

    log_level: str = "INFO"
    redis_url: str = "redis://localhost:6379/0"
    postgres_host: str = "localhost"
    postgres_db: str = "evaonline"
    postgres_user: str = "evaonline"
    postgres_password: SecretStr = SecretStr("")
    summary_interval: float = 60

    @property
    def database(self) -> URL:
        """The address of the database."""
        return URL.create(
            "postgresql+psycopg",
            username=self.postgres_user,
            password=self.postgres_password.get_secret_value(),
            host=self.postgres_host,
            database=self.postgres_db,
        )


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
