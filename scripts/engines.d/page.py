"""Results of the matrix: kept in docs/engines-figures.json, and written to docs/engines.md between marks."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from examples import MIXED, Result, names
from private import CHECKOUT, ROWS

KEPT = CHECKOUT / "docs/engines-figures.json"
PAGE = CHECKOUT / "docs/engines.md"
BEGIN, END = "<!-- begin: make test-engines -->", "<!-- end -->"
MIXED_NAMES = {
    "dockerfile-takes-target": "a Dockerfile takes a target of a spec",
    "target-takes-dockerfile": "a spec takes a target of a Dockerfile",
}


class Results:
    """Results by engine and example; those of other runs stay until they are run again."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, Any]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        self.failed = 0

    def engine(self, row: str, versions: dict[str, str]) -> None:
        self.all[row] = self.all.get(row, {"examples": {}}) | {"versions": versions}

    def add(self, row: str, example: str, result: Result) -> None:
        self.failed += result.state == "failed"
        self.all[row]["examples"][example] = dataclasses.asdict(result)
        KEPT.write_text(json.dumps(self.all, indent=1) + "\n")

    def failures(self) -> int:
        """How many examples failed in this run."""
        return self.failed


DAEMONS = {"container": " in a container", "rootless": ", rootless"}


def title(versions: dict[str, str]) -> str:
    if not versions["docker"]:
        return f"BuildKit {versions['buildkit']}{DAEMONS.get(versions.get('daemon', ''), '')}"
    return f"Docker {versions['docker']}, {'containerd' if versions['store'] == 'containerd' else 'classic'} store"


def text(results: Results) -> str:
    """The tables of the page."""
    rows = [(row.name, results.all[row.name]) for row in ROWS if row.name in results.all]
    out = ["| engine | BuildKit | buildx |", "|---|---|---|"]
    out += [f"| {title(one['versions'])} | {one['versions']['buildkit']} | {one['versions']['buildx']} |" for _, one in rows]
    out += ["", "Seconds that the build of all images took. Other work shared the machine, so columns cannot be compared.", ""]
    out.append(f"| example | {' | '.join(title(one['versions']) for _, one in rows)} |")
    out.append(f"|---|{'---:|' * len(rows)}")
    notes: list[str] = []
    for name in names():
        cells = [cell(one["examples"].get(name), notes) for _, one in rows]
        example = MIXED_NAMES[name] if name in MIXED else f"[{name}](../examples/{name}/slipway.yaml)"
        out.append(f"| {example} | {' | '.join(cells)} |")
    if notes:
        out += ["", *(f"{number}. {note}" for number, note in enumerate(notes, 1))]
    return "\n".join(out)


def cell(result: dict[str, Any] | None, notes: list[str]) -> str:
    if not result:
        return "—"
    text = f"{result['seconds']:.0f}" if result["state"] == "ok" else result["state"]
    if not result["message"]:
        return text
    if result["message"] not in notes:
        notes.append(result["message"])
    return f"{text} ({notes.index(result['message']) + 1})"


def write(results: Results) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text(results)}\n\n{END}{after}")

