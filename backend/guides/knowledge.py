"""婚姻知识 (R-092): every answer the guide items give, ready to be searched."""

from collections.abc import Iterator
from functools import cache

from backend.core import strict_yaml
from backend.guides.items import ASPECTS, HERE, GuideItem, items
from backend.guides.rules import Answer, Index, Wording


@cache
def index() -> Index:
    wording = strict_yaml.load(HERE / "wording.yaml")
    return Index([answer for item in items().values() for answer in answers(item)], Wording(**wording))


@cache
def aspects() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Part → its heading and the ways of asking for it, with ``{name}`` for the matter."""
    raw = strict_yaml.load(HERE / "aspects.yaml")
    return {aspect: (raw[aspect]["heading"], tuple(raw[aspect]["ask"])) for aspect in ASPECTS}


def answers(item: GuideItem) -> Iterator[Answer]:
    """The parts of an item, then what it answers besides."""
    topics = tuple(item.topics)
    for aspect, (heading, ways) in aspects().items():
        asks = tuple(way.format(name=name) for way in ways for name in item.names)
        law = item.law.get(aspect) or item.citations()[:1]
        yield Answer(item.code, item.title, heading, item.says(aspect), tuple(law), asks, topics)
    for own in item.answers:
        yield Answer(item.code, item.title, own.heading, own.answer, tuple(own.law), tuple(own.ask), topics)
