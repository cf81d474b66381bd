"""Proves that dist/<function>.zip is what scripts/package claims.

usage: check-package.py FUNCTION...

For each: at most 5 MiB; exactly one entry, `bootstrap`, mode 755; a static ELF file without interpreter and without
needed libraries; it runs in an empty root with nothing but /proc, where it names its missing configuration. From such
a root `loyalty` then posts a reward (check_reward.py), and `notification` answers a request (check_health.py).

The empty root needs a private mount namespace: root may make one, an ordinary user where the kernel permits user
namespaces. Where neither holds the check fails; NERDWORK_NO_NAMESPACES=1 leaves that part out and says so.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(__file__))
from check_health import check_health  # noqa: E402
from check_reward import check_reward  # noqa: E402
from empty_root import EmptyRoot, namespaces_permitted  # noqa: E402

MAXIMUM_BYTES = 5 << 20
FURTHER_CHECKS = {"loyalty": check_reward, "notification": check_health}
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NULL, DT_NEEDED = 0, 1


class CheckFailed(Exception):
    """A claim does not hold."""


def require(condition: bool, claim: str) -> None:
    if not condition:
        raise CheckFailed(claim)


def check_zip(path: str) -> bytes:
    """The bootstrap's bytes."""
    size = os.path.getsize(path)
    require(size <= MAXIMUM_BYTES, f"has at most {MAXIMUM_BYTES} bytes (it has {size})")
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        require([entry.filename for entry in entries] == ["bootstrap"], "holds exactly one entry, bootstrap")
        mode = entries[0].external_attr >> 16
        require(mode == 0o100755, f"bootstrap is a regular file of mode 755 (found {mode:o})")
        require(archive.testzip() is None, "its checksum is right")
        return archive.read("bootstrap")


def program_headers(elf: bytes):
    """(type, offset, size in the file) of each segment; 64-bit little-endian, as x86-64 and arm64 are."""
    require(elf[:6] == b"\x7fELF\x02\x01", "is a 64-bit little-endian ELF file")
    (start,) = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for index in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", elf, start + index * size)
        yield kind, offset, length


def check_static(elf: bytes) -> None:
    for kind, offset, length in program_headers(elf):
        require(kind != PT_INTERP, "has no interpreter")
        if kind == PT_DYNAMIC:
            tags = [struct.unpack_from("<q", elf, offset + at)[0] for at in range(0, length, 16)]
            tags = tags[: tags.index(DT_NULL)] if DT_NULL in tags else tags
            require(DT_NEEDED not in tags, "needs no shared library")


def check_start(root: EmptyRoot) -> None:
    """Outside Lambda it must end by itself and say what is missing."""
    process = root.run({}, timeout=10)
    require(process.returncode > 0, f"ends with an error without configuration (status {process.returncode})")
    named = re.search(r"\b(AWS|PG)[A-Z_]{3,}\b", process.stdout)
    require(named is not None, f"names the variable that it misses; it wrote: {process.stdout!r}")


def check(function: str, folder: str) -> None:
    elf = check_zip(f"dist/{function}.zip")
    check_static(elf)
    if not namespaces_permitted():
        require(
            os.environ.get("NERDWORK_NO_NAMESPACES") == "1",
            "cannot be tried in an empty root: no mount namespace is permitted here "
            "(run as root, or set NERDWORK_NO_NAMESPACES=1 to leave this part out)",
        )
        print(f"{function}: static, one entry, mode 755; NOT tried in an empty root (no namespaces here)")
        return
    root = EmptyRoot(folder, elf)
    check_start(root)
    print(f"{function}: static, one entry, mode 755, starts in an empty root with only /proc")
    if function in FURTHER_CHECKS:
        print(f"{function}: {FURTHER_CHECKS[function](root)}")


def main(functions: list[str]) -> int:
    failures = 0
    for function in functions:
        folder = tempfile.mkdtemp(prefix="nerdwork-check-")
        try:
            check(function, folder)
        except (CheckFailed, OSError, RuntimeError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
            print(f"{function}: FAILED: {error}", file=sys.stderr)
            failures += 1
        finally:
            shutil.rmtree(folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
