"""Characters that take two cells are counted as two, wherever a text is fitted into a line."""

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.geometry import Size

from automock_tui.ui.format import fit, shorten
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.status_line import StatusLine

WIDE = "とても長い識別子" * 12


@pytest.mark.parametrize("text", [WIDE, "слово " * 30, "plain " * 30, f"a{WIDE}"])
@pytest.mark.parametrize("width", [1, 2, 9, 40])
def test_a_text_is_cut_by_its_cells(text, width):
    cut = shorten(text, width)
    assert cell_len(cut) == width
    assert cut.endswith("…")
    assert shorten(text, cell_len(text)) == text


def test_only_parts_whose_cells_fit_are_taken():
    assert fit(["ab", "識別"], 9) == "ab · 識別"
    assert fit(["ab", "識別"], 8) == "ab"


class _Lines(App[None]):
    def compose(self):
        yield DetailLines()
        yield StatusLine()


async def test_no_line_is_wider_than_the_screen_and_a_long_detail_is_cut_not_left_out():
    async with _Lines().run_test(size=(80, 24)) as pilot:
        detail, line = pilot.app.query_one(DetailLines), pilot.app.query_one(StatusLine)
        detail.lines = (WIDE, "why it matters " * 20)
        line.left, line.right = WIDE, "識別子 · 1 of 14"
        await pilot.pause()
        assert detail.size == Size(80, 2)
        rows = [*detail.render().plain.split("\n"), line.render().plain]
        assert len(rows) == 3
        assert all(cell_len(row) <= 80 for row in rows)
        assert rows[1].startswith(" why it matters")
        assert rows[1].endswith("…")
        assert rows[2].endswith("識別子 · 1 of 14")
