"""The configuration: what is refused, what is filled in, and that a refusal names the variable."""

import base64
import re
import stat
from pathlib import Path

import pytest

from backend.settings import GROUPS, REQUIRED_IN_PRODUCTION, Settings, SettingsError, load_settings
from backend.settings_embedded import SANDBOX_APPID

KEY = base64.b64encode(bytes(32)).decode()
PRODUCTION = {
    "SHOUWANG_MODE": "production",
    "DATABASE_URL": "postgresql://shouwang:secret@db/shouwang",
    "REDIS_URL": "redis://cache:6379/0",
    "MQTT_URL": "mqtts://hub:p%40ss@broker",
    "SHOUWANG_PUBLIC_URL": "https://shouwang.example.gov.cn/",
    "SHOUWANG_SECRET_KEY": "s" * 32,
    "SHOUWANG_FIELD_KEYS": f"2026:{KEY}",
    "SHOUWANG_INDEX_KEY": KEY,
}


def production(**changed: str) -> Settings:
    return load_settings(PRODUCTION | changed)


def demo(folder: Path, **changed: str) -> Settings:
    return load_settings({"SHOUWANG_DATA_DIR": str(folder)} | changed)


def refusal(env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(env)
    return str(caught.value)


def test_a_complete_production_configuration_is_accepted() -> None:
    settings = production()
    assert settings.database_url == "postgresql+psycopg://shouwang:secret@db/shouwang"
    assert settings.public_url == "https://shouwang.example.gov.cn"
    assert (settings.embedded, settings.demo, settings.simulator) == (frozenset(), False, False)


@pytest.mark.parametrize("name", REQUIRED_IN_PRODUCTION)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_production_refuses_to_start_without(name: str, value: str | None) -> None:
    env = {key: one for key, one in PRODUCTION.items() if key != name}
    text = refusal(env if value is None else env | {name: value})
    assert text == f"{name}：正式运行时必须设置"


@pytest.mark.parametrize("group", GROUPS)
def test_half_of_a_pair_is_refused_naming_the_other_half(group: tuple[str, ...], tmp_path: Path) -> None:
    for given in group:
        text = refusal({"SHOUWANG_DATA_DIR": str(tmp_path), given: "https://example.com"})
        assert text == "\n".join(f"{name}：已设置 {given}，还缺这一项" for name in group if name != given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOUWANG_MODE", "prod"),
        ("SHOUWANG_HTTP_PORT", "0"),
        ("SHOUWANG_HTTP_PORT", "65536"),
        ("SHOUWANG_HTTP_PORT", "eight"),
        ("SHOUWANG_SIMULATOR", "maybe"),
        ("SHOUWANG_LOG_LEVEL", "LOUD"),
        ("SHOUWANG_RAW_RETENTION_DAYS", "0"),
        ("SHOUWANG_WEB_THREADS", "1"),
        ("DATABASE_URL", "mysql://db/x"),
        ("DATABASE_URL", "shouwang.db"),
        ("REDIS_URL", "http://cache"),
        ("MQTT_URL", "tcp://broker"),
        ("MQTT_URL", "mqtt://"),
        ("SHOUWANG_FIELD_KEYS", KEY),
        ("SHOUWANG_FIELD_KEYS", "a:not base64"),
        ("SHOUWANG_FIELD_KEYS", "a:" + base64.b64encode(bytes(31)).decode()),
        ("SHOUWANG_FIELD_KEYS", "a:" + base64.b64encode(bytes(33)).decode()),
        ("SHOUWANG_FIELD_KEYS", f"a:{KEY},a:{KEY}"),
        ("SHOUWANG_INDEX_KEY", base64.b64encode(bytes(31)).decode()),
        ("SHOUWANG_INDEX_KEY", "~"),
        ("SHOUWANG_SECRET_KEY", "s" * 31),
        ("SHOUWANG_WECHAT_TEMPLATES", "alarm"),
        ("SHOUWANG_PUBLIC_URL", "not an address"),
        ("SHOUWANG_DEADMAN_URL", "ftp://example.com"),
        ("SHOUWANG_MQTT_CA_FILE", "/nowhere/ca.crt"),
        ("SHOUWANG_PROFILES_DIR", "/nowhere"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str, tmp_path: Path) -> None:
    text = refusal({"SHOUWANG_DATA_DIR": str(tmp_path), name: value})
    assert text.startswith(f"{name}：")
    assert "\n" not in text


@pytest.mark.parametrize("port", ["1", "65535"])
def test_the_outermost_ports_are_accepted(port: str, tmp_path: Path) -> None:
    assert demo(tmp_path, SHOUWANG_HTTP_PORT=port).http_port == int(port)


def test_a_refusal_never_repeats_a_secret(tmp_path: Path) -> None:
    assert "hunter2" not in refusal({"SHOUWANG_DATA_DIR": str(tmp_path), "SHOUWANG_SECRET_KEY": "hunter2"})


def test_production_refuses_simulated_devices_and_plain_public_addresses() -> None:
    assert refusal(PRODUCTION | {"SHOUWANG_SIMULATOR": "on"}).startswith("SHOUWANG_SIMULATOR：")
    assert refusal(PRODUCTION | {"SHOUWANG_PUBLIC_URL": "http://example.com"}).startswith("SHOUWANG_PUBLIC_URL：")
    assert production(SHOUWANG_PUBLIC_URL="http://localhost:8000").public_url == "http://localhost:8000"


def test_production_refuses_a_misspelt_variable_and_suggests_the_right_one() -> None:
    text = refusal(PRODUCTION | {"SHOUWANG_DEADMAN_ULR": "https://example.com"})
    assert text == "SHOUWANG_DEADMAN_ULR：没有这个变量，是不是 SHOUWANG_DEADMAN_URL？"


def test_a_value_may_come_from_a_file_as_container_secrets_do(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("f" * 40 + "\n")
    env = {key: value for key, value in PRODUCTION.items() if key != "SHOUWANG_SECRET_KEY"}
    settings = load_settings(env | {"SHOUWANG_SECRET_KEY_FILE": str(secret)})
    assert settings.secret_key.get_secret_value() == "f" * 40
    text = refusal(env | {"SHOUWANG_SECRET_KEY_FILE": str(tmp_path / "gone")})
    assert text.startswith("SHOUWANG_SECRET_KEY_FILE：")


def test_the_first_field_key_is_the_current_one() -> None:
    keys = production(SHOUWANG_FIELD_KEYS=f"new:{KEY}, old:{KEY}").field_keys
    assert [key.key_id for key in keys] == ["new", "old"]
    assert keys[0].secret == bytes(32)


@pytest.mark.parametrize("given", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_gets_the_driver(given: str) -> None:
    assert production(DATABASE_URL=f"{given}://db/x").database_url == "postgresql+psycopg://db/x"


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [("mqtt://b", 1883, False), ("mqtts://b", 8883, True), ("mqtts://b:1234", 1234, True)],
)
def test_the_broker_address_knows_its_port_and_whether_it_is_encrypted(url: str, port: int, *, tls: bool) -> None:
    endpoint = production(MQTT_URL=url).mqtt
    assert (endpoint.host, endpoint.port, endpoint.tls, endpoint.username) == ("b", port, tls, None)


def test_a_password_in_the_broker_address_is_decoded() -> None:
    assert (production().mqtt.username, production().mqtt.password) == ("hub", "p@ss")


def test_nothing_secret_is_shown_when_the_settings_are_printed() -> None:
    text = repr(production(SHOUWANG_WECOM_URLS="wecombot://robotkey")) + repr(production().mqtt)
    for secret in ("secret@", "p@ss", "p%40ss", KEY, "s" * 32, "robotkey"):
        assert secret not in text


def test_a_demonstration_makes_its_secrets_once_and_keeps_them(tmp_path: Path) -> None:
    first, second = demo(tmp_path / "data"), demo(tmp_path / "data")
    assert first == second
    assert first.field_keys
    assert len(first.secret_key.get_secret_value()) >= 32


def test_two_demonstrations_have_different_secrets(tmp_path: Path) -> None:
    one, other = demo(tmp_path / "one"), demo(tmp_path / "other")
    assert one.secret_key != other.secret_key
    assert one.mqtt.password != other.mqtt.password


def test_the_data_folder_and_its_secrets_are_closed_to_others(tmp_path: Path) -> None:
    demo(tmp_path / "data")
    secrets = list((tmp_path / "data/secrets").iterdir())
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert len(secrets) == 7


def test_production_writes_nothing_into_the_data_folder(tmp_path: Path) -> None:
    production(SHOUWANG_DATA_DIR=str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_only_services_without_an_address_are_embedded(tmp_path: Path) -> None:
    assert demo(tmp_path).embedded == {"database", "redis", "mqtt", "wechat"}
    assert demo(tmp_path, REDIS_URL="redis://cache").embedded == {"database", "mqtt", "wechat"}
    assert demo(tmp_path, DATABASE_URL="postgresql://db/x", MQTT_URL="mqtt://b").embedded == {"redis", "wechat"}
    own = {"SHOUWANG_WECHAT_APPID": "wx1", "SHOUWANG_WECHAT_SECRET": "s"}
    assert "wechat" not in demo(tmp_path, **own).embedded


def test_a_demonstration_has_a_wechat_of_its_own_and_a_test_has_none(tmp_path: Path) -> None:
    settings = demo(tmp_path, SHOUWANG_WECHAT_SANDBOX_PORT="8765")
    assert (settings.wechat_appid, settings.wechat_base_url) == (SANDBOX_APPID, "http://127.0.0.1:8765")
    assert settings.wechat_push_token
    assert settings.wechat_push_aes_key
    assert demo(tmp_path, SHOUWANG_MODE="test").wechat_appid is None


def test_production_takes_sealed_pushes_only() -> None:
    assert "SHOUWANG_WECHAT_PUSH_AES_KEY" in refusal(PRODUCTION | {"SHOUWANG_WECHAT_PUSH_TOKEN": "token"})
    both = {"SHOUWANG_WECHAT_PUSH_TOKEN": "token", "SHOUWANG_WECHAT_PUSH_AES_KEY": "k" * 43}
    assert production(**both).wechat_push_token


@pytest.mark.parametrize(("length", "accepted"), [(42, False), (43, True), (44, False)])
def test_the_key_of_wechats_pushes_has_43_characters(length: int, *, accepted: bool, tmp_path: Path) -> None:
    env = {
        "SHOUWANG_DATA_DIR": str(tmp_path),
        "SHOUWANG_WECHAT_PUSH_TOKEN": "token",
        "SHOUWANG_WECHAT_PUSH_AES_KEY": "k" * length,
    }
    if accepted:
        assert load_settings(env).wechat_push_aes_key
    else:
        assert "43" in refusal(env)


def test_embedded_services_follow_their_ports(tmp_path: Path) -> None:
    settings = demo(tmp_path, SHOUWANG_MQTT_PORT="2883", SHOUWANG_REDIS_PORT="7380", SHOUWANG_HTTP_PORT="9000")
    assert (settings.mqtt.port, settings.redis_url) == (2883, "redis://127.0.0.1:7380/0")
    assert settings.public_url == "http://127.0.0.1:9000"
    assert settings.database_url == f"sqlite:///{tmp_path}/shouwang.db"


@pytest.mark.parametrize(
    ("mode", "choice", "runs"),
    [("demo", None, True), ("demo", "off", False), ("test", None, False), ("test", "on", True)],
)
def test_simulated_devices_run_only_in_a_demonstration_unless_said_otherwise(
    mode: str, choice: str | None, *, runs: bool, tmp_path: Path
) -> None:
    chosen = {"SHOUWANG_SIMULATOR": choice} if choice else {}
    assert demo(tmp_path, SHOUWANG_MODE=mode, **chosen).simulator is runs


def test_the_operations_guide_lists_every_variable_and_no_other() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs/operations.md"
    names = {str(info.validation_alias) for info in Settings.model_fields.values() if info.validation_alias}
    table = guide.read_text(encoding="utf-8").partition("## Every variable")[2].partition("In production an unknown")[0]
    assert set(re.findall(r"`((?:SHOUWANG|DATABASE|REDIS|MQTT)_[A-Z_]+)`", table)) == names


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_only_files_and_variables_that_exist(readme: str) -> None:
    root = Path(__file__).resolve().parents[2]
    text = (root / readme).read_text(encoding="utf-8")
    names = {str(info.validation_alias) for info in Settings.model_fields.values() if info.validation_alias}
    assert set(re.findall(r"`(SHOUWANG_[A-Z_]+)`", text)) <= names
    assert [path for path in re.findall(r"\]\(([^)#:]+)\)", text) if not (root / path).exists()] == []
