"""A repository with several services, such as an example workspace, compared with its Dockerfiles: one service alone,
and all of them in one bake."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import goals
import registry
import rows
import steps
import transfer
from contents import Contents
from engine import Build, Problem
from pairs import times
from report import Found
from setting import Setting
from spread import ratios, spread
from throwaway import Throwaway
from ways import DOCKERFILE, PINNED, SLIPWAY, Alone, AnyWay, Baked, Definition, of_dockerfiles, of_file, of_hcl, of_spec
from workspace import Tree, Workspace, found

# The names of the settings of an example, and of another repository.
ONE, FIVE, EVERY = "one", "five", "all"


class Measurement:
    """One repository, and one service or all of them."""

    def __init__(self, workspace: Workspace, kind: str) -> None:
        self.workspace, self.kind = workspace, kind
        title = f"one service alone ({workspace.service})" if kind == ONE else f"{len(workspace.services)} services in one bake"
        self.TITLE = f"{workspace.folder.name}, {title}; Slipway by the other"
        self.ROWS = workspace.rows(rows.ALL)

    def run(self, setting: Setting, rounds: int | None, wanted: Sequence[str] = ()) -> Found:
        """`wanted` contains names of rows; empty means all of them."""
        found = {"title": self.TITLE, "lines": [HEAD], "values": {}}
        self.compare(setting, self.kind, [row for row in self.ROWS if not wanted or row in wanted], rounds, found)
        return found

    def compare(self, setting: Setting, kind: str, chosen: Sequence[str], rounds: int | None, found: Found) -> None:
        engine = setting.throwaway
        engine.start()
        ways = self.ways(setting, engine, kind)
        run = rows.Rows(
            engine,
            ways,
            setting.number,
            lambda way, target: setting.own_tag(f"{self.workspace.name}-{kind}-{list(ways).index(way)}-cache-{target}"),
            lambda text: setting.report.status(f"{self.workspace.name}, {kind}: {text}"),
        )
        rest: list[str] = []
        for row in chosen:
            try:
                builds = run.run(row, rounds)
            except Problem as problem:
                # The other rows took long enough to be worth keeping. The build's output is only for the person who
                # runs the benchmark, because it contains paths of the machine.
                if not found["values"] and row == chosen[-1]:
                    raise
                setting.report.complain(f"{self.TITLE}: {row} is left out: {problem}")
                found["lines"].append(f"{row:10}left out: a build failed")
                found.setdefault("failed", []).append(row)
                run.is_built = False
                continue
            sizes = {name: sum(registry.image_size(way.image(service)) for service in way.services) for name, way in ways.items() if name in builds}
            values = summary(builds, ways, sizes, goals.of(kind, self.workspace.goals).get(row))
            found["values"][row] = values
            found["lines"] += lines(row, values)
            rest += the_rest(row, builds, values, ways)
        found["lines"] += ["", *self.explain(chosen), *unrelated(found["values"]), *rest]

    def ways(self, setting: Setting, engine: Throwaway, kind: str) -> dict[str, AnyWay]:
        """Name → Way; the pinned frontend only if it could be built."""

        def one(name: str, syntax: str | None, definition: Callable[[Tree], Definition]) -> None:
            tree = self.workspace.copy(setting.folder(f"{self.workspace.name}-{kind}"))
            tag = f"{self.workspace.name}-{kind}-{len(made)}"
            image = lambda service: setting.own_tag(f"{tag}-{service}")  # noqa: E731
            described = definition(tree)
            if kind == ONE:
                made[name] = Alone(engine, tree, image, {self.workspace.service: described[self.workspace.service]}, syntax)
            else:
                made[name] = Baked(engine, tree, image, described, syntax)

        made: dict[str, AnyWay] = {}
        theirs = of_dockerfiles if "dockerfiles" in self.workspace.facts else of_file if kind == ONE else of_hcl
        one(SLIPWAY, setting.frontend, of_spec)
        one(DOCKERFILE, None, theirs)
        pinned = setting.newest_dockerfile_frontend
        if pinned:
            one(PINNED, pinned, theirs)
        return made

    @staticmethod
    def explain(chosen: Iterable[str]) -> list[str]:
        return [f"{row}: {rows.WHAT[row]}" for row in chosen]


def of_examples(folder: str) -> dict[str, Measurement]:
    return {f"{name}:{kind}": Measurement(one, kind) for name, one in found(folder).items() for kind in (ONE, FIVE)}


def of_repositories(folders: Iterable[str]) -> dict[str, Measurement | Contents]:
    """Repositories that are no examples, such as checkouts of public ones."""
    found: dict[str, Measurement | Contents] = {}
    for one in (Workspace(pathlib.Path(folder)) for folder in folders):
        found |= {f"{one.name}:{kind}": Measurement(one, kind) for kind in (ONE, EVERY)[: len(one.services)]}
        if "dockerfiles" in one.facts:
            found[f"{one.name}:contents"] = Contents(one)
    return found


HEAD = f"{'row':10}{'the other':24}{'Slipway':>9}{'other':>9}{'ratio':>7}  {'min-max':11}{'goal':14}{'sent':>9}{'other':>9}{'images':>10}{'other':>10}"


def summary(builds: Mapping[str, list[Build]], ways: Mapping[str, AnyWay], sizes: Mapping[str, int], goal: float | None) -> Found:
    """All values of a row."""
    found = times(builds)
    sent = {name: [transfer.sent(one) for one in done] for name, done in builds.items()}
    first, *others = builds
    return {
        "rounds": len(builds[first]),
        "goal": goal,
        "seconds": found["seconds"],
        "ratios": {other: found["ratios"][f"{first} / {other}"] for other in others},
        "sent": {name: spread(values) for name, values in sent.items()},
        "sent_ratios": {other: ratios(sent[first], sent[other]) for other in others},
        "images": sizes,
        "executed": {name: steps.executed(done[-1], ways[name]) for name, done in builds.items()},
        "edited": next(iter(ways.values())).services[0],
    }


def lines(row: str, values: Found) -> list[str]:
    """One line for each of the other ways."""
    found, (ours, *_) = [], values["seconds"]
    for other, ratio in values["ratios"].items():
        seconds, sent, images = values["seconds"], values["sent"], values["images"]
        found.append(
            f"{row:10}{other:24}{seconds[ours]['median']:>8.2f}s{seconds[other]['median']:>8.2f}s{ratio['median']:>7.2f}  "
            f"{ratio['min']:.2f}-{ratio['max']:<6.2f}{goals.verdict(ratio, values['goal']):14}"
            f"{kilobytes(sent[ours]['median']):>9}{kilobytes(sent[other]['median']):>9}{megabytes(images[ours]):>10}{megabytes(images[other]):>10}"
        )
    return found


def unrelated(rows_found: Mapping[str, Found]) -> list[str]:
    """Executed steps of each service of a bake, in the rows whose edit does not concern all services."""
    found = []
    for row in ("edit", "fresh", "readme"):
        values = rows_found.get(row)
        if not values:
            continue
        ours = next(iter(values["executed"].values()))
        if len(ours) < 2:
            continue
        for name, counts in values["executed"].items():
            found.append(f"steps executed, {row}, {name}: " + "; ".join(f"{service} {count}" for service, count in counts.items()))
        others = sum(count for service, count in ours.items() if row == "readme" or service != values["edited"])
        found.append(f"  goal: unrelated services 0 steps: {'MET' if others == 0 else f'MISSED ({others})'}")
    return found


def the_rest(row: str, builds: Mapping[str, list[Build]], values: Found, ways: Mapping[str, AnyWay]) -> list[str]:
    """If a goal is missed: where the time of both ways went, in the median round."""
    if values["goal"] is None or not any("MISSED" in goals.verdict(ratio, values["goal"]) for ratio in values["ratios"].values()):
        return []
    found = ["", f"{row} missed its goal; where the seconds of a median round went, by the engine's records:"]
    for name, done in builds.items():
        one = sorted(done, key=lambda build: build.seconds)[len(done) // 2]
        first, *more = steps.spent(one, ways[name].targets)
        found += [f"  {name}: {first}", *("  " + line for line in more)]
    return found


def kilobytes(size: float) -> str:
    return f"{size / 1e3:.1f} kB"


def megabytes(size: float) -> str:
    return f"{size / 1e6:.2f} MB"
