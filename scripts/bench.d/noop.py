"""A build of what is built already: nothing but the frontend and the cache."""

from pairs import alternate, times
from setting import BUILT_IN, IMAGE, OURS

TITLE = "No-op build: everything is cached, and nothing is written"


def run(setting, rounds, output=("--output", "type=cacheonly"), title=TITLE):
    rounds = rounds or 15
    builds = alternate(ways(setting, output), rounds, warm_up=2, status=setting.report.status)
    return {"title": title, "rounds": rounds, **tables(times(builds))}


def ways(setting, output):
    """Our way, then the two ways of the baseline."""
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline(), IMAGE: setting.baseline_by_image()}
    return {name: lambda _, copy=copy, name=name: copy.build(*options(setting, output, name)) for name, copy in copies.items() if copy}


def options(setting, output, name):
    """Each way writes an image of its own."""
    image = setting.image_name(name.lower().replace(" ", "-").replace(",", ""))
    return [word.replace("IMAGE", image) for word in output]


def tables(found):
    """Of wall times and their ratios."""
    return {
        "tables": [
            {"title": "wall time of `docker buildx build`", "unit": "seconds", "rows": found["seconds"]},
            {"title": "ratio of each pair", "unit": "ratio", "rows": found["ratios"]},
        ]
    }
