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
        "memorial_hall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("story", sa.LargeBinary(), nullable=False),
        sa.Column("story_new", sa.LargeBinary(), nullable=True),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("privacy", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_why", sa.Text(), nullable=False),
        sa.Column("invite_digest", sa.String(length=64), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person','couple','family')", name=op.f("ck_memorial_hall_kind")),
        sa.CheckConstraint("privacy IN ('family','invited','public')", name=op.f("ck_memorial_hall_privacy")),
        sa.CheckConstraint("state IN ('open','frozen','closed')", name=op.f("ck_memorial_hall_state")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_hall_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_hall")),
        sa.UniqueConstraint("number", name=op.f("uq_memorial_hall_number")),
    )
    op.create_table(
        "deceased",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
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
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_tribute_tally_count")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_tribute_tally_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "kind", name=op.f("pk_tribute_tally")),
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
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('dispute','complaint','martyr','living')", name=op.f("ck_memorial_concern_kind")),
        sa.CheckConstraint("state IN ('open','upheld','dismissed')", name=op.f("ck_memorial_concern_state")),
        sa.ForeignKeyConstraint(["deceased_id"], ["deceased.id"], name=op.f("fk_memorial_concern_deceased_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["memorial_hall.id"], name=op.f("fk_memorial_concern_hall_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memorial_concern_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_memorial_concern_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memorial_concern")),
        sa.UniqueConstraint("number", name=op.f("uq_memorial_concern_number")),
    )
    op.create_index(op.f("ix_memorial_concern_deceased_id"), "memorial_concern", ["deceased_id"], unique=False)
    op.create_index(op.f("ix_memorial_concern_hall_id"), "memorial_concern", ["hall_id"], unique=False)
    op.create_index(op.f("ix_memorial_concern_person_id"), "memorial_concern", ["person_id"], unique=False)
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


def downgrade() -> None:
    op.drop_index(
        "ix_moderation_report_open",
        table_name="moderation_report",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index(op.f("ix_moderation_report_item_id"), table_name="moderation_report")
    op.drop_table("moderation_report")
    op.drop_index(op.f("ix_moderation_decision_item_id"), table_name="moderation_decision")
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
    op.drop_index(op.f("ix_memorial_concern_person_id"), table_name="memorial_concern")
    op.drop_index(op.f("ix_memorial_concern_hall_id"), table_name="memorial_concern")
    op.drop_index(op.f("ix_memorial_concern_deceased_id"), table_name="memorial_concern")
    op.drop_table("memorial_concern")
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
    op.drop_index(op.f("ix_deceased_person_id"), table_name="deceased")
    op.drop_index(op.f("ix_deceased_name_index"), table_name="deceased")
    op.drop_table("deceased")
    op.drop_table("memorial_hall")
