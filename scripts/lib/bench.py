"""Measures what scripts/bench has built, and prints Markdown. Runs pinned to one core; what it starts inherits that."""

import contextlib
import datetime
import functools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from bench_aws import StandIn, mail_events, measure_publishing  # noqa: E402
from bench_postings import measure_batches, measure_postings  # noqa: E402
from bench_token import AUDIENCE, ISSUER, token  # noqa: E402
from bench_report import AUDIT, CURL, HEALTH, LOYALTY, MAIL, RAW, RELAY, SOCKET, TYPED, ZIPPED, Report  # noqa: E402
from check_health import SETTINGS, request  # noqa: E402
from cpu_share import CPUShare  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402
from runtime_api import RuntimeAPI  # noqa: E402

BENCH = ".build/bench"
COLUMNS = ["start_ms", "first_ms", "invoke_ms", "p50_us", "cpu_us", "peak_kib", "per_second"]
# label, program, events
PLAIN = [
    (SOCKET, "floor-socket", "request"),
    (CURL, "floor-curl", "request"),
    (RAW, "bench-raw", "request"),
    (TYPED, "bench-typed", "request"),
]
SERVICES = [
    (LOYALTY, "loyalty", "loyalty-me"),
    (AUDIT, "ledger-audit", "nightly-audit"),
    (HEALTH, "notification", "health"),
    (MAIL, "notification", "mail"),
    (RELAY, "outbox-relay", "relay"),
]
# Each logs in as its own role, whose settings (no JIT compilation, generic plans) are part of what is measured.
# Whoever calls AWS is led to the stand-in as well (main).
ENVIRONMENTS = {
    "loyalty": {
        "PGUSER": "nerdwork_loyalty", "TOKEN_ISSUER": ISSUER, "TOKEN_AUDIENCE": AUDIENCE,
    },
    "ledger-audit": {"PGUSER": "nerdwork_ledger_audit"},
    "notification": {"PGUSER": "nerdwork_notification", **SETTINGS},
    "outbox-relay": {"PGUSER": "nerdwork_relay"},
}


def drive(rows, cold: int, warm: int, invocations: int, *options: str) -> dict[str, dict[str, float]]:
    """Runs the driver; label to column to median. A command that fails is reported and left out."""
    command = [f"{BENCH}/driver", "-c", str(cold), "-w", str(warm), "-n", str(invocations), *options]
    command += [f"{label}={BENCH}/{program}={BENCH}/{events}.events" for label, program, events in rows]
    environment = {**os.environ, **ENVIRONMENTS.get(rows[0][1], {})}
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment).stdout
    lines = [line.split("\t") for line in output.splitlines()]
    return {label: dict(zip(COLUMNS, map(float, values))) for label, *values in lines}


def write_events(name: str, events: list[str]) -> None:
    with open(f"{BENCH}/{name}.events", "w") as file:
        file.writelines(event + "\n" for event in events)


def write_service_events(database: PrivatePostgres) -> None:
    loyalty = one_line("events/loyalty-me.json").replace("signed-by-invoke-local", token(database))
    write_events("loyalty-me", [loyalty])
    expect_success("loyalty", loyalty)
    write_events("nightly-audit", [one_line("events/nightly-audit.json")])
    write_events("relay", [one_line("events/relay-outbox.json")])
    write_events("health", [request("/health").decode()])


def expect_success(program: str, event: str) -> None:
    """A refusal is quick: it must not be measured."""
    api = RuntimeAPI()
    process = subprocess.Popen(
        [f"{BENCH}/{program}"], stdout=subprocess.DEVNULL, env={
            **os.environ, **ENVIRONMENTS[program], "AWS_LAMBDA_RUNTIME_API": api.address, "AWS_LAMBDA_FUNCTION_NAME": program,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_REGION": "eu-central-1",
        })
    try:
        kind, body = api.invoke(event.encode())
    finally:
        process.terminate()
        process.wait(timeout=10)
        api.close()
    if kind != "response" or json.loads(body).get("statusCode") != 200:
        raise RuntimeError(f"{program} answered {body[:500]!r}")


def drive_service(row, cold: int, warm: int, invocations: int, *options: str) -> dict[str, dict[str, float]]:
    """One function; an event that asks for mail is given once only."""
    if row[0] == MAIL:
        write_events("mail", mail_events(one_line("events/ledger-audit-failed.json"), cold + warm * (invocations + 1)))
    return drive([row], cold, warm, invocations, *options)


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


@functools.cache
def zip_megabytes(program: str) -> float:
    """The size of the zip that scripts/package would write."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        subprocess.run([sys.executable, "scripts/lib/write-zip.py", f"{BENCH}/{program}", file.name], check=True)
        return os.path.getsize(file.name) / 1e6


def measure_share(cold: int) -> dict[str, dict[str, float]] | None:
    """First invocations under Lambda's smallest share of a processor; nil where no such share can be had."""
    with CPUShare.smallest() as share:
        if not share:
            return None
        results = drive(PLAIN[2:], cold, 0, 1, "-g", share.procs)
        for row in SERVICES:
            results.update(drive_service(row, cold, 0, 1, "-g", share.procs))
        return results


def processor() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def other_load() -> float:
    """How much of the machine others use, in cores: looked at for two seconds, while nothing of ours runs."""

    def busy() -> int:
        with open("/proc/stat") as file:
            user, nice, system, idle, wait, *rest = map(int, file.readline().split()[1:])
        return user + nice + system + sum(rest[:3])

    before = busy()
    time.sleep(2)
    return (busy() - before) / os.sysconf("SC_CLK_TCK") / 2


def step(words: str) -> None:
    print(f"==> {words}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    cold, turns, invocations = (15, 3, 1000) if quick else (40, 7, 5000)
    with open("Benchmarks/request.json") as file:
        write_events("request", [file.read().strip()])
    load = other_load()
    with PrivatePostgres() as database, StandIn(BENCH) as stand_in:
        database.migrate()
        for program in ("notification", "outbox-relay"):
            ENVIRONMENTS[program].update(stand_in.environment)
        os.environ.update(database.environment("nerdwork_loyalty"))
        write_service_events(database)
        step("the runtime beside its floors")
        results = drive(PLAIN, cold, turns, invocations)
        step("the functions with a database")
        for row in SERVICES:
            results.update(drive_service(row, cold, turns, max(50, invocations // 20)))
        step("first invocations under Lambda's smallest share of a processor")
        share = measure_share(5)
        step("postings beside pgbench")
        postings = measure_postings(database, drive, write_events, quick)
        step("reads that a queue hands over")
        batches = measure_batches(database, drive, write_events, quick)
        step("publishing beside libcurl")
        publishing = measure_publishing(database, drive, stand_in, BENCH, quick)
    zips = {label: zip_megabytes(program) for label, program, _ in PLAIN + SERVICES}
    zips |= {program: zip_megabytes(program) for program in ZIPPED}
    Report(
        f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores (one used), {platform.machine()}: medians of "
        f"{cold} starts and {turns} × {invocations} warm invocations, an event of {os.path.getsize('Benchmarks/request.json')} bytes.",
        [label for label, _, _ in PLAIN + SERVICES], results, share, postings, batches, publishing, zips, load,
    ).print()


if __name__ == "__main__":
    main(sys.argv[1:])
