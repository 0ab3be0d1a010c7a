# ruff: noqa: INP001 - a program, not part of a package
"""The lock files: every package pinned with its hashes, and no address of where it came from.

``python scripts/locks.py refresh`` solves them again with uv; ``check`` needs no network: it compares the digest of
the requirements written into each lock with those of pyproject.toml, and looks for lines that do not belong.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": False, "requirements-dev.lock": True}
DIGEST = "# requirements of pyproject.toml, sha256: "
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==\S+.* \\")
HASHED = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
SOLVE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes")
PLAIN = ("--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links")


def wanted(*, with_dev: bool) -> list[str]:
    """The requirements a lock answers: those of the project, of building it, and of developing it."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    return found + (project["dependency-groups"]["dev"] if with_dev else [])


def digest(*, with_dev: bool) -> str:
    return hashlib.sha256(json.dumps(wanted(with_dev=with_dev)).encode()).hexdigest()


def refresh(name: str, *, with_dev: bool) -> None:
    """Solve one lock again; versions already pinned stay where they still fit."""
    path = ROOT / name
    uv = str(Path(sys.executable).with_name("uv"))
    # What is developed with is what runs: the second lock repeats the first one's versions.
    same = ["--constraint", str(ROOT / "requirements.lock")] if with_dev else []
    command = [uv, *SOLVE, *PLAIN, *same, "-", "-o", str(path)]
    requirements = "\n".join(wanted(with_dev=with_dev))
    subprocess.run(command, input=requirements, text=True, check=True, cwd=ROOT)  # noqa: S603 - our own line
    body = path.read_text(encoding="utf-8")
    path.write_text(f"# Made by `make lock`.\n{DIGEST}{digest(with_dev=with_dev)}\n{body}", encoding="utf-8")


def problems(name: str, *, with_dev: bool) -> list[str]:
    """What is wrong with one lock; empty when it is fresh and clean."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [] if f"{DIGEST}{digest(with_dev=with_dev)}" in lines else [f"{name} is older than pyproject.toml"]
    strange = [line for line in lines if not line.startswith("#") and not PINNED.fullmatch(line)]
    return found + [f"{name}: unexpected line: {line}" for line in strange if not HASHED.fullmatch(line)]


def main(verb: str) -> int:
    if verb == "refresh":
        for name, with_dev in LOCKS.items():
            refresh(name, with_dev=with_dev)
    found = [line for name, with_dev in LOCKS.items() for line in problems(name, with_dev=with_dev)]
    sys.stdout.write("".join(f"{line}. Run `make lock`.\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
