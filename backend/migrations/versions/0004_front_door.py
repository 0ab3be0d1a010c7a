"""front_door

Revision ID: 0004
Revises: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    op.create_table(
        "booking_ban",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("matter_group", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=128), nullable=True),
        sa.Column("lifted_why", sa.String(length=128), nullable=True),
        sa.CheckConstraint("begins_at < until", name=op.f("ck_booking_ban_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_ban")),
    )
    op.create_index(op.f("ix_booking_ban_person_index"), "booking_ban", ["person_index"], unique=False)
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "owner", name=op.f("pk_idempotent_answer")),
    )
    op.create_index("ix_idempotent_answer_created_at", "idempotent_answer", ["created_at"], unique=False)
    op.create_table(
        "marriage_series",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_marriage_series_last")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marriage_series")),
    )
    op.create_table(
        "media_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trace_id", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('pass','review','risky')", name=op.f("ck_media_check_verdict")),
        sa.CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name=op.f("ck_media_check_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_check")),
        sa.UniqueConstraint("trace_id", name=op.f("uq_media_check_trace_id")),
    )
    op.create_index(op.f("ix_media_check_subject"), "media_check", ["subject"], unique=False)
    op.create_index(
        "ix_media_check_undecided",
        "media_check",
        ["submitted_at"],
        unique=False,
        sqlite_where=sa.text("verdict IS NULL"),
        postgresql_where=sa.text("verdict IS NULL"),
    )
    op.create_table(
        "near_relative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("staff_name", sa.LargeBinary(), nullable=False),
        sa.Column("staff_name_index", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=128), nullable=False),
        sa.Column("relation", sa.String(length=64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_relative")),
        sa.UniqueConstraint(
            "person_index", "staff_name_index", name=op.f("uq_near_relative_person_index_staff_name_index")
        ),
    )
    op.create_index(op.f("ix_near_relative_person_index"), "near_relative", ["person_index"], unique=False)
    op.create_table(
        "subscription_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("openid_index", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("long_term", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(length=8), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("accepted_by IN ('client','push')", name=op.f("ck_subscription_grant_accepted_by")),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_subscription_grant_remaining")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_grant")),
        sa.UniqueConstraint("openid_index", "template", name=op.f("uq_subscription_grant_openid_index_template")),
    )
    op.create_table(
        "wechat_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("openid_index", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_wechat_event_handled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_event")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_wechat_event_dedup_key")),
    )
    op.create_index("ix_wechat_event_person", "wechat_event", ["openid_index", "kind"], unique=False)
    op.create_index(
        "ix_wechat_event_unhandled",
        "wechat_event",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "calendar_day",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'make_up')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["year"], ["calendar_year.year"], name=op.f("fk_calendar_day_year"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("year", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("urban", sa.Boolean(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("bank_holder", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_household_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("number", name=op.f("uq_household_number")),
    )
    op.create_index(op.f("ix_household_division_code"), "household", ["division_code"], unique=False)
    op.create_index(op.f("ix_household_division_path"), "household", ["division_path"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=200), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column(
            "header", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting','running','done','failed')", name=op.f("ck_import_run_state")),
        sa.CheckConstraint("done = added + known + bad", name=op.f("ck_import_run_nothing_lost")),
        sa.CheckConstraint("total IS NULL OR done <= total", name=op.f("ck_import_run_progress")),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_import_run_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("file_digest", name=op.f("uq_import_run_file_digest")),
    )
    op.create_index(
        "uq_import_run_running",
        "import_run",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "inspection_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "pool", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("pool_digest", sa.String(length=64), nullable=False),
        sa.Column("pool_size", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("seed_source", sa.String(length=128), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_by", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name=op.f("ck_inspection_draw_drawn")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_inspection_draw_days")),
        sa.CheckConstraint("pool_size >= 1 AND wanted >= 1", name=op.f("ck_inspection_draw_sizes")),
        sa.ForeignKeyConstraint(["drawn_by"], ["staff.id"], name=op.f("fk_inspection_draw_drawn_by")),
        sa.ForeignKeyConstraint(["listed_by"], ["staff.id"], name=op.f("fk_inspection_draw_listed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draw")),
    )
    op.create_index(op.f("ix_inspection_draw_territory"), "inspection_draw", ["territory"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column(
            "traits", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("checkin_secret", sa.LargeBinary(), nullable=False),
        sa.Column("heart_day_windows", sa.Integer(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_office_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("code", name=op.f("uq_office_code")),
    )
    op.create_index(op.f("ix_office_division_code"), "office", ["division_code"], unique=False)
    op.create_table(
        "payment_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_lines", sa.Integer(), nullable=False),
        sa.Column("failed_lines", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('approved','sent','settled')) <= (approved_by IS NOT NULL)",
            name=op.f("ck_payment_batch_approved"),
        ),
        sa.CheckConstraint(
            "state IN ('made','approved','sent','settled','cancelled')", name=op.f("ck_payment_batch_state")
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name=op.f("ck_payment_batch_two_people")),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_payment_batch_approved_by")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_payment_batch_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_batch_number")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("id_kind", sa.String(length=16), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(length=64), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("division_code", sa.String(length=64), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("assurance", sa.Integer(), nullable=False),
        sa.Column("assured_by", sa.String(length=32), nullable=True),
        sa.Column("assured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "id_kind IN ('resident_id','hkmt_permit','foreign_pr','passport')", name=op.f("ck_person_id_kind")
        ),
        sa.CheckConstraint("sex IN ('male','female')", name=op.f("ck_person_sex")),
        sa.CheckConstraint("(id_number IS NULL) = (id_index IS NULL)", name=op.f("ck_person_id_index")),
        sa.CheckConstraint("assurance BETWEEN 0 AND 3", name=op.f("ck_person_assurance")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_person_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id_index", name=op.f("uq_person_id_index")),
    )
    op.create_index(op.f("ix_person_name_index"), "person", ["name_index"], unique=False)
    op.create_index(op.f("ix_person_phone_index"), "person", ["phone_index"], unique=False)
    op.create_table(
        "registrar_licence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_registrar_licence_dates")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_registrar_licence_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrar_licence")),
        sa.UniqueConstraint("number", name=op.f("uq_registrar_licence_number")),
    )
    op.create_index(op.f("ix_registrar_licence_staff_id"), "registrar_licence", ["staff_id"], unique=False)
    op.create_table(
        "archive_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        sa.Column("number_key", sa.String(length=64), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("office_name", sa.String(length=128), nullable=False),
        sa.Column("name_a", sa.LargeBinary(), nullable=False),
        sa.Column("name_index_a", sa.String(length=64), nullable=False),
        sa.Column("id_a", sa.LargeBinary(), nullable=True),
        sa.Column("index_a", sa.String(length=64), nullable=True),
        sa.Column("name_b", sa.LargeBinary(), nullable=False),
        sa.Column("name_index_b", sa.String(length=64), nullable=False),
        sa.Column("id_b", sa.LargeBinary(), nullable=True),
        sa.Column("index_b", sa.String(length=64), nullable=True),
        sa.Column("box", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_archive_entry_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_archive_entry_digest")),
        sa.UniqueConstraint("number_key", name=op.f("uq_archive_entry_number_key")),
    )
    op.create_index(op.f("ix_archive_entry_certificate_number"), "archive_entry", ["certificate_number"], unique=False)
    op.create_index(op.f("ix_archive_entry_import_id"), "archive_entry", ["import_id"], unique=False)
    op.create_index(op.f("ix_archive_entry_index_a"), "archive_entry", ["index_a"], unique=False)
    op.create_index(op.f("ix_archive_entry_index_b"), "archive_entry", ["index_b"], unique=False)
    op.create_index(op.f("ix_archive_entry_name_index_a"), "archive_entry", ["name_index_a"], unique=False)
    op.create_index(op.f("ix_archive_entry_name_index_b"), "archive_entry", ["name_index_b"], unique=False)
    op.create_index(op.f("ix_archive_entry_registered_on"), "archive_entry", ["registered_on"], unique=False)
    op.create_table(
        "bad_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "reasons", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_bad_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bad_row")),
        sa.UniqueConstraint("import_id", "row", name=op.f("uq_bad_row_import_id_row")),
    )
    op.create_index(op.f("ix_bad_row_import_id"), "bad_row", ["import_id"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "slot_ids", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("counted_quota", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.Column("booked_by_staff", sa.Uuid(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=64), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("source IN ('online','desk')", name=op.f("ck_booking_source")),
        sa.CheckConstraint(
            "state IN ('booked','displaced','checked_in','serving','done','cancelled','no_show')",
            name=op.f("ck_booking_state"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_booking_times")),
        sa.ForeignKeyConstraint(["booked_by"], ["person.id"], name=op.f("fk_booking_booked_by")),
        sa.ForeignKeyConstraint(["booked_by_staff"], ["staff.id"], name=op.f("fk_booking_booked_by_staff")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_booking_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("number", name=op.f("uq_booking_number")),
    )
    op.create_index(op.f("ix_booking_booked_by"), "booking", ["booked_by"], unique=False)
    op.create_index("ix_booking_day", "booking", ["office_id", "day", "state"], unique=False)
    op.create_index("ix_booking_remind", "booking", ["remind_at"], unique=False)
    op.create_table(
        "day_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column(
            "hours", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.CheckConstraint("kind IN ('closed','open')", name=op.f("ck_day_exception_kind")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_day_exception_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_exception")),
        sa.UniqueConstraint("office_id", "pool", "day", name=op.f("uq_day_exception_office_id_pool_day")),
    )
    op.create_index(op.f("ix_day_exception_office_id"), "day_exception", ["office_id"], unique=False)
    op.create_table(
        "day_quota",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND quota", name=op.f("ck_day_quota_never_overbooked")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_day_quota_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_quota")),
        sa.UniqueConstraint("office_id", "matter", "day", name=op.f("uq_day_quota_office_id_matter_day")),
    )
    op.create_table(
        "divorce",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("couple_key", sa.String(length=64), nullable=False),
        sa.Column(
            "person_indexes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "person_ids", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("cooling_until", sa.Date(), nullable=False),
        sa.Column("window_until", sa.Date(), nullable=False),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("agreement", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(state IN ('cooling','window')) = (ended_at IS NULL)", name=op.f("ck_divorce_ended")),
        sa.CheckConstraint(
            "state IN ('cooling','window','withdrawn','registered','deemed_withdrawn')", name=op.f("ck_divorce_state")
        ),
        sa.CheckConstraint(
            "received_on < cooling_until AND cooling_until < window_until", name=op.f("ck_divorce_dates")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_divorce_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divorce")),
        sa.UniqueConstraint("number", name=op.f("uq_divorce_number")),
    )
    op.create_index(op.f("ix_divorce_couple_key"), "divorce", ["couple_key"], unique=False)
    op.create_index("ix_divorce_due", "divorce", ["state", "window_until"], unique=False)
    op.create_index(op.f("ix_divorce_office_id"), "divorce", ["office_id"], unique=False)
    op.create_index(
        "uq_divorce_live",
        "divorce",
        ["couple_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('cooling','window')"),
        postgresql_where=sa.text("state IN ('cooling','window')"),
    )
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=64), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_household_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.UniqueConstraint("household_id", "position", name=op.f("uq_household_member_household_id_position")),
    )
    op.create_index(op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False)
    op.create_index(op.f("ix_household_member_person_id"), "household_member", ["person_id"], unique=False)
    op.create_index(
        "uq_household_member_live",
        "household_member",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(length=200), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbox_item_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_item")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_inbox_item_dedup_key")),
    )
    op.create_index(op.f("ix_inbox_item_person_id"), "inbox_item", ["person_id"], unique=False)
    op.create_table(
        "matter_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("matter_version", sa.String(length=16), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('closed','withdrawn','not_accepted')) = (NOT live)", name=op.f("ck_matter_case_live")
        ),
        sa.CheckConstraint("source IN ('online','desk','proactive','review')", name=op.f("ck_matter_case_source")),
        sa.CheckConstraint(
            "state IN ('draft','submitted','returned','in_progress','published','decided','closed','withdrawn','not_accepted')",
            name=op.f("ck_matter_case_state"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name=op.f("fk_matter_case_agent_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f("fk_matter_case_applicant_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_matter_case_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_case")),
        sa.UniqueConstraint("number", name=op.f("uq_matter_case_number")),
    )
    op.create_index(op.f("ix_matter_case_applicant_id"), "matter_case", ["applicant_id"], unique=False)
    op.create_index("ix_matter_case_territory", "matter_case", ["territory", "state"], unique=False)
    op.create_index(
        "uq_matter_case_live",
        "matter_case",
        ["applicant_id", "matter"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "office_matter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("opens_days", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Integer(), nullable=False),
        sa.Column("closes_days", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("penalty", sa.String(length=64), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "opens_at BETWEEN 0 AND 1439 AND closes_at BETWEEN 0 AND 1440", name=op.f("ck_office_matter_minutes")
        ),
        sa.CheckConstraint("opens_days >= closes_days", name=op.f("ck_office_matter_opens_before_it_closes")),
        sa.CheckConstraint("quota IS NULL OR quota >= 0", name=op.f("ck_office_matter_quota")),
        sa.CheckConstraint("units BETWEEN 1 AND 16", name=op.f("ck_office_matter_units")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_matter_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_matter")),
        sa.UniqueConstraint("office_id", "matter", name=op.f("uq_office_matter_office_id_matter")),
    )
    op.create_index(op.f("ix_office_matter_office_id"), "office_matter", ["office_id"], unique=False)
    op.create_table(
        "office_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_window_office_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_office_window_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_window")),
        sa.UniqueConstraint("office_id", "label", name=op.f("uq_office_window_office_id_label")),
    )
    op.create_index(op.f("ix_office_window_office_id"), "office_window", ["office_id"], unique=False)
    op.create_table(
        "payment_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_failure_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_failure_batch_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_payment_failure_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_failure")),
        sa.UniqueConstraint("batch_id", "line", name=op.f("uq_payment_failure_batch_id_line")),
    )
    op.create_index(op.f("ix_payment_failure_household_id"), "payment_failure", ["household_id"], unique=False)
    op.create_table(
        "proxy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=True),
        sa.Column("principal_index", sa.String(length=64), nullable=False),
        sa.Column("principal_name", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column(
            "scopes", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("consent_how", sa.String(length=16), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("witnessed_by", sa.Uuid(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ending_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "(state = 'active') = (consented_at IS NOT NULL AND revoked_at IS NULL)", name=op.f("ck_proxy_consent")
        ),
        sa.CheckConstraint("kind IN ('relative','guardian')", name=op.f("ck_proxy_kind")),
        sa.CheckConstraint("state IN ('requested','active','refused','revoked')", name=op.f("ck_proxy_state")),
        sa.CheckConstraint("consented_at IS NULL OR principal_id IS NOT NULL", name=op.f("ck_proxy_principal")),
        sa.CheckConstraint("principal_id <> agent_id", name=op.f("ck_proxy_not_oneself")),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name=op.f("fk_proxy_agent_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name=op.f("fk_proxy_principal_id")),
        sa.ForeignKeyConstraint(["witnessed_by"], ["staff.id"], name=op.f("fk_proxy_witnessed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_agent_id"), "proxy", ["agent_id"], unique=False)
    op.create_index(op.f("ix_proxy_principal_id"), "proxy", ["principal_id"], unique=False)
    op.create_index(
        "uq_proxy_live",
        "proxy",
        ["principal_index", "agent_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested','active')"),
        postgresql_where=sa.text("state IN ('requested','active')"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column(
            "cites", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'answered' OR (answer IS NOT NULL AND answered_by IS NOT NULL)", name=op.f("ck_question_answer")
        ),
        sa.CheckConstraint("state = 'asked' OR asker_id IS NOT NULL", name=op.f("ck_question_asker")),
        sa.CheckConstraint("state IN ('asked','open','answered','closed')", name=op.f("ck_question_state")),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_question_answered_by")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_question_asker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_asked_at"), "question", ["asked_at"], unique=False)
    op.create_index(op.f("ix_question_asker_id"), "question", ["asker_id"], unique=False)
    op.create_index(
        "ix_question_open",
        "question",
        ["handed_over_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "queue_counter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_queue_counter_last")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_queue_counter_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_counter")),
        sa.UniqueConstraint("office_id", "pool", "day", name=op.f("uq_queue_counter_office_id_pool_day")),
    )
    op.create_table(
        "rating_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_invitation_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rating_invitation_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_invitation")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "person_id",
            name=op.f("uq_rating_invitation_subject_kind_subject_id_person_id"),
        ),
    )
    op.create_index(op.f("ix_rating_invitation_person_id"), "rating_invitation", ["person_id"], unique=False)
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column(
            "kept", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("kind IN ('correct','erase')", name=op.f("ck_rights_request_kind")),
        sa.CheckConstraint("state IN ('open','done','refused','withdrawn')", name=op.f("ck_rights_request_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_rights_request_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rights_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
    )
    op.create_index(op.f("ix_rights_request_person_id"), "rights_request", ["person_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("on_site", sa.Integer(), nullable=False),
        sa.Column("on_site_taken", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.CheckConstraint("on_site_taken BETWEEN 0 AND on_site", name=op.f("ck_slot_on_site_never_overbooked")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_times")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_slot_never_overbooked")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_slot_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("office_id", "pool", "starts_at", name=op.f("uq_slot_office_id_pool_starts_at")),
    )
    op.create_index("ix_slot_day", "slot", ["office_id", "pool", "day"], unique=False)
    op.create_table(
        "wechat_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appid", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("openid_index", sa.String(length=64), nullable=False),
        sa.Column("unionid", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("phone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wechat_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_account")),
        sa.UniqueConstraint("appid", "openid_index", name=op.f("uq_wechat_account_appid_openid_index")),
    )
    op.create_index(op.f("ix_wechat_account_person_id"), "wechat_account", ["person_id"], unique=False)
    op.create_index(op.f("ix_wechat_account_phone_index"), "wechat_account", ["phone_index"], unique=False)
    op.create_index(
        "uq_wechat_account_person",
        "wechat_account",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
    )
    op.create_table(
        "weekly_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("windows", sa.Integer(), nullable=False),
        sa.Column("per_window", sa.Integer(), nullable=False),
        sa.Column("on_site", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name=op.f("ck_weekly_plan_hours")),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 480", name=op.f("ck_weekly_plan_slot_minutes")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_plan_weekday")),
        sa.CheckConstraint(
            "windows >= 0 AND per_window >= 1 AND on_site BETWEEN 0 AND windows * per_window",
            name=op.f("ck_weekly_plan_places"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_weekly_plan_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_plan")),
    )
    op.create_index(op.f("ix_weekly_plan_office_id"), "weekly_plan", ["office_id"], unique=False)
    op.create_table(
        "booking_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index(op.f("ix_booking_event_booking_id"), "booking_event", ["booking_id"], unique=False)
    op.create_table(
        "booking_party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_kind", sa.String(length=16), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("matter_group", sa.String(length=64), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_party_booking_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_party_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_party")),
        sa.UniqueConstraint("booking_id", "position", name=op.f("uq_booking_party_booking_id_position")),
    )
    op.create_index(op.f("ix_booking_party_booking_id"), "booking_party", ["booking_id"], unique=False)
    op.create_index(op.f("ix_booking_party_person_id"), "booking_party", ["person_id"], unique=False)
    op.create_index(op.f("ix_booking_party_person_index"), "booking_party", ["person_index"], unique=False)
    op.create_index(
        "uq_booking_party_live",
        "booking_party",
        ["person_index", "matter_group"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)
    op.create_table(
        "case_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=16), nullable=False),
        sa.Column("added_by", sa.String(length=128), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scan IN ('waiting','clean','infected','unscanned')", name=op.f("ck_case_paper_scan")),
        sa.CheckConstraint("size > 0", name=op.f("ck_case_paper_size")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_case_paper_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_paper")),
        sa.UniqueConstraint("case_id", "digest", name=op.f("uq_case_paper_case_id_digest")),
    )
    op.create_index(op.f("ix_case_paper_case_id"), "case_paper", ["case_id"], unique=False)
    op.create_table(
        "case_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'claimed') <= (assignee_id IS NOT NULL)", name=op.f("ck_case_task_claimed")),
        sa.CheckConstraint("state IN ('open','claimed','done','cancelled')", name=op.f("ck_case_task_state")),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name=op.f("fk_case_task_assignee_id")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_case_task_case_id")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_case_task_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
    )
    op.create_index(op.f("ix_case_task_assignee_id"), "case_task", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_case_task_case_id"), "case_task", ["case_id"], unique=False)
    op.create_index("ix_case_task_inbox", "case_task", ["role", "territory", "state", "due_on"], unique=False)
    op.create_index(
        "uq_case_task_open",
        "case_task",
        ["case_id", "step", "branch"],
        unique=True,
        sqlite_where=sa.text("state IN ('open','claimed')"),
        postgresql_where=sa.text("state IN ('open','claimed')"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["wechat_account.id"], name=op.f("fk_consent_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_account_id"), "consent", ["account_id"], unique=False)
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)
    op.create_index(
        "uq_consent_live",
        "consent",
        ["account_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "counselling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("counsellor_id", sa.Uuid(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('planned','held','missed')", name=op.f("ck_counselling_state")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_counselling_booking_id")),
        sa.ForeignKeyConstraint(["counsellor_id"], ["staff.id"], name=op.f("fk_counselling_counsellor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counselling")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_counselling_booking_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("article", sa.String(length=64), nullable=True),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("calculation", sa.LargeBinary(), nullable=False),
        sa.Column(
            "parameters", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome = 'granted' OR reason IS NOT NULL", name=op.f("ck_decision_reasoned")),
        sa.CheckConstraint("outcome IN ('granted','refused','changed','stopped')", name=op.f("ck_decision_outcome")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_decision_case_id_sequence")),
        sa.UniqueConstraint("number", name=op.f("uq_decision_number")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "fact_sheet",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_fact_sheet_case_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_fact_sheet_changed_by")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_fact_sheet_household_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_fact_sheet")),
    )
    op.create_index(op.f("ix_fact_sheet_household_id"), "fact_sheet", ["household_id"], unique=False)
    op.create_table(
        "float_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("balance", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("voucher", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_float_entry_amount")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_float_entry_never_below_zero")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_float_entry_by")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_float_entry_case_id")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_float_entry_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_float_entry")),
        sa.UniqueConstraint("division_code", "sequence", name=op.f("uq_float_entry_division_code_sequence")),
    )
    op.create_index(op.f("ix_float_entry_division_code"), "float_entry", ["division_code"], unique=False)
    op.create_table(
        "identity_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=512), nullable=True),
        sa.Column(
            "client", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_kind", sa.String(length=16), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('started','passed','failed','expired')", name=op.f("ck_identity_check_state")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_identity_check_level")),
        sa.ForeignKeyConstraint(["account_id"], ["wechat_account.id"], name=op.f("fk_identity_check_account_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_identity_check_checked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_check_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
    )
    op.create_index(op.f("ix_identity_check_account_id"), "identity_check", ["account_id"], unique=False)
    op.create_index(op.f("ix_identity_check_id_index"), "identity_check", ["id_index"], unique=False)
    op.create_index(op.f("ix_identity_check_person_id"), "identity_check", ["person_id"], unique=False)
    op.create_table(
        "inspection_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "result IN ('right') OR result IS NULL OR finding IS NOT NULL", name=op.f("ck_inspection_case_found")
        ),
        sa.CheckConstraint("result IN ('right','minor','wrong')", name=op.f("ck_inspection_case_result")),
        sa.CheckConstraint("(result IS NULL) = (checked_by IS NULL)", name=op.f("ck_inspection_case_checked")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_inspection_case_case_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_inspection_case_checked_by")),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draw.id"], name=op.f("fk_inspection_case_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_case")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_inspection_case_draw_id_number")),
        sa.UniqueConstraint("draw_id", "place", name=op.f("uq_inspection_case_draw_id_place")),
    )
    op.create_index(op.f("ix_inspection_case_draw_id"), "inspection_case", ["draw_id"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name_index", sa.String(length=64), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column(
            "signs", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("found_by", sa.LargeBinary(), nullable=False),
        sa.Column("finder_kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state IN ('referred','closed')) <= (outcome IS NOT NULL)", name=op.f("ck_lead_outcome")),
        sa.CheckConstraint("state IN ('new','visiting','application','referred','closed')", name=op.f("ck_lead_state")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_lead_case_id")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_lead_division_code")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lead_person_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_lead_reported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index(op.f("ix_lead_division_code"), "lead", ["division_code"], unique=False)
    op.create_index(op.f("ix_lead_division_path"), "lead", ["division_path"], unique=False)
    op.create_index(op.f("ix_lead_name_index"), "lead", ["name_index"], unique=False)
    op.create_index(op.f("ix_lead_person_id"), "lead", ["person_id"], unique=False)
    op.create_index(op.f("ix_lead_reported_by"), "lead", ["reported_by"], unique=False)
    op.create_table(
        "means_authorisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_means_authorisation_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_means_authorisation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_means_authorisation")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_means_authorisation_case_id_person_id")),
    )
    op.create_index(op.f("ix_means_authorisation_case_id"), "means_authorisation", ["case_id"], unique=False)
    op.create_index(op.f("ix_means_authorisation_person_id"), "means_authorisation", ["person_id"], unique=False)
    op.create_table(
        "means_objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_means_objection_settled")),
        sa.CheckConstraint("state IN ('open','upheld','dismissed')", name=op.f("ck_means_objection_state")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_means_objection_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_means_objection_person_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_means_objection_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_means_objection")),
    )
    op.create_index(op.f("ix_means_objection_case_id"), "means_objection", ["case_id"], unique=False)
    op.create_index(op.f("ix_means_objection_person_id"), "means_objection", ["person_id"], unique=False)
    op.create_index(
        "uq_means_objection_open",
        "means_objection",
        ["case_id", "person_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "proxy_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("proxy_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name=op.f("fk_proxy_act_agent_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name=op.f("fk_proxy_act_principal_id")),
        sa.ForeignKeyConstraint(["proxy_id"], ["proxy.id"], name=op.f("fk_proxy_act_proxy_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_proxy_act_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_act")),
    )
    op.create_index(op.f("ix_proxy_act_principal_id"), "proxy_act", ["principal_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("amount", sa.String(length=32), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_publication_days")),
        sa.CheckConstraint("members >= 1", name=op.f("ck_publication_members")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_publication_case_id")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_publication_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_case_id"), "publication", ["case_id"], unique=False)
    op.create_index(op.f("ix_publication_division_code"), "publication", ["division_code"], unique=False)
    op.create_table(
        "queue_ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("priority_why", sa.String(length=16), nullable=True),
        sa.Column("holder", sa.LargeBinary(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("window_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_times", sa.Integer(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting','called','serving','done','left')", name=op.f("ck_queue_ticket_state")),
        sa.CheckConstraint("deferrals BETWEEN 0 AND 1", name=op.f("ck_queue_ticket_deferrals")),
        sa.CheckConstraint("priority BETWEEN 1 AND 9", name=op.f("ck_queue_ticket_priority")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_queue_ticket_booking_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_queue_ticket_office_id")),
        sa.ForeignKeyConstraint(["window_id"], ["office_window.id"], name=op.f("fk_queue_ticket_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_ticket")),
        sa.UniqueConstraint(
            "office_id", "pool", "day", "number", name=op.f("uq_queue_ticket_office_id_pool_day_number")
        ),
    )
    op.create_index("ix_queue_ticket_next", "queue_ticket", ["office_id", "pool", "day", "state"], unique=False)
    op.create_index(op.f("ix_queue_ticket_office_id"), "queue_ticket", ["office_id"], unique=False)
    op.create_index(
        "uq_queue_ticket_booking",
        "queue_ticket",
        ["booking_id"],
        unique=True,
        sqlite_where=sa.text("booking_id IS NOT NULL"),
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_table(
        "rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "items", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_rating_level")),
        sa.ForeignKeyConstraint(["invitation_id"], ["rating_invitation.id"], name=op.f("fk_rating_invitation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rating_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_rating_invitation_id")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "person_id", name=op.f("uq_rating_subject_kind_subject_id_person_id")
        ),
    )
    op.create_index(op.f("ix_rating_at"), "rating", ["at"], unique=False)
    op.create_index("ix_rating_office_at", "rating", ["office_id", "at"], unique=False)
    op.create_index(op.f("ix_rating_person_id"), "rating", ["person_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.CheckConstraint("state IN ('sent','answered','overdue','cancelled')", name=op.f("ck_referral_state")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_referral_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("couple_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("check", sa.LargeBinary(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registrar_id", sa.Uuid(), nullable=True),
        sa.Column("registrar_certificate", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("article", sa.String(length=64), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        sa.Column("divorce_id", sa.Uuid(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('registered','refused')) = (decided_at IS NOT NULL AND registrar_id IS NOT NULL)",
            name=op.f("ck_registration_signed"),
        ),
        sa.CheckConstraint("state <> 'frozen' OR frozen_at IS NOT NULL", name=op.f("ck_registration_frozen")),
        sa.CheckConstraint(
            "state <> 'refused' OR (reason_code IS NOT NULL AND article IS NOT NULL)",
            name=op.f("ck_registration_reasoned"),
        ),
        sa.CheckConstraint(
            "state IN ('open','checked','registered','refused','frozen','abandoned')",
            name=op.f("ck_registration_state"),
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_registration_booking_id")),
        sa.ForeignKeyConstraint(["divorce_id"], ["divorce.id"], name=op.f("fk_registration_divorce_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_registration_office_id")),
        sa.ForeignKeyConstraint(["registrar_id"], ["staff.id"], name=op.f("fk_registration_registrar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("certificate_number", name=op.f("uq_registration_certificate_number")),
        sa.UniqueConstraint("number", name=op.f("uq_registration_number")),
    )
    op.create_index(op.f("ix_registration_couple_key"), "registration", ["couple_key"], unique=False)
    op.create_index(op.f("ix_registration_day"), "registration", ["day"], unique=False)
    op.create_index(
        "ix_registration_figures", "registration", ["office_id", "day", "matter", "state", "id"], unique=False
    )
    op.create_index(
        "uq_registration_booking",
        "registration",
        ["booking_id"],
        unique=True,
        sqlite_where=sa.text("booking_id IS NOT NULL"),
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index(
        "uq_registration_open_couple",
        "registration",
        ["couple_key", "matter"],
        unique=True,
        sqlite_where=sa.text("state IN ('open','checked','frozen')"),
        postgresql_where=sa.text("state IN ('open','checked','frozen')"),
    )
    op.create_table(
        "resident_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("access_digest", sa.String(length=64), nullable=False),
        sa.Column("refresh_digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("access_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["wechat_account.id"], name=op.f("fk_resident_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_session")),
        sa.UniqueConstraint("access_digest", name=op.f("uq_resident_session_access_digest")),
        sa.UniqueConstraint("refresh_digest", name=op.f("uq_resident_session_refresh_digest")),
    )
    op.create_index(op.f("ix_resident_session_account_id"), "resident_session", ["account_id"], unique=False)
    op.create_index(op.f("ix_resident_session_family"), "resident_session", ["family"], unique=False)
    op.create_table(
        "wait_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("parties", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column(
            "offered_slot_ids",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_quota", sa.Boolean(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name=op.f("ck_wait_entry_offer")),
        sa.CheckConstraint("state IN ('waiting','offered','taken','expired','left')", name=op.f("ck_wait_entry_state")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_wait_entry_booking_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_wait_entry_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wait_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_entry")),
    )
    op.create_index(
        "ix_wait_entry_next", "wait_entry", ["office_id", "pool", "day", "state", "created_at"], unique=False
    )
    op.create_index(op.f("ix_wait_entry_person_id"), "wait_entry", ["person_id"], unique=False)
    op.create_index(
        "uq_wait_entry_live",
        "wait_entry",
        ["person_index", "office_id", "matter", "day"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting','offered')"),
        postgresql_where=sa.text("state IN ('waiting','offered')"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("grounds", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('open','upheld','dismissed','withdrawn')", name=op.f("ck_appeal_state")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_appeal_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_decision_id"), "appeal", ["decision_id"], unique=False)
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "benefit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=True),
        sa.Column("computed_until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active','suspended','phasing_out','ended')", name=op.f("ck_benefit_state")),
        sa.CheckConstraint("(household_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_benefit_whose")),
        sa.CheckConstraint("last_month IS NULL OR first_month <= last_month", name=op.f("ck_benefit_months")),
        sa.CheckConstraint("monthly >= 0", name=op.f("ck_benefit_monthly")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_benefit_decision_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_benefit_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_benefit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
    )
    op.create_index(op.f("ix_benefit_assessed_on"), "benefit", ["assessed_on"], unique=False)
    op.create_index(op.f("ix_benefit_division_path"), "benefit", ["division_path"], unique=False)
    op.create_index(op.f("ix_benefit_review_on"), "benefit", ["review_on"], unique=False)
    op.create_index(
        "uq_benefit_household",
        "benefit",
        ["household_id", "programme"],
        unique=True,
        sqlite_where=sa.text("state IN ('active','suspended','phasing_out')"),
        postgresql_where=sa.text("state IN ('active','suspended','phasing_out')"),
    )
    op.create_index(
        "uq_benefit_person",
        "benefit",
        ["person_id", "programme"],
        unique=True,
        sqlite_where=sa.text("state IN ('active','suspended','phasing_out')"),
        postgresql_where=sa.text("state IN ('active','suspended','phasing_out')"),
    )
    op.create_table(
        "callback_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (called_at IS NULL)", name=op.f("ck_callback_task_called")),
        sa.CheckConstraint("(state = 'resolved') = (closed_at IS NOT NULL)", name=op.f("ck_callback_task_closed")),
        sa.CheckConstraint("(state = 'resolved') = (result IS NOT NULL)", name=op.f("ck_callback_task_resolved")),
        sa.CheckConstraint("result IN ('fixed','explained','unfounded')", name=op.f("ck_callback_task_result")),
        sa.CheckConstraint("state IN ('open','called','resolved')", name=op.f("ck_callback_task_state")),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff.id"], name=op.f("fk_callback_task_assigned_to")),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_callback_task_rating_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_task")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_callback_task_rating_id")),
    )
    op.create_index(
        "ix_callback_task_due",
        "callback_task",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_table(
        "ceremony",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("guests BETWEEN 0 AND 200", name=op.f("ck_ceremony_guests")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_ceremony_booking_id")),
        sa.ForeignKeyConstraint(["host_id"], ["staff.id"], name=op.f("fk_ceremony_host_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_ceremony_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_ceremony_booking_id")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("archive_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("after_index", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name=op.f("ck_correction_decided")),
        sa.CheckConstraint("state IN ('asked','approved','refused')", name=op.f("ck_correction_state")),
        sa.CheckConstraint("(registration_id IS NULL) <> (archive_id IS NULL)", name=op.f("ck_correction_subject")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_correction_two_people")),
        sa.ForeignKeyConstraint(["archive_id"], ["archive_entry.id"], name=op.f("fk_correction_archive_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_correction_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_correction_decided_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_correction_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_after_index"), "correction", ["after_index"], unique=False)
    op.create_index(op.f("ix_correction_archive_id"), "correction", ["archive_id"], unique=False)
    op.create_index(op.f("ix_correction_registration_id"), "correction", ["registration_id"], unique=False)
    op.create_index(
        "uq_correction_archive_id",
        "correction",
        ["archive_id", "field"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "uq_correction_registration_id",
        "correction",
        ["registration_id", "field"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "dishonesty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("appeal", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name=op.f("ck_dishonesty_decided")),
        sa.CheckConstraint(
            "state IN ('proposed','confirmed','appealed','dropped','revoked','repaired')",
            name=op.f("ck_dishonesty_state"),
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_dishonesty_two_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_dishonesty_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_dishonesty_proposed_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_dishonesty_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dishonesty")),
    )
    op.create_index(op.f("ix_dishonesty_person_index"), "dishonesty", ["person_index"], unique=False)
    op.create_index(
        "uq_dishonesty_live",
        "dishonesty",
        ["person_index", "what"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed','confirmed','appealed')"),
        postgresql_where=sa.text("state IN ('proposed','confirmed','appealed')"),
    )
    op.create_table(
        "home_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("first_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("second_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("family_signer", sa.LargeBinary(), nullable=True),
        sa.Column("family_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("family_refusal", sa.LargeBinary(), nullable=True),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(case_id IS NULL) <> (lead_id IS NULL)", name=op.f("ck_home_visit_whose")),
        sa.CheckConstraint(
            "finished_at IS NULL OR (first_signed_at IS NOT NULL AND second_signed_at IS NOT NULL AND (family_signed_at IS NOT NULL OR family_refusal IS NOT NULL))",
            name=op.f("ck_home_visit_signed"),
        ),
        sa.CheckConstraint("second_id IS NULL OR second_id <> first_id", name=op.f("ck_home_visit_two_people")),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_home_visit_case_id")),
        sa.ForeignKeyConstraint(["first_id"], ["staff.id"], name=op.f("fk_home_visit_first_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_home_visit_lead_id")),
        sa.ForeignKeyConstraint(["second_id"], ["staff.id"], name=op.f("fk_home_visit_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_visit")),
    )
    op.create_index(op.f("ix_home_visit_case_id"), "home_visit", ["case_id"], unique=False)
    op.create_index(op.f("ix_home_visit_division_path"), "home_visit", ["division_path"], unique=False)
    op.create_index(op.f("ix_home_visit_lead_id"), "home_visit", ["lead_id"], unique=False)
    op.create_index(
        "uq_home_visit_case",
        "home_visit",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "uq_home_visit_lead",
        "home_visit",
        ["lead_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "means_query",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("authorisation_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','asked','answered','failed','expired')", name=op.f("ck_means_query_state")
        ),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["means_authorisation.id"], name=op.f("fk_means_query_authorisation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_means_query_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_means_query_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_means_query")),
        sa.UniqueConstraint(
            "case_id", "person_id", "source", "round", name=op.f("uq_means_query_case_id_person_id_source_round")
        ),
    )
    op.create_index(op.f("ix_means_query_case_id"), "means_query", ["case_id"], unique=False)
    op.create_index("ix_means_query_due", "means_query", ["state", "next_try_at"], unique=False)
    op.create_table(
        "monitoring_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(length=160), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'dismissed') <= (reason IS NOT NULL)", name=op.f("ck_monitoring_warning_reasoned")
        ),
        sa.CheckConstraint("state IN ('open','review','lead','dismissed')", name=op.f("ck_monitoring_warning_state")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_monitoring_warning_household_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_monitoring_warning_lead_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_monitoring_warning_person_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_monitoring_warning_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_warning")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_monitoring_warning_dedup_key")),
    )
    op.create_index(op.f("ix_monitoring_warning_household_id"), "monitoring_warning", ["household_id"], unique=False)
    op.create_index("ix_monitoring_warning_open", "monitoring_warning", ["state", "division_path"], unique=False)
    op.create_index(op.f("ix_monitoring_warning_person_id"), "monitoring_warning", ["person_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('open','upheld','dismissed')", name=op.f("ck_objection_state")),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f("fk_objection_publication_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_objection_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_publication_id"), "objection", ["publication_id"], unique=False)
    op.create_table(
        "registration_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registration_event_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_event")),
    )
    op.create_index(
        op.f("ix_registration_event_registration_id"), "registration_event", ["registration_id"], unique=False
    )
    op.create_table(
        "registration_party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("id_kind", sa.String(length=16), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("identity_seen", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.Boolean(), nullable=False),
        sa.Column("status_check", sa.String(length=32), nullable=True),
        sa.Column("status_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registration_party_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registration_party_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_party")),
        sa.UniqueConstraint("registration_id", "position", name=op.f("uq_registration_party_registration_id_position")),
    )
    op.create_index(
        "ix_registration_party_figures",
        "registration_party",
        ["registration_id", "sex", "birth_date", "status_check", "local"],
        unique=False,
    )
    op.create_index(op.f("ix_registration_party_person_id"), "registration_party", ["person_id"], unique=False)
    op.create_index(op.f("ix_registration_party_person_index"), "registration_party", ["person_index"], unique=False)
    op.create_table(
        "report_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("signs", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_to", sa.String(length=128), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('trafficking','coercion','violence')", name=op.f("ck_report_task_kind")),
        sa.CheckConstraint("state IN ('open','reported','closed')", name=op.f("ck_report_task_state")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_report_task_closed_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_report_task_opened_by")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_report_task_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_task")),
    )
    op.create_index(op.f("ix_report_task_registration_id"), "report_task", ["registration_id"], unique=False)
    op.create_table(
        "benefit_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("benefit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("fine", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('top_up','recovery','sanction')", name=op.f("ck_benefit_correction_kind")),
        sa.CheckConstraint(
            "state <> 'approved' OR (settled_by IS NOT NULL AND settled_by <> proposed_by)",
            name=op.f("ck_benefit_correction_two_people"),
        ),
        sa.CheckConstraint("state IN ('proposed','approved','refused')", name=op.f("ck_benefit_correction_state")),
        sa.CheckConstraint("amount > 0 AND fine >= 0", name=op.f("ck_benefit_correction_amount")),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefit.id"], name=op.f("fk_benefit_correction_benefit_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_benefit_correction_proposed_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_benefit_correction_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_correction")),
    )
    op.create_index(op.f("ix_benefit_correction_benefit_id"), "benefit_correction", ["benefit_id"], unique=False)
    op.create_table(
        "entitlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("benefit_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "parameters", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("(kind = 'recovery') = (amount < 0) OR amount = 0", name=op.f("ck_entitlement_sign")),
        sa.CheckConstraint("kind IN ('regular','top_up','price_subsidy','recovery')", name=op.f("ck_entitlement_kind")),
        sa.CheckConstraint("state IN ('due','batched','paid','failed','cancelled')", name=op.f("ck_entitlement_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_entitlement_batch_id")),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefit.id"], name=op.f("fk_entitlement_benefit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint("benefit_id", "month", "kind", name=op.f("uq_entitlement_benefit_id_month_kind")),
    )
    op.create_index(op.f("ix_entitlement_batch_id"), "entitlement", ["batch_id"], unique=False)
    op.create_index("ix_entitlement_due", "entitlement", ["state", "month"], unique=False)
    op.create_index(
        "ix_attempt_wechat_trouble",
        "attempt",
        ["started_at"],
        unique=False,
        sqlite_where=sa.text("channel = 'wechat' AND outcome IN ('refused','failed')"),
        postgresql_where=sa.text("channel = 'wechat' AND outcome IN ('refused','failed')"),
    )
    op.add_column("notice", sa.Column("page", sa.String(length=128), nullable=True))


def downgrade() -> None:
    op.drop_column("notice", "page")
    op.drop_index(
        "ix_attempt_wechat_trouble",
        table_name="attempt",
        sqlite_where=sa.text("channel = 'wechat' AND outcome IN ('refused','failed')"),
        postgresql_where=sa.text("channel = 'wechat' AND outcome IN ('refused','failed')"),
    )
    op.drop_index("ix_entitlement_due", table_name="entitlement")
    op.drop_index(op.f("ix_entitlement_batch_id"), table_name="entitlement")
    op.drop_table("entitlement")
    op.drop_index(op.f("ix_benefit_correction_benefit_id"), table_name="benefit_correction")
    op.drop_table("benefit_correction")
    op.drop_index(op.f("ix_report_task_registration_id"), table_name="report_task")
    op.drop_table("report_task")
    op.drop_index(op.f("ix_registration_party_person_index"), table_name="registration_party")
    op.drop_index(op.f("ix_registration_party_person_id"), table_name="registration_party")
    op.drop_index("ix_registration_party_figures", table_name="registration_party")
    op.drop_table("registration_party")
    op.drop_index(op.f("ix_registration_event_registration_id"), table_name="registration_event")
    op.drop_table("registration_event")
    op.drop_index(op.f("ix_objection_publication_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_monitoring_warning_person_id"), table_name="monitoring_warning")
    op.drop_index("ix_monitoring_warning_open", table_name="monitoring_warning")
    op.drop_index(op.f("ix_monitoring_warning_household_id"), table_name="monitoring_warning")
    op.drop_table("monitoring_warning")
    op.drop_index("ix_means_query_due", table_name="means_query")
    op.drop_index(op.f("ix_means_query_case_id"), table_name="means_query")
    op.drop_table("means_query")
    op.drop_index(
        "uq_home_visit_lead",
        table_name="home_visit",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(
        "uq_home_visit_case",
        table_name="home_visit",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.drop_index(op.f("ix_home_visit_lead_id"), table_name="home_visit")
    op.drop_index(op.f("ix_home_visit_division_path"), table_name="home_visit")
    op.drop_index(op.f("ix_home_visit_case_id"), table_name="home_visit")
    op.drop_table("home_visit")
    op.drop_index(
        "uq_dishonesty_live",
        table_name="dishonesty",
        sqlite_where=sa.text("state IN ('proposed','confirmed','appealed')"),
        postgresql_where=sa.text("state IN ('proposed','confirmed','appealed')"),
    )
    op.drop_index(op.f("ix_dishonesty_person_index"), table_name="dishonesty")
    op.drop_table("dishonesty")
    op.drop_index(
        "uq_correction_registration_id",
        table_name="correction",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_index(
        "uq_correction_archive_id",
        table_name="correction",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_index(op.f("ix_correction_registration_id"), table_name="correction")
    op.drop_index(op.f("ix_correction_archive_id"), table_name="correction")
    op.drop_index(op.f("ix_correction_after_index"), table_name="correction")
    op.drop_table("correction")
    op.drop_table("ceremony")
    op.drop_index(
        "ix_callback_task_due",
        table_name="callback_task",
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.drop_table("callback_task")
    op.drop_index(
        "uq_benefit_person",
        table_name="benefit",
        sqlite_where=sa.text("state IN ('active','suspended','phasing_out')"),
        postgresql_where=sa.text("state IN ('active','suspended','phasing_out')"),
    )
    op.drop_index(
        "uq_benefit_household",
        table_name="benefit",
        sqlite_where=sa.text("state IN ('active','suspended','phasing_out')"),
        postgresql_where=sa.text("state IN ('active','suspended','phasing_out')"),
    )
    op.drop_index(op.f("ix_benefit_review_on"), table_name="benefit")
    op.drop_index(op.f("ix_benefit_division_path"), table_name="benefit")
    op.drop_index(op.f("ix_benefit_assessed_on"), table_name="benefit")
    op.drop_table("benefit")
    op.drop_index(
        "uq_appeal_open",
        table_name="appeal",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_appeal_decision_id"), table_name="appeal")
    op.drop_table("appeal")
    op.drop_index(
        "uq_wait_entry_live",
        table_name="wait_entry",
        sqlite_where=sa.text("state IN ('waiting','offered')"),
        postgresql_where=sa.text("state IN ('waiting','offered')"),
    )
    op.drop_index(op.f("ix_wait_entry_person_id"), table_name="wait_entry")
    op.drop_index("ix_wait_entry_next", table_name="wait_entry")
    op.drop_table("wait_entry")
    op.drop_index(op.f("ix_resident_session_family"), table_name="resident_session")
    op.drop_index(op.f("ix_resident_session_account_id"), table_name="resident_session")
    op.drop_table("resident_session")
    op.drop_index(
        "uq_registration_open_couple",
        table_name="registration",
        sqlite_where=sa.text("state IN ('open','checked','frozen')"),
        postgresql_where=sa.text("state IN ('open','checked','frozen')"),
    )
    op.drop_index(
        "uq_registration_booking",
        table_name="registration",
        sqlite_where=sa.text("booking_id IS NOT NULL"),
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.drop_index("ix_registration_figures", table_name="registration")
    op.drop_index(op.f("ix_registration_day"), table_name="registration")
    op.drop_index(op.f("ix_registration_couple_key"), table_name="registration")
    op.drop_table("registration")
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_index(op.f("ix_rating_person_id"), table_name="rating")
    op.drop_index("ix_rating_office_at", table_name="rating")
    op.drop_index(op.f("ix_rating_at"), table_name="rating")
    op.drop_table("rating")
    op.drop_index(
        "uq_queue_ticket_booking",
        table_name="queue_ticket",
        sqlite_where=sa.text("booking_id IS NOT NULL"),
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_queue_ticket_office_id"), table_name="queue_ticket")
    op.drop_index("ix_queue_ticket_next", table_name="queue_ticket")
    op.drop_table("queue_ticket")
    op.drop_index(op.f("ix_publication_division_code"), table_name="publication")
    op.drop_index(op.f("ix_publication_case_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_proxy_act_principal_id"), table_name="proxy_act")
    op.drop_table("proxy_act")
    op.drop_index(
        "uq_means_objection_open",
        table_name="means_objection",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_means_objection_person_id"), table_name="means_objection")
    op.drop_index(op.f("ix_means_objection_case_id"), table_name="means_objection")
    op.drop_table("means_objection")
    op.drop_index(op.f("ix_means_authorisation_person_id"), table_name="means_authorisation")
    op.drop_index(op.f("ix_means_authorisation_case_id"), table_name="means_authorisation")
    op.drop_table("means_authorisation")
    op.drop_index(op.f("ix_lead_reported_by"), table_name="lead")
    op.drop_index(op.f("ix_lead_person_id"), table_name="lead")
    op.drop_index(op.f("ix_lead_name_index"), table_name="lead")
    op.drop_index(op.f("ix_lead_division_path"), table_name="lead")
    op.drop_index(op.f("ix_lead_division_code"), table_name="lead")
    op.drop_table("lead")
    op.drop_index(op.f("ix_inspection_case_draw_id"), table_name="inspection_case")
    op.drop_table("inspection_case")
    op.drop_index(op.f("ix_identity_check_person_id"), table_name="identity_check")
    op.drop_index(op.f("ix_identity_check_id_index"), table_name="identity_check")
    op.drop_index(op.f("ix_identity_check_account_id"), table_name="identity_check")
    op.drop_table("identity_check")
    op.drop_index(op.f("ix_float_entry_division_code"), table_name="float_entry")
    op.drop_table("float_entry")
    op.drop_index(op.f("ix_fact_sheet_household_id"), table_name="fact_sheet")
    op.drop_table("fact_sheet")
    op.drop_index(op.f("ix_decision_case_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_table("counselling")
    op.drop_index(
        "uq_consent_live",
        table_name="consent",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_consent_person_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_account_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(
        "uq_case_task_open",
        table_name="case_task",
        sqlite_where=sa.text("state IN ('open','claimed')"),
        postgresql_where=sa.text("state IN ('open','claimed')"),
    )
    op.drop_index("ix_case_task_inbox", table_name="case_task")
    op.drop_index(op.f("ix_case_task_case_id"), table_name="case_task")
    op.drop_index(op.f("ix_case_task_assignee_id"), table_name="case_task")
    op.drop_table("case_task")
    op.drop_index(op.f("ix_case_paper_case_id"), table_name="case_paper")
    op.drop_table("case_paper")
    op.drop_index(op.f("ix_case_event_case_id"), table_name="case_event")
    op.drop_table("case_event")
    op.drop_index(
        "uq_booking_party_live",
        table_name="booking_party",
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.drop_index(op.f("ix_booking_party_person_index"), table_name="booking_party")
    op.drop_index(op.f("ix_booking_party_person_id"), table_name="booking_party")
    op.drop_index(op.f("ix_booking_party_booking_id"), table_name="booking_party")
    op.drop_table("booking_party")
    op.drop_index(op.f("ix_booking_event_booking_id"), table_name="booking_event")
    op.drop_table("booking_event")
    op.drop_index(op.f("ix_weekly_plan_office_id"), table_name="weekly_plan")
    op.drop_table("weekly_plan")
    op.drop_index(
        "uq_wechat_account_person",
        table_name="wechat_account",
        sqlite_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_wechat_account_phone_index"), table_name="wechat_account")
    op.drop_index(op.f("ix_wechat_account_person_id"), table_name="wechat_account")
    op.drop_table("wechat_account")
    op.drop_index("ix_slot_day", table_name="slot")
    op.drop_table("slot")
    op.drop_index(op.f("ix_rights_request_person_id"), table_name="rights_request")
    op.drop_table("rights_request")
    op.drop_index(op.f("ix_rating_invitation_person_id"), table_name="rating_invitation")
    op.drop_table("rating_invitation")
    op.drop_table("queue_counter")
    op.drop_index(
        "ix_question_open",
        table_name="question",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_question_asker_id"), table_name="question")
    op.drop_index(op.f("ix_question_asked_at"), table_name="question")
    op.drop_table("question")
    op.drop_index(
        "uq_proxy_live",
        table_name="proxy",
        sqlite_where=sa.text("state IN ('requested','active')"),
        postgresql_where=sa.text("state IN ('requested','active')"),
    )
    op.drop_index(op.f("ix_proxy_principal_id"), table_name="proxy")
    op.drop_index(op.f("ix_proxy_agent_id"), table_name="proxy")
    op.drop_table("proxy")
    op.drop_index(op.f("ix_payment_failure_household_id"), table_name="payment_failure")
    op.drop_table("payment_failure")
    op.drop_index(op.f("ix_office_window_office_id"), table_name="office_window")
    op.drop_table("office_window")
    op.drop_index(op.f("ix_office_matter_office_id"), table_name="office_matter")
    op.drop_table("office_matter")
    op.drop_index(
        "uq_matter_case_live", table_name="matter_case", sqlite_where=sa.text("live"), postgresql_where=sa.text("live")
    )
    op.drop_index("ix_matter_case_territory", table_name="matter_case")
    op.drop_index(op.f("ix_matter_case_applicant_id"), table_name="matter_case")
    op.drop_table("matter_case")
    op.drop_index(op.f("ix_inbox_item_person_id"), table_name="inbox_item")
    op.drop_table("inbox_item")
    op.drop_index(
        "uq_household_member_live",
        table_name="household_member",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_household_member_person_id"), table_name="household_member")
    op.drop_index(op.f("ix_household_member_household_id"), table_name="household_member")
    op.drop_table("household_member")
    op.drop_index(
        "uq_divorce_live",
        table_name="divorce",
        sqlite_where=sa.text("state IN ('cooling','window')"),
        postgresql_where=sa.text("state IN ('cooling','window')"),
    )
    op.drop_index(op.f("ix_divorce_office_id"), table_name="divorce")
    op.drop_index("ix_divorce_due", table_name="divorce")
    op.drop_index(op.f("ix_divorce_couple_key"), table_name="divorce")
    op.drop_table("divorce")
    op.drop_table("day_quota")
    op.drop_index(op.f("ix_day_exception_office_id"), table_name="day_exception")
    op.drop_table("day_exception")
    op.drop_index("ix_booking_remind", table_name="booking")
    op.drop_index("ix_booking_day", table_name="booking")
    op.drop_index(op.f("ix_booking_booked_by"), table_name="booking")
    op.drop_table("booking")
    op.drop_index(op.f("ix_bad_row_import_id"), table_name="bad_row")
    op.drop_table("bad_row")
    op.drop_index(op.f("ix_archive_entry_registered_on"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_name_index_b"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_name_index_a"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_index_b"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_index_a"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_import_id"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_certificate_number"), table_name="archive_entry")
    op.drop_table("archive_entry")
    op.drop_index(op.f("ix_registrar_licence_staff_id"), table_name="registrar_licence")
    op.drop_table("registrar_licence")
    op.drop_index(op.f("ix_person_phone_index"), table_name="person")
    op.drop_index(op.f("ix_person_name_index"), table_name="person")
    op.drop_table("person")
    op.drop_table("payment_batch")
    op.drop_index(op.f("ix_office_division_code"), table_name="office")
    op.drop_table("office")
    op.drop_index(op.f("ix_inspection_draw_territory"), table_name="inspection_draw")
    op.drop_table("inspection_draw")
    op.drop_index(
        "uq_import_run_running",
        table_name="import_run",
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.drop_table("import_run")
    op.drop_index(op.f("ix_household_division_path"), table_name="household")
    op.drop_index(op.f("ix_household_division_code"), table_name="household")
    op.drop_table("household")
    op.drop_table("calendar_day")
    op.drop_index(
        "ix_wechat_event_unhandled",
        table_name="wechat_event",
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.drop_index("ix_wechat_event_person", table_name="wechat_event")
    op.drop_table("wechat_event")
    op.drop_table("subscription_grant")
    op.drop_index(op.f("ix_near_relative_person_index"), table_name="near_relative")
    op.drop_table("near_relative")
    op.drop_index(
        "ix_media_check_undecided",
        table_name="media_check",
        sqlite_where=sa.text("verdict IS NULL"),
        postgresql_where=sa.text("verdict IS NULL"),
    )
    op.drop_index(op.f("ix_media_check_subject"), table_name="media_check")
    op.drop_table("media_check")
    op.drop_table("marriage_series")
    op.drop_index("ix_idempotent_answer_created_at", table_name="idempotent_answer")
    op.drop_table("idempotent_answer")
    op.drop_table("calendar_year")
    op.drop_index(op.f("ix_booking_ban_person_index"), table_name="booking_ban")
    op.drop_table("booking_ban")
