"""The page in the family's file: plain Chinese, large letters, no network, no script; written piece by piece. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

SUFFIX = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/wav": "wav"}
TITLE = "<h2>大家的话</h2>\n"
MADE = "机器仿做，不是原来的"
STYLE = Markup(
    "body{font:1.25rem/1.9 serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fbfaf7}"
    "h1,h2{font-weight:normal}h1{text-align:center}h2{margin-top:3rem;border-bottom:1px solid #ccc}"
    "img{max-width:100%}figure{margin:2rem 0}figcaption,footer,.soft{color:#555}blockquote{margin:1.5rem 0}"
    "blockquote p{white-space:pre-wrap;margin:0}audio{width:100%}"
)


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or a sound; ``file``: where it lies in the ZIP."""

    id: UUID
    kind: str
    file: str
    caption: str
    revived: bool

    def line(self) -> dict[str, Any]:
        return {"file": self.file, "kind": self.kind, "caption": self.caption, "revived": self.revived}


def file_of(media_id: UUID, at: datetime, media_type: str) -> str:
    return f"照片和录音/{at:%Y%m%d}-{media_id}.{SUFFIX[media_type]}"


def head(told: Mapping[str, Any]) -> str:
    """All but the words: who it was, the life, pictures, sounds, the family."""
    parts = [
        Markup('<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width"><title>{}</title><style>{}</style></head><body>\n')
        .format(told["title"], STYLE),
        Markup("<h1>{}</h1>\n").format(told["title"]),
        *(_life(one) for one in told["dead"]),
        *_section("生平", [Markup("<p>{}</p>\n").format(line) for line in _paragraphs(told)]),
        *_section("照片", [_photo(one) for one in told["media"] if one["kind"] == "photo"]),
        *_section("留下的声音", [_sound(one) for one in told["media"] if one["kind"] == "sound"]),
        *_section("家人", [_relative(one) for one in told["tree"]]),
    ]  # fmt: skip
    return str(Markup("").join(parts))


def _section(title: str, lines: Sequence[Markup]) -> list[Markup]:
    return [Markup("<h2>{}</h2>\n").format(title), *lines] if lines else []


def _life(one: Mapping[str, Any]) -> Markup:
    born = f"{one['born_zh']} — " if one["born_zh"] else ""
    return Markup("<p><strong>{}</strong><br>{}{}（{}）</p>\n").format(
        one["name"], born, one["died_zh"], one["lunar_zh"]
    )


def _paragraphs(told: Mapping[str, Any]) -> list[str]:
    return [line for line in (told["story"] or told["story_new"] or "").splitlines() if line.strip()]


def _photo(one: Mapping[str, Any]) -> Markup:
    return Markup('<figure><img src="{0}" alt="{1}"><figcaption>{1}</figcaption></figure>\n').format(
        one["file"], _caption(one)
    )


def _sound(one: Mapping[str, Any]) -> Markup:
    return Markup('<p>{}</p><audio controls src="{}"></audio>\n').format(_caption(one) or "一段录音", one["file"])


def _caption(one: Mapping[str, Any]) -> str:
    return f"{one['caption']} {MADE}".strip() if one["revived"] else str(one["caption"])


def _relative(one: Mapping[str, Any]) -> Markup:
    return Markup("<p>{}：{}</p>\n").format(one["relation_zh"], one["name"])


def words(said: Mapping[str, Any]) -> str:
    """Somebody's words, with the day and who it was."""
    return (
        f"<blockquote><p>{escape(said['words'])}</p>"
        f"<footer>{escape(said['who'])}，{said['day']}，{said['kind_zh']}</footer></blockquote>\n"
    )


def foot(told: Mapping[str, Any]) -> str:
    return f'<p class="soft">纪念馆编号 {escape(told["number"])}。这一页不用联网。</p>\n</body></html>\n'
