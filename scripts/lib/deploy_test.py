"""Tests of scripts/deploy, rollback, smoke and list-resources: with moto (https://docs.getmoto.org), which plays AWS in
this process, as far as it goes: S3, change sets, versions, aliases, tags, metrics.

usage: .build/venv/bin/python -B -m unittest discover -s scripts/lib -p 'deploy_test.py'
"""

import contextlib
import io
import json
import os
import re
import tempfile
import threading
import unittest
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import boto3
from moto import mock_aws

import deploy
import deploy_aliases as aliases
import deploy_changes as change_sets
import deploy_packages as packages
import deploy_resources as resources
import deploy_rollback as rollback
import deploy_smoke as smoke
import deploy_template as templates
from deploy_environment import Environment, Refusal

REGION, BUCKET, STACK = "us-east-1", "packages", "nerdwork-test"
OLD, NEW = "a" * 40, "b" * 40
NAMES = ["auth", "wallet"]
ELF = {"x86_64": b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\x00", "arm64": b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7\x00"}
# One for all: what a client loads lies in it.
SESSION = boto3.Session()


def function(name: str) -> dict:
    return {"Type": "AWS::Lambda::Function", "Properties": {
        "FunctionName": {"Fn::Sub": "${AWS::StackName}-" + name}, "Description": {"Ref": "Release"},
        "Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": [{"Ref": "Architecture"}],
        "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Fn::Sub": "${CodePrefix}" + name + ".zip"}},
        "Role": {"Fn::GetAtt": ["Role", "Arn"]}}}


# What of template.json moto can make, in the same form.
TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {
        "Architecture": {"Type": "String", "Default": "arm64", "AllowedValues": ["arm64", "x86_64"]},
        "CodeBucket": {"Type": "String"}, "CodePrefix": {"Type": "String"}, "Release": {"Type": "String"},
        "Address": {"Type": "String"}, "Queued": {"Type": "String", "Default": "no"}},
    "Conditions": {"IsQueued": {"Fn::Equals": [{"Ref": "Queued"}, "yes"]}},
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                    "Principal": {"Service": "lambda.amazonaws.com"}}]}}},
        "Reads": {"Type": "AWS::SQS::Queue", "Condition": "IsQueued"},
        "Content": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [
            # The last two are CloudFormation's own, which moto puts on EC2's resources only.
            {"Key": "Keeps", "Value": "pages"}, {"Key": resources.STACK_TAG, "Value": STACK},
            {"Key": resources.LOGICAL_TAG, "Value": "Content"}]}},
        "AuthFunction": function("auth"), "WalletFunction": function("wallet")},
    "Outputs": {"ApiUrl": {"Value": {"Ref": "Address"}}},
}


