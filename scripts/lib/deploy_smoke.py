"""scripts/smoke: each route of docs/openapi.json once, and whether its status is the documented one.

Nothing that it sends can do anything: no token, no body that a route takes.
"""

import argparse
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass

from deploy_environment import Refusal, finish, names, pairs, read
from deploy_show import say, table

OPENAPI, TEMPLATE = "docs/openapi.json", "template.json"
METHODS = ("get", "post", "put", "patch", "delete")
# In place of a path's parameter: an identity that nobody has.
NOBODY = "00000000-0000-4000-8000-000000000000"
TIMEOUT_SECONDS = 15
PROBE_PAUSE = 5.0
NAMESPACE = "Nerdwork/Smoke"


@dataclass
class Probe:
    method: str
    path: str
    expected: int
    # Why that status.
    reason: str


@dataclass
class Result:
    probe: Probe
    # 0: no answer; `problem` tells.
    status: int
    milliseconds: int
    problem: str = ""

    @property
    def is_good(self) -> bool:
        return self.status == self.probe.expected


def probes(openapi: dict, template: dict) -> list[Probe]:
    """One request a documented route, and one for a path that no route has."""
    routes = {resource["Properties"]["RouteKey"] for resource in template["Resources"].values()
              if resource["Type"] == "AWS::ApiGatewayV2::Route"}
    result = []
    for path, operations in openapi["paths"].items():
        for method in METHODS:
            if method in operations:
                result.append(probe(method, path, operations[method], f"{method.upper()} {path}" in routes))
    return [*result, Probe("GET", "/no-such-route", 404, "no route")]


def probe(method: str, path: str, operation: dict, is_routed: bool) -> Probe:
    concrete = path.replace("{token}", "nobody").replace("{id}", NOBODY)
    if not is_routed:
        return Probe(method.upper(), concrete, 404, "not public")
    security = operation.get("security", [])
    if security and {} not in security:
        expected, reason = 401, "needs a token"
    elif method == "get":
        expected, reason = 200, "open"
    else:
        expected, reason = 415, "open; refuses a body of another type"
    if str(expected) not in operation["responses"]:
        raise Refusal(f"{OPENAPI} does not document {expected} for {method.upper()} {path}", 65)
    return Probe(method.upper(), concrete, expected, reason)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def send(base: str, probe: Probe) -> Result:
    has_body = probe.method in ("POST", "PUT", "PATCH")
    request = urllib.request.Request(
        base + probe.path, method=probe.method, data=b"smoke" if has_body else None,
        headers={"User-Agent": "nerdwork-smoke", "Accept": "*/*", **({"Content-Type": "text/plain"} if has_body else {})})
    start = time.monotonic()
    status, problem = 0, ""
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as response:
            status = response.status
            response.read(1_000_000)
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except OSError as error:
        problem = str(getattr(error, "reason", error))
    return Result(probe, status, int((time.monotonic() - start) * 1_000), problem)


def run(base: str, wanted: list[Probe], attempts: int = 3) -> list[Result]:
    """Every probe. No answer and 5xx are asked again: addresses and first starts may need a moment."""
    results = []
    for probe in wanted:
        result = send(base, probe)
        for _ in range(attempts - 1):
            if result.is_good or 0 < result.status < 500:
                break
            time.sleep(PROBE_PAUSE)
            result = send(base, probe)
        results.append(result)
    return results


def address(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    is_loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback) or not parts.hostname:
        raise Refusal(f"{text!r} is no https address")
    return text.rstrip("/")


def show(results: list[Result]) -> str:
    rows = [[str(result.status or "-"), str(result.probe.expected), result.probe.method, result.probe.path,
             f"{result.milliseconds} ms", "" if result.is_good else f"WRONG {result.problem}".strip()] for result in results]
    return table(["status", "expected", "", "path", "after", ""], rows)


def put_metric(results: list[Result], dimension: str, region: str | None) -> None:
    import boto3

    failed = sum(not result.is_good for result in results)
    dimensions = [{"Name": "Environment", "Value": dimension}]
    boto3.client("cloudwatch", region_name=region).put_metric_data(Namespace=NAMESPACE, MetricData=[
        {"MetricName": "Failures", "Unit": "Count", "Value": failed, "Dimensions": dimensions},
        {"MetricName": "Requests", "Unit": "Count", "Value": len(results), "Dimensions": dimensions}])


def load(path: str) -> dict:
    with open(path) as file:
        return json.load(file)


def stack_address(environment: object) -> str:
    import boto3
    from deploy_changes import Stack

    stack = Stack(boto3.client("cloudformation", region_name=environment.region), environment.stack)
    url = stack.outputs().get("ApiUrl")
    if not url:
        raise Refusal(f"the stack {environment.stack} has no output ApiUrl", 69)
    return url


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/smoke")
    parser.add_argument("url", nargs="?")
    parser.add_argument("--environment", choices=names())
    parser.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--up", action="store_true")
    parser.add_argument("--metric", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--attempts", type=int, default=3, choices=range(1, 11))
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = arguments(words)
    wanted = [probe for probe in probes(load(OPENAPI), load(TEMPLATE)) if not options.up or probe.expected == 200]
    if options.dry_run:
        print(table(["", "path", "expected", "because"],
                    [[probe.method, probe.path, str(probe.expected), probe.reason] for probe in wanted]))
        return 0
    environment = read(options.environment, pairs(options.variable, "variable")) if options.environment else None
    if not options.url and not environment:
        raise Refusal("which address? scripts/smoke https://…, or --environment NAME")
    base = address(options.url or stack_address(environment))
    results = run(base, wanted, options.attempts)
    if options.json:
        for result in results:
            print(json.dumps({**asdict(result), "good": result.is_good}))
    else:
        print(show(results))
    if options.metric:
        dimension = environment.name if environment else urllib.parse.urlsplit(base).hostname
        put_metric(results, dimension, environment.region if environment else None)
    failed = [result for result in results if not result.is_good]
    say(f"{len(results) - len(failed)} of {len(results)} answer as documented at {base}")
    return 1 if failed else 0


if __name__ == "__main__":
    finish("smoke", main)
