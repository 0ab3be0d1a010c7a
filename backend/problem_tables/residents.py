"""Errors of residents and the front door."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {}
