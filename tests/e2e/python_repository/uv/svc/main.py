import importlib.metadata
from pathlib import Path

import rootpkg
import tiny

changes = Path(__file__).parent / "CHANGELOG.md"
print(rootpkg.ANSWER, importlib.metadata.version("versioned"), tiny.SIZE, changes.read_text().strip())
