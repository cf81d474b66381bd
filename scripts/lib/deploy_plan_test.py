"""Tests of what scripts/deploy, smoke and list-resources work out from the repository alone.

usage: .build/venv/bin/python -B -m unittest discover -s scripts/lib -p 'deploy_*test.py'
"""

import glob
import json
import os
import re
import unittest

import deploy
import deploy_resources as resources
import deploy_smoke as smoke
import deploy_template as templates
from deploy_environment import Refusal
from deploy_stage import BUCKET, PROBES, REGION, STACK, TEMPLATE


class Plans(unittest.TestCase):
    """Without any account."""

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
                   for path in glob.glob("Sources/[a-z]*/main.swift")} - {"invoke-local.zip"}
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


if __name__ == "__main__":
    unittest.main()
