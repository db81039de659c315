import importlib.metadata

import idna
import shared
import whole

print(shared.NAME, whole.NAME, importlib.metadata.version("whole"), idna.encode("ö").decode())
