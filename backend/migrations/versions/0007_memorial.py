"""memorial

Revision ID: 0007
Revises: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    op.create_table(
        "burial_price",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("free_kind", sa.String(length=32), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("basis IN ('set','guided','market')", name=op.f("ck_burial_price_basis")),
        sa.CheckConstraint("price IS NULL OR price >= 0", name=op.f("ck_burial_price_price")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_burial_price_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burial_price")),
        sa.UniqueConstraint("item", "valid_from", name=op.f("uq_burial_price_item_valid_from")),
    )
    op.create_table(
        "cemetery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('welfare','commercial','ashes')", name=op.f("ck_cemetery_kind")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_cemetery_division_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cemetery")),
        sa.UniqueConstraint("code", name=op.f("uq_cemetery_code")),
    )
    op.create_index(op.f("ix_cemetery_division_code"), "cemetery", ["division_code"], unique=False)
    op.create_table(
        "memorial_hall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("story", sa.LargeBinary(), nullable=False),
        sa.Column("story_new", sa.LargeBinary(), nullable=True),
        sa.Column("story_state", sa.String(length=8), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("privacy", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_why", sa.Text(), nullable=False),
        sa.Column("invite_digest", sa.String(length=64), nullable=True),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person','couple','family')", name=op.f("ck_memorial_hall_kind")),
        sa.CheckConstraint("privacy IN ('family','invited','public')", name=op.f("ck_memorial_hall_privacy")),
        sa.CheckConstraint("state IN ('open','frozen','closed')", name=op.f("ck_memorial_hall_state")),
        sa.CheckConstraint(
            "story_state IN ('none','waiting','shown','refused')", name=op.f("ck_memorial_hall_story_state")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_hall_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_hall")),
        sa.UniqueConstraint("number", name=op.f("uq_memorial_hall_number")),
    )
    op.create_index(op.f("ix_memorial_hall_territory"), "memorial_hall", ["territory"], unique=False)
    op.create_table(
        "cemetery_zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cemetery_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("office_code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["cemetery_id"], ["cemetery.id"], name=op.f("fk_cemetery_zone_cemetery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cemetery_zone")),
        sa.UniqueConstraint("cemetery_id", "name", name=op.f("uq_cemetery_zone_cemetery_id_name")),
    )
    op.create_index(op.f("ix_cemetery_zone_office_code"), "cemetery_zone", ["office_code"], unique=False)
    op.create_table(
        "deceased",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
        sa.Column("id_kind", sa.String(length=16), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("died", sa.Date(), nullable=False),
        sa.Column("lunar_month", sa.Integer(), nullable=False),
        sa.Column("lunar_day", sa.Integer(), nullable=False),
        sa.Column("proof_kind", sa.String(length=8), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("wish", sa.String(length=16), nullable=False),
        sa.Column("wish_proof", sa.LargeBinary(), nullable=True),
        sa.Column("martyr", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("proof_kind IN ('clerk','burial')", name=op.f("ck_deceased_proof_kind")),
        sa.CheckConstraint("wish IN ('none','family_only','no_hall')", name=op.f("ck_deceased_wish")),
        sa.CheckConstraint("died >= born", name=op.f("ck_deceased_days")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deceased_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_deceased_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deceased")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_deceased_identity_index")),
    )
    op.create_index(op.f("ix_deceased_name_index"), "deceased", ["name_index"], unique=False)
    op.create_index(op.f("ix_deceased_person_id"), "deceased", ["person_id"], unique=False)
    op.create_table(
        "funeral_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("dead_name", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('ordered','accepted','done','cancelled')", name=op.f("ck_funeral_order_state")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_funeral_order_division_code")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_funeral_order_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funeral_order")),
        sa.UniqueConstraint("number", name=op.f("uq_funeral_order_number")),
    )
    op.create_index(op.f("ix_funeral_order_division_code"), "funeral_order", ["division_code"], unique=False)
    op.create_index(op.f("ix_funeral_order_person_id"), "funeral_order", ["person_id"], unique=False)
    op.create_index(
        "uq_funeral_order_grant",
        "funeral_order",
        ["granted_by"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "memorial_application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_index", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("privacy", sa.String(length=8), nullable=False),
        sa.Column("wish", sa.String(length=16), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("missing", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("hall_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'opened') = (hall_id IS NOT NULL)", name=op.f("ck_memorial_application_hall")),
        sa.CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_memorial_application_reason")),
        sa.CheckConstraint("(state = 'submitted') = (due_on IS NOT NULL)", name=op.f("ck_memorial_application_due")),
        sa.CheckConstraint("kind IN ('person','couple','family')", name=op.f("ck_memorial_application_kind")),
        sa.CheckConstraint("privacy IN ('family','invited','public')", name=op.f("ck_memorial_application_privacy")),
        sa.CheckConstraint(
            "state IN ('draft','submitted','returned','opened','refused','withdrawn')",
            name=op.f("ck_memorial_application_state"),
        ),
        sa.CheckConstraint("wish IN ('none','family_only')", name=op.f("ck_memorial_application_wish")),
        sa.ForeignKeyConstraint(
            ["division_code"], ["division.code"], name=op.f("fk_memorial_application_division_code")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_application_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_application_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_application_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_application")),
        sa.UniqueConstraint("number", name=op.f("uq_memorial_application_number")),
    )
    op.create_index(op.f("ix_memorial_application_person_id"), "memorial_application", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_memorial_application_subject_index"), "memorial_application", ["subject_index"], unique=False
    )
    op.create_index(op.f("ix_memorial_application_territory"), "memorial_application", ["territory"], unique=False)
    op.create_index(
        "uq_memorial_application_live",
        "memorial_application",
        ["person_id", "subject_index"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft','submitted','returned')"),
        postgresql_where=sa.text("state IN ('draft','submitted','returned')"),
    )
    op.create_table(
        "memorial_day_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("lunar", sa.Boolean(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('death','birth','qingming','zhongyuan','hanyi','dongzhi')",
            name=op.f("ck_memorial_day_reminder_kind"),
        ),
        sa.CheckConstraint("days_before BETWEEN 0 AND 15", name=op.f("ck_memorial_day_reminder_days_before")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_day_reminder_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_day_reminder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_day_reminder")),
        sa.UniqueConstraint(
            "person_id", "hall_id", "kind", name=op.f("uq_memorial_day_reminder_person_id_hall_id_kind")
        ),
    )
    op.create_index(op.f("ix_memorial_day_reminder_hall_id"), "memorial_day_reminder", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_day_reminder_remind_at"), "memorial_day_reminder", ["remind_at"], unique=False)
    op.create_table(
        "memorial_hall_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("successor", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'guest') = (proof IS NULL)", name=op.f("ck_memorial_hall_role_proof")),
        sa.CheckConstraint("role IN ('keeper','editor','family','guest')", name=op.f("ck_memorial_hall_role_role")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_hall_role_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_hall_role_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_hall_role_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_hall_role")),
    )
    op.create_index(op.f("ix_memorial_hall_role_hall_id"), "memorial_hall_role", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_hall_role_person_id"), "memorial_hall_role", ["person_id"], unique=False)
    op.create_index(
        "uq_memorial_hall_role_keeper",
        "memorial_hall_role",
        ["hall_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND role = 'keeper'"),
        postgresql_where=sa.text("ended_at IS NULL AND role = 'keeper'"),
    )
    op.create_index(
        "uq_memorial_hall_role_live",
        "memorial_hall_role",
        ["hall_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "memorial_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("caption", sa.LargeBinary(), nullable=False),
        sa.Column("caption_shown", sa.Boolean(), nullable=False),
        sa.Column("revived", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('photo','sound')", name=op.f("ck_memorial_media_kind")),
        sa.CheckConstraint("state IN ('waiting','shown','refused','removed')", name=op.f("ck_memorial_media_state")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_media_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_media_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_media")),
    )
    op.create_index(op.f("ix_memorial_media_hall_id"), "memorial_media", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_media_person_id"), "memorial_media", ["person_id"], unique=False)
    op.create_table(
        "memorial_relative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_relative_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_relative_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_relative")),
    )
    op.create_index(op.f("ix_memorial_relative_hall_id"), "memorial_relative", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_relative_person_id"), "memorial_relative", ["person_id"], unique=False)
    op.create_table(
        "moderation_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.String(length=8), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(content = 'text') = (words IS NOT NULL)", name=op.f("ck_moderation_item_words")),
        sa.CheckConstraint("audience IN ('family','invited','public')", name=op.f("ck_moderation_item_audience")),
        sa.CheckConstraint("content IN ('text','picture','sound')", name=op.f("ck_moderation_item_content")),
        sa.CheckConstraint(
            "state IN ('checking','queued','shown','refused','removed','appealed','withdrawn')",
            name=op.f("ck_moderation_item_state"),
        ),
        sa.CheckConstraint("verdict IN ('pass','review','risky')", name=op.f("ck_moderation_item_verdict")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_moderation_item_author_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_moderation_item_decided_by")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_moderation_item_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_item")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_moderation_item_code_digest")),
    )
    op.create_index(op.f("ix_moderation_item_author_id"), "moderation_item", ["author_id"], unique=False)
    op.create_index(op.f("ix_moderation_item_decided_at"), "moderation_item", ["decided_at"], unique=False)
    op.create_index(op.f("ix_moderation_item_hall_id"), "moderation_item", ["hall_id"], unique=False)
    op.create_index(
        "ix_moderation_item_queued",
        "moderation_item",
        ["queued_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued','appealed')"),
        postgresql_where=sa.text("state IN ('queued','appealed')"),
    )
    op.create_index("ix_moderation_item_subject", "moderation_item", ["subject_kind", "subject_id"], unique=False)
    op.create_index(
        "ix_moderation_item_unchecked",
        "moderation_item",
        ["submitted_at"],
        unique=False,
        sqlite_where=sa.text("state = 'checking'"),
        postgresql_where=sa.text("state = 'checking'"),
    )
    op.create_table(
        "tribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("song", sa.String(length=32), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'song') = (song IS NOT NULL)", name=op.f("ck_tribute_song")),
        sa.CheckConstraint(
            "kind IN ('flower','candle','incense','bow','words','letter','song')", name=op.f("ck_tribute_kind")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_tribute_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tribute_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tribute")),
        sa.UniqueConstraint("hall_id", "person_id", "kind", "day", name=op.f("uq_tribute_hall_id_person_id_kind_day")),
    )
    op.create_index(op.f("ix_tribute_person_id"), "tribute", ["person_id"], unique=False)
    op.create_index(
        "ix_tribute_shown",
        "tribute",
        ["hall_id", "created_at"],
        unique=False,
        sqlite_where=sa.text("shown"),
        postgresql_where=sa.text("shown"),
    )
    op.create_table(
        "tribute_tally",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_tribute_tally_count")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_tribute_tally_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "kind", "shard", name=op.f("pk_tribute_tally")),
    )
    op.create_table(
        "authority_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.CheckConstraint("(told_at IS NULL) = (reference IS NULL)", name=op.f("ck_authority_report_told")),
        sa.ForeignKeyConstraint(["item_id"], ["moderation_item.id"], name=op.f("fk_authority_report_item_id")),
        sa.ForeignKeyConstraint(["told_by"], ["staff.id"], name=op.f("fk_authority_report_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_report")),
        sa.UniqueConstraint("item_id", name=op.f("uq_authority_report_item_id")),
    )
    op.create_index(
        "ix_authority_report_untold",
        "authority_report",
        ["found_at"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "farewell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("deceased_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("followed", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(length=256), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("stream", sa.LargeBinary(), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_until", sa.Date(), nullable=True),
        sa.Column("recording", sa.LargeBinary(), nullable=True),
        sa.Column("recording_until", sa.Date(), nullable=True),
        sa.Column("erase_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned','displaced','open','over','closed','cancelled')", name=op.f("ck_farewell_state")
        ),
        sa.CheckConstraint(
            "stream IS NULL OR state IN ('planned','displaced','open')", name=op.f("ck_farewell_stream_ends")
        ),
        sa.CheckConstraint("(consent_at IS NULL) = (consent_until IS NULL)", name=op.f("ck_farewell_consent_ends")),
        sa.CheckConstraint("(recording IS NULL) = (recording_until IS NULL)", name=op.f("ck_farewell_recording_ends")),
        sa.CheckConstraint("broken_at IS NULL OR stream IS NOT NULL", name=op.f("ck_farewell_broken_stream")),
        sa.CheckConstraint(
            "recording IS NULL OR consent_at IS NOT NULL", name=op.f("ck_farewell_recording_with_consent")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_farewell_times")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_farewell_booking_id")),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_farewell_deceased_id")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_farewell_host_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_farewell_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farewell")),
        sa.UniqueConstraint("number", name=op.f("uq_farewell_number")),
    )
    op.create_index(op.f("ix_farewell_booking_id"), "farewell", ["booking_id"], unique=False)
    op.create_index(op.f("ix_farewell_deceased_id"), "farewell", ["deceased_id"], unique=False)
    op.create_index(op.f("ix_farewell_host_id"), "farewell", ["host_id"], unique=False)
    op.create_index(op.f("ix_farewell_starts_at"), "farewell", ["starts_at"], unique=False)
    op.create_index(op.f("ix_farewell_territory"), "farewell", ["territory"], unique=False)
    op.create_index(
        "uq_farewell_live",
        "farewell",
        ["deceased_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('planned','displaced','open')"),
        postgresql_where=sa.text("state IN ('planned','displaced','open')"),
    )
    op.create_table(
        "funeral_complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_funeral_complaint_answered_by")),
        sa.ForeignKeyConstraint(["order_id"], ["funeral_order.id"], name=op.f("fk_funeral_complaint_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funeral_complaint")),
    )
    op.create_index(op.f("ix_funeral_complaint_due_on"), "funeral_complaint", ["due_on"], unique=False)
    op.create_index(op.f("ix_funeral_complaint_order_id"), "funeral_complaint", ["order_id"], unique=False)
    op.create_table(
        "funeral_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("waived", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name=op.f("ck_funeral_line_quantity")),
        sa.CheckConstraint("waived BETWEEN 0 AND amount", name=op.f("ck_funeral_line_waived")),
        sa.ForeignKeyConstraint(["order_id"], ["funeral_order.id"], name=op.f("fk_funeral_line_order_id")),
        sa.ForeignKeyConstraint(["price_id"], ["burial_price.id"], name=op.f("fk_funeral_line_price_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funeral_line")),
        sa.UniqueConstraint("order_id", "price_id", name=op.f("uq_funeral_line_order_id_price_id")),
    )
    op.create_table(
        "memorial_application_dead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("died", sa.Date(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.CheckConstraint("died >= born", name=op.f("ck_memorial_application_dead_days")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["memorial_application.id"], name=op.f("fk_memorial_application_dead_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_application_dead")),
        sa.UniqueConstraint(
            "application_id", "position", name=op.f("uq_memorial_application_dead_application_id_position")
        ),
    )
    op.create_index(
        op.f("ix_memorial_application_dead_identity_index"),
        "memorial_application_dead",
        ["identity_index"],
        unique=False,
    )
    op.create_table(
        "memorial_application_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('kinship','death','other')", name=op.f("ck_memorial_application_paper_kind")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["memorial_application.id"], name=op.f("fk_memorial_application_paper_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_application_paper")),
        sa.UniqueConstraint(
            "application_id", "digest", name=op.f("uq_memorial_application_paper_application_id_digest")
        ),
    )
    op.create_table(
        "memorial_concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=True),
        sa.Column("deceased_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("mediated", sa.String(length=8), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again", sa.LargeBinary(), nullable=True),
        sa.Column("first_state", sa.String(length=16), nullable=True),
        sa.Column("first_answer", sa.LargeBinary(), nullable=True),
        sa.Column("first_staff_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('dispute','complaint','martyr','living','correction')", name=op.f("ck_memorial_concern_kind")
        ),
        sa.CheckConstraint("mediated IN ('agreed','partly','failed')", name=op.f("ck_memorial_concern_mediated")),
        sa.CheckConstraint("state IN ('open','again','upheld','dismissed')", name=op.f("ck_memorial_concern_state")),
        sa.CheckConstraint("staff_id <> first_staff_id", name=op.f("ck_memorial_concern_new_eyes")),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_memorial_concern_deceased_id")),
        sa.ForeignKeyConstraint(["first_staff_id"], ["staff.id"], name=op.f("fk_memorial_concern_first_staff_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_concern_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_concern_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_concern_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_concern")),
        sa.UniqueConstraint("number", name=op.f("uq_memorial_concern_number")),
    )
    op.create_index(op.f("ix_memorial_concern_deceased_id"), "memorial_concern", ["deceased_id"], unique=False)
    op.create_index(op.f("ix_memorial_concern_hall_id"), "memorial_concern", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_concern_person_id"), "memorial_concern", ["person_id"], unique=False)
    op.create_index(op.f("ix_memorial_concern_state"), "memorial_concern", ["state"], unique=False)
    op.create_table(
        "memorial_hall_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("deceased_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_memorial_hall_person_deceased_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_hall_person_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_hall_person")),
        sa.UniqueConstraint("hall_id", "deceased_id", name=op.f("uq_memorial_hall_person_hall_id_deceased_id")),
    )
    op.create_index(op.f("ix_memorial_hall_person_deceased_id"), "memorial_hall_person", ["deceased_id"], unique=False)
    op.create_index(op.f("ix_memorial_hall_person_hall_id"), "memorial_hall_person", ["hall_id"], unique=False)
    op.create_index(
        "uq_memorial_hall_person_live",
        "memorial_hall_person",
        ["deceased_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "memorial_media_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["memorial_media.id"], name=op.f("fk_memorial_media_consent_media_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_media_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_media_consent")),
        sa.UniqueConstraint("media_id", "person_id", name=op.f("uq_memorial_media_consent_media_id_person_id")),
    )
    op.create_index(op.f("ix_memorial_media_consent_media_id"), "memorial_media_consent", ["media_id"], unique=False)
    op.create_index(op.f("ix_memorial_media_consent_person_id"), "memorial_media_consent", ["person_id"], unique=False)
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('show','queue','refuse','remove','keep','appeal','restore','uphold')",
            name=op.f("ck_moderation_decision_action"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["moderation_item.id"], name=op.f("fk_moderation_decision_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_moderation_decision_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    op.create_index(op.f("ix_moderation_decision_at"), "moderation_decision", ["at"], unique=False)
    op.create_index(op.f("ix_moderation_decision_item_id"), "moderation_decision", ["item_id"], unique=False)
    op.create_table(
        "moderation_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_moderation_report_answered")),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_moderation_report_answered_by")),
        sa.ForeignKeyConstraint(["item_id"], ["moderation_item.id"], name=op.f("fk_moderation_report_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_report")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_moderation_report_code_digest")),
    )
    op.create_index(op.f("ix_moderation_report_item_id"), "moderation_report", ["item_id"], unique=False)
    op.create_index(
        "ix_moderation_report_open",
        "moderation_report",
        ["at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "plot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("closed_why", sa.String(length=16), nullable=True),
        sa.Column("closed_note", sa.String(length=200), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("closed_why IN ('danger','historic','other')", name=op.f("ck_plot_closed_why")),
        sa.CheckConstraint("kind IN ('tomb','wall','niche','tree','lawn','flower','sea')", name=op.f("ck_plot_kind")),
        sa.CheckConstraint("closed = (closed_why IS NOT NULL)", name=op.f("ck_plot_closed_with_a_reason")),
        sa.CheckConstraint("places BETWEEN 1 AND 500", name=op.f("ck_plot_places")),
        sa.ForeignKeyConstraint(["zone_id"], ["cemetery_zone.id"], name=op.f("fk_plot_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot")),
        sa.UniqueConstraint("zone_id", "number", name=op.f("uq_plot_zone_id_number")),
    )
    op.create_table(
        "burial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("deceased_id", sa.Uuid(), nullable=False),
        sa.Column("buried_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("moved_to", sa.String(length=200), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_burial_deceased_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_burial_plot_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_burial_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burial")),
    )
    op.create_index(op.f("ix_burial_deceased_id"), "burial", ["deceased_id"], unique=False)
    op.create_index(op.f("ix_burial_plot_id"), "burial", ["plot_id"], unique=False)
    op.create_index(
        "uq_burial_live",
        "burial",
        ["deceased_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "deceased_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deceased_id", sa.Uuid(), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_deceased_correction_decided")),
        sa.CheckConstraint("state IN ('waiting','done','refused')", name=op.f("ck_deceased_correction_state")),
        sa.CheckConstraint("decided_by <> staff_id", name=op.f("ck_deceased_correction_two_people")),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["memorial_concern.id"], name=op.f("fk_deceased_correction_concern_id")
        ),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_deceased_correction_deceased_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_deceased_correction_decided_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_deceased_correction_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deceased_correction")),
    )
    op.create_index(op.f("ix_deceased_correction_deceased_id"), "deceased_correction", ["deceased_id"], unique=False)
    op.create_index(
        "uq_deceased_correction_waiting",
        "deceased_correction",
        ["deceased_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "farewell_condolence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("farewell_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','shown','refused','removed')", name=op.f("ck_farewell_condolence_state")
        ),
        sa.ForeignKeyConstraint(["farewell_id"], ["farewell.id"], name=op.f("fk_farewell_condolence_farewell_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_farewell_condolence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farewell_condolence")),
    )
    op.create_index(op.f("ix_farewell_condolence_farewell_id"), "farewell_condolence", ["farewell_id"], unique=False)
    op.create_index(op.f("ix_farewell_condolence_person_id"), "farewell_condolence", ["person_id"], unique=False)
    op.create_table(
        "farewell_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("farewell_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("media_type", sa.String(length=32), nullable=True),
        sa.CheckConstraint("NOT agreed OR until IS NOT NULL", name=op.f("ck_farewell_consent_yes_ends")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR staff_id IS NOT NULL", name=op.f("ck_farewell_consent_somebody_said")
        ),
        sa.ForeignKeyConstraint(["farewell_id"], ["farewell.id"], name=op.f("fk_farewell_consent_farewell_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_farewell_consent_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_farewell_consent_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farewell_consent")),
        sa.UniqueConstraint("farewell_id", "person_id", name=op.f("uq_farewell_consent_farewell_id_person_id")),
    )
    op.create_index(op.f("ix_farewell_consent_person_id"), "farewell_consent", ["person_id"], unique=False)
    op.create_table(
        "farewell_door",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("farewell_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_digest", sa.String(length=64), nullable=True),
        sa.Column("csrf", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["farewell_id"], ["farewell.id"], name=op.f("fk_farewell_door_farewell_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_farewell_door_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farewell_door")),
        sa.UniqueConstraint("session_digest", name=op.f("uq_farewell_door_session_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_farewell_door_token_digest")),
    )
    op.create_index(op.f("ix_farewell_door_expires_at"), "farewell_door", ["expires_at"], unique=False)
    op.create_index(op.f("ix_farewell_door_farewell_id"), "farewell_door", ["farewell_id"], unique=False)
    op.create_index(op.f("ix_farewell_door_person_id"), "farewell_door", ["person_id"], unique=False)
    op.create_table(
        "farewell_guest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("farewell_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["farewell_id"], ["farewell.id"], name=op.f("fk_farewell_guest_farewell_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_farewell_guest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farewell_guest")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_farewell_guest_code_digest")),
    )
    op.create_index(op.f("ix_farewell_guest_farewell_id"), "farewell_guest", ["farewell_id"], unique=False)
    op.create_index(op.f("ix_farewell_guest_person_id"), "farewell_guest", ["person_id"], unique=False)
    op.create_index(
        "uq_farewell_guest_once",
        "farewell_guest",
        ["farewell_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "funeral_reward",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dead_index", sa.String(length=64), nullable=False),
        sa.Column("reward", sa.String(length=64), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_funeral_reward_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funeral_reward")),
        sa.UniqueConstraint("dead_index", "reward", name=op.f("uq_funeral_reward_dead_index_reward")),
    )
    op.create_table(
        "grave_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_grave_visit_booking_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_grave_visit_plot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grave_visit")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_grave_visit_booking_id")),
    )
    op.create_index(op.f("ix_grave_visit_plot_id"), "grave_visit", ["plot_id"], unique=False)
    op.create_table(
        "plot_term",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("paid_until", sa.Date(), nullable=True),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.String(length=16), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("since < until", name=op.f("ck_plot_term_days")),
        sa.ForeignKeyConstraint(["follows"], ["plot_term.id"], name=op.f("fk_plot_term_follows")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plot_term_person_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_plot_term_plot_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_plot_term_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_term")),
        sa.UniqueConstraint("follows", name=op.f("uq_plot_term_follows")),
    )
    op.create_index(op.f("ix_plot_term_person_id"), "plot_term", ["person_id"], unique=False)
    op.create_index(op.f("ix_plot_term_plot_id"), "plot_term", ["plot_id"], unique=False)
    op.create_index(op.f("ix_plot_term_until"), "plot_term", ["until"], unique=False)
    op.create_index(
        "uq_plot_term_live",
        "plot_term",
        ["plot_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "sweeping_errand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('asked','done','refused')", name=op.f("ck_sweeping_errand_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sweeping_errand_person_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_sweeping_errand_plot_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_sweeping_errand_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeping_errand")),
    )
    op.create_index(op.f("ix_sweeping_errand_person_id"), "sweeping_errand", ["person_id"], unique=False)
    op.create_index(op.f("ix_sweeping_errand_plot_id"), "sweeping_errand", ["plot_id"], unique=False)
    op.create_index(
        "uq_sweeping_errand_open",
        "sweeping_errand",
        ["plot_id", "day"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_table(
        "cemetery_fee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cemetery_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("balance", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("voucher", sa.String(length=64), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=True),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(term_id IS NULL) = (covers_from IS NULL)", name=op.f("ck_cemetery_fee_covers_a_term")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_cemetery_fee_amount")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_cemetery_fee_never_below_zero")),
        sa.CheckConstraint("covers_from <= covers_until", name=op.f("ck_cemetery_fee_covers")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_cemetery_fee_by")),
        sa.ForeignKeyConstraint(["cemetery_id"], ["cemetery.id"], name=op.f("fk_cemetery_fee_cemetery_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_cemetery_fee_plot_id")),
        sa.ForeignKeyConstraint(["term_id"], ["plot_term.id"], name=op.f("fk_cemetery_fee_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cemetery_fee")),
        sa.UniqueConstraint("cemetery_id", "kind", "voucher", name=op.f("uq_cemetery_fee_cemetery_id_kind_voucher")),
        sa.UniqueConstraint("cemetery_id", "sequence", name=op.f("uq_cemetery_fee_cemetery_id_sequence")),
        sa.UniqueConstraint("term_id", "covers_from", name=op.f("uq_cemetery_fee_term_id_covers_from")),
    )
    op.create_table(
        "sweeping_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("errand_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["errand_id"], ["sweeping_errand.id"], name=op.f("fk_sweeping_photo_errand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeping_photo")),
    )
    op.create_index(op.f("ix_sweeping_photo_errand_id"), "sweeping_photo", ["errand_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sweeping_photo_errand_id"), table_name="sweeping_photo")
    op.drop_table("sweeping_photo")
    op.drop_table("cemetery_fee")
    op.drop_index(
        "uq_sweeping_errand_open",
        table_name="sweeping_errand",
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.drop_index(op.f("ix_sweeping_errand_plot_id"), table_name="sweeping_errand")
    op.drop_index(op.f("ix_sweeping_errand_person_id"), table_name="sweeping_errand")
    op.drop_table("sweeping_errand")
    op.drop_index(
        "uq_plot_term_live",
        table_name="plot_term",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_plot_term_until"), table_name="plot_term")
    op.drop_index(op.f("ix_plot_term_plot_id"), table_name="plot_term")
    op.drop_index(op.f("ix_plot_term_person_id"), table_name="plot_term")
    op.drop_table("plot_term")
    op.drop_index(op.f("ix_grave_visit_plot_id"), table_name="grave_visit")
    op.drop_table("grave_visit")
    op.drop_table("funeral_reward")
    op.drop_index(
        "uq_farewell_guest_once",
        table_name="farewell_guest",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_farewell_guest_person_id"), table_name="farewell_guest")
    op.drop_index(op.f("ix_farewell_guest_farewell_id"), table_name="farewell_guest")
    op.drop_table("farewell_guest")
    op.drop_index(op.f("ix_farewell_door_person_id"), table_name="farewell_door")
    op.drop_index(op.f("ix_farewell_door_farewell_id"), table_name="farewell_door")
    op.drop_index(op.f("ix_farewell_door_expires_at"), table_name="farewell_door")
    op.drop_table("farewell_door")
    op.drop_index(op.f("ix_farewell_consent_person_id"), table_name="farewell_consent")
    op.drop_table("farewell_consent")
    op.drop_index(op.f("ix_farewell_condolence_person_id"), table_name="farewell_condolence")
    op.drop_index(op.f("ix_farewell_condolence_farewell_id"), table_name="farewell_condolence")
    op.drop_table("farewell_condolence")
    op.drop_index(
        "uq_deceased_correction_waiting",
        table_name="deceased_correction",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_deceased_correction_deceased_id"), table_name="deceased_correction")
    op.drop_table("deceased_correction")
    op.drop_index(
        "uq_burial_live",
        table_name="burial",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_burial_plot_id"), table_name="burial")
    op.drop_index(op.f("ix_burial_deceased_id"), table_name="burial")
    op.drop_table("burial")
    op.drop_table("plot")
    op.drop_index(
        "ix_moderation_report_open",
        table_name="moderation_report",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_moderation_report_item_id"), table_name="moderation_report")
    op.drop_table("moderation_report")
    op.drop_index(op.f("ix_moderation_decision_item_id"), table_name="moderation_decision")
    op.drop_index(op.f("ix_moderation_decision_at"), table_name="moderation_decision")
    op.drop_table("moderation_decision")
    op.drop_index(op.f("ix_memorial_media_consent_person_id"), table_name="memorial_media_consent")
    op.drop_index(op.f("ix_memorial_media_consent_media_id"), table_name="memorial_media_consent")
    op.drop_table("memorial_media_consent")
    op.drop_index(
        "uq_memorial_hall_person_live",
        table_name="memorial_hall_person",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_memorial_hall_person_hall_id"), table_name="memorial_hall_person")
    op.drop_index(op.f("ix_memorial_hall_person_deceased_id"), table_name="memorial_hall_person")
    op.drop_table("memorial_hall_person")
    op.drop_index(op.f("ix_memorial_concern_state"), table_name="memorial_concern")
    op.drop_index(op.f("ix_memorial_concern_person_id"), table_name="memorial_concern")
    op.drop_index(op.f("ix_memorial_concern_hall_id"), table_name="memorial_concern")
    op.drop_index(op.f("ix_memorial_concern_deceased_id"), table_name="memorial_concern")
    op.drop_table("memorial_concern")
    op.drop_table("memorial_application_paper")
    op.drop_index(op.f("ix_memorial_application_dead_identity_index"), table_name="memorial_application_dead")
    op.drop_table("memorial_application_dead")
    op.drop_table("funeral_line")
    op.drop_index(op.f("ix_funeral_complaint_order_id"), table_name="funeral_complaint")
    op.drop_index(op.f("ix_funeral_complaint_due_on"), table_name="funeral_complaint")
    op.drop_table("funeral_complaint")
    op.drop_index(
        "uq_farewell_live",
        table_name="farewell",
        sqlite_where=sa.text("state IN ('planned','displaced','open')"),
        postgresql_where=sa.text("state IN ('planned','displaced','open')"),
    )
    op.drop_index(op.f("ix_farewell_territory"), table_name="farewell")
    op.drop_index(op.f("ix_farewell_starts_at"), table_name="farewell")
    op.drop_index(op.f("ix_farewell_host_id"), table_name="farewell")
    op.drop_index(op.f("ix_farewell_deceased_id"), table_name="farewell")
    op.drop_index(op.f("ix_farewell_booking_id"), table_name="farewell")
    op.drop_table("farewell")
    op.drop_index(
        "ix_authority_report_untold",
        table_name="authority_report",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_table("authority_report")
    op.drop_table("tribute_tally")
    op.drop_index(
        "ix_tribute_shown", table_name="tribute", sqlite_where=sa.text("shown"), postgresql_where=sa.text("shown")
    )
    op.drop_index(op.f("ix_tribute_person_id"), table_name="tribute")
    op.drop_table("tribute")
    op.drop_index(
        "ix_moderation_item_unchecked",
        table_name="moderation_item",
        sqlite_where=sa.text("state = 'checking'"),
        postgresql_where=sa.text("state = 'checking'"),
    )
    op.drop_index("ix_moderation_item_subject", table_name="moderation_item")
    op.drop_index(
        "ix_moderation_item_queued",
        table_name="moderation_item",
        sqlite_where=sa.text("state IN ('queued','appealed')"),
        postgresql_where=sa.text("state IN ('queued','appealed')"),
    )
    op.drop_index(op.f("ix_moderation_item_hall_id"), table_name="moderation_item")
    op.drop_index(op.f("ix_moderation_item_decided_at"), table_name="moderation_item")
    op.drop_index(op.f("ix_moderation_item_author_id"), table_name="moderation_item")
    op.drop_table("moderation_item")
    op.drop_index(op.f("ix_memorial_relative_person_id"), table_name="memorial_relative")
    op.drop_index(op.f("ix_memorial_relative_hall_id"), table_name="memorial_relative")
    op.drop_table("memorial_relative")
    op.drop_index(op.f("ix_memorial_media_person_id"), table_name="memorial_media")
    op.drop_index(op.f("ix_memorial_media_hall_id"), table_name="memorial_media")
    op.drop_table("memorial_media")
    op.drop_index(
        "uq_memorial_hall_role_live",
        table_name="memorial_hall_role",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "uq_memorial_hall_role_keeper",
        table_name="memorial_hall_role",
        sqlite_where=sa.text("ended_at IS NULL AND role = 'keeper'"),
        postgresql_where=sa.text("ended_at IS NULL AND role = 'keeper'"),
    )
    op.drop_index(op.f("ix_memorial_hall_role_person_id"), table_name="memorial_hall_role")
    op.drop_index(op.f("ix_memorial_hall_role_hall_id"), table_name="memorial_hall_role")
    op.drop_table("memorial_hall_role")
    op.drop_index(op.f("ix_memorial_day_reminder_remind_at"), table_name="memorial_day_reminder")
    op.drop_index(op.f("ix_memorial_day_reminder_hall_id"), table_name="memorial_day_reminder")
    op.drop_table("memorial_day_reminder")
    op.drop_index(
        "uq_memorial_application_live",
        table_name="memorial_application",
        sqlite_where=sa.text("state IN ('draft','submitted','returned')"),
        postgresql_where=sa.text("state IN ('draft','submitted','returned')"),
    )
    op.drop_index(op.f("ix_memorial_application_territory"), table_name="memorial_application")
    op.drop_index(op.f("ix_memorial_application_subject_index"), table_name="memorial_application")
    op.drop_index(op.f("ix_memorial_application_person_id"), table_name="memorial_application")
    op.drop_table("memorial_application")
    op.drop_index(
        "uq_funeral_order_grant",
        table_name="funeral_order",
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(op.f("ix_funeral_order_person_id"), table_name="funeral_order")
    op.drop_index(op.f("ix_funeral_order_division_code"), table_name="funeral_order")
    op.drop_table("funeral_order")
    op.drop_index(op.f("ix_deceased_person_id"), table_name="deceased")
    op.drop_index(op.f("ix_deceased_name_index"), table_name="deceased")
    op.drop_table("deceased")
    op.drop_index(op.f("ix_cemetery_zone_office_code"), table_name="cemetery_zone")
    op.drop_table("cemetery_zone")
    op.drop_index(op.f("ix_memorial_hall_territory"), table_name="memorial_hall")
    op.drop_table("memorial_hall")
    op.drop_index(op.f("ix_cemetery_division_code"), table_name="cemetery")
    op.drop_table("cemetery")
    op.drop_table("burial_price")
