"""The stack under test: a folder of its own with the template, `invoke-local serve` in it, and what it leaves behind."""

import glob
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

FOLDER = ".build/soak"


class Server:
    def __init__(self, executables: str, arguments: list[str]) -> None:
        self.executables = os.path.realpath(executables)
        self.folder = os.path.abspath(FOLDER)
        self.arguments = arguments
        self.killed: dict[str, int] = {}

    def __enter__(self) -> "Server":
        self.remove()
        os.makedirs(self.folder)
        shutil.copy("template.json", self.folder)
        self.log = open(f"{self.folder}/serve.log", "w+b")
        self.process = subprocess.Popen(
            # Lambda waits one minute, then two: at seconds, an event would be given up before the relay's next minute has
            # published the one that it needs.
            [f"{self.executables}/invoke-local", "serve", "--no-build", "--port", "0", "--template", self.template,
             "--retry-delay", "30", *self.arguments], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)
        self.port = self.wait_for_port()
        return self

    @property
    def template(self) -> str:
        return f"{self.folder}/template.json"

    def remove(self) -> None:
        """A new database and a new mailbox each time."""
        # Where root is the caller, the cluster stands in a folder of its own.
        if self.cluster.startswith("/var/lib/nerdwork/"):
            shutil.rmtree(self.cluster, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        with open(f"{self.folder}/serve.log", errors="replace") as file:
            return file.read()

    def wait_for_port(self) -> int:
        for _ in range(1_200):
            found = re.search(r"Serving http://127\.0\.0\.1:(\d+)", self.said())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise SystemExit(f"scripts/soak: invoke-local serve did not start:\n{self.said()[-2_000:]}")

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    # What it runs

    def children(self) -> list[tuple[int, str]]:
        """Functions' processes: identifier and name."""
        found = []
        for pid in descendants(self.process.pid):
            try:
                path = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            # invoke-local may start them from a copy, as Lambda does: named bootstrap, in the function's folder.
            name = os.path.basename(os.path.dirname(path)) if path.endswith("/bootstrap") else os.path.basename(path)
            if path.startswith((self.executables, self.folder)) and name != "invoke-local":
                found.append((pid, name))
        return found

    def kill_one(self, chance: random.Random) -> None:
        running = self.children()
        if not running:
            return
        pid, name = chance.choice(sorted(running))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.killed[name] = self.killed.get(name, 0) + 1

    def invoke_local(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [f"{self.executables}/invoke-local", *arguments, "--template", self.template],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def processor_time(self) -> dict[str, float]:
        """Seconds of processor so far: the local stack itself, the functions' processes, PostgreSQL; ended ones too."""
        with open(f"{self.cluster}/data/postmaster.pid") as file:
            postmaster = int(file.readline())
        server = [postmaster, *descendants(postmaster)]
        functions = [pid for pid, _ in self.children()]
        return {"invoke-local": spent(self.process.pid)[0],
                "functions": spent(self.process.pid)[1] + sum(spent(pid)[0] for pid in functions),
                "PostgreSQL": spent(postmaster)[1] + sum(spent(pid)[0] for pid in server)}

    # What it leaves

    def mails(self, known: set[str]) -> list[dict]:
        """Summaries of the mails whose files are not known yet."""
        new = []
        for path in glob.glob(f"{self.folder}/.nerdwork/mail/*.json"):
            if path not in known:
                known.add(path)
                with open(path) as file:
                    new.append({**json.load(file), "path": path.removesuffix(".json")})
        return new

    def link_secret(self, mail: dict) -> str | None:
        with open(mail["path"] + ".txt") as file:
            found = re.search(r"#token=(\S+)", file.read())
        return found.group(1) if found else None

    @property
    def cluster(self) -> str:
        try:
            with open(f"{self.folder}/.nerdwork/cluster-path") as file:
                return file.read().strip()
        except FileNotFoundError:
            return f"{self.folder}/.nerdwork/postgres"

    def psql(self, sql: str) -> str:
        """As the administrator of the private database, who is whoever started it."""
        settings = "".join(open(path).read() for path in glob.glob(f"{self.cluster}/data/postgresql*.conf"))
        socket = re.findall(r"(?m)^unix_socket_directories = '([^']+)'", settings)[-1]
        binary = max(glob.glob("/usr/lib/postgresql/*/bin/psql"), key=lambda path: int(path.split("/")[4]))
        command = [binary, "-XqAt", "-h", socket, "-U", "postgres", "-d", "nerdwork", "-c", sql]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
            except OSError:
                continue
    found, queue = [], [root]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


def spent(pid: int) -> tuple[float, float]:
    """Seconds of processor of a process, and of its children that have ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, (int(fields[13]) + int(fields[14])) / ticks


def processor_seconds() -> tuple[float, float]:
    """Of all processors since the start of the machine: busy, and altogether."""
    with open("/proc/stat") as file:
        values = [int(value) for value in file.readline().split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(values) - values[3] - values[4]) / ticks, sum(values) / ticks
