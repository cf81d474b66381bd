"""scripts/soak: load in open loop, kills, and whether anything was lost."""

import argparse
import asyncio
import platform
import random
import signal
import sys
import time
from dataclasses import dataclass, field

from soak_check import Check, checks
from soak_http import Client
from soak_people import World
from soak_sending import Tally
from soak_server import Server, processor_seconds

# A second's requests at 500: each route below its limit of the stage (100 a second, 20 where a password is hashed). Of
# sign-ups, links and sign-ins there are few, because each hashes a password: a quarter of a second of a processor, on
# purpose, of which two cores have eight.
MIX = {"profile": 85, "balance": 85, "wallet": 85, "statement": 80, "history": 75, "read": 30, "tip": 20, "refused_tip": 10,
       "refresh": 15, "keys": 10, "health": 3.5, "sign_up": 0.5, "verify": 0.5, "sign_in": 0.5}
NAMES = {"profile": "profile", "balance": "points", "wallet": "wallet", "statement": "statement", "history": "history",
         "read": "comic read (an event)", "tip": "tip", "refused_tip": "tip that must be refused", "refresh": "refresh",
         "keys": "key set", "health": "health", "sign_up": "sign-up", "verify": "link of the mail", "sign_in": "sign-in"}
CONNECTIONS = 48
# The last answers may come that much later than the last request was due.
SLACK_SECONDS = 5
DOCUMENT, BEGIN, END = "docs/operations.md", "<!-- scripts/soak --write: begin -->", "<!-- end -->"


@dataclass
class Load:
    """What the machine had to do."""

    seconds: float = 0
    busy: float = 0
    processors: float = 0
    # Seconds of processor of each part.
    parts: dict[str, float] = field(default_factory=dict)


def moments(rate: float, seconds: float, chance: random.Random) -> list[tuple[float, str]]:
    """When each request is due: each kind evenly, at a phase of its own, so that no limit is met by chance."""
    result = []
    for name, share in MIX.items():
        interval = sum(MIX.values()) / (share * rate)
        moment = chance.random() * interval
        while moment < seconds:
            result.append((moment, name))
            moment += interval
    return sorted(result)


async def watch_mail(world: World, server: Server, known: set[str]) -> None:
    while True:
        take_mail(world, server, known)
        await asyncio.sleep(0.3)


def take_mail(world: World, server: Server, known: set[str]) -> None:
    for mail in server.mails(known):
        person = world.waiting_for_mail.get(mail["to"][0])
        secret = server.link_secret(mail) if person else None
        if person and secret:
            if not person.link:
                world.mailed.append(person)
            person.link = secret


async def settle_in(world: World, people: int) -> None:
    """The first readers sign up, confirm and sign in, four at a time."""
    lanes = asyncio.Semaphore(4)

    async def one(name: str) -> None:
        async with lanes:
            await world.perform(name, time.perf_counter())

    await asyncio.gather(*[one("sign_up") for _ in range(people)])
    for name, queue in (("verify", world.mailed), ("sign_in", world.verified)):
        deadline = time.monotonic() + 120
        done = 0
        while done < people and time.monotonic() < deadline:
            batch = len(queue)
            await asyncio.gather(*[one(name) for _ in range(batch)])
            done += batch
            await asyncio.sleep(0.1)
    failures = [failure for tally in world.tallies.values() for failure in tally.failures]
    if len(world.active) < max(2, people) or failures:
        raise SystemExit(f"scripts/soak: only {len(world.active)} of {people} readers could sign in: {failures[:5]}")
    world.tallies.clear()


async def drive(world: World, due: list[tuple[float, str]]) -> None:
    loop, tasks = asyncio.get_running_loop(), set()
    start = time.perf_counter() + 0.2
    for moment, name in due:
        wait = start + moment - time.perf_counter()
        if wait > 0.001:
            await asyncio.sleep(wait)
        task = loop.create_task(world.perform(name, start + moment))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    while tasks:
        await asyncio.wait(tasks)


async def kill(server: Server, every: float, chance: random.Random) -> None:
    while True:
        await asyncio.sleep(every * (0.5 + chance.random()))
        server.kill_one(chance)


