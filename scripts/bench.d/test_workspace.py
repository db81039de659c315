"""Tests of repositories that the command line names."""

from __future__ import annotations

import json
import pathlib
import tempfile
import unittest
from typing import Any

import rows
import ways
from engine import Problem
from workspace import Workspace

SHOP: dict[str, Any] = {
    "service": "api",
    "services": ["api", "worker"],
    "dockerfiles": {"api": {"dockerfile": "api.Dockerfile"}, "worker": {"context": "worker", "dockerfile": "Dockerfile", "target": "final"}},
    "edit": {"file": "main.go", "find": "hello"},
}


class Repositories(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name, "shop")
        self.folder.mkdir()

    def described(self, **more: Any) -> Workspace:
        (self.folder / "bench.json").write_text(json.dumps(SHOP | more))
        return Workspace(self.folder)

    def test_rows_without_an_edit_are_left_out(self) -> None:
        self.assertEqual(self.described().rows(rows.ALL), ("cold", "no-op", "edit", "fresh"))
        (self.folder / "README.md").write_text("Shop\n")
        every = self.described(shared=SHOP["edit"], lockfile=[{"file": "go.sum"}])
        self.assertEqual(every.rows(rows.ALL), rows.ALL)

    def test_each_service_has_its_dockerfile(self) -> None:
        with tempfile.TemporaryDirectory() as copy:
            tree = self.described().copy(pathlib.Path(copy))
            found = ways.of_dockerfiles(tree)
            self.assertEqual(found["api"]["context"], ".")
            self.assertEqual(ways.file_of(tree, found["worker"]), tree.folder / "worker" / "Dockerfile")

    def test_a_service_without_a_dockerfile_is_a_problem(self) -> None:
        with self.assertRaisesRegex(Problem, "mail"):
            self.described(services=["api", "worker", "mail"])


if __name__ == "__main__":
    unittest.main()
