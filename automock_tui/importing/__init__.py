"""Importing: documents of other tools become expectations, and a report says what did not."""
