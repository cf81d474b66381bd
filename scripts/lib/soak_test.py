"""Tests of scripts/soak's own parts: the mix, the sums, the retries, and that its checks see what is wrong."""

import asyncio
import json
import random
import unittest
from unittest import mock

import soak
import soak_check
from soak_http import Client
from soak_people import Person, Tip, World
from soak_sending import Tally

ROUTES = {"profile": "GET /auth/profile", "balance": "GET /loyalty/me", "wallet": "GET /wallet", "statement": "GET /wallet/statement",
          "history": "GET /loyalty/me/history", "tip": "POST /wallet/transfers", "refused_tip": "POST /wallet/transfers",
          "refresh": "POST /auth/token/refresh", "keys": "GET /.well-known/jwks.json", "health": "GET /health",
          "sign_up": "POST /auth/signup", "verify": "POST /auth/verify-email", "sign_in": "POST /auth/login"}


def world(client: object = None) -> World:
    made = World(client, random.Random(1))
    made.active = [Person(number, f"reader{number}@nerdwork.example", "", "127.1.0.1", user=f"user{number}") for number in (1, 2)]
    return made


class Soak(unittest.TestCase):
    def test_rates_stay_below_the_limits_of_the_stage(self) -> None:
        with open("template.json") as file:
            template = json.load(file)
        stage = next(resource["Properties"] for resource in template["Resources"].values()
                     if resource["Type"] == "AWS::ApiGatewayV2::Stage")
        rates: dict[str, float] = {}
        for _, name in soak.moments(500, 10, random.Random(7)):
            if name != "read":
                rates[ROUTES[name]] = rates.get(ROUTES[name], 0) + 0.1
        # Where nothing is to verify yet, the profile is asked for instead.
        rates["GET /auth/profile"] += 2
        for route, rate in rates.items():
            limit = stage.get("RouteSettings", {}).get(route, stage["DefaultRouteSettings"])["ThrottlingRateLimit"]
            if isinstance(limit, dict):
                limit = template["Parameters"][limit["Ref"]]["Default"]
            self.assertLess(rate, float(limit), route)
        self.assertAlmostEqual(sum(soak.MIX.values()), 500, delta=1)

    def test_what_a_reader_must_have(self) -> None:
        made = world()
        first, second = made.active
        first.comics = {f"c{number}" for number in range(12)}
        second.comics = {"c1"}
        made.tips = [Tip(first, second, "1", 3, 201), Tip(second, first, "2", 100, 409), Tip(second, first, "3", 1, 201)]
        self.assertEqual([made.expected_balance(person, 5, 50) for person in made.active], [50 - 3 + 1, 5 + 3 - 1])

    def test_retries(self) -> None:
        """A server that drops the connection, then answers 502, then as it should; and one that never does."""
        async def run(script: list[bytes | None]) -> Tally:
            answers = iter(script)

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                while await reader.read(10_000):
                    answer = next(answers)
                    if answer is None:
                        writer.close()
                        return
                    # In two parts: an answer need not come at once.
                    writer.write(answer[:20])
                    await writer.drain()
                    writer.write(answer[20:])

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            client, tally = Client(server.sockets[0].getsockname()[1], 2, timeout=5), Tally()
            with mock.patch("soak_sending.FIRST_PAUSE", 0.001):
                await world(client).attempt(tally, lambda: client.send("GET", "/x"), "x", {200})
            for connection in client.free:
                connection.close()
            server.close()
            await asyncio.sleep(0.01)
            return tally

        good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        bad = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
        healed = asyncio.run(run([None, bad, good]))
        self.assertEqual((healed.healed, healed.failures, dict(healed.statuses)), (1, [], {"no answer": 1, "502": 1, "200": 1}))
        lost = asyncio.run(run([bad] * 8))
        self.assertEqual((lost.healed, len(lost.failures)), (0, 1))
        wrong = asyncio.run(run([bad, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]))
        self.assertEqual((wrong.healed, len(wrong.failures)), (0, 1))

    def test_checks_see_what_is_wrong(self) -> None:
        made = world()
        made.signed_up = made.active
        letter = {"to": ["reader1@nerdwork.example"], "tags": {"template": "verify"}}
        other = {"to": ["reader2@nerdwork.example"], "tags": {"template": "welcome"}}
        for sent, is_good in (([letter, other], False), ([letter, {**letter, "to": ["reader2@nerdwork.example"]}], True)):
            self.assertEqual(soak_check.mails(made, mock.Mock(mails=lambda _, sent=sent: sent)).is_good, is_good)
        for counts, is_good in (("0 0", True), ("1 0", False), ("0 1", False)):
            self.assertEqual(soak_check.on_its_way(mock.Mock(psql=lambda _, counts=counts: counts)).is_good, is_good)
        made.active[0].comics = {"a"}
        for balances, is_good in (([5, 0], True), ([10, 0], False), ([5, 5], False)):
            answers = iter(balances)

            async def answer(*_: object) -> dict:
                return {"balance": next(answers), "rules": {"pointsPerRead": 5, "dailyCap": 50}}

            with mock.patch("soak_check.json_of", answer):
                self.assertEqual(asyncio.run(soak_check.balances(made)).is_good, is_good)
        made.tips = [Tip(made.active[0], made.active[1], "1", 3, 201, b'{"transactionId":"t"}')]
        for entries, is_good in (([("t", -3)], True), ([], False), ([("t", -3), ("u", -1)], False), ([("t", -3), ("t", -3)], False)):
            async def statement(_: object, token: str, entries: list = entries) -> list[dict]:
                return [] if token else [{"transactionId": name, "amount": amount} for name, amount in entries]

            made.active[1].access = "other"
            with mock.patch("soak_check.whole_statement", statement):
                self.assertEqual(asyncio.run(soak_check.tips(made)).is_good, is_good)


if __name__ == "__main__":
    unittest.main()
