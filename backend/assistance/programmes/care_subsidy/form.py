"""The form of 养老服务补贴. Pure."""

from backend.assistance.programmes.elder_answers import read

__all__ = ["read"]
