"""What is used in a month, and what that costs."""

import math
from dataclasses import dataclass, field

from cost_inventory import Inventory

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: 1,769 MB are one virtual processor.
WHOLE_CORE_MB = 1_769
HOURS, MINUTES, DAYS = 730, 43_800, 30.4
BACKEND, EDGE, WATCHING = "Backend", "Site and comics", "Watching and security"
GROUPS = [BACKEND, EDGE, WATCHING]


@dataclass
class Line:
    group: str
    name: str
    dollars: float
    what: str


@dataclass
class Work:
    """One kind of invocation."""

    name: str
    function: str
    memory: int
    cpu: float
    round_trips: int
    # Of one warm invocation, in milliseconds.
    billed: float
    # For each user in a month.
    each: float
    # The part that a cold start adds.
    cold: float


@dataclass
class Bill:
    users: int
    lines: list[Line] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)

    def add(self, group: str, name: str, dollars: float, what: str) -> None:
        self.lines.append(Line(group, name, dollars, what))

    def line(self, name: str) -> Line:
        return next((line for line in self.lines if line.name == name), Line("", name, 0, ""))

    def total(self, group: str | None = None) -> float:
        return sum(line.dollars for line in self.lines if group in (None, line.group))


class Pricing:
    """Amounts to dollars."""

    def __init__(self, prices: dict, free_tier: bool) -> None:
        self.prices, self.free_tier = prices, free_tier

    def __call__(self, name: str, amount: float) -> float:
        price = self.prices[name]
        return max(0.0, amount - (price.get("free", 0) if self.free_tier else 0)) * price["price"]


# Invocation, function, measured operation, round trips to the database, calls of AWS, how often a user causes it.
WORK = [
    ("sign-up", "auth-password", "sign-in", 2, 1, lambda a: a["sign_ups"]),
    ("link of the mail", "auth", "profile", 2, 1, lambda a: a["sign_ups"]),
    ("sign-in", "auth-password", "sign-in", 2, 0, lambda a: a["sign_ins"]),
    ("refresh", "auth", "refresh", 1, 0, lambda a: a["refreshes"]),
    ("profile", "auth", "profile", 1, 0, lambda a: a["profiles"]),
    ("balance", "loyalty", "loyalty read", 1, 0, lambda a: a["balances"]),
    ("comic read", "loyalty", "reward", 2, 1, lambda a: a["reads"]),
    ("tip", "wallet", "reward", 1, 1, lambda a: a["tips"]),
    ("mail", "notification", "mail", 2, 1, lambda a: a["mails"]),
    ("SES's report", "notification", "open route", 1, 0, lambda a: a["mails"]),
]
# What the clock causes, whoever comes; the function's memory is that of the template.
CLOCK = ("schedule of each minute", "outbox-relay", "relay", 1, 0)


def work(inventory: Inventory, measured: dict, values: dict[str, float], row: tuple, each: float) -> Work:
    """The billed time: the processor's, stretched by the share that the memory buys, and the waiting, which no share
    stretches; whole milliseconds."""
    name, function, operation, round_trips, calls = row
    memory, times = inventory.memory(function), measured[operation]
    share = min(1.0, memory / WHOLE_CORE_MB)
    waiting = round_trips * values["round_trip_ms"] + calls * values["call_ms"]
    cold = times["start"] / share + 3 * values["round_trip_ms"] + 2 * values["call_ms"]
    return Work(name, function, memory, times["cpu"], round_trips, math.ceil(times["cpu"] / share + waiting), each, cold)


def bill(users: int, values: dict[str, float], prices: dict, measured: dict, free_tier: bool = False) -> Bill:
    inventory, cost, made = Inventory(), Pricing(prices, free_tier), Bill(users)
    made.work = [work(inventory, measured, values, row[:5], row[5](values)) for row in WORK]
    ticks = MINUTES * inventory.minutely()
    clock = work(inventory, measured, values, CLOCK, 0)
    requests = users * sum(values[name] for name in ("sign_ups", "sign_ups", "sign_ins", "refreshes", "profiles", "balances",
                                                    "tips")) * (1 + values["preflights"])
    invocations = users * sum(item.each for item in made.work) + ticks
    add_lambda(made, cost, inventory, values, clock, ticks, invocations)
    add_messages(made, cost, values, users, requests, ticks)
    add_database(made, cost, inventory, values, users, ticks)
    add_network(made, cost, inventory, values, users, ticks)
    add_edge(made, cost, inventory, values, users, requests)
    add_watching(made, cost, inventory, values, users, requests, invocations)
    return made


