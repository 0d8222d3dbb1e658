"""Nouns and rules: pydantic and the standard library; no I/O, no clock."""
