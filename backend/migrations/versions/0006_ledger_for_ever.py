"""The time bank's transfers and entries, and the story of an order, can be added to and never changed.

On PostgreSQL a transfer whose entries do not add up to zero is refused when its transaction ends; SQLite has no
deferred trigger, there ``verify-ledger`` would find it.

Revision ID: 0006
Revises: 0005
"""

from typing import Any

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Any = None
depends_on: Any = None

TABLES = ("time_transfer", "time_entry", "help_order_event")
BALANCED = """
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(amount), 0) <> 0 OR count(*) < 2 FROM time_entry WHERE transfer_id = NEW.transfer_id) THEN
        RAISE EXCEPTION 'time_entry: the entries of a transfer must add up to zero';
    END IF;
    RETURN NULL;
END $$
"""


def _sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    postgres = op.get_context().dialect.name == "postgresql"
    for table in TABLES:
        (_postgresql if postgres else _sqlite)(table)
    if postgres:
        op.execute(BALANCED)
        op.execute(
            "CREATE CONSTRAINT TRIGGER time_entry_balanced AFTER INSERT ON time_entry "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced()"
        )


def downgrade() -> None:
    raise RuntimeError("an append-only record is not made changeable again")
