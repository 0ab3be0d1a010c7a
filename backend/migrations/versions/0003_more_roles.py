"""Registrars and clerks work here too, and residents are told things.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Any = None
depends_on: Any = None

# table, column, constraint, old and new members
WIDENED = (
    ("staff_role", "role", "ck_staff_role_role", ("registrar", "clerk")),
    ("notice", "recipient_kind", "ck_notice_recipient_kind", ("resident",)),
)
BEFORE = {
    "ck_staff_role_role": ("duty", "lead", "officer", "admin"),
    "ck_notice_recipient_kind": ("staff", "contact", "board", "group"),
}


def _members(column: str, names: tuple[str, ...]) -> str:
    return f"{column} IN ({','.join(repr(name) for name in names)})"


def upgrade() -> None:
    for table, column, name, added in WIDENED:
        allowed = _members(column, BEFORE[name] + added)
        if op.get_context().dialect.name == "postgresql":
            op.drop_constraint(op.f(name), table, type_="check")
            op.create_check_constraint(op.f(name), table, sa.text(allowed))
        else:
            _rebuild(table, name, allowed)


def _rebuild(table: str, name: str, allowed: str) -> None:
    """SQLite cannot change a constraint: the table is copied; nothing refers to it while this transaction runs."""
    indexes = _own_indexes(table)
    with op.batch_alter_table(table, recreate="always") as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), sa.text(allowed))
    for statement in indexes:
        op.execute(f"DROP INDEX IF EXISTS {statement.split()[2]}")
        op.execute(statement)


def _own_indexes(table: str) -> list[str]:
    """The CREATE INDEX texts of a table, partial conditions included, which reflection would lose."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%' AND tbl_name = :table"
        ),
        {"table": table},
    )
    return [str(row[0]) for row in found]


def downgrade() -> None:
    raise RuntimeError("roles that are in use are not taken away")
