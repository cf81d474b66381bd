"""Measures what the time of an answer tells about an account, and what signing in costs; prints Markdown.

scripts/bench-auth says how, and builds the program that does the work.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
from collections import defaultdict
from itertools import combinations
from statistics import median

sys.path.insert(0, os.path.dirname(__file__))
from bench import other_load, processor, step  # noqa: E402
from bench_auth_statistics import LIMIT, Comparison  # noqa: E402
from bench_auth_wire import CountingProxy  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402

PROGRAM = ".build/bench-release/release/bench-auth"
# What is asked, and the status of every answer.
ROUTES = {
    "login": ("POST /auth/login with a wrong password", 401),
    "throttled": ("POST /auth/login by somebody who has to wait", 429),
    "signup": ("POST /auth/signup", 202),
    "resend": ("POST /auth/signup/resend", 202),
    "forgot": ("POST /auth/password/forgot", 202),
}
CONTROLS = ("active again", "active + 20 µs")
OPERATIONS = ("login", "refresh", "profile")
FLOORS = {"login": "scrypt", "refresh": "signature", "profile": "query"}
# What is asked for in one word, in this order; `production` is a sign-in at the cost of production.
PARTS = ("costs", *ROUTES, "production")
DEFAULT = ("costs", "login", "signup", "forgot", "production")
ENOUGH = 20_000


def run(database, mode: str, count: int, cost: str, names, port: int | None = None) -> list[list[str]]:
    """What bench-auth prints, on a database of its own."""
    database.psql("drop database if exists nerdwork", database="postgres")
    database.migrate()
    environment = {**os.environ, **database.environment("postgres"), "SERVICE_PORT": str(port or database.port)}
    output = subprocess.run(
        [PROGRAM, mode, str(count), cost, ",".join(names)], env=environment, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    return [line.split("\t") for line in output.splitlines()]


def measure_timing(database, samples: int, cost: str, route: str) -> list[Comparison]:
    """The comparisons of all pairs of states; raises where answers differ."""
    words, status = ROUTES[route]
    step(f"{words}, {samples} samples each, {cost} cost")
    nanoseconds, answers = defaultdict(list), defaultdict(set)
    for kind, _, name, value in run(database, "timing", samples, cost, [route]):
        if kind == "sample":
            nanoseconds[name].append(int(value))
        else:
            answers[name].add(value)
    (answer, *others) = set.union(*answers.values())
    if others or json.loads(answer)["statusCode"] != status:
        raise RuntimeError(f"{route}: the answers differ, or are not the expected one: {dict(answers)}")
    states = [name for name in nanoseconds if name not in CONTROLS]
    pairs = list(combinations(states, 2)) + [("active", name) for name in CONTROLS]
    return [Comparison(route, pair, *(nanoseconds[name] for name in pair)) for pair in pairs]


def print_timing(comparisons: list[Comparison]) -> bool:
    """A table of all pairs; whether every one is as it should be."""
    print("| pair | samples each | medians, µs | raw t | t, cropped | |")
    print("|---|---|---|---|---|---|")
    wrong = 0
    for one in comparisons:
        is_seen = one.largest >= LIMIT
        is_right = is_seen == (one.pair[1] == CONTROLS[1])
        wrong += not is_right
        left, right = one.medians
        verdict = ("seen" if is_seen else "not seen") + ("" if is_right else " **(wrong)**")
        print(f"| {one.pair[0]}, {one.pair[1]} | {one.count} | {left:.1f}, {right:.1f} | {one.raw:+.2f} "
              f"| {one.cropped:+.2f} | {verdict} |")
    return not wrong


def measure_costs(database, count: int) -> dict[str, tuple[float, float]]:
    """Median wall time and time of the processor of everything, in milliseconds, taking turns."""
    step(f"costs, {count} turns")
    samples = defaultdict(list)
    for _, name, wall, busy in run(database, "costs", count, "standard", [*OPERATIONS, *FLOORS.values()]):
        samples[name].append((int(wall) / 1e6, int(busy) / 1e6))
    return {name: (median(wall for wall, _ in rows), median(busy for _, busy in rows)) for name, rows in samples.items()}


def count_round_trips(database) -> dict[str, float]:
    """How often a request of each kind waits for the database, counted between the two."""
    step("round trips")
    trips = {}
    for name in OPERATIONS:
        counts = []
        for repeats in (2, 22):
            with CountingProxy(database.port) as proxy:
                run(database, "costs", repeats, "low", [name], proxy.port)
                counts.append(proxy.round_trips)
        trips[name] = (counts[1] - counts[0]) / 20
    return trips


def print_costs(costs, trips) -> None:
    print("| | wall, ms | processor, ms | round trips | beside | its wall, ms | its processor, ms | ratio of walls |")
    print("|---|---|---|---|---|---|---|---|")
    for name in OPERATIONS:
        (wall, busy), (floor, floor_busy) = costs[name], costs[FLOORS[name]]
        print(f"| {name} | {wall:.3f} | {busy:.3f} | {trips[name]:g} | {FLOORS[name]} | {floor:.3f} | {floor_busy:.3f} "
              f"| {wall / floor:.2f} |")


def measure(database, part: str, samples: int) -> bool:
    """Measures one part and prints it; whether it is as it should be."""
    if part == "costs":
        costs, trips = measure_costs(database, 200), count_round_trips(database)
        print("\n#### Costs\n")
        print_costs(costs, trips)
        return True
    if part == "production":
        comparisons = measure_timing(database, min(samples, 150), "standard", "login")
        print(f"\n#### {ROUTES['login'][0]}, scrypt at the cost of production\n")
        print_timing(comparisons)
        # So few samples cannot show 20 µs beside so much work.
        return all(one.largest < LIMIT for one in comparisons if one.pair[1] != CONTROLS[1])
    comparisons = measure_timing(database, samples, "low", part)
    words, status = ROUTES[part]
    print(f"\n#### {words}: {status}\n")
    return print_timing(comparisons)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench-auth")
    parser.add_argument("--samples", type=int, default=ENOUGH, help="of each state; 150 at most for production")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    options = parser.parse_args()
    parts = options.parts or DEFAULT
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part {', '.join(unknown)}")
    print(f"{datetime.date.today()}, {processor()}, one of {os.cpu_count()} cores, other load {other_load():.1f} cores.")
    with PrivatePostgres() as database:
        bad = [part for part in parts if not measure(database, part, options.samples)]
    if bad:
        sys.exit(f"states can be told apart, or the wasted 20 µs were not seen: {', '.join(bad)}")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
