"""The one form of template.json, so that a change of it shows what has changed. Run: python3 scripts/lib/template_form.py"""

import json
from pathlib import Path

WIDTH = 120
# A small object stands on one line from this depth on, a member of the template or of Resources does not.
DEPTH = 6
SMALL = 3


def flat(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(name)}: {flat(member)}" for name, member in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(flat(element) for element in value) + "]"
    return quoted(value)


def quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_small(value: object, members: int) -> bool:
    if isinstance(value, dict):
        return len(value) <= members and all(is_small(member, members) for member in value.values())
    return not isinstance(value, list) or all(is_small(element, members) for element in value)


def written(value: object, depth: int, room: int) -> str:
    if is_small(value, SMALL if depth >= DEPTH else 1):
        line = flat(value)
        if len(line) <= room or not isinstance(value, (dict, list)) or not value:
            return line
    inner = depth + 2
    if isinstance(value, dict):
        starts = [f"{quoted(name)}: " for name in value]
        lines = [start + written(member, inner, WIDTH - inner - len(start) - 1)
                 for start, member in zip(starts, value.values())]
        brackets = "{}"
    else:
        lines = [written(element, inner, WIDTH - inner - 1) for element in value]
        brackets = "[]"
    body = ",\n".join(" " * inner + line for line in lines)
    return f"{brackets[0]}\n{body}\n{' ' * depth}{brackets[1]}"


def text(template: object) -> str:
    return written(template, 0, 0) + "\n"


if __name__ == "__main__":
    path = Path("template.json")
    path.write_text(text(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
