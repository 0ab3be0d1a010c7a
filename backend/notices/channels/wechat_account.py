"""The client of our mini-program, apart from the other providers: whoever logs people in needs no more."""

from redis import Redis

from backend.notices.channels.wechat_client import MiniProgramClient
from backend.notices.channels.wechat_store import MemoryTokenStore, RedisTokenStore
from backend.settings import Settings


def build_wechat_client(settings: Settings, redis: "Redis | None" = None) -> MiniProgramClient | None:
    """The mini-program's client, None without an appid. Without Redis each process keeps its own token."""
    if not (settings.wechat_appid and settings.wechat_secret):
        return None
    return MiniProgramClient(
        settings.wechat_appid,
        settings.wechat_secret.get_secret_value(),
        RedisTokenStore(redis) if redis is not None else MemoryTokenStore(),
        base_url=settings.wechat_base_url,
    )
