"""Errors of marriage registration."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {}
