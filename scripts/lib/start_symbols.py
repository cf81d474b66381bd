"""Writes start-symbols.txt: what a start and the first invocations run and touch, in that order, for the linker.

    scripts/bench --quick && python3 scripts/lib/start_symbols.py

Needs valgrind (apt) and what scripts/bench has built. Takes a minute; to be done again when the runtime or Swift
changes much. A name that is gone, or not there on this architecture, does no harm.
"""

import bisect
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from runtime_api import RuntimeAPI  # noqa: E402

TARGET = "scripts/lib/start-symbols.txt"
PROGRAMS = ["bench-raw", "bench-typed"]
INVOCATIONS = 3
# Small variables lie side by side; larger ones between them would put them on further pages again. So would those of
# Swift's own library, which has all of them in one section.
SMALL = 1024
LIBRARY = ("$ss", "$sS")
ACCESS = re.compile(r"^(?:I |\s[SLM]) +([0-9a-f]+),")
# The C library takes the variant that the processor likes best, and valgrind knows older processors only.
VARIANT = re.compile(r"^(__(?:mem|str|wcs|wmem)[a-z]+_)(?:avx|evex|sse|ssse)")


class Symbols:
    """The symbols of an executable by address."""

    def __init__(self, executable: str):
        listing = subprocess.run(["nm", "-S", "--defined-only", executable], stdout=subprocess.PIPE, text=True, check=True)
        rows = [line.split(None, 3) for line in listing.stdout.splitlines()]
        self.all = sorted((int(row[0], 16), int(row[1], 16), row[2], row[3]) for row in rows if len(row) == 4)
        self.starts = [start for start, *_ in self.all]

    def at(self, address: int) -> tuple[str, int, str] | None:
        """Kind, size and name of what lies there."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0:
            return None
        start, size, kind, name = self.all[index]
        return (kind, size, name) if address < start + size else None

    def variants(self, name: str) -> list[str]:
        found = VARIANT.match(name)
        return [other for *_, other in self.all if found and other.startswith(found[1])] or [name]


def trace(executable: str, log: str) -> None:
    """Runs it until it has answered, under valgrind, which cannot read the debug information of this linker."""
    stripped = log + ".stripped"
    subprocess.run(["strip", "--strip-all", "-o", stripped, executable], check=True)
    with open("Benchmarks/request.json", "rb") as file:
        event = file.read().strip()
    api = RuntimeAPI()
    process = subprocess.Popen(
        ["valgrind", "--tool=lackey", "--trace-mem=yes", f"--log-file={log}", stripped],
        env={**os.environ, "AWS_LAMBDA_RUNTIME_API": api.address, "AWS_LAMBDA_FUNCTION_NAME": "bench"})
    for _ in range(INVOCATIONS):
        api.invoke(event)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    api.close()


def touched(executable: str) -> list[tuple[str, int, str]]:
    """What was run, read or written, in the order of its first use."""
    symbols, seen, found = Symbols(executable), set(), {}
    with tempfile.TemporaryDirectory() as folder:
        trace(executable, f"{folder}/log")
        with open(f"{folder}/log", errors="replace") as log:
            for line in log:
                match = ACCESS.match(line)
                if match and match[1] not in seen:
                    seen.add(match[1])
                    if symbol := symbols.at(int(match[1], 16)):
                        found[symbol] = None
    return [(kind, size, other) for kind, size, name in found for other in symbols.variants(name)]


def main() -> None:
    functions, small, large = {}, {}, {}
    for program in PROGRAMS:
        for kind, size, name in touched(f".build/package/release/{program}"):
            is_small = size <= SMALL and not name.startswith(LIBRARY)
            group = functions if kind in "tTwWiIuV" else small if is_small else large
            group[name] = None
    with open(TARGET, "w") as file:
        file.writelines(f"{name}\n" for name in [*functions, *small, *large])


if __name__ == "__main__":
    main()
