"""How a soak sends a request as a client does, again where there was no answer, and counts what came of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from soak_http import Client, Lost, Response

# What a client tries again: no answer, 5xx, and 429 (which should not come: the rates stay below the stage's limits).
TRIES, FIRST_PAUSE = 8, 0.05


@dataclass
class Tally:
    """What happened to one kind of request."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    retried: int = 0
    healed: int = 0
    failures: list[str] = field(default_factory=list)


class Sending:
    def __init__(self, client: Client, chance: random.Random) -> None:
        self.client, self.chance = client, chance

    async def attempt(self, tally: Tally, send: Callable[[], Awaitable[Response]], what: str, expected: set[int],
                      after_error: frozenset[int] = frozenset()) -> Response | None:
        """Sends until there is an answer that a client would not try again.

        - after_error: what is right as well when an attempt before got no answer: it may have done its work"""
        seen: list[str] = []
        for number in range(TRIES):
            try:
                response = await send()
                code = str(response.status)
            except Lost:
                response, code = None, "no answer"
            tally.statuses[code] += 1
            if response and response.status < 500 and response.status != 429:
                is_right = response.status in expected or bool(seen) and response.status in after_error
                if seen:
                    tally.retried += 1
                    tally.healed += is_right
                if not is_right:
                    tally.failures.append(f"{what}: {code} after {seen or 'nothing'}: {response.body[:120]!r}")
                    return None
                return response
            seen.append(code)
            await asyncio.sleep(FIRST_PAUSE * 2 ** number * (0.5 + self.chance.random()))
        tally.retried += 1
        tally.failures.append(f"{what}: {', '.join(seen)}")
        return None

    async def get(self, tally: Tally, path: str, token: str | None = None) -> Response | None:
        fields = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.attempt(tally, lambda: self.client.send("GET", path, **fields), path, {200})
