"""time_bank

Revision ID: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    op.create_table(
        "time_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(floor IS NULL) = (kind IN ('bureau','points_bureau'))", name=op.f("ck_time_account_unlimited")
        ),
        sa.CheckConstraint(
            "(unit = 'point') = (kind IN ('points','points_bureau'))", name=op.f("ck_time_account_unit_of_kind")
        ),
        sa.CheckConstraint(
            "kind IN ('personal','pending','household','pool','escrow','bureau','points','points_bureau')",
            name=op.f("ck_time_account_kind"),
        ),
        sa.CheckConstraint("unit IN ('minute','point')", name=op.f("ck_time_account_unit")),
        sa.CheckConstraint("entries >= 0", name=op.f("ck_time_account_entries")),
        sa.CheckConstraint("floor IS NULL OR balance >= floor", name=op.f("ck_time_account_floor")),
        sa.CheckConstraint("floor IS NULL OR floor <= 0", name=op.f("ck_time_account_credit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_account")),
        sa.UniqueConstraint("kind", "owner", name=op.f("uq_time_account_kind_owner")),
    )
    op.create_index(op.f("ix_time_account_owner"), "time_account", ["owner"], unique=False)
    op.create_table(
        "time_gift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_time_gift_points")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_time_gift_stock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_gift")),
        sa.UniqueConstraint("name", name=op.f("uq_time_gift_name")),
    )
    op.create_table(
        "time_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "policy", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["reverses"], ["time_transfer.id"], name=op.f("fk_time_transfer_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_time_transfer_key")),
        sa.UniqueConstraint("reverses", name=op.f("uq_time_transfer_reverses")),
    )
    op.create_index("ix_time_transfer_source", "time_transfer", ["source", "source_id"], unique=False)
    op.create_table(
        "time_call_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column(
            "skills", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("alarm_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('missing','disaster')", name=op.f("ck_time_call_out_kind")),
        sa.CheckConstraint("state IN ('open','over')", name=op.f("ck_time_call_out_state")),
        sa.CheckConstraint("radius_m BETWEEN 100 AND 50000", name=op.f("ck_time_call_out_radius")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_time_call_out_alarm_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_time_call_out_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_call_out")),
        sa.UniqueConstraint("number", name=op.f("uq_time_call_out_number")),
    )
    op.create_index(op.f("ix_time_call_out_division_path"), "time_call_out", ["division_path"], unique=False)
    op.create_table(
        "time_entry",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_time_entry_amount")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_time_entry_seq")),
        sa.ForeignKeyConstraint(["account_id"], ["time_account.id"], name=op.f("fk_time_entry_account_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["time_transfer.id"], name=op.f("fk_time_entry_transfer_id")),
        sa.PrimaryKeyConstraint("account_id", "seq", name=op.f("pk_time_entry")),
    )
    op.create_index(op.f("ix_time_entry_transfer_id"), "time_entry", ["transfer_id"], unique=False)
    op.create_table(
        "volunteer_exchange_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column(
            "report", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('export','import')", name=op.f("ck_volunteer_exchange_run_direction")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_volunteer_exchange_run_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_exchange_run")),
    )
    op.create_index(op.f("ix_volunteer_exchange_run_digest"), "volunteer_exchange_run", ["digest"], unique=False)
    op.create_index(
        "uq_volunteer_exchange_taken",
        "volunteer_exchange_run",
        ["digest"],
        unique=True,
        sqlite_where=sa.text("direction = 'import'"),
        postgresql_where=sa.text("direction = 'import'"),
    )
    op.create_table(
        "care_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("site_code", sa.String(length=64), nullable=True),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_on IS NOT NULL AND ended_why IS NOT NULL)", name=op.f("ck_care_agreement_ended")
        ),
        sa.CheckConstraint("kind = 'institution' OR site_code IS NULL", name=op.f("ck_care_agreement_home")),
        sa.CheckConstraint("kind IN ('scattered','institution')", name=op.f("ck_care_agreement_kind")),
        sa.CheckConstraint("state IN ('live','ended')", name=op.f("ck_care_agreement_state")),
        sa.CheckConstraint("tier IN ('able','partly','unable')", name=op.f("ck_care_agreement_tier")),
        sa.CheckConstraint("starts_on <= ends_on AND signed_on <= ends_on", name=op.f("ck_care_agreement_days")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_agreement_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_care_agreement_recorded_by")),
        sa.ForeignKeyConstraint(["site_code"], ["site.division_code"], name=op.f("fk_care_agreement_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_agreement")),
    )
    op.create_index(op.f("ix_care_agreement_division_path"), "care_agreement", ["division_path"], unique=False)
    op.create_index(op.f("ix_care_agreement_person_id"), "care_agreement", ["person_id"], unique=False)
    op.create_index(
        "uq_care_agreement_live",
        "care_agreement",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "help_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("alarm_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column(
            "skills", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("language", sa.String(length=32), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("wanted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("helpers", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=16), nullable=False),
        sa.Column("key_elder", sa.Boolean(), nullable=False),
        sa.Column("photo_agreed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_round", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("rating", sa.LargeBinary(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('phone','mini','alarm','desk')", name=op.f("ck_help_order_channel")),
        sa.CheckConstraint("payer IN ('personal','household','pool','none')", name=op.f("ck_help_order_payer")),
        sa.CheckConstraint("sex IN ('male','female')", name=op.f("ck_help_order_sex")),
        sa.CheckConstraint(
            "state IN ('open','taken','started','finished','confirmed','disputed','cancelled','expired')",
            name=op.f("ck_help_order_state"),
        ),
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_help_order_place")),
        sa.CheckConstraint("helpers BETWEEN 1 AND 4", name=op.f("ck_help_order_helpers")),
        sa.CheckConstraint("joined BETWEEN 0 AND helpers", name=op.f("ck_help_order_joined")),
        sa.CheckConstraint("minutes BETWEEN 15 AND 720", name=op.f("ck_help_order_minutes")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_help_order_stars")),
        sa.CheckConstraint("wanted_until > wanted_from", name=op.f("ck_help_order_period")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_help_order_alarm_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_help_order_asked_by")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_help_order_division_code")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_help_order_receiver_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_help_order_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_order")),
        sa.UniqueConstraint("number", name=op.f("uq_help_order_number")),
    )
    op.create_index(op.f("ix_help_order_alarm_id"), "help_order", ["alarm_id"], unique=False)
    op.create_index(op.f("ix_help_order_asked_by"), "help_order", ["asked_by"], unique=False)
    op.create_index("ix_help_order_board", "help_order", ["state", "wanted_from"], unique=False)
    op.create_index(op.f("ix_help_order_division_code"), "help_order", ["division_code"], unique=False)
    op.create_index(op.f("ix_help_order_division_path"), "help_order", ["division_path"], unique=False)
    op.create_index(op.f("ix_help_order_receiver_id"), "help_order", ["receiver_id"], unique=False)
    op.create_table(
        "time_elder_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("empty_nest", sa.Boolean(), nullable=False),
        sa.Column("low_income", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_elder_facts_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_time_elder_facts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_elder_facts")),
    )
    op.create_index(
        "uq_time_elder_facts_live",
        "time_elder_facts",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "time_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column(
            "evidence", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open','dismissed','upheld')", name=op.f("ck_time_flag_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_time_flag_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_flag_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_flag")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_time_flag_kind_key")),
    )
    op.create_index(op.f("ix_time_flag_division_path"), "time_flag", ["division_path"], unique=False)
    op.create_index(op.f("ix_time_flag_person_id"), "time_flag", ["person_id"], unique=False)
    op.create_table(
        "time_gift_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('reserved','fetched','cancelled')", name=op.f("ck_time_gift_order_state")),
        sa.ForeignKeyConstraint(["gift_id"], ["time_gift.id"], name=op.f("fk_time_gift_order_gift_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_gift_order_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_time_gift_order_staff_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["time_transfer.id"], name=op.f("fk_time_gift_order_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_gift_order")),
        sa.UniqueConstraint("number", name=op.f("uq_time_gift_order_number")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_time_gift_order_transfer_id")),
    )
    op.create_index(op.f("ix_time_gift_order_gift_id"), "time_gift_order", ["gift_id"], unique=False)
    op.create_index(op.f("ix_time_gift_order_person_id"), "time_gift_order", ["person_id"], unique=False)
    op.create_table(
        "time_household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("may_spend", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_time_household_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_household_member")),
    )
    op.create_index(op.f("ix_time_household_member_household"), "time_household_member", ["household"], unique=False)
    op.create_index(
        "uq_time_household_member_live",
        "time_household_member",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND agreed_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND agreed_at IS NOT NULL"),
    )
    op.create_index(
        "uq_time_household_member_once",
        "time_household_member",
        ["household", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "time_kin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("proven_by", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("proven_by IN ('clerk','proxy')", name=op.f("ck_time_kin_proven_by")),
        sa.CheckConstraint(
            "relation IN ('parent','child','spouse','grandparent','grandchild','spouse_parent')",
            name=op.f("ck_time_kin_relation"),
        ),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_time_kin_not_oneself")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_time_kin_giver_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_time_kin_receiver_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_time_kin_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_kin")),
    )
    op.create_index(op.f("ix_time_kin_receiver_id"), "time_kin", ["receiver_id"], unique=False)
    op.create_index(
        "uq_time_kin_live",
        "time_kin",
        ["giver_id", "receiver_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "volunteer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("national_number", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column(
            "skills", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "services", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "languages", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "areas", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "hours", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("guardian_name", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_phone", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_rule", sa.String(length=16), nullable=True),
        sa.Column("guardian_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guardian_paper", sa.LargeBinary(), nullable=True),
        sa.Column("emergency_calls", sa.Boolean(), nullable=False),
        sa.Column("national_exchange", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("guardian_rule IN ('consent','company')", name=op.f("ck_volunteer_guardian_rule")),
        sa.CheckConstraint("state IN ('applied','active','suspended','withdrawn')", name=op.f("ck_volunteer_state")),
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_volunteer_place")),
        sa.CheckConstraint("guardian_id IS NULL OR guardian_id <> person_id", name=op.f("ck_volunteer_guardian")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_volunteer_division_code")),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_volunteer_guardian_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_volunteer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("national_number", name=op.f("uq_volunteer_national_number")),
        sa.UniqueConstraint("number", name=op.f("uq_volunteer_number")),
    )
    op.create_index(op.f("ix_volunteer_division_code"), "volunteer", ["division_code"], unique=False)
    op.create_index(op.f("ix_volunteer_division_path"), "volunteer", ["division_path"], unique=False)
    op.create_index(op.f("ix_volunteer_person_id"), "volunteer", ["person_id"], unique=False)
    op.create_index(op.f("ix_volunteer_state"), "volunteer", ["state"], unique=False)
    op.create_index(
        "uq_volunteer_live",
        "volunteer",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "care_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["care_agreement.id"], name=op.f("fk_care_review_agreement_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name=op.f("fk_care_review_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_review")),
    )
    op.create_index(op.f("ix_care_review_agreement_id"), "care_review", ["agreement_id"], unique=False)
    op.create_table(
        "help_order_dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column(
            "minutes", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("raised_by IN ('receiver','helper','staff')", name=op.f("ck_help_order_dispute_raised_by")),
        sa.CheckConstraint("state IN ('open','settled')", name=op.f("ck_help_order_dispute_state")),
        sa.ForeignKeyConstraint(["order_id"], ["help_order.id"], name=op.f("fk_help_order_dispute_order_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_help_order_dispute_settled_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_help_order_dispute_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_order_dispute")),
        sa.UniqueConstraint("order_id", name=op.f("uq_help_order_dispute_order_id")),
    )
    op.create_table(
        "help_order_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_name", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["help_order.id"], name=op.f("fk_help_order_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_order_event")),
    )
    op.create_index(op.f("ix_help_order_event_order_id"), "help_order_event", ["order_id"], unique=False)
    op.create_table(
        "help_order_helper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column(
            "reasons", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(length=8), nullable=True),
        sa.Column(
            "start_place", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "last_place", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("overdue_step", sa.Integer(), nullable=False),
        sa.Column("share_digest", sa.String(length=64), nullable=True),
        sa.Column("share_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("proposed_by IN ('helper','receiver')", name=op.f("ck_help_order_helper_proposed_by")),
        sa.CheckConstraint(
            "state IN ('offered','accepted','started','finished','confirmed','declined','withdrew','missed','released')",
            name=op.f("ck_help_order_helper_state"),
        ),
        sa.CheckConstraint("finished_at IS NULL OR finished_at > started_at", name=op.f("ck_help_order_helper_period")),
        sa.CheckConstraint("minutes IS NULL OR minutes BETWEEN 0 AND 720", name=op.f("ck_help_order_helper_minutes")),
        sa.CheckConstraint("overdue_step BETWEEN 0 AND 2", name=op.f("ck_help_order_helper_overdue_step")),
        sa.ForeignKeyConstraint(["order_id"], ["help_order.id"], name=op.f("fk_help_order_helper_order_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_help_order_helper_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_order_helper")),
        sa.UniqueConstraint("share_digest", name=op.f("uq_help_order_helper_share_digest")),
    )
    op.create_index(op.f("ix_help_order_helper_order_id"), "help_order_helper", ["order_id"], unique=False)
    op.create_index(op.f("ix_help_order_helper_volunteer_id"), "help_order_helper", ["volunteer_id"], unique=False)
    op.create_index(
        "uq_help_order_helper_live",
        "help_order_helper",
        ["order_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered','accepted','started','finished','confirmed')"),
        postgresql_where=sa.text("state IN ('offered','accepted','started','finished','confirmed')"),
    )
    op.create_table(
        "service_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["issued_by"], ["staff.id"], name=op.f("fk_service_certificate_issued_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["staff.id"], name=op.f("fk_service_certificate_revoked_by")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_service_certificate_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_service_certificate_number")),
    )
    op.create_index(op.f("ix_service_certificate_volunteer_id"), "service_certificate", ["volunteer_id"], unique=False)
    op.create_table(
        "service_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=128), nullable=False),
        sa.Column("lead", sa.String(length=128), nullable=False),
        sa.Column("group_time", sa.Boolean(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=True),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_why", sa.Text(), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.CheckConstraint("source IN ('activity','order','import','desk')", name=op.f("ck_service_record_source")),
        sa.CheckConstraint("state IN ('recorded','void')", name=op.f("ck_service_record_state")),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_service_record_period")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_service_record_minutes")),
        sa.CheckConstraint("quality IS NULL OR quality BETWEEN 1 AND 5", name=op.f("ck_service_record_quality")),
        sa.ForeignKeyConstraint(["corrects"], ["service_record.id"], name=op.f("fk_service_record_corrects")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_service_record_receiver_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_service_record_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "volunteer_id",
            "revision",
            name=op.f("uq_service_record_source_source_id_volunteer_id_revision"),
        ),
    )
    op.create_index(op.f("ix_service_record_asked_at"), "service_record", ["asked_at"], unique=False)
    op.create_index(op.f("ix_service_record_division_path"), "service_record", ["division_path"], unique=False)
    op.create_index(op.f("ix_service_record_receiver_id"), "service_record", ["receiver_id"], unique=False)
    op.create_index("ix_service_record_when", "service_record", ["volunteer_id", "started_at"], unique=False)
    op.create_table(
        "time_call_out_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_out_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','coming','declined','arrived','released')", name=op.f("ck_time_call_out_answer_state")
        ),
        sa.ForeignKeyConstraint(
            ["call_out_id"], ["time_call_out.id"], name=op.f("fk_time_call_out_answer_call_out_id")
        ),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_time_call_out_answer_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_call_out_answer")),
        sa.UniqueConstraint(
            "call_out_id", "volunteer_id", name=op.f("uq_time_call_out_answer_call_out_id_volunteer_id")
        ),
    )
    op.create_index(op.f("ix_time_call_out_answer_call_out_id"), "time_call_out_answer", ["call_out_id"], unique=False)
    op.create_index(
        op.f("ix_time_call_out_answer_volunteer_id"), "time_call_out_answer", ["volunteer_id"], unique=False
    )
    op.create_table(
        "volunteer_honour",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("given_by", sa.String(length=128), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_honour_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_honour")),
        sa.UniqueConstraint("volunteer_id", "level", "name", name=op.f("uq_volunteer_honour_volunteer_id_level_name")),
    )
    op.create_index(op.f("ix_volunteer_honour_volunteer_id"), "volunteer_honour", ["volunteer_id"], unique=False)
    op.create_table(
        "volunteer_qualification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=128), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_volunteer_qualification_checked_by")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_qualification_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_qualification")),
    )
    op.create_index(
        op.f("ix_volunteer_qualification_valid_until"), "volunteer_qualification", ["valid_until"], unique=False
    )
    op.create_index(
        op.f("ix_volunteer_qualification_volunteer_id"), "volunteer_qualification", ["volunteer_id"], unique=False
    )
    op.create_table(
        "volunteer_team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("recruiting", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('team','organisation','mutual_help')", name=op.f("ck_volunteer_team_kind")),
        sa.CheckConstraint("state IN ('active','closed')", name=op.f("ck_volunteer_team_state")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_volunteer_team_division_code")),
        sa.ForeignKeyConstraint(["leader_id"], ["volunteer.id"], name=op.f("fk_volunteer_team_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_team")),
        sa.UniqueConstraint("name", name=op.f("uq_volunteer_team_name")),
        sa.UniqueConstraint("uscc", name=op.f("uq_volunteer_team_uscc")),
    )
    op.create_index(op.f("ix_volunteer_team_division_code"), "volunteer_team", ["division_code"], unique=False)
    op.create_index(op.f("ix_volunteer_team_division_path"), "volunteer_team", ["division_path"], unique=False)
    op.create_table(
        "volunteer_training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=128), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 60000", name=op.f("ck_volunteer_training_minutes")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_volunteer_training_entered_by")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_training_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_training")),
    )
    op.create_index(op.f("ix_volunteer_training_valid_until"), "volunteer_training", ["valid_until"], unique=False)
    op.create_index(op.f("ix_volunteer_training_volunteer_id"), "volunteer_training", ["volunteer_id"], unique=False)
    op.create_table(
        "help_order_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.String(length=128), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["helper_id"], ["help_order_helper.id"], name=op.f("fk_help_order_photo_helper_id")),
        sa.ForeignKeyConstraint(["order_id"], ["help_order.id"], name=op.f("fk_help_order_photo_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_order_photo")),
        sa.UniqueConstraint("file_key", name=op.f("uq_help_order_photo_file_key")),
    )
    op.create_index(op.f("ix_help_order_photo_order_id"), "help_order_photo", ["order_id"], unique=False)
    op.create_table(
        "volunteer_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("organiser", sa.String(length=128), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("contact_phone", sa.String(length=32), nullable=False),
        sa.Column("division_code", sa.String(length=64), nullable=False),
        sa.Column("division_path", sa.String(length=256), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("fence_m", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("full_up", sa.Boolean(), sa.Computed("taken >= capacity", persisted=True), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column(
            "needs", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("risk", sa.Boolean(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("group_time", sa.Boolean(), nullable=False),
        sa.Column(
            "checklist", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("search_text", sa.String(length=400), nullable=False),
        sa.Column("checkin_secret", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft','published','ended','cancelled')", name=op.f("ck_volunteer_activity_state")
        ),
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_volunteer_activity_place")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_volunteer_activity_period")),
        sa.CheckConstraint(
            "fence_m IS NULL OR (fence_m BETWEEN 20 AND 5000 AND longitude IS NOT NULL)",
            name=op.f("ck_volunteer_activity_fence"),
        ),
        sa.CheckConstraint("min_age BETWEEN 8 AND 100", name=op.f("ck_volunteer_activity_min_age")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_volunteer_activity_taken")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_volunteer_activity_created_by")),
        sa.ForeignKeyConstraint(["division_code"], ["division.code"], name=op.f("fk_volunteer_activity_division_code")),
        sa.ForeignKeyConstraint(["team_id"], ["volunteer_team.id"], name=op.f("fk_volunteer_activity_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_activity")),
        sa.UniqueConstraint("number", name=op.f("uq_volunteer_activity_number")),
    )
    op.create_index(
        "ix_volunteer_activity_search",
        "volunteer_activity",
        ["state", "starts_at", "id", "ends_at", "division_path", "kind", "full_up", "search_text"],
        unique=False,
    )
    op.create_index(op.f("ix_volunteer_activity_team_id"), "volunteer_activity", ["team_id"], unique=False)
    op.create_index(
        "ix_volunteer_activity_unconfirmed",
        "volunteer_activity",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("state = 'ended' AND confirmed_at IS NULL"),
        postgresql_where=sa.text("state = 'ended' AND confirmed_at IS NULL"),
    )
    op.create_index(
        "ix_volunteer_activity_where",
        "volunteer_activity",
        ["division_code", "state", "starts_at", "id", "ends_at", "kind", "full_up", "search_text"],
        unique=False,
    )
    op.create_table(
        "volunteer_team_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied','member','refused','left')", name=op.f("ck_volunteer_team_member_state")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["volunteer_team.id"], name=op.f("fk_volunteer_team_member_team_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_team_member_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_team_member")),
    )
    op.create_index(op.f("ix_volunteer_team_member_team_id"), "volunteer_team_member", ["team_id"], unique=False)
    op.create_index(
        op.f("ix_volunteer_team_member_volunteer_id"), "volunteer_team_member", ["volunteer_id"], unique=False
    )
    op.create_index(
        "uq_volunteer_team_member_live",
        "volunteer_team_member",
        ["team_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('applied','member')"),
        postgresql_where=sa.text("state IN ('applied','member')"),
    )
    op.create_table(
        "care_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("assessor", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["matter_case.id"], name=op.f("fk_care_assessment_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_assessment_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_care_assessment_recorded_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["home_visit.id"], name=op.f("fk_care_assessment_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_assessment")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_care_assessment_visit_id")),
    )
    op.create_index("ix_care_assessment_case", "care_assessment", ["case_id", "recorded_at"], unique=False)
    op.create_index(op.f("ix_care_assessment_person_id"), "care_assessment", ["person_id"], unique=False)
    op.create_table(
        "volunteer_activity_gram",
        sa.Column("gram", sa.String(length=2), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["volunteer_activity.id"],
            name=op.f("fk_volunteer_activity_gram_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("gram", "activity_id", name=op.f("pk_volunteer_activity_gram")),
    )
    op.create_index(
        op.f("ix_volunteer_activity_gram_activity_id"), "volunteer_activity_gram", ["activity_id"], unique=False
    )
    op.create_table(
        "volunteer_activity_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_by", sa.String(length=8), nullable=True),
        sa.Column("out_by", sa.String(length=8), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("to_confirm", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("in_by IN ('code','fence','staff')", name=op.f("ck_volunteer_activity_place_in_by")),
        sa.CheckConstraint("out_by IN ('code','fence','staff')", name=op.f("ck_volunteer_activity_place_out_by")),
        sa.CheckConstraint(
            "state IN ('signed','waiting','present','left','confirmed','absent','cancelled')",
            name=op.f("ck_volunteer_activity_place_state"),
        ),
        sa.CheckConstraint("left_at IS NULL OR left_at > came_at", name=op.f("ck_volunteer_activity_place_period")),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 1440", name=op.f("ck_volunteer_activity_place_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["volunteer_activity.id"], name=op.f("fk_volunteer_activity_place_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_activity_place_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_activity_place")),
    )
    op.create_index(
        op.f("ix_volunteer_activity_place_activity_id"), "volunteer_activity_place", ["activity_id"], unique=False
    )
    op.create_index(
        op.f("ix_volunteer_activity_place_volunteer_id"), "volunteer_activity_place", ["volunteer_id"], unique=False
    )
    op.create_index(
        "uq_volunteer_activity_place_live",
        "volunteer_activity_place",
        ["activity_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('signed','waiting','present','left','confirmed')"),
        postgresql_where=sa.text("state IN ('signed','waiting','present','left','confirmed')"),
    )
    op.create_table(
        "volunteer_insurance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("insurer", sa.String(length=128), nullable=False),
        sa.Column("policy_number", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(volunteer_id IS NULL) <> (activity_id IS NULL)", name=op.f("ck_volunteer_insurance_whom")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_volunteer_insurance_period")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["volunteer_activity.id"], name=op.f("fk_volunteer_insurance_activity_id")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_volunteer_insurance_entered_by")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_insurance_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_insurance")),
    )
    op.create_index(op.f("ix_volunteer_insurance_activity_id"), "volunteer_insurance", ["activity_id"], unique=False)
    op.create_index(op.f("ix_volunteer_insurance_valid_until"), "volunteer_insurance", ["valid_until"], unique=False)
    op.create_index(op.f("ix_volunteer_insurance_volunteer_id"), "volunteer_insurance", ["volunteer_id"], unique=False)
    op.create_index(op.f("ix_benefit_decision_id"), "benefit", ["decision_id"], unique=False)
    op.create_index(op.f("ix_benefit_household_id"), "benefit", ["household_id"], unique=False)
    op.create_index("ix_benefit_judged", "benefit", ["programme", "state", "assessed_on", "id"], unique=False)
    op.create_index(op.f("ix_benefit_person_id"), "benefit", ["person_id"], unique=False)
    op.add_column("inspection_draw", sa.Column("matter", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("inspection_draw", "matter")
    op.drop_index(op.f("ix_benefit_person_id"), table_name="benefit")
    op.drop_index("ix_benefit_judged", table_name="benefit")
    op.drop_index(op.f("ix_benefit_household_id"), table_name="benefit")
    op.drop_index(op.f("ix_benefit_decision_id"), table_name="benefit")
    op.drop_index(op.f("ix_volunteer_insurance_volunteer_id"), table_name="volunteer_insurance")
    op.drop_index(op.f("ix_volunteer_insurance_valid_until"), table_name="volunteer_insurance")
    op.drop_index(op.f("ix_volunteer_insurance_activity_id"), table_name="volunteer_insurance")
    op.drop_table("volunteer_insurance")
    op.drop_index(
        "uq_volunteer_activity_place_live",
        table_name="volunteer_activity_place",
        sqlite_where=sa.text("state IN ('signed','waiting','present','left','confirmed')"),
        postgresql_where=sa.text("state IN ('signed','waiting','present','left','confirmed')"),
    )
    op.drop_index(op.f("ix_volunteer_activity_place_volunteer_id"), table_name="volunteer_activity_place")
    op.drop_index(op.f("ix_volunteer_activity_place_activity_id"), table_name="volunteer_activity_place")
    op.drop_table("volunteer_activity_place")
    op.drop_index(op.f("ix_volunteer_activity_gram_activity_id"), table_name="volunteer_activity_gram")
    op.drop_table("volunteer_activity_gram")
    op.drop_index(op.f("ix_care_assessment_person_id"), table_name="care_assessment")
    op.drop_index("ix_care_assessment_case", table_name="care_assessment")
    op.drop_table("care_assessment")
    op.drop_index(
        "uq_volunteer_team_member_live",
        table_name="volunteer_team_member",
        sqlite_where=sa.text("state IN ('applied','member')"),
        postgresql_where=sa.text("state IN ('applied','member')"),
    )
    op.drop_index(op.f("ix_volunteer_team_member_volunteer_id"), table_name="volunteer_team_member")
    op.drop_index(op.f("ix_volunteer_team_member_team_id"), table_name="volunteer_team_member")
    op.drop_table("volunteer_team_member")
    op.drop_index("ix_volunteer_activity_where", table_name="volunteer_activity")
    op.drop_index(
        "ix_volunteer_activity_unconfirmed",
        table_name="volunteer_activity",
        sqlite_where=sa.text("state = 'ended' AND confirmed_at IS NULL"),
        postgresql_where=sa.text("state = 'ended' AND confirmed_at IS NULL"),
    )
    op.drop_index(op.f("ix_volunteer_activity_team_id"), table_name="volunteer_activity")
    op.drop_index("ix_volunteer_activity_search", table_name="volunteer_activity")
    op.drop_table("volunteer_activity")
    op.drop_index(op.f("ix_help_order_photo_order_id"), table_name="help_order_photo")
    op.drop_table("help_order_photo")
    op.drop_index(op.f("ix_volunteer_training_volunteer_id"), table_name="volunteer_training")
    op.drop_index(op.f("ix_volunteer_training_valid_until"), table_name="volunteer_training")
    op.drop_table("volunteer_training")
    op.drop_index(op.f("ix_volunteer_team_division_path"), table_name="volunteer_team")
    op.drop_index(op.f("ix_volunteer_team_division_code"), table_name="volunteer_team")
    op.drop_table("volunteer_team")
    op.drop_index(op.f("ix_volunteer_qualification_volunteer_id"), table_name="volunteer_qualification")
    op.drop_index(op.f("ix_volunteer_qualification_valid_until"), table_name="volunteer_qualification")
    op.drop_table("volunteer_qualification")
    op.drop_index(op.f("ix_volunteer_honour_volunteer_id"), table_name="volunteer_honour")
    op.drop_table("volunteer_honour")
    op.drop_index(op.f("ix_time_call_out_answer_volunteer_id"), table_name="time_call_out_answer")
    op.drop_index(op.f("ix_time_call_out_answer_call_out_id"), table_name="time_call_out_answer")
    op.drop_table("time_call_out_answer")
    op.drop_index("ix_service_record_when", table_name="service_record")
    op.drop_index(op.f("ix_service_record_receiver_id"), table_name="service_record")
    op.drop_index(op.f("ix_service_record_division_path"), table_name="service_record")
    op.drop_index(op.f("ix_service_record_asked_at"), table_name="service_record")
    op.drop_table("service_record")
    op.drop_index(op.f("ix_service_certificate_volunteer_id"), table_name="service_certificate")
    op.drop_table("service_certificate")
    op.drop_index(
        "uq_help_order_helper_live",
        table_name="help_order_helper",
        sqlite_where=sa.text("state IN ('offered','accepted','started','finished','confirmed')"),
        postgresql_where=sa.text("state IN ('offered','accepted','started','finished','confirmed')"),
    )
    op.drop_index(op.f("ix_help_order_helper_volunteer_id"), table_name="help_order_helper")
    op.drop_index(op.f("ix_help_order_helper_order_id"), table_name="help_order_helper")
    op.drop_table("help_order_helper")
    op.drop_index(op.f("ix_help_order_event_order_id"), table_name="help_order_event")
    op.drop_table("help_order_event")
    op.drop_table("help_order_dispute")
    op.drop_index(op.f("ix_care_review_agreement_id"), table_name="care_review")
    op.drop_table("care_review")
    op.drop_index(
        "uq_volunteer_live",
        table_name="volunteer",
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.drop_index(op.f("ix_volunteer_state"), table_name="volunteer")
    op.drop_index(op.f("ix_volunteer_person_id"), table_name="volunteer")
    op.drop_index(op.f("ix_volunteer_division_path"), table_name="volunteer")
    op.drop_index(op.f("ix_volunteer_division_code"), table_name="volunteer")
    op.drop_table("volunteer")
    op.drop_index(
        "uq_time_kin_live",
        table_name="time_kin",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_time_kin_receiver_id"), table_name="time_kin")
    op.drop_table("time_kin")
    op.drop_index(
        "uq_time_household_member_once",
        table_name="time_household_member",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "uq_time_household_member_live",
        table_name="time_household_member",
        sqlite_where=sa.text("ended_at IS NULL AND agreed_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND agreed_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_time_household_member_household"), table_name="time_household_member")
    op.drop_table("time_household_member")
    op.drop_index(op.f("ix_time_gift_order_person_id"), table_name="time_gift_order")
    op.drop_index(op.f("ix_time_gift_order_gift_id"), table_name="time_gift_order")
    op.drop_table("time_gift_order")
    op.drop_index(op.f("ix_time_flag_person_id"), table_name="time_flag")
    op.drop_index(op.f("ix_time_flag_division_path"), table_name="time_flag")
    op.drop_table("time_flag")
    op.drop_index(
        "uq_time_elder_facts_live",
        table_name="time_elder_facts",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("time_elder_facts")
    op.drop_index(op.f("ix_help_order_receiver_id"), table_name="help_order")
    op.drop_index(op.f("ix_help_order_division_path"), table_name="help_order")
    op.drop_index(op.f("ix_help_order_division_code"), table_name="help_order")
    op.drop_index("ix_help_order_board", table_name="help_order")
    op.drop_index(op.f("ix_help_order_asked_by"), table_name="help_order")
    op.drop_index(op.f("ix_help_order_alarm_id"), table_name="help_order")
    op.drop_table("help_order")
    op.drop_index(
        "uq_care_agreement_live",
        table_name="care_agreement",
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.drop_index(op.f("ix_care_agreement_person_id"), table_name="care_agreement")
    op.drop_index(op.f("ix_care_agreement_division_path"), table_name="care_agreement")
    op.drop_table("care_agreement")
    op.drop_index(
        "uq_volunteer_exchange_taken",
        table_name="volunteer_exchange_run",
        sqlite_where=sa.text("direction = 'import'"),
        postgresql_where=sa.text("direction = 'import'"),
    )
    op.drop_index(op.f("ix_volunteer_exchange_run_digest"), table_name="volunteer_exchange_run")
    op.drop_table("volunteer_exchange_run")
    op.drop_index(op.f("ix_time_entry_transfer_id"), table_name="time_entry")
    op.drop_table("time_entry")
    op.drop_index(op.f("ix_time_call_out_division_path"), table_name="time_call_out")
    op.drop_table("time_call_out")
    op.drop_index("ix_time_transfer_source", table_name="time_transfer")
    op.drop_table("time_transfer")
    op.drop_table("time_gift")
    op.drop_index(op.f("ix_time_account_owner"), table_name="time_account")
    op.drop_table("time_account")
