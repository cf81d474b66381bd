"""The tables of scripts/bench: what was measured, and each target beside it."""

from dataclasses import dataclass

from bench_postings import BATCH

SOCKET, CURL = "floor: raw socket in C", "floor: libcurl in C"
RAW, TYPED = "echo, raw", "echo, typed and routed"
LOYALTY, AUDIT = "loyalty, GET /loyalty/me", "ledger-audit, nightly"
HEALTH, MAIL = "notification, GET /health", "notification, a mail"
RELAY = "outbox-relay, nothing to do"
# Functions of which only the size is looked at.
ZIPPED = ["auth", "wallet", "provision"]


def beside(value: float, floor: float, digits: int) -> str:
    return f"{value:.{digits}f} ({value / floor:.2f}×)"


@dataclass
class Report:
    heading: str
    labels: list[str]
    results: dict[str, dict[str, float]]
    # Under Lambda's smallest share of a processor; none where there is no writable cgroup.
    share: dict[str, dict[str, float]] | None
    # Loyalty's postings a second, pgbench's, statements in each.
    postings: tuple[float, float, int]
    # Reads a second that loyalty rewards when a queue hands them over.
    batches: float
    # Events a second: the relay's, the floor's.
    publishing: tuple[float, float]
    zips: dict[str, float]
    # How many cores others used before.
    load: float

    def print(self) -> None:
        print(f"\n{self.heading}\n")
        if self.load > 0.1:
            print(f"**Not to be quoted: other programs used {self.load:.1f} cores when this began.**\n")
        self.print_measures()
        self.print_targets()

    def print_measures(self) -> None:
        socket, curl = self.results[SOCKET], self.results[CURL]
        print("| | start ms | first response ms | p50 µs | CPU µs | peak KiB | zip MB |\n|---|---|---|---|---|---|---|")
        for label in self.labels:
            if label not in self.results:
                print(f"| {label} | failed | | | | | |")
                continue
            one = self.results[label]
            print(
                f"| {label} | {beside(one['start_ms'], socket['start_ms'], 2)} "
                f"| {beside(one['first_ms'], socket['first_ms'], 2)} | {beside(one['p50_us'], curl['p50_us'], 0)} "
                f"| {beside(one['cpu_us'], curl['cpu_us'], 0)} | {one['peak_kib']:.0f} | {self.zips[label]:.2f} |"
            )
        print("\nIn brackets: start and first response as a multiple of the raw socket's, p50 and CPU of libcurl's.")
        print("The functions with a database wait for PostgreSQL on the same core, and so does a mail, which is two")
        print("transactions and a call of a stand-in for SES on loopback, without TLS.\n")

    def print_targets(self) -> None:
        print("| target | | measured | |\n|---|---|---|---|")
        for name, limit, text, value in self.targets():
            verdict = "could not be measured" if value is None else "met" if value <= limit else "**missed**"
            print(f"| {name} | ≤ {text.format(limit)} | {'' if value is None else text.format(value)} | {verdict} |")
        if self.share is None:
            print("\nNo cgroup with a share of a processor may be made here (root, outside most containers).")
        ours, pgbench, statements = self.postings
        print(
            f"\nPostings, one client, {statements} statements each in two round trips, fsync off: loyalty {ours:.0f} a "
            f"second, pgbench with the same SQL {pgbench:.0f}; the ledger holds every posting of both.\n"
        )
        print(
            f"Reads that a queue hands over, {BATCH} a call: loyalty rewards {self.batches:.0f} a second, each "
            f"with its posting and its event ({self.batches / ours:.1f}×).\n"
        )
        ours, floor = self.publishing
        print(
            f"Publishing, ten events a call, to a stand-in for EventBridge on loopback, without TLS: outbox-relay "
            f"{ours:.0f} events a second, claimed from the outbox and settled there, a new connection for each call; "
            f"the calls alone, unsigned, by libcurl in C over one connection {floor:.0f} ({floor / ours:.1f}×).\n"
        )

    def targets(self):
        """(name, limit, form, value); the value is None where it could not be measured."""
        ratio, plain = "{:.2f}×", self.of(self.results)
        socket, curl = self.results[SOCKET], self.results[CURL]
        for label in (RAW, TYPED):
            yield f"start, {label}: raw socket's", 1.35, ratio, plain(label, "start_ms", socket["start_ms"])
        yield f"first response, {TYPED}: raw socket's", 1.6, ratio, plain(TYPED, "first_ms", socket["first_ms"])
        yield f"warm CPU, {RAW}: libcurl's", 1.1, ratio, plain(RAW, "cpu_us", curl["cpu_us"])
        yield f"warm CPU, {TYPED}: libcurl's", 1.4, ratio, plain(TYPED, "cpu_us", curl["cpu_us"])
        yield f"peak memory, {TYPED}", 6, "{:.1f} MiB", plain(TYPED, "peak_kib", 1024)
        for label in (LOYALTY, AUDIT, MAIL, RELAY):
            yield f"peak memory, {label}", 16, "{:.1f} MiB", plain(label, "peak_kib", 1024)
            yield f"zip, {label.partition(',')[0]}", 5, "{:.2f} MB", self.zips[label]
        for program in ZIPPED:
            yield f"zip, {program}", 5, "{:.2f} MB", self.zips[program]
        for label in (TYPED, LOYALTY, AUDIT, HEALTH, MAIL, RELAY):
            yield (
                f"first invocation at 7.2 % of a processor, {label}", 100, "{:.0f} ms",
                self.of(self.share or {})(label, "invoke_ms", 1),
            )
        yield "a posting, loyalty: pgbench's time", 1.3, ratio, self.postings[1] / self.postings[0]

    @staticmethod
    def of(results):
        return lambda label, column, unit: results[label][column] / unit if label in results else None
