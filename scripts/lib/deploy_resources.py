"""scripts/list-resources: what the stack has in its region, by service, with tags."""

import argparse
import json
from collections import defaultdict
from dataclasses import asdict, dataclass

from deploy_changes import Stack
from deploy_environment import Environment, Refusal, finish, names, pairs, read
from deploy_show import say, table
from deploy_template import Conditions, left_out, load, parameters

# CloudFormation itself puts this on what takes tags.
STACK_TAG = "aws:cloudformation:stack-name"
LOGICAL_TAG = "aws:cloudformation:logical-id"


@dataclass
class Resource:
    service: str
    type: str
    logical_id: str
    physical_id: str
    status: str
    tags: dict[str, str]


def from_template(template: dict, environment: Environment) -> list[Resource]:
    values = parameters(template, {"CodeBucket": environment.code_bucket, **environment.parameters})
    conditions = Conditions(template, values, environment.region, environment.stack)
    return [
        Resource(service(resource["Type"]), resource["Type"], name, "", "planned", own_tags(resource, conditions))
        for name, resource in template["Resources"].items() if not left_out(resource, conditions)
    ]


def own_tags(resource: dict, conditions: Conditions) -> dict[str, str]:
    """The tags that the template gives it; some types have them as a list, some as an object."""
    tags = resource.get("Properties", {}).get("Tags", [])
    found = tags.items() if isinstance(tags, dict) else [(tag["Key"], tag["Value"]) for tag in tags]
    return {key: tag_value(value, conditions) for key, value in found}


def tag_value(value: object, conditions: Conditions) -> str:
    if isinstance(value, dict) and value.get("Ref") in conditions.values:
        return conditions.values[value["Ref"]]
    return value if isinstance(value, str) else json.dumps(value)


def from_account(stack: Stack, tagging: object) -> list[Resource]:
    """The stack's own list, joined with what carries its tag by logical id; a resource that only tags know is left over
    from somewhere: an older stack of that name, or what a failed removal left."""
    tagged: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for arn, tags in tagged_resources(tagging, stack.name):
        tagged[tags.get(LOGICAL_TAG, "")].append((arn, tags))
    result, known = [], set()
    for resource in stack.resources():
        logical = resource["LogicalResourceId"]
        physical = resource.get("PhysicalResourceId", "")
        match = next(((arn, tags) for arn, tags in tagged[logical] if same(arn, physical)), ("", {}))
        known.add(match[0])
        result.append(Resource(service(resource["ResourceType"]), resource["ResourceType"], logical, match[0] or physical,
                               resource["ResourceStatus"], own(match[1])))
    for logical, found in tagged.items():
        for arn, tags in found:
            if arn not in known:
                result.append(Resource(arn_service(arn), "", logical, arn, "NOT IN THE STACK", own(tags)))
    return result


def tagged_resources(tagging: object, stack: str) -> list[tuple[str, dict[str, str]]]:
    pages = tagging.get_paginator("get_resources").paginate(TagFilters=[{"Key": STACK_TAG, "Values": [stack]}])
    return [(found["ResourceARN"], {tag["Key"]: tag["Value"] for tag in found["Tags"]})
            for page in pages for found in page["ResourceTagMappingList"]]


def same(arn: str, physical: str) -> bool:
    """Whether an ARN is that of a resource's physical id: the ARN itself, its last part, or the URL of a queue."""
    last = physical.rstrip("/").rsplit("/", 1)[-1]
    return bool(physical) and (arn == physical or arn.endswith((":" + physical, "/" + physical, ":" + last, "/" + last)))


def own(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def service(type_name: str) -> str:
    parts = type_name.split("::")
    return parts[1] if parts[0] == "AWS" else parts[0]


def arn_service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") >= 5 else "unknown"


def show(resources: list[Resource]) -> None:
    groups: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        groups[resource.service].append(resource)
    for name in sorted(groups, key=str.lower):
        print(f"\n{name} ({len(groups[name])})\n")
        rows = [[resource.logical_id, resource.type, resource.physical_id, resource.status,
                 ", ".join(f"{key}={value}" for key, value in sorted(resource.tags.items()))]
                for resource in sorted(groups[name], key=lambda resource: (resource.type, resource.logical_id))]
        print(table(["resource", "type", "identity", "status", "tags"], rows))


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/list-resources")
    parser.add_argument("environment", choices=names())
    parser.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = arguments(words)
    environment = read(options.environment, pairs(options.variable, "variable"))
    if options.dry_run:
        resources = from_template(load(), environment)
    else:
        import boto3

        stack = Stack(boto3.client("cloudformation", region_name=environment.region), environment.stack)
        if not stack.exists():
            raise Refusal(f"there is no stack {stack.name} in {environment.region}", 69)
        resources = from_account(stack, boto3.client("resourcegroupstaggingapi", region_name=environment.region))
    if options.json:
        for resource in resources:
            print(json.dumps(asdict(resource)))
        return 0
    show(resources)
    print()
    say(f"{len(resources)} resources of {environment.stack} in {environment.region}; tags of the stack, on all that takes "
        f"tags: {', '.join(f'{key}={value}' for key, value in environment.tags.items())}")
    return 0


if __name__ == "__main__":
    finish("list-resources", main)
