"""``python -m automock_tui`` is the same as ``automock-tui``."""

from automock_tui.cli import main

if __name__ == "__main__":
    main()
