"""automock-tui: mock APIs that end on time. Importing this package costs nothing."""

__version__ = "0.1.0"
