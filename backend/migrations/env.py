"""Alembic's entry. The connection (and its lock) comes from ``backend.core.migrate``."""

from typing import Any

from alembic import context
from sqlalchemy import TypeDecorator

from backend.schema import METADATA


def render_item(kind: str, item: Any, autogen_context: Any) -> Any:
    """Write plain column types: a migration must not change when the application's types do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        impl: Any = item.impl
        autogen_context.imports.add("import sqlalchemy as sa")
        timezone = "timezone=True" if getattr(impl, "timezone", False) else ""
        return f"sa.{type(impl).__name__}({timezone})"
    return False


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_offline() -> None:
    """Print the SQL for PostgreSQL, for review and for squawk."""
    context.configure(dialect_name="postgresql", target_metadata=METADATA, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run()
