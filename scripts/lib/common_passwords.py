"""Writes the list of common passwords that nobody may choose, from the two lists that its README names.

    .build/venv/bin/pip download --no-deps --dest .build/lists Django==5.2.19 zxcvbn==4.5.0
    python3 scripts/lib/common_passwords.py .build/lists
"""

import ast
import glob
import gzip
import sys
import zipfile

TARGET = "Sources/AuthService/Passwords/Resources/common-passwords.txt"
# Shorter ones are too short for everybody.
SHORTEST = 8


def member(folder: str, wheel: str, name: str) -> bytes:
    (path,) = glob.glob(f"{folder}/{wheel}")
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def django(folder: str) -> list[str]:
    packed = member(folder, "django-*.whl", "django/contrib/auth/common-passwords.txt.gz")
    return gzip.decompress(packed).decode().split("\n")


def zxcvbn(folder: str) -> list[str]:
    """The module is one assignment of a dictionary: names to `"words between commas".split(",")`."""
    (assignment,) = ast.parse(member(folder, "zxcvbn-*.whl", "zxcvbn/frequency_lists.py")).body
    lists = {key.value: call.func.value.value for key, call in zip(assignment.value.keys, assignment.value.values)}
    return lists["passwords"].split(",")


def is_kept(word: str) -> bool:
    """Both lists hold what a wrong character set or an HTML page made of some passwords; nobody types that."""
    return len(word) >= SHORTEST and word.isascii() and word.isprintable() and "&#" not in word


def main() -> None:
    words = {word.lower() for word in django(sys.argv[1]) + zxcvbn(sys.argv[1]) if is_kept(word)}
    with open(TARGET, "w", newline="\n") as file:
        file.writelines(f"{word}\n" for word in sorted(words, key=str.encode))


if __name__ == "__main__":
    main()
