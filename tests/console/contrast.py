"""Contrast of two colours as WCAG 2.2 counts it: 1 (none) … 21 (black on white)."""

import re


def ratio(one: str, other: str) -> float:
    """The contrast ratio of two CSS colours as a browser computes them (``rgb(…)``, opaque or nearly)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(float(part) / 255) for part in re.findall(r"[\d.]+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
