"""Postings a second: loyalty beside pgbench with the SQL that loyalty itself sends.

The SQL is not written down twice: the server logs what one ComicRead sends, and that becomes pgbench's script. What
differs from read to read (the reader, the identities) is computed from a random number in it.
"""

import csv
import glob
import hashlib
import io
import json
import re
import statistics
import subprocess
import time
import uuid

READER = "bench-reader-0"
# Reads in one call of a queue, which may hand over up to a hundred (template.json).
BATCH = 25
PARAMETER = re.compile(r"\$(\d+) = ('(?:[^']|'')*'|NULL)")
POSTED = "select count(*) from ledger.transactions"
UUID = re.compile(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'")


def comic_reads(count: int, first_reader: int) -> list[str]:
    """Each by a reader who never read before."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return [
        json.dumps({
            "version": "0", "id": str(uuid.uuid4()), "detail-type": "ComicRead", "source": "nerdwork.comic",
            "account": "123456789012", "time": stamp, "region": "eu-central-1", "resources": [],
            "detail": {"version": 1, "userId": f"bench-reader-{reader}", "comicId": "comic-42",
                       "timestamp": int(now * 1000)},
        }, separators=(",", ":"))
        for reader in range(first_reader, first_reader + count)
    ]


def queued_reads(calls: int, first_reader: int) -> list[str]:
    """Calls of a queue with `BATCH` reads each, as SQS makes them."""
    reads = comic_reads(calls * BATCH, first_reader)
    return [
        json.dumps({"Records": [
            {
                "messageId": str(uuid.uuid4()), "receiptHandle": "AQEB", "body": read,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795262400000",
                               "SenderId": "AIDA", "ApproximateFirstReceiveTimestamp": "1795262400001"},
                "messageAttributes": {}, "md5OfBody": hashlib.md5(read.encode()).hexdigest(),
                "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:ComicReads",
                "awsRegion": "eu-central-1",
            }
            for read in reads[call * BATCH:(call + 1) * BATCH]
        ]}, separators=(",", ":"))
        for call in range(calls)
    ]


def logged_statements(database, drive, write_events) -> list[tuple[str, list[str]]]:
    """What one ComicRead sends: (SQL, parameters as SQL literals)."""
    write_events("one-read", comic_reads(1, 0))
    database.psql("alter role nerdwork_loyalty set log_statement = 'all'")
    drive([("capture", "loyalty", "one-read")], 1, 0, 1)
    database.psql("alter role nerdwork_loyalty reset log_statement")
    (path,) = glob.glob(f"{database.folder}/data/log/*.csv")
    with open(path, newline="") as file:
        rows = [row for row in csv.reader(io.StringIO(file.read())) if row[1] == "nerdwork_loyalty"]
    found = []
    for row in rows:
        match = re.match(r"(?:statement|execute [^:]*): (.*)", row[13], re.DOTALL)
        if match:
            found.append((match[1].strip(), [value for _, value in PARAMETER.findall(row[14])]))
    # What is sent once, at the start, is no part of a posting.
    first = next(place for place, (sql, _) in enumerate(found) if sql.startswith("begin"))
    return [statement for statement in found[first:] if "statement_timeout" not in statement[0]]


def typed(literal: str) -> str:
    """An array with its type, where that does not follow from where it stands."""
    for pattern, kind in ((r"'\{\d{4}-\d\d-\d\d\}'", "date"), (r"'\{[a-z]+-\d+\}'", "text")):
        if re.fullmatch(pattern, literal):
            return f"{hidden(literal)}::{kind}[]"
    return hidden(literal)


def expression(literal: str) -> str:
    """A logged parameter as pgbench should send it; a read comes in arrays of one."""
    if re.fullmatch(r"'\{[0-9a-f-]{36}\}'", literal):
        return f"array[{expression(literal.replace('{', '').replace('}', ''))}]"
    if UUID.fullmatch(literal):
        # The time in front stays, for the sake of the indexes.
        return f"(left({literal}, 13) || right(md5({literal} || :n::text)::uuid::text, 23))::uuid"
    if READER in literal:
        before, after = literal.split(READER)
        kind = "text[]" if literal.startswith("'{") else "text"
        return f"""({hidden(before + "bench-reader-'")} || :n::text || {hidden("'" + after)})::{kind}"""
    return typed(literal)


def hidden(literal: str) -> str:
    """A literal in which pgbench sees no variable: it looks for `:name` inside quotes too."""
    return "E" + literal.replace("\\", "\\\\").replace(":", "\\x3a") if ":" in literal else literal


def pgbench_script(statements: list[tuple[str, list[str]]]) -> str:
    """Two pipelines, as loyalty sends them: what is known about the reader, then everything else with the commit."""
    lines = ["\\set n random(1000000, 1000000000000)", "\\startpipeline"]
    for sql, parameters in statements:
        for index in range(len(parameters), 0, -1):
            sql = re.sub(rf"\${index}(?!\d)", lambda _: expression(parameters[index - 1]), sql)
        # Only here does the type of a bare number not follow from where it stands.
        sql = re.sub(r"\b(then|else) '(-?\d+)'", r"\1 \2", sql)
        lines.append(" ".join(sql.split()) + ";")
        if "points_of_day" in sql:
            lines += ["\\endpipeline", "\\startpipeline"]
    return "\n".join([*lines, "\\endpipeline", ""])


def pgbench(database, script: str, seconds: int) -> float:
    """Transactions a second; refuses to count any that posted nothing."""
    posted = int(database.psql(POSTED))
    output = subprocess.run(
        [f"{database.bin}/pgbench", "--no-vacuum", "--protocol=prepared", f"--file={script}", f"--time={seconds}"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    processed = int(re.search(r"number of transactions actually processed: (\d+)", output)[1])
    posted = int(database.psql(POSTED)) - posted
    if posted != processed:
        raise RuntimeError(f"pgbench ran {processed} transactions, the ledger has {posted} more: its script is wrong")
    return float(re.search(r"tps = ([0-9.]+) \(without", output)[1])


def measure_postings(database, drive, write_events, quick: bool) -> tuple[float, float, int]:
    """(loyalty's, pgbench's, statements in each), taking turns, medians."""
    turns, reads, seconds = (3, 500, 2) if quick else (5, 3000, 5)
    statements = logged_statements(database, drive, write_events)
    script = ".build/bench/posting.sql"
    with open(script, "w") as file:
        file.write(pgbench_script(statements))
    ours, theirs = [], []
    for turn in range(turns):
        write_events("reads", comic_reads(reads + 1, 1 + turn * (reads + 1)))
        ours.append(drive([("loyalty", "loyalty", "reads")], 0, 1, reads)["loyalty"]["per_second"])
        theirs.append(pgbench(database, script, seconds))
    return statistics.median(ours), statistics.median(theirs), len(statements)


def measure_batches(database, drive, write_events, quick: bool) -> float:
    """Reads a second that loyalty rewards when a queue hands it `BATCH` in each call: the median of some turns."""
    turns, calls = (3, 40) if quick else (5, 200)
    rates = []
    for turn in range(turns):
        # One call more: the driver makes one before it measures.
        write_events("batches", queued_reads(calls + 1, 10_000_000 + turn * (calls + 1) * BATCH))
        posted = int(database.psql(POSTED))
        rates.append(BATCH * drive([("loyalty", "loyalty", "batches")], 0, 1, calls)["loyalty"]["per_second"])
        posted = int(database.psql(POSTED)) - posted
        if posted != (calls + 1) * BATCH:
            raise RuntimeError(f"{calls + 1} calls with {BATCH} reads each left {posted} postings")
    return statistics.median(rates)
