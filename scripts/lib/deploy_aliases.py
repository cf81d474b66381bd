"""The alias `live` of each function: which version it names, and moving it."""

import re
from dataclasses import dataclass

from deploy_environment import Refusal
from deploy_show import say, table

ALIAS = "live"
COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Version:
    number: int
    # The version's description: the commit that it was made from, and a digest of the parameters.
    release: str

    @property
    def commit(self) -> str:
        return self.release.split("-")[0]


@dataclass(frozen=True)
class Move:
    function: str
    before: Version
    after: Version


def versions(functions: object, name: str) -> list[Version]:
    """Every published version, oldest first."""
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [version for page in pages for version in page["Versions"] if version["Version"] != "$LATEST"]
    return sorted((Version(int(version["Version"]), version.get("Description", "")) for version in found),
                  key=lambda version: version.number)


def live(functions: object, name: str) -> int | None:
    """The version that the alias names; nothing for a function without one."""
    try:
        return int(functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
    except functions.exceptions.ResourceNotFoundException:
        return None


def snapshot(functions: object, names: list[str]) -> dict[str, int]:
    """What each alias names now, to be put back."""
    current = {name: live(functions, name) for name in names}
    return {name: version for name, version in current.items() if version is not None}


def moves_back(functions: object, names: list[str]) -> list[Move]:
    """One version back each. They must be of one commit, else nobody has ever tried them together."""
    moves = []
    for name, number in snapshot(functions, names).items():
        known = versions(functions, name)
        current = at(known, number, name)
        earlier = [version for version in known if version.number < number and version.release != current.release]
        if earlier:
            moves.append(Move(name, current, earlier[-1]))
        else:
            say(f"{name} has no version before {number}: it stays")
    releases = {move.after.release for move in moves}
    if len(releases) > 1:
        raise Refusal(f"the versions before are of several commits ({', '.join(sorted(map(short, releases)))}): "
                      "name one with --to", 65)
    return moves


def moves_to(functions: object, names: list[str], release: str) -> list[Move]:
    """To the newest version that carries the commit, for every function or for none."""
    if not COMMIT.fullmatch(release.split("-")[0]):
        raise Refusal(f"{release!r} is no commit's id (7 to 40 hexadecimal digits)", 64)
    moves, without = [], []
    for name, number in snapshot(functions, names).items():
        known = versions(functions, name)
        wanted = [version for version in known if version.release.startswith(release)]
        if len({version.commit for version in wanted}) > 1:
            raise Refusal(f"{release} stands for several commits: give more digits", 65)
        if not wanted:
            without.append(name)
        elif wanted[-1].number != number:
            moves.append(Move(name, at(known, number, name), wanted[-1]))
    if without:
        raise Refusal(f"no version of {release}: {', '.join(without)} (--function leaves others out)", 65)
    return moves


def moves_to_snapshot(functions: object, before: dict[str, int]) -> list[Move]:
    """To what the aliases named before a deployment; functions that it made have nothing to go back to."""
    moves = []
    for name, number in before.items():
        current = live(functions, name)
        if current is not None and current != number:
            known = versions(functions, name)
            moves.append(Move(name, at(known, current, name), at(known, number, name)))
    return moves


def at(known: list[Version], number: int, name: str) -> Version:
    for version in known:
        if version.number == number:
            return version
    raise Refusal(f"{name} has no version {number} any more", 65)


def short(release: str) -> str:
    return release[:12] if COMMIT.match(release) else release or "unknown"


def show(moves: list[Move]) -> str:
    rows = [[move.function, f"{move.before.number} ({short(move.before.release)})",
             f"{move.after.number} ({short(move.after.release)})"] for move in moves]
    return table(["function", "live now", "live then"], rows)


def perform(functions: object, moves: list[Move]) -> None:
    """Moves every alias, or puts back those that it moved: half of a release is worse than either."""
    done: list[Move] = []
    try:
        for move in moves:
            point(functions, move.function, move.after)
            done.append(move)
    except Exception:
        for move in reversed(done):
            point(functions, move.function, move.before)
        raise


def point(functions: object, name: str, version: Version) -> None:
    # An alias that splits its traffic would still send a part to the version that is left.
    functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=str(version.number),
                           RoutingConfig={"AdditionalVersionWeights": {}})
    say(f"{name}: {ALIAS} is version {version.number} ({short(version.release)})")
