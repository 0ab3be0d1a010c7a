"""Which channels this installation has, by its settings."""

from pydantic import SecretStr
from redis import Redis

from backend.notices.channels.aliyun import AliyunAccount, AliyunSms, AliyunVoice
from backend.notices.channels.base import Channel, ChannelName
from backend.notices.channels.bounded import BoundedChannel
from backend.notices.channels.dingtalk import DINGTALK
from backend.notices.channels.feishu import FEISHU
from backend.notices.channels.gateway import GenericSignedProvider
from backend.notices.channels.group_robot import GroupRobotChannel
from backend.notices.channels.phone import PhoneProvider, SmsChannel, VoiceChannel
from backend.notices.channels.quiet import silence_talkative_libraries
from backend.notices.channels.tencent import TencentAccount, TencentSms, TencentVoice
from backend.notices.channels.webhook import WebhookChannel
from backend.notices.channels.wechat import WeChatChannel
from backend.notices.channels.wechat_account import build_wechat_client
from backend.notices.channels.wecom import WECOM
from backend.settings import Settings


def build_channels(settings: Settings, redis: "Redis | None" = None) -> dict[ChannelName, Channel]:
    """Every channel that can work, each with a hard time limit.

    Group robots and webhooks need no settings: their address comes with the message. The duty board is not here:
    it is ours, and needs no provider. For texts and calls an operator's gateway comes before Aliyun, and Aliyun
    before Tencent.
    """
    silence_talkative_libraries()
    built: list[Channel] = [GroupRobotChannel(kind) for kind in (WECOM, DINGTALK, FEISHU)]
    built.append(WebhookChannel())
    if client := build_wechat_client(settings, redis):
        built.append(WeChatChannel(client))
    if carrier := _sms_provider(settings):
        built.append(SmsChannel(carrier))
    if caller := _voice_provider(settings):
        built.append(VoiceChannel(caller))
    return {ChannelName(channel.name): BoundedChannel(channel) for channel in built}


def _sms_provider(settings: Settings) -> PhoneProvider | None:
    if settings.sms_url:
        return GenericSignedProvider("sms", settings.sms_url, _revealed(settings.sms_secret))
    return _aliyun_sms(settings) or _tencent_sms(settings)


def _voice_provider(settings: Settings) -> PhoneProvider | None:
    if settings.voice_url:
        return GenericSignedProvider("voice", settings.voice_url, _revealed(settings.voice_secret))
    return _aliyun_voice(settings) or _tencent_voice(settings)


def _aliyun(settings: Settings) -> AliyunAccount | None:
    if not settings.aliyun_key_id:
        return None
    return AliyunAccount(settings.aliyun_key_id, _revealed(settings.aliyun_key_secret))


def _aliyun_sms(settings: Settings) -> PhoneProvider | None:
    account = _aliyun(settings)
    if not (account and settings.aliyun_sms_sign and settings.aliyun_sms_template):
        return None
    return AliyunSms(account, settings.aliyun_sms_sign, settings.aliyun_sms_template)


def _aliyun_voice(settings: Settings) -> PhoneProvider | None:
    account = _aliyun(settings)
    if not (account and settings.aliyun_voice_template):
        return None
    return AliyunVoice(account, settings.aliyun_voice_template, settings.aliyun_voice_number)


def _tencent(settings: Settings) -> TencentAccount | None:
    if not settings.tencent_secret_id:
        return None
    return TencentAccount(settings.tencent_secret_id, _revealed(settings.tencent_secret_key))


def _tencent_sms(settings: Settings) -> PhoneProvider | None:
    account, app_id = _tencent(settings), settings.tencent_sms_app_id
    if not (account and app_id and settings.tencent_sms_sign and settings.tencent_sms_template):
        return None
    return TencentSms(account, app_id, settings.tencent_sms_sign, settings.tencent_sms_template)


def _tencent_voice(settings: Settings) -> PhoneProvider | None:
    account, app_id = _tencent(settings), settings.tencent_voice_app_id
    if not (account and app_id and settings.tencent_voice_template):
        return None
    return TencentVoice(account, app_id, settings.tencent_voice_template)


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
