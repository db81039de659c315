"""The measurements, in the order in which they run. Each is something with a TITLE and a `run(setting, rounds)`.

`run` returns what report.py prints: `title`, `rounds`, `tables` (`title`, `unit`, and `rows` of min, median, max), `lines`, `notes`.
A workspace of the examples is a measurement as well, whose rows can be chosen: see workspaces.py.
"""

import cold
import edit
import graphs
import monorepo
import noop
import noop_load
import own_time
import rows
import sizes
import unrelated
import workspace
import workspaces

FIXED = {
    "noop": noop,
    "noop-load": noop_load,
    "own-time": own_time,
    "edit": edit,
    "unrelated": unrelated,
    "cold": cold,
    "sizes": sizes,
    "graphs": graphs,
}


def known(examples):
    """Name → measurement, workspaces after what is the same everywhere."""
    return FIXED | {name: workspaces.Measurement(one) for name, one in workspace.found(examples).items()} | {"monorepo-200": monorepo}


def parts(name, one):
    """What can follow the name of a measurement, after a colon."""
    if one is monorepo:
        return ["one", "all"]
    if not isinstance(one, workspaces.Measurement):
        return []
    return [*workspaces.SETTINGS, *rows.ALL, *(f"{kind}:{row}" for kind in workspaces.SETTINGS for row in rows.ALL)]


def chosen(names, of):
    """Name → the parts of it that are wanted (none: all of it). An unknown name is a ValueError."""
    found = {}
    for text in names or of:
        name, _, part = text.partition(":")
        if name not in of or (part and part not in parts(name, of[name])):
            raise ValueError(text)
        found.setdefault(name, []).append(part)
    return {name: [] if "" in wanted else wanted for name, wanted in found.items()}
