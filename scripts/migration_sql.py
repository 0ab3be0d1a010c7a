# ruff: noqa: INP001 - a program, not part of a package
"""Print the SQL that the migrations run on PostgreSQL, for squawk and for reviewers. Needs no database."""

from alembic import command
from alembic.config import Config

from backend.core.migrate import MIGRATIONS

config = Config()
config.set_main_option("script_location", str(MIGRATIONS))
command.upgrade(config, "head", sql=True)
