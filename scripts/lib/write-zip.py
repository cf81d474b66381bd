"""Writes a Lambda zip with one entry, `bootstrap`, so that the same executable always gives the same bytes.

usage: write-zip.py EXECUTABLE ZIP
"""

import sys
import zipfile


def main(executable: str, target: str) -> None:
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3  # Unix: the mode below counts
    entry.external_attr = 0o100755 << 16  # a regular file, rwxr-xr-x; Lambda executes it
    entry.compress_type = zipfile.ZIP_DEFLATED
    with open(executable, "rb") as file, zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, file.read(), compresslevel=9)


if __name__ == "__main__":
    main(*sys.argv[1:])
