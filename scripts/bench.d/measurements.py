"""The measurements, in the order in which they run. Each is a module with a TITLE and a `run(setting, rounds)`.

`run` returns what report.py prints: `title`, `rounds`, `tables` (`title`, `unit`, and `rows` of min, median, max), `lines`, `notes`.
"""

import cold
import edit
import graphs
import noop
import noop_load
import own_time
import sizes
import unrelated

ALL = {
    "noop": noop,
    "noop-load": noop_load,
    "own-time": own_time,
    "edit": edit,
    "unrelated": unrelated,
    "cold": cold,
    "sizes": sizes,
    "graphs": graphs,
}
