"""Bring a database to the newest version, in one process at a time."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOCK_NUMBER = 8_131_001  # of pg_advisory_xact_lock: held while migrating; listed here so that nobody reuses it


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The version this code expects."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError("no migrations found")
    return found


def upgrade(database_url: str) -> None:
    """Create or upgrade the database; safe to call from several processes at once."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    arguments: dict[str, Any] = {"timeout": 60} if url.get_backend_name() == "sqlite" else {}
    engine = create_engine(url, connect_args=arguments)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        command.upgrade(_config(connection), "head")
    engine.dispose()


def draft(database_url: str, name: str, rev_id: str) -> None:
    """Write a new migration from what the models say and the database does not have yet."""
    import backend.schema  # noqa: F401 - loads every model

    engine = create_engine(database_url)
    with engine.begin() as connection:
        command.revision(_config(connection), name, autogenerate=True, rev_id=rev_id)
    engine.dispose()
