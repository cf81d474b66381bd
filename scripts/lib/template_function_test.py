"""Tests of template_function.py: a template that got a function is as sound as before.

usage: .build/venv/bin/python -B -m unittest discover -s scripts/lib -p 'template_function_test.py'
"""

import json
import re
import unittest

import deploy_template as templates
import template_function
import template_rules


def named(value: object) -> set[str]:
    """What Ref, Fn::GetAtt, Fn::Sub and DependsOn name."""
    if isinstance(value, list):
        return {name for element in value for name in named(element)}
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, member in value.items():
        if key in ("Ref", "DependsOn"):
            found |= set(member if isinstance(member, list) else [member])
        elif key == "Fn::GetAtt":
            found.add(member[0])
        elif key == "Fn::Sub" and isinstance(member, str):
            found |= {name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", member)}
        found |= named(member)
    return found


class Added(unittest.TestCase):
    def setUp(self) -> None:
        self.template = templates.load()
        self.before = set(self.template["Resources"])
        template_function.add(self.template, "two-words")
        self.made = {name: self.template["Resources"][name] for name in set(self.template["Resources"]) - self.before}

    def test_everything_of_a_function(self) -> None:
        function = self.made["TwoWordsFunction"]["Properties"]
        self.assertEqual(function["FunctionName"], {"Fn::Sub": "${AWS::StackName}-two-words"})
        self.assertEqual(list(function["Environment"]["Variables"]), ["ORIGIN_SECRET_ARN"])
        self.assertEqual({resource["Type"] for resource in self.made.values()},
                         template_function.KINDS | {"AWS::ApiGatewayV2::Route"})
        self.assertTrue(all(name in ("GetTwoWords",) or name.startswith("TwoWords") for name in self.made))

    def test_nothing_names_what_is_not_there(self) -> None:
        there = set(self.template["Resources"]) | set(self.template["Parameters"])
        self.assertEqual({name for name in named(self.made) - there if not name.startswith("AWS::")}, set())
        self.assertNotRegex(json.dumps(self.made), "(?i)wallet|database|nerdwork_")

    def test_the_rules_hold(self) -> None:
        size = len(json.dumps(self.template))
        checks = (template_rules.names, template_rules.tags, template_rules.parameters, template_rules.exceptions)
        self.assertEqual([rule for check in checks for rule in check(self.template)], [])
        self.assertEqual(template_rules.limits(self.template, size), [])

    def test_sums_over_all_functions_count_it(self) -> None:
        for alarm in template_function.SUMS:
            metrics = self.template["Resources"][alarm]["Properties"]["Metrics"]
            self.assertIn("TwoWordsFunction", json.dumps(metrics[-1]))
            self.assertEqual(len({metric["Id"] for metric in metrics}), len(metrics))

    def test_names_that_cannot_be(self) -> None:
        for name in ("Hello", "two_words", "-a", "a--b", "", "wallet", "two-words"):
            with self.assertRaises(SystemExit, msg=name):
                template_function.add(self.template, name)


if __name__ == "__main__":
    unittest.main()
