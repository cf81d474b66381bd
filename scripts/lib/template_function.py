"""Adds a function to template.json: the resources of `wallet` under another name, without its database, its tokens and its
events, and one open route. Run: python3 scripts/lib/template_function.py NAME"""

import json
import re
import sys
from pathlib import Path

import template_form

PATH = Path("template.json")
MODEL = "wallet"
KINDS = {
    "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::ApiGatewayV2::Integration",
    "AWS::Lambda::Permission", "AWS::CloudWatch::Alarm",
}
# What the code of every function with routes reads; the rest comes with what needs it (docs/configuration.md).
VARIABLES = {"ORIGIN_SECRET_ARN"}
# Alarms over the sum of all functions.
SUMS = ("AsyncEventsDropped", "DestinationsUnreachable")


def logical(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def renamed(value: object, name: str) -> object:
    """A copy in which the model's names are the function's."""
    text = json.dumps(value).replace(logical(MODEL), logical(name))
    return json.loads(re.sub(rf"\b{MODEL}\b", name, text))


def copies(resources: dict, name: str) -> dict:
    made = {logical(name) + key.removeprefix(logical(MODEL)): renamed(resource, name)
            for key, resource in resources.items() if key.startswith(logical(MODEL)) and resource["Type"] in KINDS}
    function = made[f"{logical(name)}Function"]["Properties"]
    function["Description"] = {"Fn::Sub": f"What {name} is for. Release ${{Release}}."}
    variables = function["Environment"]["Variables"]
    function["Environment"]["Variables"] = {key: value for key, value in variables.items() if key in VARIABLES}
    document = made[f"{logical(name)}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    statements = {statement["Sid"]: statement for statement in document["Statement"]}
    # An empty list of resources is no statement: without a front door there is none.
    secrets = {**statements["Secrets"], "Resource": {"Ref": "OriginSecret"}}
    document["Statement"] = [statements["Logs"], statements["DeadLetters"],
                             {"Fn::If": ["HasFrontDoor", secrets, {"Ref": "AWS::NoValue"}]}]
    return made


def route(name: str) -> dict:
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
        "ApiId": {"Ref": "HttpApi"}, "RouteKey": f"GET /{name}",
        "Target": {"Fn::Sub": f"integrations/${{{logical(name)}Integration}}"}, "AuthorizationType": "NONE"}}


def count(alarm: dict, name: str) -> None:
    """Takes the function's metric into a sum over all functions."""
    metrics = alarm["Properties"]["Metrics"]
    added = renamed(next(metric for metric in metrics if f'"{logical(MODEL)}Function"' in json.dumps(metric)), name)
    metrics.append({**added, "Id": f"m{len(metrics) - 1}"})


def add(template: dict, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        sys.exit(f"{name!r} is no name of a function: small letters, digits and single hyphens")
    resources = template["Resources"]
    if f"{logical(name)}Function" in resources:
        sys.exit(f"template.json has {logical(name)}Function already")
    made = {**copies(resources, name), f"Get{logical(name)}": route(name)}
    for key in SUMS:
        count(resources[key], name)
    template["Resources"] = resources | made


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    template = json.loads(PATH.read_text(encoding="utf-8"))
    add(template, sys.argv[1])
    PATH.write_text(template_form.text(template), encoding="utf-8")


if __name__ == "__main__":
    main()
