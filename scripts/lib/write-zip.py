"""Writes a Lambda zip with one entry, `bootstrap`, so that the same executable always gives the same bytes.

usage: write-zip.py EXECUTABLE ZIP

libdeflate compresses: its best level takes two seconds, and is 3 % smaller than zlib's, which zipfile would use.
"""

import struct
import subprocess
import sys
import zlib

NAME = b"bootstrap"
DEFLATED, VERSION_2_0, UNIX = 8, 20, 3
DATE = 1 << 5 | 1  # 1 January 1980, the first that the format has
MODE = 0o100755  # a regular file, rwxr-xr-x; Lambda executes it
GZIP_HEAD, GZIP_TAIL = 10, 8  # RFC 1952: no name and no time, because the input is a pipe's


def deflate(data: bytes) -> bytes:
    gzip = subprocess.run(["libdeflate-gzip", "-12"], input=data, stdout=subprocess.PIPE, check=True).stdout
    deflated = gzip[GZIP_HEAD:-GZIP_TAIL]
    if gzip[3] != 0 or zlib.decompress(deflated, wbits=-15) != data:
        raise SystemExit("write-zip.py: libdeflate-gzip wrote something else than a plain gzip file")
    return deflated


def zip_file(data: bytes) -> bytes:
    """One entry (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16)."""
    deflated = deflate(data)
    common = struct.pack("<4HI2I2H", 0, DEFLATED, 0, DATE, zlib.crc32(data), len(deflated), len(data), len(NAME), 0)
    local = struct.pack("<4sH", b"PK\3\4", VERSION_2_0) + common + NAME
    central = struct.pack("<4s2BH", b"PK\1\2", VERSION_2_0, UNIX, VERSION_2_0) + common
    central += struct.pack("<3H2I", 0, 0, 0, MODE << 16, 0) + NAME
    start = len(local) + len(deflated)
    return local + deflated + central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), start, 0)


def main(executable: str, target: str) -> None:
    with open(executable, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(zip_file(data))


if __name__ == "__main__":
    main(*sys.argv[1:])
