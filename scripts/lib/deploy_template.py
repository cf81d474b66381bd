"""What CloudFormation would make of template.json with an environment's parameters, worked out without it."""

import json
import re
from dataclasses import dataclass

from deploy_environment import Refusal

PATH = "template.json"
PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_]*>")
# Losing one of these loses what nobody can make again.
HOLDS_DATA = {
    "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret",
    "AWS::KMS::Key", "AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::SES::EmailIdentity", "AWS::Events::EventBus",
}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAXIMUM_BYTES, MAXIMUM_RESOURCES, MAXIMUM_PARAMETERS = 1_000_000, 500, 200
MAXIMUM_VALUE_BYTES = 4_096


@dataclass
class Change:
    action: str
    logical_id: str
    type: str
    # Why the resource is there or not: the state of its condition.
    condition: str = ""
    replacement: str = ""
    detail: str = ""

    @property
    def loses_data(self) -> bool:
        return self.type in HOLDS_DATA and (self.action == "Remove" or self.replacement in ("True", "Conditional"))


def load(path: str = PATH) -> dict:
    with open(path, "rb") as file:
        data = file.read()
    template = json.loads(data)
    counts = [(len(data), MAXIMUM_BYTES, "bytes"), (len(template["Resources"]), MAXIMUM_RESOURCES, "resources"),
              (len(template.get("Parameters", {})), MAXIMUM_PARAMETERS, "parameters")]
    for count, most, what in counts:
        if count > most:
            raise Refusal(f"{path} has {count} {what}; CloudFormation takes {most}", 65)
    return template


def parameters(template: dict, given: dict[str, str]) -> dict[str, str]:
    """A value for every parameter: what is given, else its default. Nothing is taken over from the stack, so that the
    repository tells what runs."""
    declared = template.get("Parameters", {})
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise Refusal(f"template.json has no parameter {', '.join(unknown)}", 65)
    values, wrong = {}, []
    for name, parameter in declared.items():
        value = given.get(name, parameter.get("Default"))
        if value is None:
            wrong.append(f"{name} has no value")
            continue
        values[name] = text(value)
        reason = objection(parameter, values[name])
        if reason:
            wrong.append(f"{name} is {values[name]!r}: {reason}")
    if wrong:
        raise Refusal("; ".join(wrong), 65)
    return values


def text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def objection(parameter: dict, value: str) -> str | None:
    """Why CloudFormation would refuse a value; a placeholder of a dry run is anything."""
    if PLACEHOLDER.search(value):
        return None
    if len(value.encode()) > MAXIMUM_VALUE_BYTES:
        return f"more than {MAXIMUM_VALUE_BYTES} bytes"
    if "AllowedValues" in parameter and value not in map(text, parameter["AllowedValues"]):
        return f"not one of {', '.join(map(text, parameter['AllowedValues']))}"
    if "AllowedPattern" in parameter and not re.fullmatch(parameter["AllowedPattern"], value):
        return f"does not match {parameter['AllowedPattern']}"
    if parameter["Type"] == "Number":
        return number_objection(parameter, value)
    if not parameter.get("MinLength", 0) <= len(value) <= parameter.get("MaxLength", MAXIMUM_VALUE_BYTES):
        return "too short or too long"
    return None


def number_objection(parameter: dict, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "not a number"
    low, high = float(parameter.get("MinValue", "-inf")), float(parameter.get("MaxValue", "inf"))
    return None if low <= number <= high else f"not between {low:g} and {high:g}"


class Conditions:
    """The template's conditions for given parameters."""

    def __init__(self, template: dict, values: dict[str, str], region: str, stack: str) -> None:
        self.declared = template.get("Conditions", {})
        self.mappings = template.get("Mappings", {})
        self.values = {**values, "AWS::Region": region, "AWS::StackName": stack, "AWS::Partition": "aws",
                       "AWS::URLSuffix": "amazonaws.com", "AWS::AccountId": "<AWS::AccountId>"}
        self.known: dict[str, bool] = {}

    def holds(self, name: str) -> bool:
        if name not in self.known:
            if name not in self.declared:
                raise Refusal(f"template.json has no condition {name}", 65)
            self.known[name] = self.truth(self.declared[name])
        return self.known[name]

    def truth(self, expression: dict) -> bool:
        (function, argument), = expression.items()
        if function == "Condition":
            return self.holds(argument)
        if function == "Fn::Equals":
            return self.value(argument[0]) == self.value(argument[1])
        if function == "Fn::Not":
            return not self.truth(argument[0])
        if function == "Fn::And":
            return all([self.truth(part) for part in argument])
        if function == "Fn::Or":
            return any([self.truth(part) for part in argument])
        raise Refusal(f"a dry run does not know {function} in a condition", 65)

    def value(self, expression: object) -> str:
        if not isinstance(expression, dict):
            return text(expression)
        (function, argument), = expression.items()
        if function == "Ref":
            return self.values[argument]
        if function == "Fn::FindInMap":
            level: object = self.mappings
            for key in argument:
                level = level[self.value(key)]  # type: ignore[index]
            return text(level)
        if function == "Fn::Join":
            return self.value(argument[0]).join(self.value(part) for part in argument[1])
        if function == "Fn::Select":
            return self.value(argument[1][int(argument[0])])
        raise Refusal(f"a dry run does not know {function} in a condition", 65)


def left_out(resource: dict, conditions: Conditions) -> bool:
    return "Condition" in resource and not conditions.holds(resource["Condition"])


def planned(template: dict, conditions: Conditions, before: dict | None = None) -> list[Change]:
    """Every resource of the template, and what would become of it: in a new stack, or in one that `before` made.

    Without CloudFormation nobody can tell what a change of a referred resource does to others: `Modify` means that the
    text differs, or a parameter that a release always changes is in it."""
    changes = []
    known = before["Resources"] if before else {}
    for name, resource in template["Resources"].items():
        condition = state(resource, conditions)
        if left_out(resource, conditions):
            action = "-"
        elif name not in known:
            action = "Add"
        else:
            action = "Modify" if known[name] != resource or changes_with_release(resource) else "Keep"
        changes.append(Change(action, name, resource["Type"], condition))
    for name, resource in known.items():
        if name not in template["Resources"]:
            changes.append(Change("Remove", name, resource["Type"]))
    return changes


def state(resource: dict, conditions: Conditions) -> str:
    if "Condition" not in resource:
        return ""
    return f"{resource['Condition']} is {'true' if conditions.holds(resource['Condition']) else 'false'}"


def changes_with_release(resource: dict) -> bool:
    words = json.dumps(resource)
    return any(f'{{"Ref": "{name}"}}' in words or f"${{{name}}}" in words for name in ("Release", "CodePrefix"))


def capabilities(template: dict) -> list[str]:
    """What CloudFormation wants to be told: that there are roles, and that somebody else names them."""
    iam = [resource for resource in template["Resources"].values() if resource["Type"].startswith("AWS::IAM::")]
    names = {"RoleName", "PolicyName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"}
    named = any(
        resource["Type"] != "AWS::IAM::Policy" and names & set(resource.get("Properties", {})) for resource in iam)
    if not iam:
        return []
    return ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"]


def packages(template: dict) -> list[str]:
    """The zips that functions are made of, from the ends of their keys."""
    keys = set()
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            key = resource["Properties"]["Code"]["S3Key"]
            keys.add((key["Fn::Sub"] if isinstance(key, dict) else key).rsplit("}", 1)[-1].rsplit("/", 1)[-1])
    return sorted(keys)
