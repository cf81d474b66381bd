"""The stand-in for AWS while functions that call it are measured, and how fast the relay publishes to it."""

import json
import statistics
import subprocess
import uuid

WAITING = "select count(*) from outbox.events where published_at is null"
# What loyalty itself wrote while postings were measured, as often as it takes.
FILL = """
create temporary table one as select * from outbox.events where source = 'nerdwork.loyalty' order by position limit 1;
truncate outbox.events;
insert into outbox.events (event_id, aggregate, source, detail_type, detail)
    select gen_random_uuid(), aggregate || ':' || n, source, detail_type, detail from one, generate_series(1, {count}) n;
vacuum analyze outbox.events;
"""


class StandIn:
    """Serves until the `with` block ends; `environment` leads a function to it."""

    def __init__(self, folder: str) -> None:
        self.body = f"{folder}/put-events.json"
        self.program = f"{folder}/aws"

    def __enter__(self) -> "StandIn":
        self.process = subprocess.Popen([self.program, self.body], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "EVENT_BUS_NAME": "nerdwork",
        }


def mail_events(event: str, count: int) -> list[str]:
    """The event with identities of its own each time: every one is another mail."""
    events = []
    for _ in range(count):
        envelope = json.loads(event)
        envelope["id"], envelope["detail"]["id"] = str(uuid.uuid4()), str(uuid.uuid4())
        events.append(json.dumps(envelope, separators=(",", ":")))
    return events


def floor(stand_in: StandIn, folder: str, calls: int) -> float:
    command = [f"{folder}/floor-publish", f"{stand_in.url}/", stand_in.body, str(calls)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def relay(database, drive, count: int) -> float:
    """Seconds from the relay's invocation, at its start, to its answer; refuses a run that left something."""
    database.psql(FILL.format(count=count))
    result = drive([("relay", "outbox-relay", "relay")], 1, 0, 1)
    waiting = int(database.psql(WAITING))
    if waiting or not result:
        raise RuntimeError(f"the relay left {waiting} of {count} events")
    return result["relay"]["invoke_ms"] / 1000


def measure_publishing(database, drive, stand_in: StandIn, folder: str, quick: bool) -> tuple[float, float]:
    """Events a second: (the relay's, from the outbox to the stand-in; the floor's, of the same calls), medians."""
    turns, events = (3, 1000) if quick else (5, 5000)
    ours, floors = [], []
    for _ in range(turns):
        ours.append(events / relay(database, drive, events))
        floors.append(events / floor(stand_in, folder, events // 10))
    return statistics.median(ours), statistics.median(floors)
