"""What a press means. A plain button says "single"; only its registration knows that this one calls for help."""

from collections.abc import Mapping
from typing import Any

from backend.devices.vocabulary import Capability

# Letting go of a button is the end of a press, not another one.
_NOT_A_PRESS = frozenset({"release", "released", "off", "long_release", "hold_release"})


def meaning_of_press(press: str, options: Mapping[str, Any], default: Capability | None) -> Capability | None:
    """The capability a press stands for.

    Option `button_means` is one capability for every press ("sos"), or a table per kind of press
    ({"short": "sos", "long": "alarm_cancel"}); kinds that are not in the table mean nothing.
    A misspelt name falls back to `default`: a typing error must not silence a button.
    """
    meaning = options.get("button_means")
    if isinstance(meaning, Mapping):
        return _named(meaning[press], default) if press in meaning else None
    if press in _NOT_A_PRESS:
        return None
    return default if meaning is None else _named(meaning, default)


def _named(name: Any, default: Capability | None) -> Capability | None:
    try:
        return Capability(name)
    except ValueError:
        return default
