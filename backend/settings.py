"""Every environment variable of the system: typed, named once, checked before anything starts.

``load_settings()`` is the only reader of the environment. A variable ``NAME`` may also be given as
``NAME_FILE``, a path whose content is the value (how container secrets arrive). An empty value counts as not
given. A start that is half configured ends in `SettingsError`, whose text names the variable and what to do.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretBytes,
    SecretStr,
    ValidationError,
    model_validator,
)

from backend.settings_embedded import fill_embedded
from backend.settings_values import (
    FieldKey,
    MqttEndpoint,
    SecretWords,
    WebAddress,
    Words,
    check_limit,
    check_providers,
    check_push_key,
    check_secret_key,
    normalise_database_url,
    parse_field_keys,
    parse_index_key,
    parse_pairs,
    scheme_of,
)

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# Read by the test suite and the benches, not by the running system.
OUTSIDE_VARIABLES = frozenset({"SHOUWANG_REQUIRE_SERVICES", "SHOUWANG_EVERY_DATABASE"})
REQUIRED_IN_PRODUCTION = (
    "DATABASE_URL",
    "REDIS_URL",
    "MQTT_URL",
    "SHOUWANG_PUBLIC_URL",
    "SHOUWANG_SECRET_KEY",
    "SHOUWANG_FIELD_KEYS",
    "SHOUWANG_INDEX_KEY",
)
# Either all of a group is given, or none of it.
GROUPS = (
    ("SHOUWANG_WECHAT_APPID", "SHOUWANG_WECHAT_SECRET"),
    ("SHOUWANG_CTID_URL", "SHOUWANG_CTID_SECRET"),
    ("SHOUWANG_GOV_SSO_URL", "SHOUWANG_GOV_SSO_SECRET"),
    ("SHOUWANG_SMS_URL", "SHOUWANG_SMS_SECRET"),
    ("SHOUWANG_VOICE_URL", "SHOUWANG_VOICE_SECRET"),
    ("SHOUWANG_ALIYUN_KEY_ID", "SHOUWANG_ALIYUN_KEY_SECRET"),
    ("SHOUWANG_TENCENT_SECRET_ID", "SHOUWANG_TENCENT_SECRET_KEY"),
)

EMBEDDED_MODES = ("demo", "test")

Mode = Literal["demo", "production", "test"]
Service = Literal["database", "redis", "mqtt", "wechat"]
Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(Exception):
    """The configuration cannot be used; the text names every variable at fault."""


def _env(name: str, default: Any = None, **constraints: Any) -> Any:
    return Field(default=default, validation_alias=name, **constraints)


class Settings(BaseModel):
    """The configuration of one process; equal in every process of one installation. Frozen."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    embedded: frozenset[Service] = frozenset()
    demo_broker: bool = False
    """The embedded broker is the one without access rules; it drops any client that uses a ``$…`` topic."""

    mode: Mode = _env("SHOUWANG_MODE", "demo")
    data_dir: Path = _env("SHOUWANG_DATA_DIR", Path("data"))
    profiles_dir: Path | None = _env("SHOUWANG_PROFILES_DIR")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _env("SHOUWANG_LOG_LEVEL", "INFO")
    simulator_choice: Literal["on", "off"] | None = _env("SHOUWANG_SIMULATOR")
    raw_retention_days: int = _env("SHOUWANG_RAW_RETENTION_DAYS", 30, ge=1, le=3650)
    # Megabytes of one file of historic registrations; everything else that is sent is held below one.
    archive_upload_mb: int = _env("SHOUWANG_ARCHIVE_UPLOAD_MB", 100, ge=1, le=1000)
    # host:port of a clamd that looks into every paper; without it papers are shown as not looked into.
    clamd: Annotated[str, Field(pattern=r"^([\w.-]+:\d{1,5})?$")] = _env("SHOUWANG_CLAMD", "")
    deadman_url: WebAddress | None = _env("SHOUWANG_DEADMAN_URL")

    http_host: str = _env("SHOUWANG_HTTP_HOST", "127.0.0.1")
    http_port: Port = _env("SHOUWANG_HTTP_PORT", 8000)
    public_url: WebAddress = _env("SHOUWANG_PUBLIC_URL", "")
    web_workers: int = _env("SHOUWANG_WEB_WORKERS", 1, ge=1, le=64)
    web_threads: int = _env("SHOUWANG_WEB_THREADS", 64, ge=2, le=1024)
    trusted_proxies: int = _env("SHOUWANG_TRUSTED_PROXIES", 0, ge=0, le=5)

    database_url: Annotated[str, BeforeValidator(normalise_database_url)] = _env("DATABASE_URL", "", repr=False)
    redis_url: Annotated[str, scheme_of("redis", "rediss", "unix")] = _env("REDIS_URL", "", repr=False)
    redis_port: Port = _env("SHOUWANG_REDIS_PORT", 6380)
    mqtt_url: Annotated[str, scheme_of("mqtt", "mqtts")] = _env("MQTT_URL", "", repr=False)
    mqtt_host: str = _env("SHOUWANG_MQTT_HOST", "127.0.0.1")
    mqtt_port: Port = _env("SHOUWANG_MQTT_PORT", 1883)
    broker_choice: Literal["auto", "mosquitto", "demo"] = _env("SHOUWANG_BROKER", "auto")
    mqtt_ca_file: Path | None = _env("SHOUWANG_MQTT_CA_FILE")
    broker_dir: Path = _env("SHOUWANG_BROKER_DIR", Path())
    hub_client_id: str = _env("SHOUWANG_HUB_CLIENT_ID", "shouwang-hub", min_length=1, max_length=64)
    hub_lease: str = _env("SHOUWANG_HUB_LEASE", "hub", min_length=1, max_length=64)

    secret_key: Annotated[SecretStr, BeforeValidator(check_secret_key)] = _env("SHOUWANG_SECRET_KEY", SecretStr(""))
    field_keys: Annotated[tuple[FieldKey, ...], BeforeValidator(parse_field_keys)] = _env(
        "SHOUWANG_FIELD_KEYS", (), repr=False
    )
    index_key: Annotated[SecretBytes, BeforeValidator(parse_index_key)] = _env("SHOUWANG_INDEX_KEY", SecretBytes(b""))
    field_cipher: Literal["aes-256-gcm", "sm4-gcm"] = _env("SHOUWANG_FIELD_CIPHER", "aes-256-gcm")

    # By which providers residents prove their names, besides the counter: wechat_face, ctid, gov_sso.
    identity_providers: Annotated[Words, AfterValidator(check_providers)] = _env("SHOUWANG_IDENTITY_PROVIDERS", ())
    ctid_url: WebAddress | None = _env("SHOUWANG_CTID_URL")
    ctid_secret: SecretStr | None = _env("SHOUWANG_CTID_SECRET")
    gov_sso_url: WebAddress | None = _env("SHOUWANG_GOV_SSO_URL")
    gov_sso_secret: SecretStr | None = _env("SHOUWANG_GOV_SSO_SECRET")

    # How often one device may try to log in, one address with all its devices, and one account may ask.
    limit_log_in: Annotated[str, BeforeValidator(check_limit)] = _env("SHOUWANG_LIMIT_LOG_IN", "10 per minute")
    limit_address: Annotated[str, BeforeValidator(check_limit)] = _env("SHOUWANG_LIMIT_ADDRESS", "1200 per minute")
    limit_resident: Annotated[str, BeforeValidator(check_limit)] = _env("SHOUWANG_LIMIT_RESIDENT", "60 per minute")
    # Which cloud may push by which token: "source=token", one for each.
    ingest_tokens: Annotated[Mapping[str, SecretStr], BeforeValidator(parse_pairs)] = _env("SHOUWANG_INGEST_TOKENS", {})

    wechat_appid: str | None = _env("SHOUWANG_WECHAT_APPID")
    wechat_secret: SecretStr | None = _env("SHOUWANG_WECHAT_SECRET")
    wechat_base_url: WebAddress = _env("SHOUWANG_WECHAT_BASE_URL", "https://api.weixin.qq.com")
    wechat_templates: Annotated[Mapping[str, str], BeforeValidator(parse_pairs)] = _env("SHOUWANG_WECHAT_TEMPLATES", {})
    # Names of templates for which one "yes" is for good.
    wechat_long_term: Words = _env("SHOUWANG_WECHAT_LONG_TERM", ())
    wechat_push_token: SecretStr | None = _env("SHOUWANG_WECHAT_PUSH_TOKEN")
    wechat_push_aes_key: Annotated[SecretStr | None, BeforeValidator(check_push_key)] = _env(
        "SHOUWANG_WECHAT_PUSH_AES_KEY"
    )
    wechat_sandbox_port: Port = _env("SHOUWANG_WECHAT_SANDBOX_PORT", 8009)
    sms_url: WebAddress | None = _env("SHOUWANG_SMS_URL")
    sms_secret: SecretStr | None = _env("SHOUWANG_SMS_SECRET")
    voice_url: WebAddress | None = _env("SHOUWANG_VOICE_URL")
    voice_secret: SecretStr | None = _env("SHOUWANG_VOICE_SECRET")
    aliyun_key_id: str | None = _env("SHOUWANG_ALIYUN_KEY_ID")
    aliyun_key_secret: SecretStr | None = _env("SHOUWANG_ALIYUN_KEY_SECRET")
    aliyun_sms_sign: str | None = _env("SHOUWANG_ALIYUN_SMS_SIGN")
    aliyun_sms_template: str | None = _env("SHOUWANG_ALIYUN_SMS_TEMPLATE")
    aliyun_voice_template: str | None = _env("SHOUWANG_ALIYUN_VOICE_TEMPLATE")
    aliyun_voice_number: str | None = _env("SHOUWANG_ALIYUN_VOICE_NUMBER")
    tencent_secret_id: str | None = _env("SHOUWANG_TENCENT_SECRET_ID")
    tencent_secret_key: SecretStr | None = _env("SHOUWANG_TENCENT_SECRET_KEY")
    tencent_sms_app_id: str | None = _env("SHOUWANG_TENCENT_SMS_APP_ID")
    tencent_sms_sign: str | None = _env("SHOUWANG_TENCENT_SMS_SIGN")
    tencent_sms_template: str | None = _env("SHOUWANG_TENCENT_SMS_TEMPLATE")
    tencent_voice_app_id: str | None = _env("SHOUWANG_TENCENT_VOICE_APP_ID")
    tencent_voice_template: str | None = _env("SHOUWANG_TENCENT_VOICE_TEMPLATE")
    wecom_urls: SecretWords = _env("SHOUWANG_WECOM_URLS", ())
    dingtalk_urls: SecretWords = _env("SHOUWANG_DINGTALK_URLS", ())
    feishu_urls: SecretWords = _env("SHOUWANG_FEISHU_URLS", ())
    webhook_urls: SecretWords = _env("SHOUWANG_WEBHOOK_URLS", ())

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        if self.mode == "production" and self.simulator_choice == "on":
            raise ValueError("SHOUWANG_SIMULATOR：正式运行时不能打开模拟器，请设为 off")
        for provider, needed in self._needed_by_providers():
            if needed is None:
                raise ValueError(f"SHOUWANG_IDENTITY_PROVIDERS：{provider} 还没有配置（见 docs/identity-gateway.md）")
        if self.mode == "production" and not _safe_public_url(self.public_url):
            raise ValueError("SHOUWANG_PUBLIC_URL：正式运行时必须是 https:// 地址")
        if self.mode == "production" and self.wechat_push_token and not self.wechat_push_aes_key:
            raise ValueError("SHOUWANG_WECHAT_PUSH_AES_KEY：正式运行时消息推送必须用安全模式，请设置这一项")
        if self.mqtt_ca_file is not None and not self.mqtt_ca_file.is_file():
            raise ValueError("SHOUWANG_MQTT_CA_FILE：找不到这个文件")
        if self.profiles_dir is not None and not self.profiles_dir.is_dir():
            raise ValueError("SHOUWANG_PROFILES_DIR：找不到这个文件夹")
        key_ids = [key.key_id for key in self.field_keys]
        if len(set(key_ids)) != len(key_ids):
            raise ValueError("SHOUWANG_FIELD_KEYS：密钥编号重复")
        return self

    def _needed_by_providers(self) -> list[tuple[str, object]]:
        """Each provider that is switched on, with the setting it cannot do without."""
        needs = {"wechat_face": self.wechat_appid, "ctid": self.ctid_url, "gov_sso": self.gov_sso_url}
        return [(name, needs[name]) for name in self.identity_providers]

    @property
    def demo(self) -> bool:
        """Demo data, demo accounts and the demo API exist only in this mode."""
        return self.mode == "demo"

    @property
    def simulator(self) -> bool:
        """Whether simulated devices run: on in a demonstration unless switched off."""
        return self.simulator_choice == "on" or (self.simulator_choice is None and self.demo)

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def mqtt(self) -> MqttEndpoint:
        """The broker of `mqtt_url`, with user name and password decoded."""
        parts = urlsplit(self.mqtt_url)
        tls = parts.scheme == "mqtts"
        return MqttEndpoint(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (8883 if tls else 1883),
            tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


def _safe_public_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOCAL_HOSTS


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration from ``env`` (default: the process's environment).

    In demo and test mode missing services become embedded ones, and missing secrets are made once in the data
    folder (created with mode 0700).
    Raises `SettingsError` naming each variable that is missing or wrong.
    """
    env = os.environ if env is None else env
    values = _given_values(env)
    given = set(values)
    _refuse_half_configured(values)
    _refuse_unknown(env)
    if values.get("SHOUWANG_MODE", "demo") in EMBEDDED_MODES:
        fill_embedded(values)
    _fill_derived(values)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, given)) from None


def _variable_names() -> set[str]:
    return {str(info.validation_alias) for info in Settings.model_fields.values() if info.validation_alias}


def _given_values(env: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _variable_names():
        value = env.get(name, "").strip() or _from_file(name, env.get(f"{name}_FILE", ""))
        if value:
            values[name] = value
    return values


def _from_file(name: str, path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}_FILE：读不到文件 {path}") from None


def _refuse_half_configured(values: Mapping[str, Any]) -> None:
    problems = [
        f"{name}：已设置 {given}，还缺这一项"
        for group in GROUPS
        for name in group
        if name not in values and (given := next((other for other in group if other in values), None))
    ]
    if values.get("SHOUWANG_MODE") == "production":
        problems += [f"{name}：正式运行时必须设置" for name in REQUIRED_IN_PRODUCTION if name not in values]
    if problems:
        raise SettingsError("\n".join(problems))


def _refuse_unknown(env: Mapping[str, str]) -> None:
    """In production a misspelt name is a setting that silently does nothing, so it stops the start."""
    if env.get("SHOUWANG_MODE") != "production":
        return
    known = _variable_names() | {f"{name}_FILE" for name in _variable_names()} | OUTSIDE_VARIABLES
    unknown = sorted(name for name in env if name.startswith("SHOUWANG_") and name not in known)
    if unknown:
        raise SettingsError("\n".join(f"{name}：没有这个变量{_did_you_mean(name, known)}" for name in unknown))


def _did_you_mean(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"，是不是 {close[0]}？" if close else ""


def _fill_derived(values: dict[str, Any]) -> None:
    data_dir = Path(values.get("SHOUWANG_DATA_DIR", "data")).absolute()
    values["SHOUWANG_DATA_DIR"] = str(data_dir)
    values.setdefault("SHOUWANG_BROKER_DIR", str(data_dir / "broker"))
    host = values.get("SHOUWANG_HTTP_HOST", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - a link needs a host
    values.setdefault("SHOUWANG_PUBLIC_URL", f"http://{host}:{values.get('SHOUWANG_HTTP_PORT', '8000')}")


def _explain(error: ValidationError, given: set[str]) -> str:
    problems: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False, include_input=False)]
    # A value derived from a wrong one is wrong too; naming a variable nobody set would only mislead.
    named = [one for one in problems if not one["loc"] or one["loc"][0] in given]
    return "\n".join(_explain_one(one) for one in named or problems)


def _explain_one(one: dict[str, Any]) -> str:
    name = str(one["loc"][0]) if one["loc"] else ""
    reason = str(one["msg"]).removeprefix("Value error, ")
    return f"{name}：{reason}" if name else reason
