"""What must hold when a soak is over and everything has arrived."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from soak_people import World
from soak_sending import Tally
from soak_server import Server


@dataclass
class Check:
    name: str
    is_good: bool
    found: str


# What is still on its way: events that were not published, and mail that was not sent, or has no address yet.
ON_ITS_WAY = """select (select count(*) from outbox.events where published_at is null and dead_at is null)
    || ' ' || (select count(*) from notification.messages where state in ('queued', 'sending'))
        + (select count(*) from notification.unaddressed)"""


async def checks(world: World, server: Server, known: set[str], drain: float, take_mail: Callable[[], None]) -> list[Check]:
    begin = time.monotonic()
    found: list[Check] = []
    while True:
        take_mail()
        found = [await balances(world), mails(world, server), on_its_way(server), await dead_letters(world)]
        if all(check.is_good for check in found) or time.monotonic() - begin > drain:
            break
        await asyncio.sleep(3)
    found.append(Check("all of it arrived", all(check.is_good for check in found), f"{time.monotonic() - begin:.0f} s later"))
    return [*found, await tips(world), answered(world), *books(server)]


async def json_of(world: World, path: str, token: str = "") -> dict:
    fields = {"Authorization": f"Bearer {token}"} if token else {}
    response = await world.attempt(Tally(), lambda: world.client.send("GET", path, **fields), path, {200})
    return response.json if response else {}


async def balances(world: World) -> Check:
    """Every reader has what reads and tips add up to, to the token."""
    wrong, total = [], 0
    for person in world.active:
        answer = await json_of(world, "/loyalty/me", person.access)
        rules = answer.get("rules", {})
        expected = world.expected_balance(person, rules.get("pointsPerRead", 0), rules.get("dailyCap", 0))
        total += expected
        if answer.get("balance") != expected:
            wrong.append(f"reader {person.number} has {answer.get('balance')}, not {expected}")
    reads = sum(len(person.comics) for person in world.active)
    return Check("rewards are the reads, each counted once", not wrong,
                 "; ".join(wrong[:3]) or f"{reads:,} comics, {len(world.active)} readers, {total:,} NWT")


def mails(world: World, server: Server) -> Check:
    """Each sign-up that was answered 202 has its mail."""
    count: Counter[str] = Counter()
    for mail in server.mails(set()):
        if mail.get("tags", {}).get("template") == "verify":
            count.update(mail["to"])
    lost = [person.number for person in world.signed_up if not count[person.email]]
    twice = sum(count[person.email] > 1 for person in world.signed_up)
    return Check("no mail is lost", not lost, f"lost: readers {lost[:5]}" if lost else
                 f"{len(world.signed_up)} sign-ups, {len(world.signed_up) - twice} with one mail, {twice} with more")


def on_its_way(server: Server) -> Check:
    events, messages = map(int, server.psql(ON_ITS_WAY).split())
    return Check("nothing waits", events + messages == 0, f"{events} events in the outbox, {messages} mails in the queue")


async def dead_letters(world: World) -> Check:
    answer = await json_of(world, "/_local/api/dead-letters")
    letters = answer.get("letters", [])
    kinds = Counter(letter.get("errorType") for letter in letters)
    return Check("no event was given up", answer.get("count") == 0, f"{answer.get('count')} dead letters {dict(kinds) or ''}".strip())


async def tips(world: World) -> Check:
    """Each acknowledged tip stands in its payer's statement once, and nothing else does."""
    wrong, seen = [], 0
    for person in world.active:
        entries = await whole_statement(world, person.access)
        outgoing = Counter(entry["transactionId"] for entry in entries if entry["amount"] < 0)
        answered = {json.loads(tip.body)["transactionId"] for tip in world.tips if tip.payer is person and tip.status == 201}
        seen += len(answered)
        if outgoing != Counter(answered):
            wrong.append(f"reader {person.number}: {len(outgoing)} in the statement, {len(answered)} answered")
    refused = sum(tip.status == 409 for tip in world.tips)
    return Check("tips are exact", not wrong, "; ".join(wrong[:3]) or f"{seen} posted, {refused} refused for want of NWT")


async def whole_statement(world: World, token: str) -> list[dict]:
    entries: list[dict] = []
    path = "/wallet/statement?limit=100"
    while True:
        answer = await json_of(world, path, token)
        entries += answer.get("entries", [])
        cursor = answer.get("nextCursor")
        if not cursor:
            return entries
        path = f"/wallet/statement?limit=100&cursor={cursor}"


def answered(world: World) -> Check:
    """Every request got the answer that it must get, at the latest when it was sent again."""
    failed = sum(len(tally.failures) for tally in world.tallies.values())
    healed = sum(tally.healed for tally in world.tallies.values())
    return Check("every error was healed by a retry", failed == 0, f"{healed} requests were sent again, {failed} failed")


def books(server: Server) -> list[Check]:
    audit = server.invoke_local("ledger-audit", "events/nightly-audit.json", "--quiet")
    printed = server.invoke_local("books")
    total = next((line for line in printed.stdout.splitlines() if line.startswith("Total")), printed.stderr.strip())
    verified = server.invoke_local("ledger", "verify")
    last = (verified.stdout or verified.stderr).strip().splitlines()[-1:] or [""]
    return [Check("the audit is clean", audit.returncode == 0 and "Last audit: clean" in printed.stdout,
                  next((line for line in printed.stdout.splitlines() if line.startswith("Last audit")), audit.stderr.strip()[-200:])),
            Check("the books are balanced", total.endswith(" balanced"), " ".join(total.split())),
            Check("chains, tree and roots hold", verified.returncode == 0, last[0].strip())]
