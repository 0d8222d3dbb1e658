"""Tests; the folders mirror automock_tui/."""
