"""Postings a second by eight connections where a commit takes two milliseconds, beside pgbench with the same SQL.

`scripts/bench ledger` builds the driver and starts this; it prints Markdown. The two milliseconds are the server's own
`commit_delay`, a stand-in for a disk that is further away, as in a cloud: without it one hot account is no problem.
"""

import argparse
import contextlib
import datetime
import os
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from statistics import median

sys.path.insert(0, os.path.dirname(__file__))
from bench import other_load, processor, step  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402

PROGRAM = ".build/bench-release/release/bench-ledger"
CONNECTIONS = 8
WALLETS = 4000
STRICT, STRIPED, LAZY = "0, 1", "1, 16", "2, 1"

# Identifiers as the services make them: the time in front.
HELPERS = """
create function public.bench_id() returns uuid language sql volatile as $$
    select (left(t.hex, 8) || '-' || right(t.hex, 4) || '-8' || right(gen_random_uuid()::text, 21))::uuid
      from (select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as hex) t
$$
"""
SUM = """
select (select coalesce(sum(balance), 0) from ledger.balances) + (select coalesce(sum(amount), 0) from ledger.deferred_entries)
"""
POSTED = "select count(*) from ledger.transactions where status = 0"


@dataclass(frozen=True)
class Row:
    label: str
    payer: str
    mode: str
    batch: int = 1
    early: bool = False
    pgbench: bool = True


ROWS = [
    Row("distinct accounts", "distinct", STRICT),
    Row("distinct accounts, early release", "distinct", STRICT, early=True),
    Row("one hot account, strict", "treasury", STRICT),
    Row("one hot account, strict, early release", "treasury", STRICT, early=True),
    Row("one hot account, 16 stripes", "treasury", STRIPED, pgbench=False),
    Row("one hot account, 16 stripes, early release", "treasury", STRIPED, early=True, pgbench=False),
    Row("one hot account, lazy, folds running", "treasury", LAZY, pgbench=False),
    Row("one hot account, lazy, folds running, early release", "treasury", LAZY, early=True, pgbench=False),
    Row("one hot account, strict, batches of 25", "treasury", STRICT, 25),
    Row("one hot account, strict, batches of 25, early release", "treasury", STRICT, 25, True),
    Row("one hot account, lazy, folds running, batches of 25, early release", "treasury", LAZY, 25, True, pgbench=False),
]
DISTINCT, HOT = ROWS[0], [row for row in ROWS if row.payer == "treasury" and row.batch == 1]
BATCHES = [row for row in ROWS if row.batch > 1]


@contextlib.contextmanager
def folding(database: PrivatePostgres, row: Row):
    """Folds the treasury once a second for as long as the block lasts, and to the end after it."""
    ended = threading.Event()

    def fold() -> None:
        while not ended.wait(1):
            database.psql("select ledger.fold('treasury', 10000)")

    thread = threading.Thread(target=fold)
    if row.mode == LAZY:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if row.mode == LAZY:
            thread.join()
            while database.psql("select exists (select from ledger.deferred_entries)") == "t":
                database.psql("select ledger.fold('treasury', 10000)")


def drive(database: PrivatePostgres, row: Row, seconds: int) -> float:
    """Postings a second of the Swift driver, which counts what was acknowledged; the books must have no fewer."""
    posted = int(database.psql(POSTED))
    output = subprocess.run(
        [PROGRAM, "postings", row.payer, str(row.batch), "early" if row.early else "plain", str(seconds), str(CONNECTIONS)],
        check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **database.environment("postgres")},
    ).stdout
    count, nanoseconds = map(int, output.split())
    if int(database.psql(POSTED)) - posted != count:
        raise RuntimeError(f"{row.label}: the driver counted {count} postings, the books have other ones")
    return count / nanoseconds * 1e9


def script(row: Row) -> str:
    """pgbench's script; it looks for `:name` inside quotes too, hence the \\x3a."""
    share = WALLETS // CONNECTIONS
    lines = [f"\\set payee :client_id * {share} + random(0, {share // 2 - 1})", f"\\set payer :payee + {share // 2}"]
    fingerprint = "'00000000-0000-0000-0000-000000000001'::uuid"
    if row.batch == 1:
        payer = "'treasury'" if row.payer == "treasury" else "E'wallet\\x3abench-' || (:payer)::text"
        kind, amount = (1, 5) if row.payer == "treasury" else (2, 1)
        post = (f"select status, reason, replayed, balances from ledger.post(public.bench_id(), {kind}::smallint, {fingerprint}, "
                f"array[{payer}, E'wallet\\x3abench-' || (:payee)::text], array[-{amount}, {amount}]::bigint[], null);")
    else:
        post = (
            "select place, status, reason, replayed, balances from (select array_agg(public.bench_id()) as ids, "
            f"array_agg(1::smallint) as types, array_agg({fingerprint}) as prints, array_agg(null::jsonb) as metadata "
            f"from generate_series(1, {row.batch})) h, (select array_agg(g order by g, leg) as places, "
            f"array_agg(case leg when 1 then 'treasury' else E'wallet\\x3abench-' || ((:client_id)::integer * {share} + (random() * {share // 2 - 1})::int)::text end "
            "order by g, leg) as accounts, array_agg(case leg when 1 then -5::bigint else 5 end order by g, leg) as amounts "
            f"from generate_series(1, {row.batch}) g, generate_series(1, 2) leg) l, "
            "ledger.post_batch(h.ids, h.types, h.prints, l.places, l.accounts, l.amounts, h.metadata);")
    if not row.early:
        return "\n".join([*lines, post, ""])
    return "\n".join([
        *lines, "\\startpipeline", "begin;", "select set_config('synchronous_commit', 'off', true);", post, "commit;",
        "select pg_logical_emit_message(true, 'nerdwork', '');", "\\endpipeline", ""])


