"""An environment's file (scripts/environments/<name>.json): stack, region, bucket, tags and parameters.

`${NAME}` in a value stands for a variable, so that no account's addresses lie in the repository.
"""

import glob
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

FOLDER = "scripts/environments"
MEMBERS = {"stack", "region", "codeBucket", "tags", "parameters"}
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class Refusal(Exception):
    """What somebody has to change before this can work; `status` is the script's (sysexits.h)."""

    def __init__(self, message: str, status: int = 64) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Environment:
    name: str
    stack: str
    region: str
    code_bucket: str
    tags: dict[str, str]
    parameters: dict[str, str]
    # Variables that have no value; a dry run shows them as <NAME>.
    missing: list[str] = field(default_factory=list)


def names() -> list[str]:
    return sorted(os.path.basename(path).removesuffix(".json") for path in glob.glob(f"{FOLDER}/*.json"))


def read(name: str, variables: dict[str, str]) -> Environment:
    if name not in names():
        raise Refusal(f"there is no environment {name!r} (there are: {', '.join(names())})")
    with open(f"{FOLDER}/{name}.json") as file:
        content = json.load(file)
    if set(content) != MEMBERS:
        raise Refusal(f"{FOLDER}/{name}.json must have exactly the members {', '.join(sorted(MEMBERS))}")
    missing: list[str] = []
    content = substitute(content, variables, missing)
    return Environment(
        name, content["stack"], content["region"], content["codeBucket"], content["tags"], content["parameters"],
        sorted(set(missing)))


def substitute(value: object, variables: dict[str, str], missing: list[str]) -> object:
    if isinstance(value, dict):
        return {key: substitute(member, variables, missing) for key, member in value.items()}
    if not isinstance(value, str):
        raise Refusal(f"values of an environment are text, not {json.dumps(value)}")

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1)
        given = variables.get(name) or os.environ.get(name)
        if not given:
            missing.append(name)
        return given or f"<{name}>"

    return VARIABLE.sub(replacement, value)


def pairs(options: list[str], what: str) -> dict[str, str]:
    """`Name=Value` of the command line."""
    result = {}
    for option in options:
        name, separator, value = option.partition("=")
        if not separator or not name:
            raise Refusal(f"{what} {option!r} is not Name=Value")
        result[name] = value
    return result


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(name: str = "HEAD") -> str:
    """The whole id of a commit of this repository."""
    try:
        return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except (subprocess.CalledProcessError, FileNotFoundError):
        raise Refusal(f"this repository has no commit {name!r}", 65) from None


def release(uncommitted: bool) -> str:
    """The id that versions carry. What no commit holds is not shipped, unless somebody insists."""
    identity = commit()
    if not git("status", "--porcelain"):
        return identity
    if not uncommitted:
        raise Refusal("the working tree differs from its commit: commit first (or --uncommitted, to try something)", 65)
    return f"{identity}-uncommitted"


def finish(script: str, main: Callable[[list[str]], int]) -> None:
    """Runs a script's main and ends the process; what was refused, here or by AWS, is a sentence."""
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        print(f"scripts/{script}: {refusal}", file=sys.stderr)
        sys.exit(refusal.status)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # botocore is loaded only where an account is asked; its errors name the call and the reason.
        if not type(error).__module__.startswith("botocore."):
            raise
        print(f"scripts/{script}: {error}", file=sys.stderr)
        sys.exit(69)
