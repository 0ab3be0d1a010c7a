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
        "proxy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
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
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "(state = 'active') = (consented_at IS NOT NULL AND revoked_at IS NULL)", name=op.f("ck_proxy_consent")
        ),
        sa.CheckConstraint("kind IN ('relative','guardian')", name=op.f("ck_proxy_kind")),
        sa.CheckConstraint("state IN ('requested','active','refused','revoked')", name=op.f("ck_proxy_state")),
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
        ["principal_id", "agent_id"],
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
        "identity_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
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


def downgrade() -> None:
    op.drop_index(
        "ix_callback_task_due",
        table_name="callback_task",
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.drop_table("callback_task")
    op.drop_index(op.f("ix_resident_session_family"), table_name="resident_session")
    op.drop_index(op.f("ix_resident_session_account_id"), table_name="resident_session")
    op.drop_table("resident_session")
    op.drop_index(op.f("ix_rating_person_id"), table_name="rating")
    op.drop_index("ix_rating_office_at", table_name="rating")
    op.drop_index(op.f("ix_rating_at"), table_name="rating")
    op.drop_table("rating")
    op.drop_index(op.f("ix_proxy_act_principal_id"), table_name="proxy_act")
    op.drop_table("proxy_act")
    op.drop_index(op.f("ix_identity_check_person_id"), table_name="identity_check")
    op.drop_index(op.f("ix_identity_check_id_index"), table_name="identity_check")
    op.drop_index(op.f("ix_identity_check_account_id"), table_name="identity_check")
    op.drop_table("identity_check")
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
        "uq_wechat_account_person",
        table_name="wechat_account",
        sqlite_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("unbound_at IS NULL AND person_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_wechat_account_phone_index"), table_name="wechat_account")
    op.drop_index(op.f("ix_wechat_account_person_id"), table_name="wechat_account")
    op.drop_table("wechat_account")
    op.drop_index(op.f("ix_rights_request_person_id"), table_name="rights_request")
    op.drop_table("rights_request")
    op.drop_index(op.f("ix_rating_invitation_person_id"), table_name="rating_invitation")
    op.drop_table("rating_invitation")
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
    op.drop_index(op.f("ix_inbox_item_person_id"), table_name="inbox_item")
    op.drop_table("inbox_item")
    op.drop_index(op.f("ix_person_phone_index"), table_name="person")
    op.drop_index(op.f("ix_person_name_index"), table_name="person")
    op.drop_table("person")
