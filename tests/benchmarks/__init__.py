"""Benchmarks: each a command that prints a table with ratios measured in one run. None is a timed test."""
