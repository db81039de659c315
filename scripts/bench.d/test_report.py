"""Figures, goals, and where they are written."""

from __future__ import annotations

import pathlib
import signal
import tempfile
import types
import unittest

import goals
import measurements
import plot
import ratio_table
import rows
import scale
from report import BEGIN, END, Report, sections
from spread import ratios, spread


class Figures(unittest.TestCase):
    def test_a_spread_is_of_all_values(self) -> None:
        self.assertEqual(spread(iter([3, 1, 2, 9])), {"min": 1, "median": 2.5, "max": 9, "values": [3, 1, 2, 9]})
        self.assertEqual(ratios([1, 3], [2, 2])["values"], [0.5, 1.5])

    def test_a_goal_is_met_as_it_is_printed(self) -> None:
        self.assertEqual(goals.verdict(spread([0.704]), 0.7), "<=0.70 MET")
        self.assertEqual(goals.verdict(spread([0.706]), 0.7), "<=0.70 MISSED")
        self.assertEqual(goals.verdict(spread([5]), None), "-")

    def test_growth_is_shown_only_for_large_values(self) -> None:
        self.assertEqual(scale.growth([1, 2, 8], 0.5).split(), ["2.0", "4.0"])
        self.assertEqual(scale.growth([0.1, 2, 8], 0.5).split(), ["4.0"])

    def test_a_killed_command_has_no_figure(self) -> None:
        self.assertEqual(scale.shown((0.0123, 0, 0), 8), "   12 ms")
        self.assertEqual(scale.shown((0.0123, 0, 1), 8), "  !12 ms")
        self.assertEqual(scale.shown((60, 0, -signal.SIGXCPU), 8), "  > 60 s")
        self.assertEqual(scale.shown((1, 0, -signal.SIGSEGV), 10), "ended: -11")


class Choice(unittest.TestCase):
    def test_names_and_rows_choose(self) -> None:
        of = {"noop": object(), "go:one": types.SimpleNamespace(ROWS=rows.ALL), "go:five": types.SimpleNamespace(ROWS=rows.ALL)}
        self.assertEqual(measurements.chosen(None, of), {"noop": [], "go:one": [], "go:five": []})
        self.assertEqual(measurements.chosen(["go"], of), {"go:one": [], "go:five": []})
        self.assertEqual(measurements.chosen(["go:cold", "go:five:edit"], of), {"go:one": ["cold"], "go:five": ["cold", "edit"]})
        self.assertEqual(measurements.chosen(["go:one", "go:cold"], of), {"go:one": [], "go:five": ["cold"]})
        for unknown in ("rust", "go:one:lunch", "noop:cold"):
            with self.assertRaisesRegex(ValueError, unknown):
                measurements.chosen([unknown], of)


class Files(unittest.TestCase):
    def test_a_report_has_a_section_for_each_measurement(self) -> None:
        self.assertEqual(sections(["head", "[a] one", "x", "[b] two"]), (["head"], {"a": ["[a] one", "x"], "b": ["[b] two"]}))

    def test_an_update_keeps_what_was_not_measured(self) -> None:
        report = Report(None)
        row = "  edit      Dockerfile                  1.91s    1.72s   1.11  1.10-1.12  <=1.00 MISSED    2.6 kB"
        same = "  no-op     Dockerfile                  0.47s    0.30s   1.55  1.47-1.63  <=1.00 MISSED    2.2 kB"
        pinned = "  no-op     Dockerfile, # syntax=       0.47s    0.46s   1.00  0.98-1.08  <=1.00 MET       2.2 kB"
        report.text = ["new head", "[go:one] new", row, same, pinned, "[c] failed"]
        with tempfile.TemporaryDirectory() as folder:
            page, figures = pathlib.Path(folder) / "page.md", pathlib.Path(folder) / "page-figures.txt"
            page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
            figures.write_text("old head\n\n[go:one] old\n0\n\n[b] old\n2\n\n[c] old\n")
            report.update(page, ["c"])
            self.assertEqual(figures.read_text(), f"new head\n\n[go:one] new\n{row}\n{same}\n{pinned}\n\n[b] old\n2\n\n[c] old\n")
            table = "| One service | go |\n|---|---|\n| no-op | 1.00 (0.98-1.08) |\n| edit | **1.11** (1.10-1.12) |\n"
            self.assertEqual(page.read_text(), f"before\n{BEGIN}\n\n{table}\n{END}\nafter\n")
            page.write_text("no marks")
            with self.assertRaises(SystemExit):
                report.update(page, [])

    def test_an_update_keeps_rows_that_were_not_measured(self) -> None:
        row = "  {:10}Dockerfile                  1.91s    1.72s   {}  1.10-1.12  <=1.00 MISSED    2.6 kB"
        old = ["[go:one] old", "  done then", row.format("edit", "1.11"), row.format("cold", "1.11"), "  notes"]
        new = ["[go:one] new", "  done now", row.format("edit", "1.12"), ""]
        both = ratio_table.with_earlier(new, old)
        self.assertEqual(both, [*new[:3], "", "  done then", row.format("cold", "1.11"), "  notes"])
        self.assertEqual(ratio_table.with_earlier(old, new), old)
        self.assertEqual(ratio_table.with_earlier(both, []), both)
        self.assertEqual(list(ratio_table.cells(both).values()), ["**1.12** (1.10-1.12)", "**1.11** (1.10-1.12)"])
        self.assertEqual(ratio_table.with_earlier(["[a] failed"], ["[a] old", row.format("edit", "1.1")]), ["[a] failed"])

    def test_repositories_have_columns_of_their_own(self) -> None:
        row = "  {:10}Dockerfile                  1.91s    1.72s   0.50  0.40-0.60  {:14}   2.6 kB"
        figures = {
            "chorus:one": [row.format("fresh", "<=0.70 MET")],
            "go-distroless:all": [row.format("cold", "<=0.80 MET"), row.format("shared", "-")],
            "chorus:all": [row.format("cold", "<=0.40 MISSED")],
        }
        one = "| One service | chorus |\n|---|---|\n| fresh | 0.50 (0.40-0.60) |\n"
        every = (
            "| All services in one bake | go-distroless | chorus |\n|---|---|---|\n"
            "| cold | 0.50 (0.40-0.60) | **0.50** (0.40-0.60) |\n| shared | 0.50 (0.40-0.60) |  |\n"
        )
        self.assertEqual(ratio_table.tables(figures), f"{one}\n{every}")

    def test_a_plot_has_a_bar_for_each_row(self) -> None:
        lines = [
            "  cold      Dockerfile                  1.91s    1.72s   0.50  0.25-1.00  <=1.00 MET       2.6 kB",
            "  edit      Dockerfile, # syntax=       0.47s    0.30s   2.00  1.47-9.00  <=1.00 MISSED    2.2 kB",
        ]
        self.assertEqual(plot.bars(lines), [("cold", 0.5, 0.25, 1), ("edit", 2, 1.47, 9)])
        drawn = plot.plots({"chorus:all": lines, "chorus:one": lines, "b:all": []})
        self.assertEqual(list(drawn), ["chorus"])
        # Half the time and twice the time have the same length, and what is beyond the scale ends with it.
        unit = plot.x(1) - plot.x(0.5)
        self.assertAlmostEqual(plot.x(2) - plot.x(1), unit)
        self.assertEqual(plot.x(9), plot.x(4))
        for color in (plot.FASTER, plot.SLOWER):
            self.assertIn(f'width="{unit:.1f}" height="16" fill="{color}"', drawn["chorus"])


if __name__ == "__main__":
    unittest.main()
