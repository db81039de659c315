"""How much the client sent to the engine for a build, by the engine's progress records."""

from __future__ import annotations

import records
from engine import Build


def sent(build: Build) -> int:
    """Bytes of all transfers of files. One that several targets of a bake wait for is told of to each, by a clock that buildx sets for each
    target: it is known by how long it took, which is the same by all clocks to the nanosecond."""
    seen: dict[tuple[str, str, int], int] = {}
    for message in records.messages(build.log):
        for status in message.get("statuses") or []:
            if status["id"].startswith("transferring ") and status.get("completed"):
                took = nanoseconds(status["completed"]) - nanoseconds(status["started"])
                seen[status["vertex"], status["id"], took] = status.get("current", 0)
    return sum(seen.values())


def nanoseconds(text: str) -> int:
    """RFC 3339 with any number of digits, as a whole number: a float does not hold them all."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return round(records.seconds(whole + "Z")) * 10**9 + int(fraction.ljust(9, "0"))
