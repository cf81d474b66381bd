"""What no linter checks in template.json: limits, names, form, tags; and the template with everything switched on."""

import json
import sys
from pathlib import Path

import template_form

PATH = Path("template.json")
PAGE = Path("docs/infrastructure.md")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
MAXIMUM_BYTES = 1_000_000
# Members that name a resource in AWS, where two of the same kind cannot have the same.
NAMES = {
    "AWS::Lambda::Function": "FunctionName", "AWS::Logs::LogGroup": "LogGroupName", "AWS::KMS::Alias": "AliasName",
    "AWS::CloudFront::Function": "Name", "AWS::SES::ConfigurationSet": "Name", "AWS::ApiGatewayV2::Route": "RouteKey",
    "AWS::Config::ConfigRule": "ConfigRuleName", "AWS::Events::EventBus": "Name",
}
PROJECT = "nerdwork"


def everything(template: dict) -> dict:
    """Each condition holds: nothing that a parameter could switch on escapes a linter that looks at conditions."""
    for resource in template["Resources"].values():
        resource.pop("Condition", None)
    for parameter in template["Parameters"].values():
        if parameter.get("Default") == "":
            del parameter["Default"]
    return first_choice(template)


def first_choice(value: object) -> object:
    if isinstance(value, dict):
        if set(value) == {"Fn::If"}:
            return first_choice(value["Fn::If"][1])
        return {name: first_choice(member) for name, member in value.items()}
    return [first_choice(element) for element in value] if isinstance(value, list) else value


def limits(template: dict, size: int) -> list[str]:
    wrong = [f"{len(template.get(part, {}))} {part}; CloudFormation takes {most}"
             for part, most in LIMITS.items() if len(template.get(part, {})) > most]
    return wrong + ([f"{size} bytes; CloudFormation takes {MAXIMUM_BYTES}"] if size >= MAXIMUM_BYTES else [])


def names(template: dict) -> list[str]:
    seen: dict[tuple[str, str], str] = {}
    wrong = []
    for name, resource in template["Resources"].items():
        member = NAMES.get(resource["Type"])
        if member is None or member not in resource.get("Properties", {}):
            continue
        key = (resource["Type"], json.dumps(resource["Properties"][member], sort_keys=True))
        if key in seen:
            wrong.append(f"{name} has the same {member} as {seen[key]}")
        seen[key] = name
    return wrong


def tags(template: dict) -> list[str]:
    """Whoever has tags has both of ours; a kind of resource has them everywhere or nowhere."""
    kinds: dict[str, set[bool]] = {}
    wrong = []
    for name, resource in template["Resources"].items():
        found = resource.get("Properties", {}).get("Tags")
        kinds.setdefault(resource["Type"], set()).add(found is not None)
        if found is None:
            continue
        pairs = found if isinstance(found, dict) else {tag["Key"]: tag["Value"] for tag in found}
        if pairs.get("Project") != PROJECT or pairs.get("Environment") != {"Ref": "EnvironmentName"}:
            wrong.append(f"{name} lacks one of the tags Project and Environment")
    return wrong + [f"some of {kind} have no tags" for kind, found in kinds.items() if len(found) > 1]


def parameters(template: dict) -> list[str]:
    """Each stands in one group of the console's form, and on the page."""
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    declared = list(template["Parameters"])
    page = PAGE.read_text(encoding="utf-8")
    wrong = [f"{PAGE} does not name `{name}`" for name in declared if f"`{name}`" not in page]
    return wrong + ([] if shown == declared else ["the groups of parameters are not the parameters, in their order"])


def exceptions(template: dict) -> list[str]:
    """An exception without a reason is none."""
    wrong = []
    for name, resource in template["Resources"].items():
        metadata = resource.get("Metadata", {})
        for skip in metadata.get("checkov", {}).get("skip", []):
            if len(skip.get("comment", "")) < 20:
                wrong.append(f"{name} gives no reason for {skip.get('id')}")
        if "cfn-lint" in metadata and len(metadata["cfn-lint"].get("reason", "")) < 20:
            wrong.append(f"{name} gives no reason for what cfn-lint shall ignore")
    return wrong


def main() -> int:
    text = PATH.read_text(encoding="utf-8")
    template = json.loads(text)
    if sys.argv[1:] == ["everything"]:
        print(json.dumps(everything(template), indent=1))
        return 0
    wrong = [rule for check in (names, tags, parameters, exceptions) for rule in check(template)]
    wrong += limits(template, len(text.encode()))
    if template_form.text(template) != text:
        wrong.append("the form is another than that of 'python3 scripts/lib/template_form.py'")
    for sentence in wrong:
        print(f"template.json: {sentence}", file=sys.stderr)
    print(f"    {len(template['Resources'])} resources, {len(text.encode())} bytes")
    return 65 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
