"""Errors of one-window cases."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {}
