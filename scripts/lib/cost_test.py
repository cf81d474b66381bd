"""Tests of scripts/cost: the document is what is computed, and what is computed follows from its parts."""

import unittest

import cost
import cost_model as model
from deploy_environment import Refusal

PRICES, MEASURED = cost.load("prices"), cost.load("measured")["operations"]
VALUES = cost.assumed([])


def bill(users: int = 10_000, free_tier: bool = False, **changed: float) -> model.Bill:
    return model.bill(users, {**VALUES, **changed}, PRICES["prices"], MEASURED, free_tier)


class Costs(unittest.TestCase):
    def test_the_document_is_not_stale(self) -> None:
        self.assertEqual(cost.main(["--check"]), 0)

    def test_by_hand(self) -> None:
        """Figures that somebody can compute from the tables of the document."""
        made = bill(1_000)
        sent = 1_000 * (2 * 0.1 + 2 + 24 + 12 + 24 + 2) * 1.2
        self.assertAlmostEqual(made.line("HTTP API").dollars, sent / 1e6)
        self.assertAlmostEqual(made.line("SES").dollars, 1_000 * 3 * 0.1 / 1_000)
        sign_in = next(item for item in made.work if item.name == "sign-in")
        self.assertEqual((sign_in.memory, sign_in.billed), (1_769, 225))
        read = next(item for item in made.work if item.name == "comic read")
        self.assertEqual(read.billed, -(-(1.085 * 1_769 / 256 + 2 + 15) // 1))

    def test_least_capacity(self) -> None:
        """Half an ACU for 730 hours, however few come; and more when the work needs it."""
        self.assertAlmostEqual(model.capacity_hours(VALUES, 0, 0), 0.5 * 730)
        self.assertAlmostEqual(model.capacity_hours(VALUES, 0, 0, 300), 300 * 0.02 / 2 * 730)
        pieces = 100e6
        busy = pieces / 2 * 1.5 / 1_000 / (4 * 30.4 * 3_600) / 0.25 / 0.5
        quiet = max(0.5, pieces / 2 * 1.5 / 1_000 / (20 * 30.4 * 3_600) / 0.25 / 0.5)
        self.assertAlmostEqual(model.capacity_hours(VALUES, pieces, 0), (busy * 4 + quiet * 20) * 730 / 24)

    def test_more_of_everything_costs_more(self) -> None:
        before = bill().total()
        for name in ("sign_ins", "reads", "balances", "mails", "tips", "pages", "log_kb", "round_trip_ms", "metrics"):
            self.assertGreater(bill(**{name: VALUES[name] * 10}).total(), before, name)
        self.assertLess(bill(free_tier=True).total(), before)

    def test_every_assumption_and_price_is_used(self) -> None:
        class Seen(dict):
            names: set[str] = set()

            def __getitem__(self, name: str) -> object:
                Seen.names.add(name)
                return super().__getitem__(name)

        model.bill(10_000, Seen(VALUES), PRICES["prices"], MEASURED)
        conditional = {"analytics", "management_events", "config_items", "busiest_hours", "acu_cores", "acu_load", "database_ms",
                       "minimum_acu", "io_for_work", "hot_share"}
        self.assertLessEqual(set(VALUES) - Seen.names, conditional)

    def test_prices_have_a_source_and_a_date(self) -> None:
        self.assertRegex(PRICES["date"], r"^\d{4}-\d\d-\d\d$")
        for name, price in PRICES["prices"].items():
            self.assertTrue(price["unit"] and price["source"] and price["price"] >= 0, name)
        for name, times in MEASURED.items():
            self.assertTrue(times["date"] and times["command"].startswith("scripts/"), name)

    def test_refusals(self) -> None:
        for words in (["--assume", "nothing=1"], ["--assume", "reads=many"], ["--assume", "reads=-1"], ["--assume", "reads=nan"],
                      ["--users", "0"]):
            with self.assertRaises(Refusal, msg=str(words)):
                cost.main(words)


if __name__ == "__main__":
    unittest.main()
