"""The number of bytes that the client sent to the engine for a build, from the engine's progress records."""

from __future__ import annotations

import records
from engine import Build


def sent(build: Build) -> int:
    """Bytes of all file transfers. A transfer for several targets of a bake is reported for each, with a clock that
    buildx sets for each target. It is identified by its duration, which is the same to the nanosecond on all clocks."""
    seen: dict[tuple[str, str, int], int] = {}
    for message in records.messages(build.log):
        for status in message.get("statuses") or []:
            if status["id"].startswith("transferring ") and status.get("completed"):
                took = nanoseconds(status["completed"]) - nanoseconds(status["started"])
                seen[status["vertex"], status["id"], took] = status.get("current", 0)
    return sum(seen.values())


def nanoseconds(text: str) -> int:
    """Parses RFC 3339 with any number of digits, as an integer: a float is not precise enough."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return round(records.seconds(whole + "Z")) * 10**9 + int(fraction.ljust(9, "0"))
