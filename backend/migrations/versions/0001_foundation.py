"""foundation

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(length=300), nullable=False),
        sa.Column("subject_name", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("device_name", sa.String(length=128), nullable=True),
        sa.Column("site_code", sa.String(length=64), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_press_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press_count", sa.Integer(), nullable=False),
        sa.Column("delayed", sa.Boolean(), nullable=False),
        sa.Column("clock_bad", sa.Boolean(), nullable=False),
        sa.Column("device_cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_name", sa.String(length=128), nullable=True),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_my_way_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("assigned_name", sa.String(length=128), nullable=True),
        sa.Column(
            "plan", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("plan_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_step", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("contacts_told", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_action", sa.String(length=16), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("disposition", sa.String(length=32), nullable=True),
        sa.Column("close_note", sa.Text(), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "next_action IN ('escalate','remind','unacknowledge','chase')", name=op.f("ck_alarm_next_action")
        ),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_alarm_ack_has_person")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (disposition IS NULL)", name=op.f("ck_alarm_closed_has_disposition")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (next_step_at IS NOT NULL)", name=op.f("ck_alarm_open_has_next_step")
        ),
        sa.CheckConstraint("press_count >= 1", name=op.f("ck_alarm_press_count")),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_alarm_severity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_closed_at"), "alarm", ["closed_at"], unique=False)
    op.create_index(
        "ix_alarm_due",
        "alarm",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_alarm_elder", "alarm", ["elder_id", "raised_at"], unique=False)
    op.create_index("ix_alarm_history", "alarm", ["division_path", "raised_at"], unique=False)
    op.create_index(op.f("ix_alarm_site_code"), "alarm", ["site_code"], unique=False)
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["subject_key", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_entry_prev")),
    )
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "captured_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("to", sa.String(length=128), nullable=False),
        sa.Column("to_kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("alarm_id", sa.String(length=64), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captured_message")),
    )
    op.create_index(op.f("ix_captured_message_alarm_id"), "captured_message", ["alarm_id"], unique=False)
    op.create_table(
        "channel_mood",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.CheckConstraint("mode IN ('ok','fail','refuse','hang')", name=op.f("ck_channel_mood_mode")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel_mood")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("path", sa.String(length=256), nullable=False),
        sa.CheckConstraint("(level = 'county') = (parent_code IS NULL)", name=op.f("ck_division_root")),
        sa.CheckConstraint("level IN ('county','town','village','site')", name=op.f("ck_division_level")),
        sa.CheckConstraint("path LIKE '%/'", name=op.f("ck_division_path_closed")),
        sa.ForeignKeyConstraint(["parent_code"], ["division.code"], name=op.f("fk_division_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
        sa.UniqueConstraint("path", name=op.f("uq_division_path")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limit_s", sa.Integer(), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "latest",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("text", sa.String(length=128), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_value", sa.Double(), nullable=True),
        sa.Column("live_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("device_id", "capability", name=op.f("pk_latest")),
    )
    op.create_index("ix_latest_elder", "latest", ["elder_id", "capability"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acked_seq", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=True),
        sa.Column("alarm_fence", sa.Integer(), nullable=True),
        sa.Column("recipient_kind", sa.String(length=16), nullable=False),
        sa.Column("recipient_id", sa.String(length=64), nullable=False),
        sa.Column("recipient_name", sa.String(length=128), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("short", sa.LargeBinary(), nullable=False),
        sa.Column(
            "fields", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "ways", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("addresses", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'sending') = (claimed_until IS NOT NULL)", name=op.f("ck_notice_claimed")),
        sa.CheckConstraint(
            "recipient_kind IN ('staff','contact','board','group')", name=op.f("ck_notice_recipient_kind")
        ),
        sa.CheckConstraint(
            "status IN ('pending','sending','sent','delivered','read','failed','cancelled','expired')",
            name=op.f("ck_notice_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_notice_dedup_key")),
    )
    op.create_index("ix_notice_alarm", "notice", ["alarm_id", "status"], unique=False)
    op.create_index(
        "ix_notice_due",
        "notice",
        ["channel", "priority", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending','sending')"),
        postgresql_where=sa.text("status IN ('pending','sending')"),
    )
    op.create_table(
        "observation",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=512), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backlog", sa.Boolean(), nullable=False),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_observation")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_observation_dedup_key")),
    )
    op.create_index("ix_observation_device", "observation", ["device_id", "received_at"], unique=False)
    op.create_index(op.f("ix_observation_received_at"), "observation", ["received_at"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=512), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=512), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_at"), "quarantine", ["at"], unique=False)
    op.create_index("ix_quarantine_look", "quarantine", ["source", "reason", "at"], unique=False)
    op.create_table(
        "reading",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("text", sa.String(length=128), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reading")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reading_at", "reading", ["at"], unique=False)
    op.create_index("ix_reading_series", "reading", ["device_id", "capability", "at"], unique=False)
    op.create_table(
        "rollup",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("span IN ('minute','hour')", name=op.f("ck_rollup_span")),
        sa.PrimaryKeyConstraint("device_id", "capability", "span", "start", name=op.f("pk_rollup")),
    )
    op.create_table(
        "rule_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("scope_id", sa.String(length=64), nullable=False),
        sa.Column(
            "values", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=128), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope IN ('elder','bed','site')", name=op.f("ck_rule_override_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_override")),
        sa.UniqueConstraint("rule", "scope", "scope_id", name=op.f("uq_rule_override_rule_scope_scope_id")),
    )
    op.create_table(
        "rule_state",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("bed_id", sa.Uuid(), nullable=True),
        sa.Column("site_code", sa.String(length=64), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("critical_run", sa.Integer(), nullable=False),
        sa.Column("calm", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("said_side", sa.String(length=4), nullable=True),
        sa.Column("fire_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('warning','critical')", name=op.f("ck_rule_state_level")),
        sa.CheckConstraint("side IN ('low','high')", name=op.f("ck_rule_state_side")),
        sa.PrimaryKeyConstraint("rule", "subject_id", name=op.f("pk_rule_state")),
    )
    op.create_index("ix_rule_state_due", "rule_state", ["fire_at"], unique=False)
    op.create_index("ix_rule_state_subject", "rule_state", ["subject_id"], unique=False)
    op.create_table(
        "sensing_mark",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sensing_mark")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failed_logins >= 0", name=op.f("ck_staff_failed_logins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "unknown_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_device")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_unknown_device_source_external_id")),
    )
    op.create_table(
        "version",
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_version")),
    )
    op.create_table(
        "alarm_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("actor_name", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "data", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_event_alarm_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_alarm_event")),
        sa.UniqueConstraint("alarm_id", "number", name=op.f("uq_alarm_event_alarm_id_number")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.String(length=256), nullable=True),
        sa.Column("provider_id", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_attempt_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_notice_id"), "attempt", ["notice_id"], unique=False)
    op.create_index(op.f("ix_attempt_provider_id"), "attempt", ["provider_id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "open_alarms", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_handover_division_code")),
        sa.ForeignKeyConstraint(["from_id"], ["staff.id"], name=op.f("fk_handover_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["staff.id"], name=op.f("fk_handover_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_division_code"), "handover", ["division_code"], unique=False)
    op.create_index(
        "uq_handover_pending",
        "handover",
        ["division_code", "role", "from_id"],
        unique=True,
        sqlite_where=sa.text("accepted_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_table(
        "roster_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'replace') = (replaces_id IS NOT NULL)", name=op.f("ck_roster_override_replaces")),
        sa.CheckConstraint("kind IN ('add','remove','replace')", name=op.f("ck_roster_override_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_roster_override_span")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_roster_override_created_by")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_roster_override_division_code")),
        sa.ForeignKeyConstraint(["replaces_id"], ["staff.id"], name=op.f("fk_roster_override_replaces_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_roster_override_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_override")),
    )
    op.create_index(
        "ix_roster_override_span", "roster_override", ["division_code", "role", "starts_at", "ends_at"], unique=False
    )
    op.create_table(
        "shift_pattern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column(
            "weekdays", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('duty','lead','officer')", name=op.f("ck_shift_pattern_role")),
        sa.CheckConstraint(
            "starts BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name=op.f("ck_shift_pattern_minutes")
        ),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_shift_pattern_division_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_pattern_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_pattern")),
    )
    op.create_index(op.f("ix_shift_pattern_division_code"), "shift_pattern", ["division_code"], unique=False)
    op.create_table(
        "site",
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("arrival_s", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('care_home','home_service')", name=op.f("ck_site_kind")),
        sa.CheckConstraint("arrival_s BETWEEN 60 AND 7200", name=op.f("ck_site_arrival")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_site_division_code")),
        sa.PrimaryKeyConstraint("division_code", name=op.f("pk_site")),
    )
    op.create_table(
        "staff_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_address_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_address")),
        sa.UniqueConstraint("staff_id", "channel", name=op.f("uq_staff_address_staff_id_channel")),
    )
    op.create_index(op.f("ix_staff_address_staff_id"), "staff_address", ["staff_id"], unique=False)
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("role IN ('duty','lead','officer','admin')", name=op.f("ck_staff_role_role")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_staff_role_division_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint(
            "staff_id", "role", "division_code", name=op.f("uq_staff_role_staff_id_role_division_code")
        ),
    )
    op.create_index(op.f("ix_staff_role_staff_id"), "staff_role", ["staff_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_session_token_digest")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_code", sa.String(length=64), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.CheckConstraint("kind IN ('bedroom','bathroom','common')", name=op.f("ck_room_kind")),
        sa.ForeignKeyConstraint(["site_code"], ["site.division_code"], name=op.f("fk_room_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("site_code", "number", name=op.f("uq_room_site_code_number")),
    )
    op.create_table(
        "bed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_code", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(room_id IS NULL) <> (address IS NULL)", name=op.f("ck_bed_room_or_address")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_bed_division_code")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_bed_room_id")),
        sa.ForeignKeyConstraint(["site_code"], ["site.division_code"], name=op.f("fk_bed_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed")),
        sa.UniqueConstraint("room_id", "label", name=op.f("uq_bed_room_id_label")),
    )
    op.create_index(op.f("ix_bed_site_code"), "bed", ["site_code"], unique=False)
    op.create_table(
        "elder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_index", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("site_code", sa.String(length=64), nullable=False),
        sa.Column("bed_id", sa.Uuid(), nullable=True),
        sa.Column("conditions", sa.LargeBinary(), nullable=True),
        sa.Column("door_code", sa.LargeBinary(), nullable=True),
        sa.Column("care_notes", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sex IN ('male','female')", name=op.f("ck_elder_sex")),
        sa.ForeignKeyConstraint(["bed_id"], ["bed.id"], name=op.f("fk_elder_bed_id")),
        sa.ForeignKeyConstraint(["site_code"], ["site.division_code"], name=op.f("fk_elder_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elder")),
        sa.UniqueConstraint("id_number_index", name=op.f("uq_elder_id_number_index")),
    )
    op.create_index(op.f("ix_elder_phone_index"), "elder", ["phone_index"], unique=False)
    op.create_index(op.f("ix_elder_site_code"), "elder", ["site_code"], unique=False)
    op.create_index(
        "uq_elder_bed",
        "elder",
        ["bed_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("elder_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_contact_position")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_contact_elder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("elder_id", "position", name=op.f("uq_contact_elder_id_position")),
    )
    op.create_index(op.f("ix_contact_phone_index"), "contact", ["phone_index"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.Column("hardware_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("vendor", sa.String(length=64), nullable=True),
        sa.Column("power", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("site_code", sa.String(length=64), nullable=True),
        sa.Column("elder_id", sa.Uuid(), nullable=True),
        sa.Column("bed_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("gateway_id", sa.Uuid(), nullable=True),
        sa.Column(
            "capabilities",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "options", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("expected_interval_s", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_service_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offline_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_test_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("test_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("test_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("battery_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_skew_s", sa.Double(), nullable=True),
        sa.Column("mqtt_username", sa.String(length=64), nullable=True),
        sa.Column("state_note", sa.String(length=200), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('device','gateway')", name=op.f("ck_device_kind")),
        sa.CheckConstraint(
            "state IN ('discovered','registered','in_service','maintenance','retired')", name=op.f("ck_device_state")
        ),
        sa.CheckConstraint("expected_interval_s > 0", name=op.f("ck_device_interval")),
        sa.ForeignKeyConstraint(["bed_id"], ["bed.id"], name=op.f("fk_device_bed_id")),
        sa.ForeignKeyConstraint(["elder_id"], ["elder.id"], name=op.f("fk_device_elder_id")),
        sa.ForeignKeyConstraint(["gateway_id"], ["device.id"], name=op.f("fk_device_gateway_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_device_room_id")),
        sa.ForeignKeyConstraint(["site_code"], ["site.division_code"], name=op.f("fk_device_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("mqtt_username", name=op.f("uq_device_mqtt_username")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_device_source_external_id")),
    )
    op.create_index(op.f("ix_device_bed_id"), "device", ["bed_id"], unique=False)
    op.create_index(op.f("ix_device_elder_id"), "device", ["elder_id"], unique=False)
    op.create_index(op.f("ix_device_gateway_id"), "device", ["gateway_id"], unique=False)
    op.create_index(op.f("ix_device_hardware_id"), "device", ["hardware_id"], unique=False)
    op.create_index("ix_device_silence", "device", ["state", "last_seen_at"], unique=False)
    op.create_index(op.f("ix_device_site_code"), "device", ["site_code"], unique=False)
    op.create_table(
        "downlink",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('received','coming')", name=op.f("ck_downlink_kind")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_downlink_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downlink")),
    )
    op.create_index(
        "uq_downlink_waiting",
        "downlink",
        ["device_id", "kind"],
        unique=True,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_downlink_waiting",
        table_name="downlink",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.drop_table("downlink")
    op.drop_index(op.f("ix_device_site_code"), table_name="device")
    op.drop_index("ix_device_silence", table_name="device")
    op.drop_index(op.f("ix_device_hardware_id"), table_name="device")
    op.drop_index(op.f("ix_device_gateway_id"), table_name="device")
    op.drop_index(op.f("ix_device_elder_id"), table_name="device")
    op.drop_index(op.f("ix_device_bed_id"), table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_contact_phone_index"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(
        "uq_elder_bed", table_name="elder", sqlite_where=sa.text("active"), postgresql_where=sa.text("active")
    )
    op.drop_index(op.f("ix_elder_site_code"), table_name="elder")
    op.drop_index(op.f("ix_elder_phone_index"), table_name="elder")
    op.drop_table("elder")
    op.drop_index(op.f("ix_bed_site_code"), table_name="bed")
    op.drop_table("bed")
    op.drop_table("room")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_staff_role_staff_id"), table_name="staff_role")
    op.drop_table("staff_role")
    op.drop_index(op.f("ix_staff_address_staff_id"), table_name="staff_address")
    op.drop_table("staff_address")
    op.drop_table("site")
    op.drop_index(op.f("ix_shift_pattern_division_code"), table_name="shift_pattern")
    op.drop_table("shift_pattern")
    op.drop_index("ix_roster_override_span", table_name="roster_override")
    op.drop_table("roster_override")
    op.drop_index(
        "uq_handover_pending",
        table_name="handover",
        sqlite_where=sa.text("accepted_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND cancelled_at IS NULL"),
    )
    op.drop_index(op.f("ix_handover_division_code"), table_name="handover")
    op.drop_table("handover")
    op.drop_index(op.f("ix_attempt_provider_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_notice_id"), table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("alarm_event")
    op.drop_table("version")
    op.drop_table("unknown_device")
    op.drop_table("staff")
    op.drop_table("sensing_mark")
    op.drop_index("ix_rule_state_subject", table_name="rule_state")
    op.drop_index("ix_rule_state_due", table_name="rule_state")
    op.drop_table("rule_state")
    op.drop_table("rule_override")
    op.drop_table("rollup")
    op.drop_index("ix_reading_series", table_name="reading")
    op.drop_index("ix_reading_at", table_name="reading")
    op.drop_table("reading")
    op.drop_index("ix_quarantine_look", table_name="quarantine")
    op.drop_index(op.f("ix_quarantine_at"), table_name="quarantine")
    op.drop_table("quarantine")
    op.drop_index(op.f("ix_observation_received_at"), table_name="observation")
    op.drop_index("ix_observation_device", table_name="observation")
    op.drop_table("observation")
    op.drop_index(
        "ix_notice_due",
        table_name="notice",
        sqlite_where=sa.text("status IN ('pending','sending')"),
        postgresql_where=sa.text("status IN ('pending','sending')"),
    )
    op.drop_index("ix_notice_alarm", table_name="notice")
    op.drop_table("notice")
    op.drop_table("lease")
    op.drop_index("ix_latest_elder", table_name="latest")
    op.drop_table("latest")
    op.drop_table("heartbeat")
    op.drop_table("division")
    op.drop_table("channel_mood")
    op.drop_index(op.f("ix_captured_message_alarm_id"), table_name="captured_message")
    op.drop_table("captured_message")
    op.drop_table("audit_head")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(
        "uq_alarm_open",
        table_name="alarm",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_alarm_site_code"), table_name="alarm")
    op.drop_index("ix_alarm_history", table_name="alarm")
    op.drop_index("ix_alarm_elder", table_name="alarm")
    op.drop_index(
        "ix_alarm_due",
        table_name="alarm",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_alarm_closed_at"), table_name="alarm")
    op.drop_table("alarm")
