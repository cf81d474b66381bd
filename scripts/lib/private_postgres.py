"""A PostgreSQL of one's own on loopback, migrated, for as long as a `with` block lasts."""

import glob
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile

SETTINGS = {"fsync": "off", "full_page_writes": "off", "unix_socket_directories": "''", "listen_addresses": "127.0.0.1",
            "logging_collector": "on", "log_destination": "csvlog"}

# As Migrator.swift makes it: a function that starts asks this table which version the database has.
APPLIED = """
create schema migrations;
create table migrations.applied (
    number integer constraint applied_pkey primary key,
    name text not null,
    sha256 bytea not null,
    applied_at timestamptz not null default clock_timestamp());
grant usage on schema migrations to public;
grant select on migrations.applied to public;
"""


def programs() -> str:
    """The folder of the newest server programs."""
    folders = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not folders:
        raise RuntimeError("PostgreSQL's server is not installed: run scripts/setup")
    return os.path.dirname(max(folders, key=lambda path: int(path.split("/")[4])))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PrivatePostgres:
    """The server refuses to be root's: where we are root it runs as the user postgres."""

    def __init__(self, **settings: object) -> None:
        """Settings of the server beside, or in place of, those above."""
        self.settings = settings

    def __enter__(self) -> "PrivatePostgres":
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="nerdwork-postgres-")
        self.port = free_port()
        self.user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self) -> None:
        data = f"{self.folder}/data"
        # Trust is enough on loopback, for seconds, with nothing in it worth having.
        self.call("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C", data)
        settings = {**SETTINGS, **self.settings, "port": self.port}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self.call("pg_ctl", "--wait", f"--pgdata={data}", f"--log={self.folder}/log", f"--options={options}", "start")

    def call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [f"{self.bin}/{program}", *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            cwd=self.folder, **self.user,
        )

    def __exit__(self, *_: object) -> None:
        if os.path.exists(f"{self.folder}/data/postmaster.pid"):
            self.call("pg_ctl", "--wait", "--mode=fast", f"--pgdata={self.folder}/data", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, role: str) -> dict[str, str]:
        return {
            "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": role, "PGDATABASE": "nerdwork",
            "PGSSLMODE": "disable",
        }

    def psql(self, sql: str, *arguments: str, database: str = "nerdwork") -> str:
        """Runs SQL as the superuser; rows as lines with `|` between the columns."""
        return subprocess.run(
            [f"{self.bin}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *arguments, "-f", "-"],
            env={**os.environ, **self.environment("postgres"), "PGDATABASE": database, "PGOPTIONS": "-c client_min_messages=warning"},
            input=sql, check=True, capture_output=True, text=True,
        ).stdout.strip()

    def migrate(self) -> None:
        """Creates the database from the migration files, and lets the services' roles log in."""
        self.psql("create database nerdwork", database="postgres")
        self.psql(APPLIED)
        for path in sorted(glob.glob("Sources/Migrations/SQL/*.sql")):
            with open(path) as file:
                self.apply(os.path.basename(path), file.read())
        for role in self.psql("select rolname from pg_roles where rolname ~ '^nerdwork_'").split():
            self.psql(f"alter role {role} login")

    def apply(self, file: str, sql: str) -> None:
        number, name = file.removesuffix(".sql").split("_", 1)
        digest = hashlib.sha256(sql.encode()).hexdigest()
        self.psql(
            f"insert into migrations.applied values ({int(number)}, '{name}', '\\x{digest}');\n{sql}",
            "--single-transaction",
        )