def pgbench(database: PrivatePostgres, row: Row, seconds: int) -> float:
    """Postings a second; refuses to count any that posted nothing."""
    posted = int(database.psql(POSTED))
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script(row))
        file.flush()
        output = subprocess.run(
            [f"{database.bin}/pgbench", "--no-vacuum", "--protocol=prepared", f"--file={file.name}", f"--time={seconds}",
             f"--client={CONNECTIONS}", "--jobs=2"],
            check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **database.environment("postgres")},
        ).stdout
    processed = int(re.search(r"number of transactions actually processed: (\d+)", output)[1])
    if int(database.psql(POSTED)) - posted != processed * row.batch:
        raise RuntimeError(f"{row.label}: pgbench ran {processed} calls, and the books do not have them: its script is wrong")
    return float(re.search(r"tps = ([0-9.]+) \(without", output)[1]) * row.batch


def measure(database: PrivatePostgres, row: Row, seconds: int) -> tuple[float, float | None]:
    database.psql(f"select ledger.set_mode('treasury', {row.mode.replace(',', '::smallint,')}::smallint)")
    with folding(database, row):
        ours = drive(database, row, seconds)
    return ours, pgbench(database, row, seconds) if row.pgbench else None


def print_table(results: dict[Row, list[tuple[float, float | None]]]) -> None:
    ours = {row: median(one for one, _ in samples) for row, samples in results.items()}
    print("| 8 connections, a commit takes 2 ms more | postings/s | of distinct accounts | pgbench, same SQL | of pgbench |")
    print("|---|---|---|---|---|")
    for row, samples in results.items():
        line = f"| {row.label} | {ours[row]:.0f} | {ours[row] / ours[DISTINCT]:.2f} |"
        if row.pgbench:
            theirs = median(other for _, other in samples)
            line += f" {theirs:.0f} | {ours[row] / theirs:.2f} |"
        else:
            line += " | |"
        print(line)
    hot, batch = max(HOT, key=ours.get), max(BATCHES, key=ours.get)
    print("\n| target | | measured | |\n|---|---|---|---|")
    ratio = ours[hot] / ours[DISTINCT]
    print(f"| one hot account, its best mode ({hot.label.partition(', ')[2]}): of distinct accounts | ≥ 0.50 | {ratio:.2f} "
          f"| {'met' if ratio >= 0.5 else '**missed**'} |")
    print(f"| batches ({batch.label.partition(', ')[2]}) | ≥ 5000 postings/s | {ours[batch]:.0f} "
          f"| {'met' if ours[batch] >= 5000 else '**missed**'} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench ledger")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    load = other_load()
    with PrivatePostgres(fsync="on", full_page_writes="on", commit_delay=2000, commit_siblings=0, max_wal_size="8GB") as database:
        database.migrate()
        database.psql(HELPERS)
        step(f"opening {WALLETS} wallets")
        subprocess.run([PROGRAM, "wallets", str(WALLETS)], check=True, env={**os.environ, **database.environment("postgres")})
        results: dict[Row, list[tuple[float, float | None]]] = {row: [] for row in ROWS}
        for turn in range(options.turns):
            for row in ROWS:
                step(f"turn {turn + 1}: {row.label}")
                results[row].append(measure(database, row, options.seconds))
        total, entries = database.psql(SUM), database.psql("select count(*) from ledger.entries")
        if total != "0":
            raise RuntimeError(f"the balances and what is deferred sum to {total}")
    print(f"\n{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, driver, pgbench and PostgreSQL on all of them: "
          f"medians of {options.turns} × {options.seconds} s. Afterwards {entries} entries; all balances sum to 0.\n")
    if load > 0.1:
        print(f"**Not to be quoted: other programs used {load:.1f} cores when this began.**\n")
    print_table(results)


if __name__ == "__main__":
    main()
