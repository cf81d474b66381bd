"""How plans are shown, and how somebody agrees to them."""

import sys
from collections import Counter

from deploy_environment import Refusal
from deploy_template import Change


def say(words: str) -> None:
    print(f"==> {words}", flush=True)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Columns beside each other; those without any content are left out."""
    kept = [index for index in range(len(head)) if any(row[index] for row in rows)]
    lines = [[cells[index] for index in kept] for cells in [head, *rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(kept))]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([drawn[0], "-" * max(map(len, drawn)), *drawn[1:]]) if rows else ""


def changes(plan: list[Change]) -> str:
    rows = [
        [change.action, change.logical_id, change.type, "yes" if change.replacement == "True" else
         change.replacement.lower().replace("false", ""), change.condition, change.detail, "DATA" if change.loses_data else ""]
        for change in plan
    ]
    return table(["action", "resource", "type", "replaced", "condition", "properties", ""], rows)


def counts(plan: list[Change]) -> str:
    words = {"Add": "to add", "Modify": "to change", "Remove": "to remove", "Keep": "to keep", "-": "left out by a condition",
             "Import": "to import", "Dynamic": "decided later"}
    numbers = Counter(change.action for change in plan)
    return ", ".join(f"{numbers[action]} {words.get(action, action)}" for action in [*words] if numbers[action])


def agree(question: str, yes: bool) -> None:
    """Asks. Where nobody can answer, it is a refusal, never a yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refusal("nobody can be asked here: look at the plan, then call again with --yes", 64)
    try:
        answer = input(f"{question} [yes/no] ").strip()
    except EOFError:
        answer = "no"
    if answer != "yes":
        raise Refusal("nothing was changed", 75)
