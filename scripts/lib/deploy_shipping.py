"""The part of scripts/deploy that needs an account: upload, change set, aliases, smoke test, metrics."""

import argparse
import glob
import re
import time

import deploy_aliases as aliases
import deploy_changes as change_sets
import deploy_packages as packages
import deploy_show
import deploy_smoke as smoke
import deploy_template as templates
from deploy_changes import Stack
from deploy_environment import Refusal
from deploy_release import Deployment
from deploy_show import say

MIGRATIONS = "Sources/Migrations/SQL/*.sql"
NAMESPACE = "Nerdwork/Deployments"


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
    """A deployment, with an account."""

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