def add_lambda(made: Bill, cost: Pricing, inventory: Inventory, values: dict[str, float], clock: Work, ticks: float,
               invocations: float) -> None:
    architecture = inventory.values["Architecture"]
    seconds = sum(made.users * item.each * (item.billed + values["cold_share"] * item.cold) * item.memory
                  for item in made.work) + ticks * clock.billed * clock.memory
    gigabyte_seconds = seconds / 1_000 / 1_024
    made.add(BACKEND, "Lambda, time", cost(f"lambda.gbSecond.{architecture}", gigabyte_seconds),
             f"{gigabyte_seconds:,.0f} GB-seconds, {architecture}")
    made.add(BACKEND, "Lambda, invocations", cost("lambda.request", invocations), f"{invocations:,.0f}")


def add_messages(made: Bill, cost: Pricing, values: dict[str, float], users: int, requests: float, ticks: float) -> None:
    events = users * (2 * values["reads"] + 2 * values["sign_ups"] + values["sign_ins"] + values["tips"])
    mails = users * values["mails"]
    made.add(BACKEND, "HTTP API", cost("httpApi.request", requests), f"{requests:,.0f} requests, preflights included")
    made.add(BACKEND, "EventBridge", cost("eventBridge.event", events), f"{events:,.0f} events: reads, and what follows")
    made.add(BACKEND, "Schedules", cost("scheduler.invocation", ticks), f"{ticks:,.0f}")
    made.add(BACKEND, "SES", cost("ses.mail", mails), f"{mails:,.0f} mails")


def add_database(made: Bill, cost: Pricing, inventory: Inventory, values: dict[str, float], users: int, ticks: float) -> None:
    pieces = users * sum(item.each for item in made.work)
    size = 1 + pieces * values["work_kb"] * values["months_kept"] / 1_048_576
    if inventory.of("AWS::RDS::DBCluster"):
        hours = capacity_hours(values, pieces, ticks, size)
        made.add(BACKEND, "Aurora, capacity", cost("aurora.acuHour", hours),
                 f"{hours:,.0f} ACU-hours ({hours / HOURS:.2f} ACU)")
        made.add(BACKEND, "Aurora, storage", cost("aurora.gbMonth", size), f"{size:,.1f} GB after {values['months_kept']:g} months")
        inputs = pieces * values["io_for_work"]
        made.add(BACKEND, "Aurora, I/O", cost("aurora.io", inputs), f"{inputs:,.0f}")
    for properties in inventory.of("AWS::RDS::DBInstance"):
        kind = inventory.resolved(properties.get("DBInstanceClass"))
        if kind != "db.serverless":
            storage = float(inventory.resolved(properties.get("AllocatedStorage", 20)))
            made.add(BACKEND, f"PostgreSQL, {kind}", cost(f"rds.{kind}", HOURS) + cost("rds.gbMonth", max(size, storage)), "one")


def capacity_hours(values: dict[str, float], pieces: float, ticks: float, gigabytes: float = 0) -> float:
    """ACU-hours: half of the day's work comes in the busiest hours, the other half in the rest."""
    busiest, total = values["busiest_hours"], 0.0
    least = max(values["minimum_acu"], gigabytes * values["hot_share"] / 2)
    for hours in (busiest, 24 - busiest):
        if hours <= 0:
            continue
        cores = (pieces / 2 + ticks * hours / 24) * values["database_ms"] / 1_000 / (hours * DAYS * 3_600)
        total += max(least, cores / values["acu_cores"] / values["acu_load"]) * hours * HOURS / 24
    return total


def add_network(made: Bill, cost: Pricing, inventory: Inventory, values: dict[str, float], users: int, ticks: float) -> None:
    gateways = len(inventory.of("AWS::EC2::NatGateway"))
    calls = users * (values["reads"] + values["tips"] + 2 * values["sign_ups"]) + ticks * 0.1
    gigabytes = calls * values["nat_kb_for_call"] / 1_048_576
    made.add(BACKEND, "NAT gateway", cost("nat.hour", gateways * HOURS) + cost("ipv4.hour", gateways * HOURS) +
             (cost("nat.gb", gigabytes) if gateways else 0), f"{gateways}, with its address and {gigabytes:,.1f} GB")
    endpoints = sum(len(inventory.items(properties.get("SubnetIds", [])))
                    for properties in inventory.of("AWS::EC2::VPCEndpoint") if properties.get("VpcEndpointType") == "Interface")
    made.add(BACKEND, "Interface endpoints", cost("endpoint.hour", endpoints * HOURS), f"{endpoints} in zones")
    secrets = len(inventory.of("AWS::SecretsManager::Secret"))
    made.add(BACKEND, "Secrets Manager", cost("secrets.secret", secrets) + cost("secrets.call", calls * 0.02),
             f"{secrets} secrets")
    keys = len(inventory.of("AWS::KMS::Key"))
    made.add(BACKEND, "KMS", cost("kms.key", keys), f"{keys} keys")


