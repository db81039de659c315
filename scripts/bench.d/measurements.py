"""The measurements, in the order in which they run. Each has a TITLE and a `run(setting, rounds)`.

`run` returns what report.py prints: `title`, `rounds`, `tables` (`title`, `unit`, and `rows` of min, median, max),
`lines`, `notes`. A measurement with `NEEDS_ENGINE = False` runs without an engine if no other measurement needs one. An
example workspace is a measurement as well, with selectable rows: see workspaces.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import cold
import edit
import forms
import graphs
import monorepo
import noop
import noop_load
import own_time
import scale
import sizes
import unrelated
import workspaces

FIXED = {
    "noop": noop,
    "noop-load": noop_load,
    "own-time": own_time,
    "edit": edit,
    "unrelated": unrelated,
    "cold": cold,
    "sizes": sizes,
    "forms": forms,
    "graphs": graphs,
    "scale": scale,
}


def known(examples: str, folders: Iterable[str] = ()) -> dict[str, Any]:
    """Name → measurement. A workspace has one for each setting: `go:one` and `go:five`; a repository `NAME:one`,
    `NAME:all` and `NAME:contents`."""
    fixed = FIXED | workspaces.of_examples(examples) | {"monorepo-200:one": monorepo.One, "monorepo-200:all": monorepo.All}
    return fixed | repositories(folders)


def repositories(folders: Iterable[str]) -> dict[str, Any]:
    """Those of repositories that are no examples."""
    return dict(workspaces.of_repositories(folders))


def chosen(names: Iterable[str] | None, of: Mapping[str, Any]) -> dict[str, list[str]]:
    """Name → the selected rows (empty: all). `go` selects everything that starts with it; `go:cold` and `go:one:cold`
    select rows. An unknown name is a ValueError."""
    found: dict[str, list[str]] = {}
    for text in names or of:
        begin, _, row = text.rpartition(":")
        whole = [name for name in of if name == text or name.startswith(text + ":")]
        part = [name for name in of if begin and (name == begin or name.startswith(begin + ":")) and row in getattr(of[name], "ROWS", ())]
        if not whole + part:
            raise ValueError(text)
        for name in whole:
            found[name] = []
        for name in part:
            if found.setdefault(name, [row]) and row not in found[name]:
                found[name].append(row)
    return found
