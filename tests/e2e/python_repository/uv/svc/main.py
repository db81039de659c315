from importlib.metadata import entry_points, version
from pathlib import Path

import rootpkg
import tiny

__version__ = "0.3"
changes = Path(__file__).parent / "CHANGELOG.md"


def hello():
    return "hello"


def main():
    said = [point.load()() for point in entry_points(group="svc.greetings")]
    print(rootpkg.ANSWER, version("versioned"), tiny.SIZE, changes.read_text().strip(), version("svc"), *said)
