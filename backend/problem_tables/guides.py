"""Errors of guide items, questions and ratings."""

from backend.problem_tables.problem import Problem

PROBLEMS: dict[str, Problem] = {}
