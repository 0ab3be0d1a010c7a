"""Errors of social assistance."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {}
