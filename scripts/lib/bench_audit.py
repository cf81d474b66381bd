"""The nightly audit of one day's entries behind histories of different lengths; prints Markdown.

`scripts/bench audit` builds the driver and starts this. The history is twelve months that are over, made by SQL as the
books would have it, but for the heads of its chains, which are any bytes: an incremental audit begins at them. The day
is real postings.
"""

import argparse
import csv
import datetime
import glob
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

sys.path.insert(0, os.path.dirname(__file__))
from bench import other_load, processor, step  # noqa: E402
from private_postgres import PrivatePostgres  # noqa: E402

PROGRAM = ".build/bench-release/release/bench-ledger"
WALLETS = 50_000
TREASURY = 9223372036854775807
# Two entries each.
DAY = 50_000

HELPERS = """
create function public.history_id(n bigint, at timestamptz) returns uuid language sql immutable as $$
    select (left(t.hex, 8) || '-' || right(t.hex, 4) || '-8' || left(t.sum, 3) || '-8' || substr(t.sum, 4, 3) || '-'
            || substr(t.sum, 7, 12))::uuid
      from (select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as hex, md5(n::text) as sum) t
$$;
create unlogged table public.prints as
    select w, ledger.fingerprint(1::smallint, array['treasury', 'wallet:bench-' || w], array[-5, 5]::bigint[]) as print
      from generate_series(0, {wallets} - 1) w;
create unique index on public.prints (w) include (print);
analyze public.prints;
"""
# One transaction, so that nothing of it goes through the write-ahead log (wal_level is minimal).
MONTH = """
begin;
set local role nerdwork_owner;
create table ledger.{name} (like ledger.entries including defaults including constraints)
    with (fillfactor = 100, autovacuum_vacuum_insert_scale_factor = 0.02);
reset role;
insert into ledger.{name} (transaction_id, account_id, seq, amount, balance_after, created_at, stripe)
    select public.history_id(n, t.at), l.account, l.seq, l.amount, l.amount * l.seq, t.at, 0
      from generate_series({first}::bigint, {last}) n,
           lateral (select '{begin}'::timestamptz + n * interval '{microseconds} microseconds' as at) t,
           lateral (values ({treasury}, n + 1, -5), (n % {wallets} + 1, n / {wallets} + 1, 5)) l(account, seq, amount);
set local role nerdwork_owner;
create unique index {name}_position on ledger.{name} (account_id, stripe, seq);
select ledger.guard_entries('ledger.{name}'::regclass);
alter table ledger.entries attach partition ledger.{name} for values from ('{start}') to ('{end}');
commit;
"""
TRANSACTIONS = """
insert into ledger.transactions (transaction_id, fingerprint, created_at, type, status, legs)
    select public.history_id(n, t.at), p.print, t.at, 1, 0, 2
      from generate_series(0::bigint, {count} - 1) n
      join public.prints p on p.w = n % {wallets},
           lateral (select '{begin}'::timestamptz + n * interval '{microseconds} microseconds' as at) t
"""
BALANCES = """
insert into ledger.accounts (account_id, kind, reference, opened_at)
    select w + 1, 1, 'wallet:bench-' || w, '{begin}' from generate_series(0, {wallets} - 1) w;
select setval('ledger.wallet_ids', {wallets});
insert into ledger.balances (account_id, minimum_balance, balance, seq, last_at, head)
    select w + 1, 0, 5 * c.count, c.count,
           '{begin}'::timestamptz + (w + (c.count - 1) * {wallets}) * interval '{microseconds} microseconds',
           sha256(int8send(w + 1))
      from generate_series(0::bigint, {wallets} - 1) w,
           lateral (select ({count} - w + {wallets} - 1) / {wallets} as count) c;
update ledger.balances set balance = -5 * {count}::bigint, seq = {count}, head = sha256(int8send({treasury})),
       last_at = '{begin}'::timestamptz + ({count} - 1) * interval '{microseconds} microseconds'
 where account_id = {treasury} and stripe = 0;
insert into ledger.checkpoints (account_id, stripe, seq, balance, last_at, head)
    select account_id, stripe, seq, balance, last_at, head from ledger.balances;
insert into ledger.audits (started_at, finished_at, verified_until, mode, state, finding_count, report)
    values (now(), now(), now(), 'incremental', 'clean', 0, '{{}}');
"""


@dataclass
class Night:
    seconds: float
    entries: int
    # Of the seconds: reading a thirtieth of the months that are sealed.
    months: float


