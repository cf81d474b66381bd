"""The readers of a soak, what they do, and what the books must say of it afterwards."""

import random
import secrets
import time
from collections import deque
from dataclasses import dataclass, field

from soak_http import Client, Response
from soak_sending import Sending, Tally


@dataclass
class Person:
    number: int
    email: str
    password: str
    # A network of one's own, because limits for strangers count by network.
    address: str
    signup_token: str = ""
    link: str = ""
    user: str = ""
    access: str = ""
    refresh: str = ""
    is_refreshing: bool = False
    comics: set[str] = field(default_factory=set)


@dataclass
class Tip:
    payer: Person
    recipient: Person
    key: str
    amount: int
    # Of the first answer; the same request must get the same bytes for ever.
    status: int = 0
    body: bytes = b""


class World(Sending):
    """All readers of a run; a method for each kind of request."""

    def __init__(self, client: Client, chance: random.Random) -> None:
        super().__init__(client, chance)
        self.people: list[Person] = []
        self.waiting_for_mail: dict[str, Person] = {}
        self.mailed: deque[Person] = deque()
        self.verified: deque[Person] = deque()
        self.active: list[Person] = []
        self.signed_up: list[Person] = []
        self.tips: list[Tip] = []
        self.tallies: dict[str, Tally] = {}
        # Names of comics and keys of this run; the same seed still makes another run.
        self.run = secrets.token_hex(4)

    async def perform(self, name: str, moment: float) -> None:
        """One request of a kind, due at a moment; its latency counts from there, retries included."""
        tally = self.tallies.setdefault(name, Tally())
        await getattr(self, name)(tally)
        tally.latencies.append(time.perf_counter() - moment)

    def somebody(self) -> Person:
        return self.chance.choice(self.active)

    # Accounts

    def newcomer(self) -> Person:
        number = len(self.people) + 1
        person = Person(number, f"reader{number}.{self.run}@nerdwork.example", f"soak-{secrets.token_hex(10)}",
                        f"127.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255 or 1}")
        self.people.append(person)
        return person

    async def sign_up(self, tally: Tally) -> None:
        person = self.newcomer()
        # Before the request: its mail may come before its answer.
        self.waiting_for_mail[person.email] = person
        body = {"email": person.email, "password": person.password, "display_name": f"Reader {person.number}", "locale": "en"}
        fields = {"Idempotency-Key": f"sign-up-{self.run}-{person.number}"}
        response = await self.attempt(
            tally, lambda: self.client.send("POST", "/auth/signup", body, source=person.address, **fields), "sign-up", {202})
        if response:
            person.signup_token = response.json.get("signup_token", "")
            self.signed_up.append(person)

    async def verify(self, tally: Tally) -> None:
        if not self.mailed:
            return await self.profile(tally)
        person = self.mailed.popleft()
        body = {"token": person.link, "password": person.password}
        # A link works once: when the answer got lost, the next one is that it is used up, and the reader signs in.
        response = await self.attempt(
            tally, lambda: self.client.send("POST", "/auth/verify-email", body, source=person.address), "verify", {200},
            after_error=frozenset({400}))
        if response:
            self.verified.append(person)

    async def sign_in(self, tally: Tally) -> None:
        if not self.verified:
            return await self.profile(tally)
        person = self.verified.popleft()
        body = {"email": person.email, "password": person.password, "device_name": "soak"}
        response = await self.attempt(
            tally, lambda: self.client.send("POST", "/auth/login", body, source=person.address), "sign-in", {200})
        if response:
            person.user = response.json["user"]["id"]
            person.access, person.refresh = response.json["access_token"], response.json["refresh_token"]
            self.active.append(person)

    async def refresh(self, tally: Tally) -> None:
        person = next((found for found in (self.somebody() for _ in range(10)) if not found.is_refreshing), None)
        if not person:
            return await self.profile(tally)
        person.is_refreshing = True
        try:
            body = {"refresh_token": person.refresh}
            response = await self.attempt(
                tally, lambda: self.client.send("POST", "/auth/token/refresh", body), "refresh", {200})
            if response:
                person.access, person.refresh = response.json["access_token"], response.json["refresh_token"]
        finally:
            person.is_refreshing = False

    # Looking

    async def profile(self, tally: Tally) -> None:
        await self.get(tally, "/auth/profile", self.somebody().access)

    async def balance(self, tally: Tally) -> None:
        await self.get(tally, "/loyalty/me", self.somebody().access)

    async def history(self, tally: Tally) -> None:
        await self.get(tally, "/loyalty/me/history", self.somebody().access)

    async def wallet(self, tally: Tally) -> None:
        await self.get(tally, "/wallet", self.somebody().access)

    async def statement(self, tally: Tally) -> None:
        await self.get(tally, "/wallet/statement", self.somebody().access)

    async def keys(self, tally: Tally) -> None:
        await self.get(tally, "/.well-known/jwks.json")

    async def health(self, tally: Tally) -> None:
        await self.get(tally, "/health")

    # Reading and paying

    async def read(self, tally: Tally) -> None:
        """An event as the comic service puts it; one of ten is about a comic that was read before, and earns nothing."""
        person = self.somebody()
        repeated = person.comics and self.chance.random() < 0.1
        comic = self.chance.choice(sorted(person.comics)) if repeated else f"{self.run}-{person.number}-{len(person.comics)}"
        person.comics.add(comic)
        event = {"source": "nerdwork.comic", "detailType": "ComicRead", "detail": {
            "version": 1, "userId": person.user, "comicId": comic, "timestamp": int(time.time() * 1_000)}}
        fields = {"Origin": f"http://127.0.0.1:{self.client.port}"}
        await self.attempt(tally, lambda: self.client.send("POST", "/_local/api/events", event, **fields), "event", {200})

    async def pay(self, tally: Tally, tip: Tip, expected: set[int]) -> Response | None:
        fields = {"Authorization": f"Bearer {tip.payer.access}", "Idempotency-Key": tip.key}
        body = {"recipientId": tip.recipient.user, "amount": tip.amount}
        return await self.attempt(
            tally, lambda: self.client.send("POST", "/wallet/transfers", body, **fields), "tip", expected)

    async def tip(self, tally: Tally) -> None:
        """Some have nothing to give yet (409), and one of ten is sent a second time, as by a client in doubt."""
        payer, recipient = self.chance.sample(self.active, 2)
        tip = Tip(payer, recipient, f"tip-{self.run}-{len(self.tips)}", self.chance.choice([1, 1, 2, 3]))
        self.tips.append(tip)
        response = await self.pay(tally, tip, {201, 409})
        if response:
            tip.status, tip.body = response.status, response.body
            if self.chance.random() < 0.1:
                again = await self.pay(tally, tip, {201, 409})
                if again and self.decision(again) != self.decision(response):
                    tally.failures.append(f"tip {tip.key}: another answer to the same request: {tip.status} {tip.body!r}, "
                                          f"then {again.status} {again.body!r}")

    @staticmethod
    def decision(response: Response) -> tuple[int, object]:
        """What an answer says: to the byte, but for the name that a problem has for its own request."""
        if response.status < 400:
            return response.status, response.body
        return response.status, {name: value for name, value in response.json.items() if name != "requestId"}

    async def refused_tip(self, tally: Tally) -> None:
        """What must never be posted."""
        payer, recipient = self.chance.sample(self.active, 2)
        paid = self.chance.choice(self.tips) if self.tips else None
        kind = self.chance.choice(["self", "much", "keyless", "reused"] if paid and paid.status else ["self", "much", "keyless"])
        fields = {"Authorization": f"Bearer {payer.access}", "Idempotency-Key": f"no-{self.run}-{secrets.token_hex(8)}"}
        body, status, code = {"recipientId": recipient.user, "amount": 1}, 422, "self_transfer"
        if kind == "self":
            body["recipientId"] = payer.user
        elif kind == "much":
            body["amount"], status, code = 1_000_000, 409, "insufficient_funds"
        elif kind == "keyless":
            del fields["Idempotency-Key"]
            status, code = 400, "idempotency_key_required"
        elif paid:
            fields["Authorization"], fields["Idempotency-Key"] = f"Bearer {paid.payer.access}", paid.key
            body = {"recipientId": paid.recipient.user, "amount": paid.amount + 7}
            code = "idempotency_key_reused"
        response = await self.attempt(
            tally, lambda: self.client.send("POST", "/wallet/transfers", body, **fields), f"refused tip ({kind})", {status})
        if response and response.json.get("code") != code:
            tally.failures.append(f"refused tip ({kind}): {response.json.get('code')}")

    # Afterwards

    def expected_balance(self, person: Person, points: int, cap: int) -> int:
        """Each comic once, up to the day's cap, and each acknowledged tip."""
        earned = min(points * len(person.comics), cap)
        paid = sum(tip.amount for tip in self.tips if tip.payer is person and tip.status == 201)
        received = sum(tip.amount for tip in self.tips if tip.recipient is person and tip.status == 201)
        return earned - paid + received