class Api(BaseHTTPRequestHandler):
    """Answers as docs/openapi.json says, or as if the release were broken."""

    broken: set[str] = set()
    asked: list[tuple[str, str]] = []

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Api.asked.append((self.command, self.path))
        status = next(probe.expected for probe in PROBES if (probe.method, probe.path) == (self.command, self.path))
        self.send_response(500 if self.path in Api.broken else status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


PROBES = smoke.probes(smoke.load(smoke.OPENAPI), templates.load())


class Offline(unittest.TestCase):
    """Plans, without any account."""

    def conditions(self, template: dict, **given: str) -> templates.Conditions:
        return templates.Conditions(template, {name: str(parameter.get("Default", "")) for name, parameter
                                               in template["Parameters"].items()} | given, REGION, STACK)

    def test_conditions(self) -> None:
        template = {"Parameters": {}, "Mappings": {"Sizes": {"us-east-1": {"small": "one"}}}, "Conditions": {
            "Yes": {"Fn::Equals": [{"Ref": "A"}, "x"]}, "No": {"Fn::Not": [{"Condition": "Yes"}]},
            "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
            "Any": {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]},
            "Mapped": {"Fn::Equals": [{"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, "one"]},
            "Joined": {"Fn::Equals": [{"Fn::Join": ["", ["x", {"Ref": "A"}]]}, "xx"]}}}
        conditions = self.conditions(template, A="x")
        self.assertEqual([conditions.holds(name) for name in template["Conditions"]],
                         [True, False, False, True, True, True])

    def test_plan_names_every_resource(self) -> None:
        template = templates.load()
        plan = templates.planned(template, self.conditions(template))
        self.assertEqual([change.logical_id for change in plan], list(template["Resources"]))
        left_out = {change.logical_id for change in plan if change.action == "-"}
        self.assertTrue(left_out and all(template["Resources"][name].get("Condition") for name in left_out))

    def test_plan_of_a_change(self) -> None:
        after = json.loads(json.dumps(TEMPLATE))
        after["Resources"]["New"] = {"Type": "AWS::SQS::Queue"}
        del after["Resources"]["Content"]
        plan = templates.planned(after, self.conditions(after, Queued="yes"), TEMPLATE)
        found = {change.logical_id: change.action for change in plan}
        self.assertEqual(found, {"Role": "Keep", "Reads": "Keep", "AuthFunction": "Modify", "WalletFunction": "Modify",
                                 "New": "Add", "Content": "Remove"})
        self.assertEqual([change.logical_id for change in plan if change.loses_data], ["Content"])

    def test_parameters_are_judged_as_cloudformation_does(self) -> None:
        declared = {"Parameters": {
            "Word": {"Type": "String", "AllowedPattern": "[a-z]+"}, "Count": {"Type": "Number", "Default": 3, "MaxValue": 9},
            "Choice": {"Type": "String", "Default": "on", "AllowedValues": ["on", "off"]},
            "Long": {"Type": "String", "Default": "", "MaxLength": 3}}}
        self.assertEqual(templates.parameters(declared, {"Word": "ab"}),
                         {"Word": "ab", "Count": "3", "Choice": "on", "Long": ""})
        for given in [{}, {"Word": "ab1"}, {"Word": "a", "Count": "10"}, {"Word": "a", "Count": "x"},
                      {"Word": "a", "Choice": "ON"}, {"Word": "a", "Long": "abcd"}, {"Word": "a", "Other": "x"}]:
            with self.assertRaises(Refusal, msg=str(given)):
                templates.parameters(declared, given)

    def test_environments_give_what_the_template_asks(self) -> None:
        for name in ("staging", "production"):
            variables = {"DOMAIN": "nerdwork.example", "CODE_BUCKET": BUCKET, "OPERATORS_EMAIL": "o@nerdwork.example",
                         "ALARM_EMAIL": "a@nerdwork.example", "HOSTED_ZONE_ID": "Z123"}
            options = deploy.arguments(
                [name, "--dry-run", *[f"--variable={key}={value}" for key, value in variables.items()]])
            deployment = deploy.Deployment(options)
            self.assertEqual(set(deployment.values), set(templates.load()["Parameters"]))

    def test_packages_are_those_of_the_functions(self) -> None:
        folders = {os.path.basename(os.path.dirname(path)) + ".zip"
                   for path in deploy.glob.glob("Sources/[a-z]*/main.swift")} - {"invoke-local.zip"}
        self.assertEqual(set(templates.packages(templates.load())), folders)

    def test_every_alarm_has_its_line_in_the_operators_page(self) -> None:
        with open("docs/operations.md") as file:
            page = file.read()
        families = re.findall(r"`…(\w+)`", page)
        for name, resource in templates.load()["Resources"].items():
            if resource["Type"] in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
                self.assertTrue(f"`{name}`" in page or name.endswith(tuple(families)), name)

    def test_capabilities(self) -> None:
        named = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "x"}}
        self.assertEqual(templates.capabilities(TEMPLATE), ["CAPABILITY_IAM"])
        self.assertEqual(templates.capabilities({"Resources": {"Role": named}}), ["CAPABILITY_NAMED_IAM"])
        self.assertEqual(templates.capabilities({"Resources": {}}), [])

    def test_smoke_addresses(self) -> None:
        for text in ("http://nerdwork.example", "ftp://x", "https://", "nerdwork.example", "http://127.0.0.1.example"):
            with self.assertRaises(Refusal, msg=text):
                smoke.address(text)
        self.assertEqual(smoke.address("https://api.nerdwork.example/"), "https://api.nerdwork.example")

    def test_smoke_leaves_no_route_out(self) -> None:
        routes = {resource["Properties"]["RouteKey"] for resource in templates.load()["Resources"].values()
                  if resource["Type"] == "AWS::ApiGatewayV2::Route"}
        asked = {f"{probe.method} {re.sub(smoke.NOBODY, '{id}', probe.path).replace('nobody', '{token}')}" for probe in PROBES}
        # The gateway answers preflights itself.
        self.assertEqual({route for route in routes if not route.startswith(("OPTIONS", "$"))} - asked, set())

    def test_identities_of_resources(self) -> None:
        self.assertTrue(resources.same("arn:aws:s3:::content", "content"))
        self.assertTrue(resources.same("arn:aws:sqs:us-east-1:1:reads", "https://sqs.us-east-1.amazonaws.com/1/reads"))
        self.assertFalse(resources.same("arn:aws:sqs:us-east-1:1:more-reads", "https://sqs.us-east-1.amazonaws.com/1/reads"))
        self.assertFalse(resources.same("arn:aws:s3:::content", ""))


class Shipped(unittest.TestCase):
    """Deployments into moto."""

    def setUp(self) -> None:
        self.stack_of(mock_aws())
        self.stack_of(mock.patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
                                                   "AWS_DEFAULT_REGION": REGION}))
        self.stack_of(mock.patch.object(boto3, "client", SESSION.client))
        self.folder = self.stack_of(tempfile.TemporaryDirectory())
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        Api.broken, Api.asked = set(), []
        self.said = self.stack_of(contextlib.redirect_stdout(io.StringIO()))
        self.functions = SESSION.client("lambda", region_name=REGION)
        self.s3 = SESSION.client("s3", region_name=REGION)
        # moto makes no outputs from a change set.
        address = f"http://127.0.0.1:{self.server.server_port}"
        self.stack_of(mock.patch.object(change_sets.Stack, "outputs", lambda _: {"ApiUrl": address}))
        self.stack_of(mock.patch.object(smoke, "probes", lambda *_: PROBES))
        # Not by deploy itself: moto takes the policy that refuses plain HTTP for one that refuses everything.
        self.s3.create_bucket(Bucket=BUCKET)

    def stack_of(self, context: object) -> object:
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def deployment(self, release: str, *words: str, template: dict = TEMPLATE, **given: str) -> deploy.Deployment:
        """As deploy.Deployment makes it, from the small template."""
        address = f"http://127.0.0.1:{self.server.server_port}"
        with open(f"{self.folder}/template.json", "w") as file:
            json.dump(template, file)
        for name in NAMES:
            with zipfile.ZipFile(f"{self.folder}/{name}.zip", "w") as archive:
                archive.writestr(zipfile.ZipInfo("bootstrap"), ELF["arm64"] + release.encode())
        made = object.__new__(deploy.Deployment)
        made.options = deploy.arguments(["staging", "--yes", *words])
        made.environment = Environment("staging", STACK, REGION, BUCKET, {"Project": "nerdwork"}, {})
        made.template, made.release, made.architecture = template, release, "arm64"
        made.values = templates.parameters(template, {
            "CodeBucket": BUCKET, "CodePrefix": packages.prefix(release, "arm64"), "Release": release, "Address": address,
            **given})
        made.uploads = packages.uploads(templates.packages(template), self.folder, release, "arm64",
                                        f"{self.folder}/template.json")
        return made

    def ship(self, release: str, *words: str, **given: object) -> deploy.Shipping:
        """Deploys; then does what the template's versions and aliases do, which moto does not make."""
        shipping = deploy.Shipping(self.deployment(release, *words, **given), SESSION, poll=0)
        with mock.patch.object(smoke, "PROBE_PAUSE", 0), mock.patch.object(
                change_sets, "execute", self.executing(release, change_sets.execute)):
            shipping.run()
        return shipping

    def executing(self, release: str, execute: object) -> object:
        def executed(stack: change_sets.Stack, *rest: object) -> None:
            execute(stack, *rest)
            for name in stack.functions():
                version = self.functions.publish_version(FunctionName=name, Description=release)["Version"]
                if aliases.live(self.functions, name) is None:
                    self.functions.create_alias(FunctionName=name, Name=aliases.ALIAS, FunctionVersion=version)
                else:
                    self.functions.update_alias(FunctionName=name, Name=aliases.ALIAS, FunctionVersion=version)
        return executed

    def live_releases(self) -> set[str]:
        names = [f"{STACK}-{name}" for name in NAMES]
        return {aliases.at(aliases.versions(self.functions, name), aliases.live(self.functions, name), name).release
                for name in names}

    def metrics(self) -> dict[str, float]:
        client = SESSION.client("cloudwatch", region_name=REGION)
        from datetime import UTC, datetime, timedelta

        def total(name: str) -> float:
            points = client.get_metric_statistics(
                Namespace=deploy.NAMESPACE, MetricName=name, Dimensions=[{"Name": "Stack", "Value": STACK}], Period=60,
                StartTime=datetime.now(UTC) - timedelta(hours=1), EndTime=datetime.now(UTC) + timedelta(hours=1),
                Statistics=["Sum"])["Datapoints"]
            return sum(point["Sum"] for point in points)

        return {name: total(name) for name in ("Succeeded", "Failed", "RolledBack")}

    def test_deploys_updates_and_rolls_back(self) -> None:
        self.ship(OLD)
        stored = self.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
        self.assertEqual({item["Key"] for item in stored},
                         {f"releases/{OLD}/arm64/{name}" for name in ("auth.zip", "wallet.zip", "template.json")})
        self.assertEqual(len(Api.asked), len(PROBES))
        self.ship(NEW)
        self.assertEqual(self.live_releases(), {NEW})
        self.assertEqual(self.metrics(), {"Succeeded": 2, "Failed": 0, "RolledBack": 0})
        roll = ["staging", "--yes"]
        with mock.patch.object(rollback, "read", lambda *_: Environment("staging", STACK, REGION, BUCKET, {}, {})):
            self.assertEqual(rollback.main(roll), 0)
            self.assertEqual(self.live_releases(), {OLD})
            self.assertEqual(rollback.main([*roll, "--to", NEW[:8]]), 0)
            self.assertEqual(self.live_releases(), {NEW})
            self.assertEqual(rollback.main([*roll, "--to", NEW]), 0)
            for wrong in (["--to", "c" * 40], ["--to", "main"], ["--function", "nobody"]):
                with self.assertRaises(Refusal, msg=str(wrong)):
                    rollback.main([*roll, *wrong])
            self.assertEqual(self.live_releases(), {NEW})

    def test_a_release_that_does_not_answer_is_rolled_back(self) -> None:
        self.ship(OLD)
        Api.broken = {"/health"}
        with self.assertRaisesRegex(Refusal, "smoke test failed"):
            self.ship(NEW)
        self.assertEqual(self.live_releases(), {OLD})
        self.assertEqual(self.metrics(), {"Succeeded": 1, "Failed": 1, "RolledBack": 1})

    def test_half_a_rollback_is_undone(self) -> None:
        self.ship(OLD)
        self.ship(NEW)
        moves = aliases.moves_back(self.functions, [f"{STACK}-{name}" for name in NAMES])
        gone = aliases.Move(moves[1].function, moves[1].before, aliases.Version(99, OLD))
        with self.assertRaises(self.functions.exceptions.ClientError):
            aliases.perform(self.functions, [moves[0], gone])
        self.assertEqual(self.live_releases(), {NEW})

    def test_a_release_is_uploaded_once(self) -> None:
        self.ship(OLD)
        s3 = self.s3
        before = {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
        same = self.deployment(OLD)
        packages.upload(s3, BUCKET, same.uploads)
        self.assertEqual(before, {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]})
        with open(same.uploads[0].path, "ab") as file:
            file.write(b"other bytes")
        with self.assertRaisesRegex(Refusal, "something else for the same commit"):
            packages.upload(s3, BUCKET, same.uploads)

    def test_what_cannot_run_is_not_uploaded(self) -> None:
        made = self.deployment(OLD)
        with self.assertRaisesRegex(Refusal, "built for arm64"):
            packages.check(made.uploads, "x86_64")
        with zipfile.ZipFile(made.uploads[0].path, "w") as archive:
            archive.writestr("bootstrap", "#!/bin/sh")
        with self.assertRaisesRegex(Refusal, "no executable"):
            packages.check(made.uploads, "arm64")
        os.remove(made.uploads[0].path)
        with self.assertRaisesRegex(Refusal, "is missing"):
            packages.check(made.uploads, "arm64")

    def test_the_bucket_is_private(self) -> None:
        packages.require_bucket(self.s3, BUCKET, REGION, False)
        for region in (REGION, "eu-central-1"):
            s3, bucket = SESSION.client("s3", region_name=region), f"packages-{region}"
            with self.assertRaisesRegex(Refusal, "--create-bucket"):
                packages.require_bucket(s3, bucket, region, False)
            packages.require_bucket(s3, bucket, region, True)
            blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            self.assertTrue(len(blocked) == 4 and all(blocked.values()))
            self.assertEqual(s3.get_bucket_versioning(Bucket=bucket)["Status"], "Enabled")
            policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]
            self.assertEqual((policy["Effect"], policy["Condition"]), ("Deny", {"Bool": {"aws:SecureTransport": "false"}}))

    def test_nobody_agreed(self) -> None:
        made = self.deployment(OLD)
        made.options.yes = False
        shipping = deploy.Shipping(made, SESSION, poll=0)
        with self.assertRaisesRegex(Refusal, "nobody can be asked"), mock.patch("sys.stdin", io.StringIO()):
            shipping.run()
        self.assertFalse(shipping.stack.exists())

    def test_resources_of_the_account(self) -> None:
        self.ship(OLD, template=TEMPLATE, Queued="yes")
        stack = change_sets.Stack(SESSION.client("cloudformation", region_name=REGION), STACK)
        known = resources.tagged_resources(SESSION.client("resourcegroupstaggingapi", region_name=REGION), STACK)
        self.assertIn("Content", {tags.get(resources.LOGICAL_TAG) for _, tags in known})
        left = ("arn:aws:s3:::left-over", {"Purpose": "old", resources.STACK_TAG: STACK})
        with mock.patch.object(resources, "tagged_resources", lambda *_: [*known, left]):
            found = resources.from_account(stack, None)
        listed = {resource.logical_id: resource for resource in found if resource.status != "NOT IN THE STACK"}
        self.assertEqual(set(listed), set(TEMPLATE["Resources"]))
        self.assertEqual({resource.service for resource in listed.values()}, {"IAM", "SQS", "S3", "Lambda"})
        self.assertEqual(listed["Content"].tags.get("Keeps"), "pages")
        orphans = [resource for resource in found if resource.status == "NOT IN THE STACK"]
        self.assertEqual([(resource.physical_id, resource.tags) for resource in orphans],
                         [("arn:aws:s3:::left-over", {"Purpose": "old"})])

    def test_change_sets_are_read_whole(self) -> None:
        """As AWS pages them, which moto does not; the answer's form is that of DescribeChangeSet's reference."""
        def change(name: str, action: str, **more: object) -> dict:
            return {"Type": "Resource", "ResourceChange": {
                "Action": action, "LogicalResourceId": name, "ResourceType": "AWS::RDS::DBCluster", "Scope": [], **more}}

        pages = [{"Status": "CREATE_PENDING"}, {"Status": "CREATE_IN_PROGRESS"},
                 {"Status": "CREATE_COMPLETE", "Changes": [change("A", "Add")], "NextToken": "2"},
                 {"Changes": [change("B", "Modify", Replacement="True", Details=[
                     {"Target": {"Attribute": "Properties", "Name": "Engine"}}])], "NextToken": "3"},
                 {"Changes": [change("C", "Remove")]}]
        client = mock.Mock()
        client.describe_change_set.side_effect = pages
        plan = change_sets.plan(change_sets.wait(change_sets.Stack(client, STACK), "x", 0))
        self.assertEqual([(change.logical_id, change.loses_data, change.detail) for change in plan],
                         [("C", True, ""), ("B", True, "Engine"), ("A", False, "")])
        with self.assertRaisesRegex(Refusal, "B"):
            deploy.require_agreement(plan, deploy.arguments(["staging", "--yes"]), STACK)
        deploy.require_agreement(plan, deploy.arguments(["staging", "--yes", "--allow-replacement"]), STACK)

    def test_provision_is_checked_by_the_schema(self) -> None:
        stack = mock.Mock(resources=lambda: [{"ResourceType": "Custom::Migrations", "ResourceStatus": "UPDATE_COMPLETE"}])
        for version, is_good in ((str(deploy.newest_migration()), True), ("1", False), (None, True)):
            stack.outputs = lambda: {"SchemaVersion": version} if version else {}
            with contextlib.nullcontext() if is_good else self.assertRaises(Refusal):
                deploy.check_provision(stack)

    def test_a_stack_that_takes_no_update(self) -> None:
        for status, is_good in (("UPDATE_COMPLETE", True), ("REVIEW_IN_PROGRESS", True), ("UPDATE_ROLLBACK_COMPLETE", True),
                                ("ROLLBACK_COMPLETE", False), ("UPDATE_ROLLBACK_FAILED", False), ("UPDATE_IN_PROGRESS", False)):
            client = mock.Mock()
            client.describe_stacks.return_value = {"Stacks": [{"StackStatus": status}]}
            with contextlib.nullcontext() if is_good else self.assertRaises(Refusal, msg=status):
                change_sets.require_usable(change_sets.Stack(client, STACK))

    def test_smoke_tells_what_differs(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        self.assertEqual(smoke.main([base]), 0)
        Api.broken = {"/health"}
        self.assertEqual(smoke.main([base, "--up", "--attempts", "1", "--json"]), 1)
        self.assertEqual(smoke.send("http://127.0.0.1:1", PROBES[0]).status, 0)


if __name__ == "__main__":
    unittest.main()
