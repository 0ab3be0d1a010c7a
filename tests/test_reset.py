"""What every test gets: a database as freshly migrated, and an application of its own."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from backend.core.clock import ManualClock
from backend.settings import Settings
from tests.support import mould
from tests.support.postgres_reset import ReusedDatabase


@pytest.fixture
def reused(postgres: str, template_postgres: str) -> Iterator[ReusedDatabase]:
    database = ReusedDatabase(postgres, template_postgres)
    yield database
    database.drop()


def _on(url: str, *statements: str) -> object:
    """Run them all; the first value of the last."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return [connection.execute(text(one)) for one in statements][-1].scalar()


def test_what_a_test_wrote_is_gone_and_what_the_migrations_wrote_is_back(reused: ReusedDatabase) -> None:
    first = reused.fresh()
    _on(
        first,
        "INSERT INTO division (code, name, path, level) VALUES ('1', 'x', '1/', 'county')",
        "UPDATE audit_head SET seq = 7",
        "SELECT nextval('alarm_event_seq_seq')",
        "SELECT nextval('alarm_event_seq_seq')",
    )
    again = reused.fresh()
    assert again == first
    assert _on(again, "SELECT count(*) FROM division") == 0
    assert _on(again, "SELECT seq FROM audit_head") == 0
    assert _on(again, "SELECT nextval('alarm_event_seq_seq')") == 1


@pytest.mark.parametrize(
    "left",
    [
        "CREATE TABLE odd (id int)",
        "ALTER TABLE division DROP COLUMN name",
        "UPDATE alembic_version SET version_num = 'x'",
    ],
)
def test_a_database_whose_tables_changed_is_not_given_out_again(reused: ReusedDatabase, left: str) -> None:
    first = reused.fresh()
    _on(first, left, "SELECT 1")
    assert reused.fresh() != first


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_of_the_application_keeps_what_is_done_to_it(
    app: APIFlask, settings: Settings, clock: ManualClock
) -> None:
    app.extensions["mine"] = app.config["MINE"] = 1
    app.view_functions["metrics.mine"] = lambda: "mine"
    app.before_request_funcs.setdefault(None, []).append(lambda: "stop")
    other = mould.cast_app(settings, clock)
    assert other.test_client().get("/healthz").get_data() != b"stop"
    assert (
        not {"mine"} & set(other.extensions)
        | {"MINE"} & set(other.config)
        | {"metrics.mine"} & set(other.view_functions)
    )
