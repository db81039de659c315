"""Tests of reading the progress records of a build."""

from __future__ import annotations

import base64
import json
import unittest
from typing import Any

import records
import steps
import transfer
from engine import Build, Problem


def at(seconds: float) -> str:
    """A time as the engine writes it, to the nanosecond."""
    return f"2026-01-02T03:04:{seconds:012.9f}Z"


def vertex(digest: str, name: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"digest": digest, "name": name, "started": at(start), "completed": at(end), **more}


def log(*vertices: dict[str, Any], **more: Any) -> str:
    """Records among the client's own output."""
    return "\n".join(["#0 building", json.dumps({"vertexes": vertices, **more}), "done"])


def go(*more: dict[str, Any], fetch_cached: bool = True) -> Build:
    """A build of a Go program."""
    fetch = vertex("d", "[dependencies] go mod download", 1, 1.5, cached=fetch_cached)
    return Build(3, log(vertex("c", "[app build] go build", 2, 2.5), fetch, vertex("l", "[internal] load build context", 0, 1), *more))


class Records(unittest.TestCase):
    def test_what_is_no_record_is_left_out(self) -> None:
        self.assertEqual(records.messages('{ "a": 1 }\n{ images: 1 }\n#1 step\n{'), [{"a": 1}])

    def test_a_vertex_lasts_from_its_first_start_to_its_last_end(self) -> None:
        text = log(vertex("a", "[a] RUN", 1, 2), vertex("a", "[a] RUN", 3, 4.5), vertex("b", "[internal] load", 0, 1), {"digest": "c", "name": "never", "started": at(1)})
        read = records.read(text)
        self.assertEqual([one.name for one in read], ["[internal] load", "[a] RUN"])
        self.assertAlmostEqual(read[1].end - read[1].start, 3.5, places=5)
        self.assertAlmostEqual(read[1].run_seconds, 1.5, places=5)
        self.assertEqual([one.ran for one in read], [False, True])

    def test_a_canceled_lookup_is_not_a_start(self) -> None:
        canceled = vertex("a", "[a] RUN", 1, 1.001, error="context canceled")
        self.assertEqual(records.read(log(canceled)), [])
        self.assertEqual(len(records.read(log(vertex("a", "[a] RUN", 1, 9, error="context canceled")))), 1)

    def test_a_bake_names_the_target_first(self) -> None:
        for name, found in {
            "[api internal] load build context": ("api", "[internal] load build context"),
            "[api] exporting to image": ("api", "exporting to image"),
            "[apis] exporting": (None, "[apis] exporting"),
        }.items():
            self.assertEqual(records.split_name(name, ["web", "api"]), found)

    def test_what_steps_print_is_text(self) -> None:
        data = base64.b64encode(b"one\ntw\xc3").decode()
        self.assertEqual(records.printed(log(logs=[{"data": data}])), ["one", "tw\ufffd"])

    def test_a_transfer_counts_once_for_all_targets_that_wait_for_it(self) -> None:
        def status(start: float, current: int, ident: str = "transferring context:") -> dict[str, Any]:
            return {"id": ident, "vertex": "v", "started": at(start), "completed": at(start + 0.25), "current": current}

        text = log(statuses=[status(1, 500), status(2, 500), status(1, 7, "transferring dockerfile:"), status(1, 9, "extracting")])
        self.assertEqual(transfer.sent(Build(1, text)), 507)

    def test_nanoseconds_are_whole(self) -> None:
        difference = transfer.nanoseconds("2026-01-02T03:04:05.000000002Z") - transfer.nanoseconds("2026-01-02T03:04:05Z")
        self.assertEqual(difference, 2)


class Steps(unittest.TestCase):
    def test_an_edit_compiles_and_nothing_else(self) -> None:
        steps.check_edit(go())
        self.assertAlmostEqual(steps.compile_seconds(go()), 0.5, places=5)
        with self.assertRaisesRegex(Problem, "dependency step ran"):
            steps.check_edit(go(fetch_cached=False))
        with self.assertRaisesRegex(Problem, "more than the compile step"):
            steps.check_edit(go(vertex("x", "[app] RUN make", 2, 3)))

    def test_a_step_that_is_missing_is_a_problem(self) -> None:
        with self.assertRaisesRegex(Problem, "exactly one step `npm ci`"):
            steps.the(go(), "npm ci")


if __name__ == "__main__":
    unittest.main()
