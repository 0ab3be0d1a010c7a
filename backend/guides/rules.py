"""Finding the answer to a question among those the guide items give. Pure, and deliberately small.

No answer is ever made up: what comes out stands word for word in a guide item, with its article, or nothing does.
A text is put into the words of the guide items, cut into characters and pairs of characters, and compared with
every way of asking; rare pairs weigh more. What nobody could have asked of us shares no rare pair and finds nothing.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHOWN = 3
ENOUGH = 0.4  # below it a person is offered; set on the `tune` half of tests/guides/questions.yaml
NEAR = 0.72  # further answers are shown if they are at least this close to the best one
SINGLE = 0.4  # what one character counts beside a pair: keeps a typing error from hiding the rest of a word
OFF_TOPIC = 0.3  # without a word of the matter an answer must be asked for nearly word for word
PATIENCE = 0.8  # below 1 a long question loses less by what it says besides
NOTHING = "(?!)"
NOT_TEXT = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a guide item; ``law`` are keys of ``laws.yaml``, ``asks`` the ways of asking for it.

    ``topics`` are words of the matter: a question that holds one of them is probably about it.
    """

    guide: str
    title: str
    heading: str
    text: str
    law: tuple[str, ...]
    asks: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and how near the question is to it (0…1)."""

    answer: Answer
    nearness: float


class Wording:
    """Puts what people say into the words of the guide items: ``say`` is word → ways of saying it.

    ``drop`` says nothing about a matter; ``elsewhere`` are words of matters that the guide items do not settle.
    """

    def __init__(self, say: Mapping[str, Iterable[str]], drop: Iterable[str], elsewhere: Iterable[str] = ()) -> None:
        self._elsewhere = tuple(elsewhere)
        self._words = {way: word for word, ways in say.items() for way in (word, *ways)}
        self._words |= dict.fromkeys(drop, "")
        longest_first = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or NOTHING)

    def of(self, text: str) -> str:
        """The text in the guide items' words, without punctuation; each place is replaced once."""
        plain = NOT_TEXT.sub("", unicodedata.normalize("NFKC", text).lower())
        return self._pattern.sub(lambda found: self._words[found[0]], plain)

    def is_elsewhere(self, text: str) -> bool:
        return any(word in text for word in self._elsewhere)


def features(text: str) -> Counter[str]:
    """Its characters and pairs of neighbouring characters."""
    return Counter(text) + Counter(text[at : at + 2] for at in range(len(text) - 1))


class Index:
    """Every way of asking, weighed once."""

    def __init__(self, answers: Sequence[Answer], wording: Wording) -> None:
        self._wording = wording
        asked = [(answer, features(wording.of(ask))) for answer in answers for ask in answer.asks]
        seen = Counter(feature for _, found in asked for feature in found)
        self._rarity = {feature: math.log(len(asked) / count) + 1 for feature, count in seen.items()}
        self._unknown = math.log(len(asked)) + 1 if asked else 1.0
        self._asks = [(answer, self._weighed(found)) for answer, found in asked]

    def _weighed(self, found: Mapping[str, int], power: float = 1.0) -> dict[str, float]:
        weights = {
            feature: self._rarity.get(feature, self._unknown) * (SINGLE if len(feature) == 1 else 1.0)
            for feature in found
        }
        length = sum(weight * weight for weight in weights.values()) ** (power / 2) or 1.0
        return {feature: weight / length for feature, weight in weights.items()}

    def nearest(self, text: str) -> list[Found]:
        """Every answer with something in common with the text, the nearest first."""
        words = self._wording.of(text)
        asked = self._weighed(features(words), PATIENCE)
        best: dict[tuple[str, str], Found] = {}
        for answer, weights in self._asks:
            nearness = sum(weight * weights.get(feature, 0.0) for feature, weight in asked.items())
            nearness *= 1.0 if any(topic in words for topic in answer.topics) else OFF_TOPIC
            known = best.get((answer.guide, answer.heading))
            if nearness > (known.nearness if known else 0.0):
                best[answer.guide, answer.heading] = Found(answer, nearness)
        return sorted(best.values(), key=lambda found: -found.nearness)

    def search(self, text: str) -> list[Found]:
        """At most three answers that are near enough; empty when only a person can say."""
        if self._wording.is_elsewhere(text):
            return []
        found = [one for one in self.nearest(text)[:SHOWN] if one.nearness >= ENOUGH]
        return [one for one in found if one.nearness >= NEAR * found[0].nearness]
