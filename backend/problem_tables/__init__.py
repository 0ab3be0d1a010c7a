"""The words of every error, one table for each part of the house; ``backend/problems.py`` joins them."""
