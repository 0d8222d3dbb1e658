"""Exporters: expectations become documents of other tools, with a report of what has no place there."""
