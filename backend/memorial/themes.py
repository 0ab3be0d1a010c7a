"""The few looks of a hall, as data: name → title in ``themes.yaml``."""

from pathlib import Path

from backend.core.strict_yaml import load

THEMES: dict[str, str] = load(Path(__file__).with_name("themes.yaml"))
