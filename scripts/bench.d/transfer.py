"""How much the client sent to the engine for a build, by the engine's progress records."""

import records


def sent(build):
    """Bytes of all transfers of files; one that several targets of a bake wait for is in the records of each, and counted once."""
    seen = {}
    for message in records.messages(build.log):
        for status in message.get("statuses") or []:
            if status["id"].startswith("transferring "):
                key = (status["vertex"], status["id"], status.get("started"))
                seen[key] = max(seen.get(key, 0), status.get("current", 0))
    return sum(seen.values())
