"""What the tests of deployments share: moto (https://docs.getmoto.org), which plays AWS in this process as far as it goes
(S3, change sets, versions, aliases, tags, metrics), a small template that it can make, and an API that answers."""

import contextlib
import io
import json
import os
import tempfile
import threading
import unittest
import zipfile
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import boto3
from moto import mock_aws

import deploy
import deploy_aliases as aliases
import deploy_changes as change_sets
import deploy_packages as packages
import deploy_resources as resources
import deploy_smoke as smoke
import deploy_template as templates
from deploy_environment import Environment
from deploy_shipping import NAMESPACE, Shipping

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


class Stage(unittest.TestCase):
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

    def ship(self, release: str, *words: str, **given: object) -> Shipping:
        """Deploys; then does what the template's versions and aliases do, which moto does not make."""
        shipping = Shipping(self.deployment(release, *words, **given), SESSION, poll=0)
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

        def total(name: str) -> float:
            points = client.get_metric_statistics(
                Namespace=NAMESPACE, MetricName=name, Dimensions=[{"Name": "Stack", "Value": STACK}], Period=60,
                StartTime=datetime.now(UTC) - timedelta(hours=1), EndTime=datetime.now(UTC) + timedelta(hours=1),
                Statistics=["Sum"])["Datapoints"]
            return sum(point["Sum"] for point in points)

        return {name: total(name) for name in ("Succeeded", "Failed", "RolledBack")}
