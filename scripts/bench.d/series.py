"""The inputs of `scale`: projects of any size. Each function writes one of size `n` into a folder.

They contain only what planning reads: their programs do not compile.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True)
class Series:
    """A kind of project, its smallest measured size, and the measured commands."""

    title: str
    make: Callable[[pathlib.Path, int], None]
    first: int
    commands: tuple[str, ...] = ("check",)


def write(folder: pathlib.Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def spec(folder: pathlib.Path, *lines: str) -> None:
    write(folder, "slipway.yaml", "\n".join(["# syntax=ghcr.io/acme/slipway:1", *lines]) + "\n")


def stages(folder: pathlib.Path, n: int) -> None:
    chain = (f"  s{i}: {{ from: s{i - 1}, steps: [{{ run: \"true {i}\" }}] }}" for i in range(1, n))
    spec(folder, "stages:", "  s0: { from: 'debian:13' }", *chain, "images:", f"  app: {{ go: ., files: {{ /x: 's{n - 1}:/x' }} }}")
    program(folder)


def steps(folder: pathlib.Path, n: int) -> None:
    runs = (f"      - run: echo {i}" for i in range(n))
    spec(folder, "stages:", "  s:", "    from: debian:13", "    steps:", *runs, "images:", "  app: { go: ., files: { /x: 's:/x' } }")
    program(folder)


def images(folder: pathlib.Path, n: int) -> None:
    chain = (f"  i{i}: {{ go: ., files: {{ /x: 'i{i - 1}:/x' }} }}" for i in range(1, n))
    spec(folder, "images:", "  i0: { go: . }", *chain)
    program(folder)


def heirs(folder: pathlib.Path, n: int) -> None:
    chain = (f"  i{i}: {{ extends: i{i - 1}, env: {{ A: '{i}' }} }}" for i in range(1, n))
    spec(folder, "images:", "  i0: { go: . }", *chain)
    program(folder)


def services(folder: pathlib.Path, n: int) -> None:
    uses = (f"  s{i}: {{ build: {{ from: app, main: ./cmd/s{i} }} }}" for i in range(n))
    spec(folder, "builds:", "  app: { preset: go }", "images:", *uses)
    program(folder, main="")
    for i in range(n):
        write(folder, f"cmd/s{i}/main.go", 'package main\n\nimport "example.com/app/lib"\n\nfunc main() { lib.Run() }\n')
    write(folder, "lib/lib.go", "package lib\n\nfunc Run() {}\n")


def files(folder: pathlib.Path, n: int) -> None:
    copies = (f"      /f{i}: ./assets/f{i}" for i in range(n))
    spec(folder, "images:", "  app:", "    go: .", "    files:", *copies)
    program(folder)
    for i in range(n):
        write(folder, f"assets/f{i}", "")


def arguments(folder: pathlib.Path, n: int) -> None:
    """n variables with a thousand characters each, from an argument."""
    uses = (f"      A{i}: ${{LONG}}" for i in range(n))
    spec(folder, "args:", f"  LONG: {'a' * 1000}", "images:", "  app:", "    go: .", "    env:", *uses)
    program(folder)


def ignored(folder: pathlib.Path, n: int) -> None:
    spec(folder, "images: { app: { go: . } }")
    program(folder)
    write(folder, ".dockerignore", "".join(f"/folder-{i}/*.log\n" for i in range(n)))


def program(folder: pathlib.Path, main: str = ".") -> None:
    write(folder, "go.mod", "module example.com/app\n\ngo 1.25\n")
    if main:
        write(folder, "main.go", "package main\n\nfunc main() {}\n")


def go_packages(folder: pathlib.Path, n: int) -> None:
    """Each package imports the next one."""
    spec(folder, "images: { app: { go: . } }")
    program(folder, main="")
    write(folder, "main.go", 'package main\n\nimport _ "example.com/app/p0"\n\nfunc main() {}\n')
    for i in range(n):
        need = f'import _ "example.com/app/p{i + 1}"\n' if i + 1 < n else ""
        write(folder, f"p{i}/p.go", f"package p{i}\n\n{need}")


def node_chain(folder: pathlib.Path, n: int) -> None:
    """Each package requires the next one; one image."""
    members = [f"p{i}" for i in range(n)]
    needs = {f"p{i}": [f"p{i + 1}"] for i in range(n - 1)}
    spec(folder, "images: { app: { node: packages/p0 } }")
    node_workspace(folder, members, needs)


def node_layers(folder: pathlib.Path, n: int) -> None:
    """Six layers; each package requires three of the next layer. Each package of the first layer has an image."""
    width = max(n // 6, 3)
    members = [f"p{layer}-{i}" for layer in range(6) for i in range(width)]
    needs = {f"p{layer}-{i}": [f"p{layer + 1}-{(i + k) % width}" for k in range(3)] for layer in range(5) for i in range(width)}
    spec(folder, "images:", *(f"  a{i}: {{ node: packages/p0-{i} }}" for i in range(width)))
    node_workspace(folder, members, needs)


def node_chain_images(folder: pathlib.Path, n: int) -> None:
    """Each package requires the next one, and has an image: all of them together need about n²/2 packages."""
    members = [f"p{i}" for i in range(n)]
    spec(folder, "images:", *(f"  a{i}: {{ node: packages/p{i} }}" for i in range(n)))
    node_workspace(folder, members, {f"p{i}": [f"p{i + 1}"] for i in range(n - 1)})


def node_layers_images(folder: pathlib.Path, n: int) -> None:
    """Six layers; each package requires three of the next layer. Each package has an image."""
    width = max(n // 6, 3)
    members = [f"p{layer}-{i}" for layer in range(6) for i in range(width)]
    needs = {f"p{layer}-{i}": [f"p{layer + 1}-{(7 * i + 5 * k * k + k) % width}" for k in range(3)] for layer in range(5) for i in range(width)}
    spec(folder, "images:", *(f"  a{i}: {{ node: packages/{name} }}" for i, name in enumerate(members)))
    node_workspace(folder, members, needs)


def node_workspace(folder: pathlib.Path, members: Sequence[str], needs: Mapping[str, Sequence[str]]) -> None:
    root: dict[str, Any] = {"name": "root", "private": True, "workspaces": ["packages/*"]}
    write(folder, "package.json", json.dumps(root))
    locked: dict[str, Any] = {"": {"name": "root", "workspaces": ["packages/*"]}}
    for name in members:
        dependencies = dict.fromkeys(needs.get(name, []), "*")
        write(folder, f"packages/{name}/package.json", json.dumps({"name": name, "version": "1.0.0", "scripts": {"start": "node index.js"}, "dependencies": dependencies}))
        write(folder, f"packages/{name}/index.js", "")
        locked[f"packages/{name}"] = {"version": "1.0.0", "dependencies": dependencies}
        locked[f"node_modules/{name}"] = {"resolved": f"packages/{name}", "link": True}
    write(folder, "package-lock.json", json.dumps({"name": "root", "lockfileVersion": 3, "requires": True, "packages": locked}))


def python_workspace(folder: pathlib.Path, n: int) -> None:
    """Members of a uv workspace, each of which requires the next one."""
    spec(folder, "images: { app: { python: packages/p0, entrypoint: [python, -m, p0] } }")
    write(folder, "pyproject.toml", '[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    packages = []
    for i in range(n):
        need = f"p{i + 1}" if i + 1 < n else None
        sources = f"[tool.uv.sources]\n{need} = {{ workspace = true }}\n" if need else ""
        needs = f'["{need}"]' if need else "[]"
        write(folder, f"packages/p{i}/pyproject.toml", f'[project]\nname = "p{i}"\nversion = "1.0"\nrequires-python = ">=3.13"\ndependencies = {needs}\n{sources}')
        write(folder, f"packages/p{i}/p{i}/__init__.py", "")
        dependencies = f'dependencies = [{{ name = "{need}" }}]\n' if need else ""
        packages.append(f'[[package]]\nname = "p{i}"\nversion = "1.0"\nsource = {{ editable = "packages/p{i}" }}\n{dependencies}')
    members = ", ".join(f'"p{i}"' for i in range(n))
    write(folder, "uv.lock", f'version = 1\nrequires-python = ">=3.13"\n\n[manifest]\nmembers = [{members}]\n\n' + "\n".join(packages))


def cargo_workspace(folder: pathlib.Path, n: int) -> None:
    """Crates, each of which requires the next one."""
    spec(folder, "images: { app: { rust: crates/c0 } }")
    write(folder, "Cargo.toml", '[workspace]\nresolver = "3"\nmembers = ["crates/*"]\n')
    locked = ["version = 4\n"]
    for i in range(n):
        need = f'c{i + 1} = {{ path = "../c{i + 1}" }}\n' if i + 1 < n else ""
        write(folder, f"crates/c{i}/Cargo.toml", f'[package]\nname = "c{i}"\nversion = "1.0.0"\nedition = "2024"\n\n[dependencies]\n{need}')
        write(folder, f"crates/c{i}/src/{'lib' if i else 'main'}.rs", "fn main() {}\n")
        dependencies = f'dependencies = [\n "c{i + 1}",\n]\n' if need else ""
        locked.append(f'[[package]]\nname = "c{i}"\nversion = "1.0.0"\n{dependencies}')
    write(folder, "Cargo.lock", "\n".join(locked))


def maven(folder: pathlib.Path, n: int) -> None:
    """Modules, each of which requires the next one."""
    spec(folder, "images: { app: { java: { module: m0 } } }")
    modules = "".join(f"<module>m{i}</module>" for i in range(n))
    head = "<modelVersion>4.0.0</modelVersion><groupId>com.example</groupId>"
    write(folder, "pom.xml", f"<project>{head}<artifactId>root</artifactId><version>1</version><packaging>pom</packaging><properties><maven.compiler.release>21</maven.compiler.release></properties><modules>{modules}</modules></project>\n")
    for i in range(n):
        need = f"<dependencies><dependency><groupId>com.example</groupId><artifactId>m{i + 1}</artifactId><version>1</version></dependency></dependencies>" if i + 1 < n else ""
        write(folder, f"m{i}/pom.xml", f"<project><modelVersion>4.0.0</modelVersion><parent><groupId>com.example</groupId><artifactId>root</artifactId><version>1</version></parent><artifactId>m{i}</artifactId>{need}</project>\n")
        write(folder, f"m{i}/src/main/java/App.java", "class App { public static void main(String[] a) {} }\n")


def gradle(folder: pathlib.Path, n: int) -> None:
    """One build file with n dependencies."""
    spec(folder, "images: { app: { java: . } }")
    write(folder, "settings.gradle", "rootProject.name = 'app'\n")
    needs = "".join(f"    implementation 'com.example:lib{i}:1.0'\n" for i in range(n))
    write(folder, "build.gradle", f"plugins {{ id 'application' }}\njava {{ toolchain {{ languageVersion = JavaLanguageVersion.of(21) }} }}\ndependencies {{\n{needs}}}\napplication {{ mainClass = 'App' }}\n")
    write(folder, "gradle/wrapper/gradle-wrapper.properties", "distributionUrl=https\\://services.gradle.org/distributions/gradle-9.0.0-bin.zip\n")
    write(folder, "src/main/java/App.java", "class App { public static void main(String[] a) {} }\n")


def gradle_projects(folder: pathlib.Path, n: int) -> None:
    """Projects of one build, each of which requires the next one."""
    spec(folder, "images: { app: { java: { module: m0 } } }")
    write(folder, "settings.gradle", "rootProject.name = 'app'\n" + "".join(f"include 'm{i}'\n" for i in range(n)))
    write(folder, "gradle/wrapper/gradle-wrapper.properties", "distributionUrl=https\\://services.gradle.org/distributions/gradle-9.0.0-bin.zip\n")
    head = "plugins { id 'application' }\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\napplication { mainClass = 'App' }\n"
    for i in range(n):
        need = f"dependencies {{ implementation project(':m{i + 1}') }}\n" if i + 1 < n else ""
        write(folder, f"m{i}/build.gradle", (head if i == 0 else "plugins { id 'java-library' }\n") + need)
        write(folder, f"m{i}/src/main/java/App.java", "class App {}\n")


def go_modules(folder: pathlib.Path, n: int) -> None:
    """Modules of one go.work, each of which imports the next one."""
    spec(folder, "images: { app: { go: ./m0 } }")
    write(folder, "go.work", "go 1.25\n\nuse (\n" + "".join(f"\t./m{i}\n" for i in range(n)) + ")\n")
    for i in range(n):
        write(folder, f"m{i}/go.mod", f"module example.com/m{i}\n\ngo 1.25\n")
        need = f'import _ "example.com/m{i + 1}"\n' if i + 1 < n else ""
        write(folder, f"m{i}/x.go", f"package {'p' if i else 'main'}\n\n{need}" + ("" if i else "\nfunc main() {}\n"))


SERIES = {
    "stages": Series("stages, each from the one before", stages, 2000, ("check", "plan", "graph")),
    "steps": Series("steps of one stage", steps, 8000, ("check", "plan")),
    "images": Series("images in a chain by `files`", images, 500),
    "heirs": Series("images in a chain by `extends`", heirs, 500),
    "services": Series("images of one Go build", services, 50, ("check", "bake")),
    "files": Series("`files` of one image", files, 2000),
    "arguments": Series("variables of 1,000 characters by an argument", arguments, 1000),
    "ignored": Series("lines of the ignore file", ignored, 10000),
    "go": Series("Go packages in a chain", go_packages, 500),
    "node": Series("npm packages in a chain, one image", node_chain, 500),
    "node-layers": Series("npm packages in six layers, an image for each of the first", node_layers, 500),
    "node-layers-images": Series("npm packages in six layers, an image for each", node_layers_images, 500),
    "node-chain-images": Series("npm packages in a chain, an image for each", node_chain_images, 125),
    "go-modules": Series("modules of a go.work in a chain", go_modules, 500),
    "python": Series("members of a uv workspace in a chain", python_workspace, 500),
    "rust": Series("crates of a workspace in a chain", cargo_workspace, 500),
    "maven": Series("Maven modules in a chain", maven, 500),
    "gradle-projects": Series("projects of a Gradle build in a chain", gradle_projects, 500),
    "gradle": Series("dependencies of a Gradle build", gradle, 2000),
}
