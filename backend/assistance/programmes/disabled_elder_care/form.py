"""The form of 经济困难失能老年人护理补贴. Pure."""

from backend.assistance.programmes.elder_answers import read

__all__ = ["read"]