def month_starts() -> list[datetime.date]:
    """The first days of the last twelve months and of this one."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    count = today.year * 12 + today.month - 1
    return [datetime.date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(12, -1, -1)]


def generate(database: PrivatePostgres, millions: int) -> None:
    count, starts = millions * 500_000, month_starts()
    microseconds = (starts[-1] - starts[0]).days * 86_400_000_000 // count
    values = {"wallets": WALLETS, "treasury": TREASURY, "count": count, "begin": f"{starts[0]} 00:00Z", "microseconds": microseconds}
    database.psql(HELPERS.format(**values))
    for start, end in zip(starts, starts[1:]):
        # Transaction n is made at begin + n × microseconds.
        first = -(-(start - starts[0]).days * 86_400_000_000 // microseconds)
        last = min(count, -(-(end - starts[0]).days * 86_400_000_000 // microseconds)) - 1
        database.psql(MONTH.format(
            name=start.strftime("entries_%Y_%m"), first=first, last=last, start=f"{start} 00:00Z", end=f"{end} 00:00Z", **values))
    database.psql(TRANSACTIONS.format(**values))
    database.psql(BALANCES.format(**values))
    for table in ("entries", "transactions", "balances", "accounts", "checkpoints"):
        database.psql(f"vacuum (analyze) ledger.{table}")
    found = database.psql("select count(*), sum(amount) from ledger.entries")
    if found != f"{2 * count}|0" or database.psql("select sum(balance) from ledger.balances") != "0":
        raise RuntimeError(f"the history has {found} entries|sum")


def run(database: PrivatePostgres, *arguments: str, options: str = "") -> list[str]:
    environment = {**os.environ, **database.environment("postgres"), "PGOPTIONS": options}
    output = subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return output.splitlines()


def logged(database: PrivatePostgres) -> int:
    return sum(os.path.getsize(path) for path in glob.glob(f"{database.folder}/data/log/*.csv"))


def months_seconds(database: PrivatePostgres, offset: int) -> float:
    """What the statements took that read sealed months, from the server's own log behind the offset."""
    (path,) = glob.glob(f"{database.folder}/data/log/*.csv")
    with open(path, newline="") as file:
        file.seek(offset)
        rows = [row for row in csv.reader(file) if len(row) > 13 and ("with page as materialized" in row[13] or "ledger.sealed_slices" in row[13])]
    return sum(float(re.match(r"duration: ([0-9.]+) ms", row[13])[1]) for row in rows) / 1000


def audit(database: PrivatePostgres) -> Night:
    offset = logged(database)
    lines = run(
        database, "audit", "incremental", options="-c log_min_duration_statement=0 -c log_parameter_max_length=0")
    state, entries, findings, nanoseconds = lines[0].split("\t")
    if state != "clean":
        reports = database.psql("select left(report::text, 2000) from ledger.audits order by audit_id desc limit 1")
        raise RuntimeError(f"the audit is {state} with {findings} findings: {lines[1:]} {reports}")
    return Night(int(nanoseconds) / 1e9, int(entries), months_seconds(database, offset))


def measure(database: PrivatePostgres, millions: int, turns: int) -> tuple[list[Night], str]:
    database.psql("drop database if exists nerdwork", database="postgres")
    database.migrate()
    step(f"{millions} million entries of history")
    start = time.monotonic()
    generate(database, millions)
    size = database.psql("select pg_size_pretty(pg_database_size('nerdwork'))")
    step(f"made in {time.monotonic() - start:.0f} s, {size}; the first audit seals twelve months")
    first = audit(database)
    step(f"{first.seconds:.1f} s")
    nights = []
    for turn in range(turns):
        run(database, "rewards", str(DAY))
        nights.append(audit(database))
        step(f"night {turn + 1}: {nights[-1]}")
    return nights, size


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench audit")
    parser.add_argument("--millions", default="1,3,10", help="entries of history, separated by commas")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    load = other_load()
    results = {}
    settings = {"wal_level": "minimal", "max_wal_senders": 0, "shared_buffers": "1GB", "maintenance_work_mem": "512MB",
                "max_wal_size": "8GB", "log_rotation_size": 0, "log_rotation_age": 0}
    with PrivatePostgres(**settings) as database:
        for millions in map(int, options.millions.split(",")):
            results[millions] = measure(database, millions, options.turns)
    print(f"\n{datetime.date.today()}, {processor()}, {os.cpu_count()} cores: {WALLETS} wallets, a history of twelve months, then "
          f"{2 * DAY} new entries by real postings; medians of {options.turns} nights, fsync off. The nights follow one another "
          "within minutes, and an audit reads the last hour again: from the second on they read the days before, too.\n")
    if load > 0.1:
        print(f"**Not to be quoted: other programs used {load:.1f} cores when this began.**\n")
    print("| entries of history | database | audit, s | of it a thirtieth of the sealed months, s | the day itself, s | beside the shortest |")
    print("|---|---|---|---|---|---|")
    base = None
    for millions, (nights, size) in results.items():
        whole, months = median(night.seconds for night in nights), median(night.months for night in nights)
        day = median(night.seconds - night.months for night in nights)
        base = base or day
        print(f"| {millions} million | {size} | {whole:.2f} | {months:.2f} | {day:.2f} | {day / base:.2f} |")
    longest, shortest = max(results), min(results)
    ratio = median(n.seconds - n.months for n in results[longest][0]) / median(n.seconds - n.months for n in results[shortest][0])
    print("\n| target | | measured | |\n|---|---|---|---|")
    print(f"| the day's audit behind {longest} million entries: beside {shortest} million | ≤ 1.10 | {ratio:.2f} "
          f"| {'met' if ratio <= 1.1 else '**missed**'} |")


if __name__ == "__main__":
    main()
