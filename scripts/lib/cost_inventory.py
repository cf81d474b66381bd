"""What template.json makes in production, as far as it costs something."""

import deploy_template as templates
from deploy_environment import read


class Inventory:
    """What template.json makes in production."""

    def __init__(self) -> None:
        self.template = templates.load()
        environment = read("production", {})
        given = {**environment.parameters, "CodeBucket": environment.code_bucket}
        if "Release" in self.template["Parameters"]:
            given.setdefault("Release", "0" * 40)
        self.values = templates.parameters(self.template, given)
        self.conditions = templates.Conditions(self.template, self.values, environment.region, environment.stack)
        self.resources = {name: resource for name, resource in self.template["Resources"].items()
                          if not templates.left_out(resource, self.conditions)}

    def of(self, *types: str) -> list[dict]:
        return [resource.get("Properties", {}) for resource in self.resources.values() if resource["Type"] in types]

    def resolved(self, value: object) -> object:
        """A property's value where it is a parameter or a choice between two."""
        if isinstance(value, dict) and "Ref" in value and value["Ref"] in self.values:
            return self.values[value["Ref"]]
        if isinstance(value, dict) and "Fn::If" in value:
            condition, yes, no = value["Fn::If"]
            return self.resolved(yes if self.conditions.holds(condition) else no)
        return value

    def items(self, value: object) -> list[object]:
        """The members of a list that are there."""
        found = [self.resolved(item) for item in self.resolved(value) or []]
        return [item for item in found if item != {"Ref": "AWS::NoValue"}]

    def memory(self, function: str) -> int:
        for properties in self.of("AWS::Lambda::Function"):
            if str(properties["FunctionName"]).rstrip("'}").endswith(f"}}-{function}"):
                return int(self.resolved(properties.get("MemorySize", 128)))
        raise KeyError(function)

    def minutely(self) -> int:
        """Schedules that run each minute."""
        return sum(properties.get("ScheduleExpression") in ("rate(1 minute)", "rate(1 minutes)", "cron(* * * * ? *)")
                   for properties in self.of("AWS::Scheduler::Schedule"))
