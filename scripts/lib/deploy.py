"""scripts/deploy: one commit, from its packages to answers of the public routes."""

import argparse
import glob
import hashlib
import json
import platform
import re
import time

import deploy_aliases as aliases
import deploy_changes as change_sets
import deploy_packages as packages
import deploy_show
import deploy_smoke as smoke
import deploy_template as templates
from deploy_changes import Stack
from deploy_environment import Environment, Refusal, commit, finish, git, names, pairs, read, release
from deploy_show import say

MIGRATIONS = "Sources/Migrations/SQL/*.sql"
NAMESPACE = "Nerdwork/Deployments"


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/deploy")
    parser.add_argument("environment", choices=names())
    parser.add_argument("--parameter", action="append", default=[], metavar="Name=Value")
    parser.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--packages", default=packages.FOLDER, metavar="FOLDER")
    parser.add_argument("--since", metavar="COMMIT")
    for flag in ("--dry-run", "--yes", "--create-bucket", "--allow-replacement", "--uncommitted", "--no-metric",
                 "--check-only"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args(words)


def digest(parameters: dict[str, str]) -> str:
    """A function's new setting needs a new version, and a version is only made for another Release."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:8]


class Deployment:
    """What is to be deployed, worked out from the repository alone."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.environment: Environment = read(options.environment, pairs(options.variable, "variable"))
        self.template = templates.load()
        # A dry run shows what would be shipped once it is committed.
        self.release = release(options.uncommitted or options.dry_run)
        given = {**self.environment.parameters, **pairs(options.parameter, "parameter")}
        declared = self.template["Parameters"]
        self.architecture = given.get("Architecture", declared["Architecture"]["Default"])
        given["CodeBucket"] = self.environment.code_bucket
        given["CodePrefix"] = packages.prefix(self.release, self.architecture)
        if "Release" in declared:
            given["Release"] = f"{self.release}-{digest(given)}"
        self.values = templates.parameters(self.template, given)
        self.uploads = packages.uploads(
            templates.packages(self.template), options.packages, self.release, self.architecture, templates.PATH)
        if self.environment.missing and not options.dry_run:
            raise Refusal(f"these variables have no value: {', '.join(self.environment.missing)}", 78)

    @property
    def change_set(self) -> str:
        """[A-Za-z][-a-zA-Z0-9]*, and another one at each attempt."""
        return f"release-{self.release[:12]}-{int(time.time())}"

    @property
    def template_url(self) -> str:
        place = self.environment
        return f"https://{place.code_bucket}.s3.{place.region}.amazonaws.com/{self.uploads[-1].key}"

    def check_machine(self) -> None:
        """The packages are built for the machine that builds them."""
        here = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
        if here != self.architecture:
            raise Refusal(f"this machine builds for {here}, and the functions are {self.architecture}: build there and "
                          f"give --packages, or give --parameter Architecture={here}", 65)

    def show(self) -> None:
        place = self.environment
        say(f"{place.name}: the stack {place.stack} in {place.region}, release {self.release}")
        say("parameters")
        declared = self.template["Parameters"]
        rows = [[name, "***" if declared[name].get("NoEcho") else value,
                 "default" if value == templates.text(declared[name].get("Default", "\0")) else ""]
                for name, value in self.values.items()]
        print(deploy_show.table(["name", "value", ""], rows))
        say("uploads")
        print(deploy_show.table(["file", "to"], [[upload.path, f"s3://{place.code_bucket}/{upload.key}"]
                                                 for upload in self.uploads]))
        say(f"stack tags: {', '.join(f'{key}={value}' for key, value in place.tags.items())}; "
            f"capabilities: {', '.join(templates.capabilities(self.template))}")


def dry_run(deployment: Deployment) -> None:
    deployment.show()
    place, options = deployment.environment, deployment.options
    conditions = templates.Conditions(deployment.template, deployment.values, place.region, place.stack)
    before = None
    if options.since:
        before = json.loads(git("show", f"{commit(options.since)}:{templates.PATH}"))
    plan = templates.planned(deployment.template, conditions, before)
    say("the change set, if the stack were new" if before is None else f"the change set, if {options.since} were deployed")
    print(deploy_show.changes(plan))
    say(f"{deploy_show.counts(plan)}; nothing was done")
    if place.missing:
        say(f"variables without value: {', '.join(place.missing)}")


def newest_migration() -> int:
    return max(int(re.search(r"/(\d+)_", path).group(1)) for path in glob.glob(MIGRATIONS))


def check_provision(stack: Stack) -> None:
    """The custom resource ended well (else the stack did not), and the schema is this commit's newest."""
    statuses = [resource["ResourceStatus"] for resource in stack.resources() if resource["ResourceType"] == "Custom::Migrations"]
    if any(status not in change_sets.GOOD_ENDS for status in statuses):
        raise Refusal(f"provision ended as {', '.join(statuses)}", 70)
    version = stack.outputs().get("SchemaVersion")
    if version is None:
        say("the stack has no output SchemaVersion: its schema is not compared")
    elif int(version) < newest_migration():
        raise Refusal(f"the database has schema {version}, and this commit has {newest_migration()}: provision did not run", 70)
    else:
        say(f"provision: the database has schema {version}")


def require_agreement(plan: list[templates.Change], options: argparse.Namespace, stack: str) -> None:
    lost = [change.logical_id for change in plan if change.loses_data]
    if lost and not options.allow_replacement:
        raise Refusal(f"this would remove or replace what holds data: {', '.join(lost)} (--allow-replacement agrees)", 65)
    deploy_show.agree(f"Execute this on the stack {stack}?", options.yes)


class Shipping:
    """The same with an account."""

    def __init__(self, deployment: Deployment, session: object, poll: float = change_sets.POLL_SECONDS) -> None:
        self.deployment, self.poll = deployment, poll
        region = deployment.environment.region
        self.s3 = session.client("s3", region_name=region)
        self.functions = session.client("lambda", region_name=region)
        self.cloudwatch = session.client("cloudwatch", region_name=region)
        self.stack = Stack(session.client("cloudformation", region_name=region), deployment.environment.stack)
        self.before: dict[str, int] = {}
        self.rolled_back = False

    def run(self) -> None:
        start, succeeded = time.monotonic(), False
        try:
            self.upload()
            self.change()
            self.check()
            succeeded = True
        finally:
            if not self.deployment.options.no_metric:
                self.measure(succeeded, time.monotonic() - start)

    def upload(self) -> None:
        deployment = self.deployment
        packages.check(deployment.uploads, deployment.architecture)
        bucket = deployment.environment.code_bucket
        packages.require_bucket(self.s3, bucket, deployment.environment.region, deployment.options.create_bucket)
        packages.upload(self.s3, bucket, deployment.uploads)

    def change(self) -> None:
        """Makes the stack what the template says."""
        deployment = self.deployment
        change_sets.require_usable(self.stack)
        identifier = change_sets.create(
            self.stack, deployment.change_set, deployment.template_url, deployment.values,
            templates.capabilities(deployment.template), deployment.environment.tags, f"release {deployment.release}")
        made = change_sets.wait(self.stack, identifier, self.poll)
        if change_sets.is_empty(made):
            change_sets.discard(self.stack, identifier)
            say("the stack is this release already")
            return
        change_sets.require_made(made)
        plan = change_sets.plan(made)
        print(deploy_show.changes(plan))
        say(deploy_show.counts(plan))
        try:
            require_agreement(plan, deployment.options, self.stack.name)
        except (Refusal, KeyboardInterrupt):
            change_sets.discard(self.stack, identifier)
            raise
        if self.stack.exists():
            self.before = aliases.snapshot(self.functions, self.stack.functions())
        change_sets.execute(self.stack, identifier, self.poll)

    def check(self) -> None:
        """Provision and the public routes; where they are not as they should be, what ran before runs again."""
        try:
            check_provision(self.stack)
            self.smoke()
        except Exception:
            self.roll_back()
            raise

    def smoke(self) -> None:
        url = self.stack.outputs().get("ApiUrl")
        if not url:
            raise Refusal("the stack has no output ApiUrl", 70)
        results = smoke.run(smoke.address(url), smoke.probes(smoke.load(smoke.OPENAPI), self.deployment.template))
        print(smoke.show(results))
        if not all(result.is_good for result in results):
            raise Refusal(f"the smoke test failed at {url}", 70)
        say(f"the smoke test passed at {url}")

    def roll_back(self) -> None:
        moves = aliases.moves_to_snapshot(self.functions, self.before)
        if not moves:
            say("there is nothing to roll back to")
            return
        say("rolling back")
        print(aliases.show(moves))
        aliases.perform(self.functions, moves)
        self.rolled_back = True

    def measure(self, succeeded: bool, seconds: float) -> None:
        dimensions = [{"Name": "Stack", "Value": self.stack.name}]
        values = {"Succeeded": int(succeeded), "Failed": int(not succeeded), "RolledBack": int(self.rolled_back)}
        data = [{"MetricName": name, "Value": value, "Unit": "Count", "Dimensions": dimensions}
                for name, value in values.items()]
        data.append({"MetricName": "Duration", "Value": seconds, "Unit": "Seconds", "Dimensions": dimensions})
        try:
            self.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except Exception as error:
            # It must not stand in the way of what the deployment itself has to say.
            say(f"CloudWatch did not take the metrics: {error}")


def main(words: list[str]) -> int:
    deployment = Deployment(arguments(words))
    if deployment.options.dry_run:
        dry_run(deployment)
        return 0
    if deployment.options.check_only:
        deployment.check_machine()
        return 0
    import boto3

    deployment.show()
    Shipping(deployment, boto3.Session()).run()
    say(f"{deployment.release} is live on {deployment.environment.stack}")
    return 0


if __name__ == "__main__":
    finish("deploy", main)
