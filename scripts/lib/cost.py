"""scripts/cost: a month on AWS, from measured times, the template, list prices and stated assumptions."""

import argparse
import json

from cost_assumptions import ASSUMPTIONS
from cost_model import GROUPS, Bill, bill
from deploy_environment import Refusal, finish, pairs

USERS = [1_000, 10_000, 100_000]
DOCUMENT, BEGIN, END = "docs/cost.md", "<!-- scripts/cost --write: begin -->", "<!-- end -->"


def load(name: str) -> dict:
    with open(f"scripts/lib/{name}.json") as file:
        return json.load(file)


def money(value: float) -> str:
    return f"{value:,.2f}"


def bill_table(bills: list[Bill]) -> list[str]:
    """Lines of every bill, group by group; those that are nothing everywhere are left out."""
    head = "| US$ a month | " + " | ".join(f"{made.users:,} users" for made in bills) + " | what it is |"
    lines = [head, "|---|" + "---:|" * len(bills) + "---|"]
    for group in GROUPS:
        names = list(dict.fromkeys(line.name for made in bills for line in made.lines if line.group == group))
        for name in names:
            found = [made.line(name) for made in bills]
            if any(line.dollars >= 0.005 for line in found):
                lines.append(f"| {name} | " + " | ".join(money(line.dollars) for line in found) + f" | {found[-1].what} |")
        totals = " | ".join(f"**{money(made.total(group))}**" for made in bills)
        lines.append(f"| **{group}** | {totals} | |")
    totals = " | ".join(f"**{money(made.total())}**" for made in bills)
    lines.append(f"| **all of it** | {totals} | |")
    each = " | ".join(money(made.total() / made.users) for made in bills)
    lines.append(f"| for one user | {each} | |")
    return lines


def times_table(made: Bill) -> list[str]:
    lines = ["| an invocation | function | MB | processor ms, whole core | round trips | billed ms | a user's each month |",
             "|---|---|---:|---:|---:|---:|---:|"]
    for work in made.work:
        lines.append(f"| {work.name} | `{work.function}` | {work.memory} | {work.cpu:g} | {work.round_trips} | {work.billed:.0f} | "
                     f"{work.each:g} |")
    return lines


def assumptions_table(values: dict[str, float]) -> list[str]:
    lines = ["| name | value | meaning |", "|---|---:|---|"]
    return lines + [f"| `{name}` | {value:g} | {ASSUMPTIONS[name][1]} |" for name, value in values.items()]


def prices_table(prices: dict) -> list[str]:
    lines = ["| price | US$ | for one | free each month | source |", "|---|---:|---|---:|---|"]
    for name, price in prices["prices"].items():
        amount = f"{price['price']:.10f}".rstrip("0").rstrip(".")
        free = f"{price['free']:,}" if "free" in price else ""
        lines.append(f"| `{name}` | {amount} | {price['unit']} | {free} | {price['source']} |")
    return lines


def document_part(bills: list[Bill], values: dict[str, float], prices: dict) -> str:
    parts = [["## The bill", "", *bill_table(bills)], ["## What is billed for one invocation", "", *times_table(bills[0])],
             ["## Assumptions", "", *assumptions_table(values)],
             ["## Prices", "", f"{prices['region']}, {prices['date']}. {prices['note']}", "", *prices_table(prices)]]
    return "\n\n".join("\n".join(part) for part in parts)


def write(part: str) -> None:
    with open(DOCUMENT) as file:
        text = file.read()
    with open(DOCUMENT, "w") as file:
        file.write(replaced(text, part))


def replaced(text: str, part: str) -> str:
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{rest.split(END, 1)[1]}"


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/cost")
    parser.add_argument("--users", type=int, action="append", default=[])
    parser.add_argument("--assume", action="append", default=[], metavar="name=value")
    for flag in ("--free-tier", "--assumptions", "--write", "--check"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args(words)


def assumed(options: list[str]) -> dict[str, float]:
    values = {name: value for name, (value, _) in ASSUMPTIONS.items()}
    for name, text in pairs(options, "assumption").items():
        if name not in values:
            raise Refusal(f"there is no assumption {name!r} (scripts/cost --assumptions lists them)")
        try:
            values[name] = float(text)
        except ValueError:
            raise Refusal(f"{name} is a number, not {text!r}") from None
        if not 0 <= values[name] < 1e12:
            raise Refusal(f"{name} is out of range")
    return values


def main(words: list[str]) -> int:
    options = arguments(words)
    values, prices = assumed(options.assume), load("prices")
    if options.assumptions:
        print("\n".join(assumptions_table(values)))
        return 0
    if any(users < 1 for users in options.users):
        raise Refusal("a number of users is 1 or more")
    bills = [bill(users, values, prices["prices"], load("measured")["operations"], options.free_tier)
             for users in options.users or USERS]
    part = document_part(bills, values, prices)
    if options.write:
        write(part)
    elif options.check:
        with open(DOCUMENT) as file:
            text = file.read()
        if replaced(text, part) != text:
            raise Refusal(f"{DOCUMENT} is not what scripts/cost computes: scripts/cost --write", 65)
    else:
        print("\n".join(bill_table(bills)))
    return 0


if __name__ == "__main__":
    finish("cost", main)
