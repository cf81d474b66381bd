"""Measures what the time of an answer tells about an account, and what signing in costs; prints Markdown.

    scripts/bench-auth            all of it (about half an hour)
    scripts/bench-auth --quick    fewer samples: to see that it works, not to quote
"""

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

PROGRAM = ".build/bench/bench-auth"
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
FLOORS = {"login": "scrypt", "refresh": "signature", "profile": "select 1"}


def run(database, mode: str, count: int, cost: str, names, port: int | None = None) -> list[list[str]]:
    """What bench-auth prints, on a database of its own."""
    database.psql("drop database if exists nerdwork", database="postgres")
    database.migrate()
    environment = {**os.environ, **database.environment("postgres"), "SERVICE_PORT": str(port or database.port)}
    output = subprocess.run(
        [PROGRAM, mode, str(count), cost, ",".join(names)], env=environment, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    return [line.split("\t") for line in output.splitlines()]


def measure_timing(database, samples: int, cost: str, routes) -> list[Comparison]:
    """The comparisons of all pairs of one route, for each route; raises where answers differ."""
    comparisons = []
    for route in routes:
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
        pairs = list(combinations(states, 2)) + [("active", name) for name in CONTROLS if name in nanoseconds]
        comparisons += [Comparison(route, pair, *(nanoseconds[name] for name in pair)) for pair in pairs]
    return comparisons


def print_timing(comparisons: list[Comparison]) -> bool:
    """Tables of all pairs; whether every one is as it should be."""
    good = True
    for route in dict.fromkeys(one.route for one in comparisons):
        words, status = ROUTES[route]
        print(f"\n#### {words}: {status}\n")
        print("| pair | samples each | medians, µs | raw t | t, cropped | |")
        print("|---|---|---|---|---|---|")
        for one in comparisons:
            if one.route != route:
                continue
            is_right = (one.largest >= LIMIT) == (one.pair[1] == CONTROLS[1])
            good = good and is_right
            left, right = one.medians
            verdict = ("seen" if one.largest >= LIMIT else "not seen") + ("" if is_right else " **(wrong)**")
            print(f"| {one.pair[0]}, {one.pair[1]} | {one.count} | {left:.1f}, {right:.1f} | {one.raw:+.2f} "
                  f"| {one.cropped:+.2f} | {verdict} |")
    return good


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
    print("\n| | wall, ms | processor, ms | round trips | beside | its wall, ms | ratio |\n|---|---|---|---|---|---|---|")
    for name in OPERATIONS:
        (wall, busy), (floor, _) = costs[name], costs[FLOORS[name]]
        print(f"| {name} | {wall:.3f} | {busy:.3f} | {trips[name]:g} | {FLOORS[name]} | {floor:.3f} | {wall / floor:.2f} |")


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    low, standard, turns = (500, 10, 20) if quick else (20_000, 300, 200)
    load = other_load()
    with PrivatePostgres() as database:
        costs, trips = measure_costs(database, turns), count_round_trips(database)
        comparisons = measure_timing(database, low, "low", ROUTES)
        dear = measure_timing(database, standard, "standard", ["login"])
    print(f"{datetime.date.today()}, {processor()}, one of {os.cpu_count()} cores, other load {load:.1f} cores.\n\n### Costs")
    print_costs(costs, trips)
    print("\n### Timing, scrypt at its lowest cost")
    is_good = print_timing(comparisons)
    print("\n### Timing, scrypt at the cost of production")
    print_timing(dear)
    if not is_good and not quick:
        sys.exit("a pair of states can be told apart, or the wasted 20 µs were not seen")


if __name__ == "__main__":
    main(sys.argv[1:])