def add_edge(made: Bill, cost: Pricing, inventory: Inventory, values: dict[str, float], users: int, requests: float) -> None:
    pages = users * values["reads"] * values["pages"]
    files = users * values["visits"] * 10
    pages_gb = pages * values["page_kb"] / 1_048_576
    site_gb = users * values["visits"] * values["site_kb"] / 1_048_576
    api_gb = requests * 3 / 1_048_576
    through = pages + files + requests
    made.add(EDGE, "CloudFront, comics", cost("cloudFront.gb", pages_gb), f"{pages_gb:,.0f} GB of pages")
    made.add(EDGE, "CloudFront, site and API", (cost("cloudFront.gb", pages_gb + site_gb + api_gb) - cost("cloudFront.gb", pages_gb)),
             f"{site_gb + api_gb:,.0f} GB")
    made.add(EDGE, "CloudFront, requests", cost("cloudFront.request", through), f"{through:,.0f}")
    rules = sum(len(inventory.items(properties.get("Rules", []))) for properties in inventory.of("AWS::WAFv2::WebACL"))
    acls = len(inventory.of("AWS::WAFv2::WebACL"))
    made.add(EDGE, "WAF", cost("waf.acl", acls) + cost("waf.rule", rules) + (cost("waf.request", through) if acls else 0),
             f"{acls} list, {rules} rules, every request")
    stored = values["content_gb"] + 2
    made.add(EDGE, "S3", cost("s3.gbMonth", stored) + cost("s3.get", (pages + files) * values["cache_misses"]), f"{stored:,.0f} GB")
    zones = len(inventory.of("AWS::Route53::HostedZone")) or 1
    made.add(EDGE, "Route 53", cost("route53.zone", zones), f"{zones} zone")


def add_watching(made: Bill, cost: Pricing, inventory: Inventory, values: dict[str, float], users: int, requests: float,
                 invocations: float) -> None:
    gigabytes = (invocations * values["log_kb"] + requests * values["access_log_kb"]) / 1_048_576
    kept = float(inventory.values.get("LogRetentionDays", 30)) / DAYS
    made.add(WATCHING, "Logs", cost("logs.gb", gigabytes) + cost("logs.gbMonth", gigabytes * kept * 0.2), f"{gigabytes:,.1f} GB")
    made.add(WATCHING, "Metrics", cost("metrics.metric", values["metrics"]), f"{values['metrics']:g}")
    alarms = sum(len(properties["Metrics"]) if "Metrics" in properties else 1 for properties in inventory.of("AWS::CloudWatch::Alarm"))
    made.add(WATCHING, "Alarms", cost("alarms.alarm", alarms), f"{alarms} metrics of alarms")
    boards = len(inventory.of("AWS::CloudWatch::Dashboard"))
    made.add(WATCHING, "Dashboard", cost("dashboards.dashboard", boards), f"{boards}")
    traces = invocations * values["traced"]
    made.add(WATCHING, "X-Ray", cost("xray.trace", traces), f"{traces:,.0f} traces")
    tables = len(inventory.of("AWS::DynamoDB::Table"))
    events = users * values["analytics"] if tables else 0
    made.add(WATCHING, "DynamoDB", cost("dynamo.write", events) + cost("dynamo.gbMonth", events * 0.5 / 1_048_576 * 3),
             f"{events:,.0f} analytics events")
    if inventory.of("AWS::GuardDuty::Detector"):
        made.add(WATCHING, "GuardDuty", cost("guardDuty.event", values["management_events"]), "CloudTrail's events")
    if inventory.of("AWS::Config::ConfigurationRecorder", "AWS::Config::ConfigRule"):
        made.add(WATCHING, "Config", cost("config.item", values["config_items"]) + cost("config.evaluation", 2 * values["config_items"]),
                 f"{values['config_items']:g} changes")
