"""Creates the stack of template.json in moto, reduced to the types that moto's CloudFormation models, and says which
types it left out. Every condition holds but those of choices between two."""

import io
import json
import logging
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path

import boto3
from moto import mock_aws
from moto.cloudformation.parsing import get_model_map

REGION = "us-east-1"
GIVEN = {
    "CodeBucket": "packages", "MailDomain": "mail.nerdwork.example", "MailFrom": "no-reply@mail.nerdwork.example",
    "OperatorsEmail": "operators@nerdwork.example", "DatabaseKind": "instance", "DatabaseStandby": "on",
    "DomainName": "nerdwork.example", "HostedZoneId": "", "InterfaceEndpoints": "on", "ComicReadDelivery": "queue",
    "AccountDetector": "on", "PublicBucketRule": "recorder", "ReservedConcurrency": "20", "PasswordConcurrency": "4",
}
# moto has them and cannot make them as they are here, each with the reason.
BEYOND_MOTO = {
    "AWS::EC2::FlowLog": "moto asks for the role that only logs in CloudWatch need",
    "AWS::Route53::RecordSetGroup": "its values come from resources that moto has not",
}
# Members that moto reads wrongly.
WRONG_IN_MOTO = {
    "AWS::KMS::Key": {"Tags"}, "AWS::RDS::DBInstance": {"DBParameterGroupName"}, "AWS::Events::Rule": {"EventBusName"},
}
ALIAS = "AWS::Lambda::Alias"
# Attributes that moto does not know.
UNKNOWN_TO_MOTO = {"MasterUserSecret.SecretArn"}


class Reduction:
    """A template without some of its resources; what named one of these names a text instead."""

    def __init__(self, template: dict) -> None:
        self.template = template
        known = get_model_map()
        resources = template["Resources"]
        self.left_out = {name for name, resource in resources.items()
                         if resource["Type"] not in known or resource["Type"] in BEYOND_MOTO}
        self.types = Counter(resources[name]["Type"] for name in self.left_out)

    def reduced(self) -> dict:
        resources = {}
        for name, resource in self.template["Resources"].items():
            if name in self.left_out:
                continue
            resource = {key: value for key, value in resource.items() if key not in ("Metadata", "DependsOn")}
            unread = WRONG_IN_MOTO.get(resource["Type"], set())
            resource["Properties"] = {member: self.replaced(value)
                                      for member, value in resource.get("Properties", {}).items() if member not in unread}
            resources[name] = resource
        return {"AWSTemplateFormatVersion": self.template["AWSTemplateFormatVersion"],
                "Parameters": self.template["Parameters"], "Conditions": self.template["Conditions"],
                "Resources": resources}

    def replaced(self, value: object) -> object:
        if isinstance(value, list):
            return [self.replaced(element) for element in value]
        if not isinstance(value, dict):
            return value
        if value.get("Ref") in self.left_out:
            resource = self.template["Resources"][value["Ref"]]
            # Who invokes an alias invokes its function.
            if resource["Type"] == ALIAS:
                return {"Fn::GetAtt": [resource["Properties"]["FunctionName"]["Ref"], "Arn"]}
            return self.stand_in(value["Ref"])
        if "Fn::Select" in value and isinstance(value["Fn::Select"][0], dict):
            # moto takes no reference there.
            index, elements = value["Fn::Select"]
            return {"Fn::Select": [self.template["Parameters"][index["Ref"]]["Default"], self.replaced(elements)]}
        if "Fn::GetAtt" in value and self.is_missing(*value["Fn::GetAtt"]):
            return self.stand_in(".".join(value["Fn::GetAtt"]))
        if "Fn::Sub" in value:
            pattern, own = value["Fn::Sub"], None
            if isinstance(pattern, list):
                pattern, own = pattern[0], self.replaced(pattern[1])
            pattern = re.sub(r"\$\{([A-Za-z0-9]+)(\.[A-Za-z.]+)?\}", self.text, pattern)
            return {"Fn::Sub": pattern if own is None else [pattern, own]}
        return {name: self.replaced(member) for name, member in value.items()}

    def text(self, match: re.Match[str]) -> str:
        return self.stand_in(match[0][2:-1]) if self.is_missing(match[1], (match[2] or "")[1:]) else match[0]

    def is_missing(self, name: str, attribute: str) -> bool:
        return name in self.left_out or attribute in UNKNOWN_TO_MOTO

    @staticmethod
    def stand_in(name: str) -> str:
        logical = name.split(".")[0]
        if name.endswith("Arn") or logical.endswith(("Secret", "Keys", "Version", "Alias")):
            return f"arn:aws:service:{REGION}:123456789012:resource/{logical.lower()}"
        return logical.lower()


def package() -> bytes:
    """A package as scripts/package makes them, empty."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bootstrap", "")
    return file.getvalue()


@mock_aws(config={"lambda": {"use_docker": False}})
def create(template: dict, names: list[str]) -> list[dict]:
    storage = boto3.client("s3", region_name=REGION)
    storage.create_bucket(Bucket=GIVEN["CodeBucket"])
    for name in names:
        storage.put_object(Bucket=GIVEN["CodeBucket"], Key=f"{name}.zip", Body=package())
    client = boto3.client("cloudformation", region_name=REGION)
    storage.put_object(Bucket=GIVEN["CodeBucket"], Key="template.json", Body=json.dumps(template).encode())
    client.create_stack(
        StackName="nerdwork", TemplateURL=f"https://{GIVEN['CodeBucket']}.s3.amazonaws.com/template.json",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in GIVEN.items()],
        Capabilities=["CAPABILITY_IAM"])
    stack = client.describe_stacks(StackName="nerdwork")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack["StackStatus"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName="nerdwork")
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def main() -> int:
    logging.getLogger("moto").setLevel(logging.ERROR)
    template = json.loads(Path("template.json").read_text(encoding="utf-8"))
    reduction = Reduction(template)
    packages = {re.sub(r".*\}|\.zip$", "", resource["Properties"]["Code"]["S3Key"]["Fn::Sub"])
                for resource in template["Resources"].values() if resource["Type"] == "AWS::Lambda::Function"}
    reduced = reduction.reduced()
    made = create(reduced, sorted(packages))
    print(f"    moto made {len(made)} resources of {len({resource['ResourceType'] for resource in made})} types; "
          f"it has no model of, or cannot make:")
    for kind, count in sorted(reduction.types.items()):
        print(f"      {count:3} {kind}{': ' + BEYOND_MOTO[kind] if kind in BEYOND_MOTO else ''}")
    expected = {name for name, resource in reduced["Resources"].items()}
    missing = expected - {resource["LogicalResourceId"] for resource in made}
    unmade = {name for name in missing if "Condition" not in reduced["Resources"][name]}
    if unmade or not made:
        print(f"moto has not made: {', '.join(sorted(unmade))}", file=sys.stderr)
        return 65
    return 0


if __name__ == "__main__":
    sys.exit(main())
