"""scripts/rollback: the alias `live` of every function, back to the version before or to a commit's."""

import argparse

import deploy_aliases as aliases
from deploy_changes import Stack, require_free_aliases
from deploy_environment import Refusal, commit, finish, names, pairs, read
from deploy_show import agree, say, table
from deploy_template import load


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/rollback")
    parser.add_argument("environment", choices=names())
    parser.add_argument("--to", metavar="COMMIT")
    parser.add_argument("--from", dest="since", metavar="COMMIT", help="dry run: the commit that is live")
    parser.add_argument("--function", action="append", default=[], metavar="NAME")
    parser.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    return parser.parse_args(words)


def dry_run(environment: object, options: argparse.Namespace) -> None:
    """Which commits and which aliases; the numbers of the versions are known to the account alone."""
    now = commit(options.since or "HEAD")
    then = commit(options.to) if options.to else commit(f"{now}~1")
    rows = []
    for name, resource in load()["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Alias":
            rows.append([name, resource["Properties"]["Name"], aliases.short(now), aliases.short(then)])
    say(f"would point these aliases of {environment.stack} in {environment.region} back, and change nothing else:")
    print(table(["alias", "name", "live now", "live then"], rows))


def main(words: list[str]) -> int:
    options = arguments(words)
    environment = read(options.environment, pairs(options.variable, "variable"))
    if options.dry_run:
        dry_run(environment, options)
        return 0
    import boto3

    stack = Stack(boto3.client("cloudformation", region_name=environment.region), environment.stack)
    functions = boto3.client("lambda", region_name=environment.region)
    moves = plan(functions, chosen(stack, options.function), options.to)
    if not moves:
        say("every alias is there already")
        return 0
    print(aliases.show(moves))
    agree(f"Change {len(moves)} aliases of {environment.stack}?", options.yes)
    aliases.perform(functions, moves)
    say(f"rolled back; now: scripts/smoke --environment {environment.name}")
    return 0


def chosen(stack: Stack, wanted: list[str]) -> list[str]:
    if not stack.exists():
        raise Refusal(f"there is no stack {stack.name}", 69)
    require_free_aliases(stack)
    known = stack.functions()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise Refusal(f"the stack has no function {', '.join(unknown)} (it has: {', '.join(known)})", 64)
    return wanted or known


def plan(functions: object, chosen: list[str], release: str | None) -> list[aliases.Move]:
    return aliases.moves_to(functions, chosen, release) if release else aliases.moves_back(functions, chosen)


if __name__ == "__main__":
    finish("rollback", main)