async def soak(server: Server, options: argparse.Namespace) -> tuple[World, Load, list[Check]]:
    chance = random.Random(options.seed)
    world, known = World(Client(server.port, CONNECTIONS), chance), set()
    watching = asyncio.create_task(watch_mail(world, server, known))
    say(f"{options.people} readers sign up, confirm their addresses and sign in")
    await settle_in(world, options.people)
    due = moments(options.rate, options.seconds, chance)
    say(f"{len(due):,} requests in {options.seconds:g} seconds, at fixed moments")
    killing = asyncio.create_task(kill(server, 60 / options.kills, random.Random(options.seed + 1))) if options.kills else None
    load, begin, cpu = Load(), time.perf_counter(), processor_seconds()
    before = {**server.processor_time(), "the driver": time.process_time()}
    await drive(world, due)
    load.seconds = time.perf_counter() - begin
    after = processor_seconds()
    load.busy, load.processors = after[0] - cpu[0], after[1] - cpu[1]
    spent = {**server.processor_time(), "the driver": time.process_time()}
    load.parts = {name: spent[name] - before[name] for name in spent}
    if killing:
        killing.cancel()
    say("waiting until every event and mail has arrived")
    found = await checks(world, server, known, options.drain, lambda: take_mail(world, server, known))
    watching.cancel()
    kept = Check("the rate was kept", load.seconds <= options.seconds + SLACK_SECONDS,
                 f"{len(due):,} requests answered after {load.seconds:.1f} s")
    # One less than the rate says may be due after the end; a soak that cannot find the functions has shown nothing.
    wanted, done = int(options.seconds * options.kills / 60) - 1, sum(server.killed.values())
    died = Check("functions were killed", done >= wanted, f"{done} of them" if options.kills else "none was to be")
    return world, load, [kept, died, *found]


def say(words: str) -> None:
    print(f"==> {words}", file=sys.stderr, flush=True)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000


def row(name: str, tallies: list[Tally], seconds: float) -> str:
    latencies = [value for tally in tallies for value in tally.latencies]
    if not latencies:
        return ""
    errors = sum(count for tally in tallies for status, count in tally.statuses.items()
                 if status == "no answer" or status >= "500" or status == "429")
    healed, failed = sum(tally.healed for tally in tallies), sum(len(tally.failures) for tally in tallies)
    return (f"| {name} | {len(latencies):,} | {len(latencies) / seconds:.0f} | {percentile(latencies, 0.5):.1f} | "
            f"{percentile(latencies, 0.95):.0f} | {percentile(latencies, 0.99):.0f} | {max(latencies) * 1_000:.0f} | {errors} | "
            f"{healed} | {failed} |")


def report(world: World, load: Load, found: list[Check], server: Server, options: argparse.Namespace) -> str:
    lines = [f"{time.strftime('%Y-%m-%d')}, {processor()}, {platform.machine()}, `scripts/soak --rate {options.rate:g} --seconds "
             f"{options.seconds:g} --people {options.people} --kills {options.kills:g} --seed {options.seed}`"
             f"{' with ' + options.fault if options.fault else ''}:", "",
             "| request | sent | a second | p50 ms | p95 ms | p99 ms | longest ms | 5xx, 429, no answer | healed by a retry | failed |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    lines += [line for name in MIX if (line := row(NAMES[name], [world.tallies.get(name, Tally())], load.seconds))]
    lines.append(row("**all**", list(world.tallies.values()), load.seconds))
    killed = ", ".join(f"{name} {count}" for name, count in sorted(server.killed.items()))
    lines += ["", f"Killed: {sum(server.killed.values())} ({killed or 'none'}). The processors were busy for "
              f"{load.busy / load.processors:.0%} of the time. Seconds of processor: "
              f"{', '.join(f'{name} {seconds:.1f}' for name, seconds in load.parts.items())}, others "
              f"{max(0, load.busy - sum(load.parts.values())):.1f}.", "",
              "| afterwards | | |", "|---|---|---|"]
    lines += [f"| {check.name} | {'yes' if check.is_good else '**no**'} | {check.found} |" for check in found]
    return "\n".join(lines)


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {len(names)} cores"


def write(text: str) -> None:
    with open(DOCUMENT) as file:
        before, rest = file.read().split(BEGIN, 1)
    with open(DOCUMENT, "w") as file:
        file.write(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}")


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak")
    parser.add_argument("--executables", required=True)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--kills", type=float, default=60, help="a minute")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--fault", help="for invoke-local serve, as kill=1%%")
    parser.add_argument("--drain", type=float, default=480, help="most seconds to wait for what is still on its way")
    for flag in ("--debug", "--no-build", "--write"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = arguments(words)
    # Ended from outside, it ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # What a day may earn is counted by UTC days.
    if 86_400 - time.time() % 86_400 < 3 * options.seconds + 120:
        say("midnight (UTC) is too near: a day's cap would begin anew; waiting for it")
        time.sleep(86_400 - time.time() % 86_400 + 1)
    with Server(options.executables, ["--fault", options.fault] if options.fault else []) as server:
        say(f"serving on port {server.port}; its log: {server.folder}/serve.log")
        world, load, found = asyncio.run(soak(server, options))
        text = report(world, load, found, server, options)
    print(text)
    if options.write:
        write(text)
    failures = [failure for tally in world.tallies.values() for failure in tally.failures]
    for failure in failures[:20]:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if failures or not all(check.is_good for check in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
