"""Measures what scripts/bench has built, and prints Markdown. Runs pinned to one core; what it starts inherits that."""

import contextlib
import datetime
import io
import os
import platform
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(__file__))
from bench_postings import measure_postings  # noqa: E402
from cpu_share import CPUShare  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402

BENCH = ".build/bench"
SOCKET, CURL = "floor: raw socket in C", "floor: libcurl in C"
COLUMNS = ["start_ms", "first_ms", "invoke_ms", "p50_us", "cpu_us", "peak_kib", "per_second"]
# label, program, events
PLAIN = [
    (SOCKET, "floor-socket", "request"),
    (CURL, "floor-curl", "request"),
    ("echo, raw", "bench-raw", "request"),
    ("echo, typed and routed", "bench-typed", "request"),
]
WITH_DATABASE = [
    ("loyalty, GET /loyalty/me", "loyalty", "loyalty-me"),
    ("ledger-audit, nightly", "ledger-audit", "nightly-audit"),
]


def drive(rows, cold: int, warm: int, invocations: int, *options: str) -> dict[str, dict[str, float]]:
    """Runs the driver; label to column to median. A command that fails is reported and left out."""
    command = [f"{BENCH}/driver", "-c", str(cold), "-w", str(warm), "-n", str(invocations), *options]
    command += [f"{label}={BENCH}/{program}={BENCH}/{events}.events" for label, program, events in rows]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
    lines = [line.split("\t") for line in output.splitlines()]
    return {label: dict(zip(COLUMNS, map(float, values))) for label, *values in lines}


def write_events(name: str, events: list[str]) -> None:
    with open(f"{BENCH}/{name}.events", "w") as file:
        file.writelines(event + "\n" for event in events)


def one_line(path: str) -> str:
    """A sample event on one line, with its placeholders filled as invoke-local does."""
    now = datetime.datetime.now(datetime.timezone.utc)
    midnight = int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    with open(path) as file:
        text = file.read()
    for placeholder, value in {
        "{{today}}": now.strftime("%Y-%m-%d"), "{{today:digits}}": now.strftime("%Y%m%d"),
        "{{today:ms}}": str(midnight), "{{run}}": "0000", "{{now}}": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }.items():
        text = text.replace(f'"{placeholder}"' if placeholder == "{{today:ms}}" else placeholder, value)
    return " ".join(text.split())


def zip_megabytes(program: str) -> float:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(f"{BENCH}/{program}", "bootstrap")
    return len(memory.getvalue()) / 1e6


def beside(value: float, floor: float, digits: int) -> str:
    return f"{value:.{digits}f} ({value / floor:.2f}×)"


def print_runtime_table(rows, results) -> None:
    socket, curl = results[SOCKET], results[CURL]
    print("| | start ms | first response ms | p50 µs | CPU µs | peak KiB | zip MB |\n|---|---|---|---|---|---|---|")
    for label, program, _ in rows:
        if label not in results:
            print(f"| {label} | failed | | | | | |")
            continue
        one = results[label]
        print(
            f"| {label} | {beside(one['start_ms'], socket['start_ms'], 2)} | {beside(one['first_ms'], socket['first_ms'], 2)} "
            f"| {beside(one['p50_us'], curl['p50_us'], 0)} | {beside(one['cpu_us'], curl['cpu_us'], 0)} "
            f"| {one['peak_kib']:.0f} | {zip_megabytes(program):.2f} |"
        )
    print("\nIn brackets: start and first response as a multiple of the raw socket's, p50 and CPU of libcurl's.\n")


def print_share_table(rows, cold: int) -> None:
    """First invocations under Lambda's smallest share of a processor (128 MB: 7.2 %)."""
    with CPUShare.smallest() as share:
        if not share:
            print("The figure under Lambda's smallest CPU share is left out: no writable cpu cgroup here.\n")
            return
        results = drive(rows, cold, 0, 1, "-g", share.procs)
    print("Under Lambda's smallest CPU share (7.2 ms of each 100 ms):\n")
    print("| | start ms | first invocation ms |\n|---|---|---|")
    for label, one in results.items():
        print(f"| {label} | {one['start_ms']:.0f} | {one['invoke_ms']:.1f} |")
    print()


def print_postings(database, quick: bool) -> None:
    ours, pgbench, statements = measure_postings(database, drive, write_events, quick)
    print(f"Postings a second, one client, fsync off, {statements} statements each in two round trips:\n")
    print("| | a second | time |\n|---|---|---|")
    print(f"| pgbench, the same SQL | {pgbench:.0f} | {1e3 / pgbench:.3f} ms |")
    print(f"| loyalty, ComicRead to committed posting | {ours:.0f} | {1e3 / ours:.3f} ms ({pgbench / ours:.2f}×) |\n")


def processor() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    cold, turns, invocations = (10, 1, 500) if quick else (40, 7, 5000)
    with open("Benchmarks/request.json") as file:
        write_events("request", [file.read().strip()])
    write_events("loyalty-me", [one_line("events/loyalty-me.json")])
    write_events("nightly-audit", [one_line("events/nightly-audit.json")])
    with PrivatePostgres() as database:
        database.migrate()
        # One login for both functions, so that they can take turns.
        database.psql("create role nerdwork_bench login in role nerdwork_loyalty, nerdwork_ledger_audit")
        os.environ.update(database.environment("nerdwork_bench"))
        print(
            f"\n{datetime.date.today()}, {processor()}, {os.cpu_count()} cores (one used), {platform.machine()}: "
            f"medians of {cold} starts and {turns} × {invocations} warm invocations.\n"
        )
        results = drive(PLAIN, cold, turns, invocations)
        results.update(drive(WITH_DATABASE, cold, turns, max(50, invocations // 20)))
        print_runtime_table(PLAIN + WITH_DATABASE, results)
        print_share_table(PLAIN[2:] + WITH_DATABASE, 5)
        print_postings(database, quick)


if __name__ == "__main__":
    main(sys.argv[1:])
