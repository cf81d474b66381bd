"""A change set: made, waited for, read, executed, and the stack watched until it is done."""

import sys
import time
from dataclasses import dataclass

from deploy_environment import Refusal
from deploy_show import say
from deploy_template import Change

POLL_SECONDS = 3.0
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
GOOD_ENDS = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
NOTHING_CHANGED = ("didn't contain changes", "No updates are to be performed")


@dataclass
class Stack:
    """One stack of CloudFormation."""

    cloudformation: object
    name: str

    def description(self) -> dict | None:
        """What the stack is; nothing where there is none, or only the shell that a change set leaves."""
        try:
            return self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except self.cloudformation.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "ValidationError" and "does not exist" in str(error):
                return None
            raise

    def exists(self) -> bool:
        stack = self.description()
        return stack is not None and stack["StackStatus"] != "REVIEW_IN_PROGRESS"

    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in (self.description() or {}).get("Outputs", [])}

    def resources(self) -> list[dict]:
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [resource for page in pages for resource in page["StackResourceSummaries"]]

    def functions(self) -> list[str]:
        """The names of its functions."""
        return sorted(resource["PhysicalResourceId"] for resource in self.resources()
                      if resource["ResourceType"] == "AWS::Lambda::Function" and resource.get("PhysicalResourceId"))


def require_usable(stack: Stack) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html: what no update starts from."""
    status = (stack.description() or {}).get("StackStatus", "")
    if status == "ROLLBACK_COMPLETE":
        raise Refusal(f"the stack {stack.name} could not be created once: look why in its events, then delete it "
                      f"(aws cloudformation delete-stack --stack-name {stack.name})", 70)
    if status.endswith("_FAILED"):
        raise Refusal(f"the stack {stack.name} is {status}: aws cloudformation continue-update-rollback --stack-name "
                      f"{stack.name}, once what its events name is repaired", 70)
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        raise Refusal(f"the stack {stack.name} is {status}: somebody else is at it", 75)


def require_free_aliases(stack: Stack) -> None:
    """Until it only cleans up, CloudFormation moves aliases itself, after whoever moves them meanwhile."""
    status = (stack.description() or {}).get("StackStatus", "")
    if status.endswith("_IN_PROGRESS") and not status.endswith("_CLEANUP_IN_PROGRESS"):
        raise Refusal(f"the stack {stack.name} is {status}: wait for it, or cancel it (aws cloudformation "
                      f"cancel-update-stack --stack-name {stack.name}), which puts the aliases back as well", 75)


def create(stack: Stack, name: str, url: str, values: dict[str, str], capabilities: list[str], tags: dict[str, str],
           description: str) -> str:
    """Asks for the change set and waits for it: its ARN."""
    answer = stack.cloudformation.create_change_set(
        StackName=stack.name, ChangeSetName=name, ChangeSetType="UPDATE" if stack.exists() else "CREATE",
        TemplateURL=url, Capabilities=capabilities, Description=description,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    return answer["Id"]


def wait(stack: Stack, identifier: str, poll: float = POLL_SECONDS) -> dict:
    """The change set when it is made, with all pages of its changes."""
    while True:
        answer = stack.cloudformation.describe_change_set(ChangeSetName=identifier, StackName=stack.name)
        if not answer["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            break
        time.sleep(poll)
    token = answer.get("NextToken")
    while token:
        page = stack.cloudformation.describe_change_set(ChangeSetName=identifier, StackName=stack.name, NextToken=token)
        answer["Changes"] += page["Changes"]
        token = page.get("NextToken")
    return answer


def is_empty(change_set: dict) -> bool:
    reason = change_set.get("StatusReason", "")
    return change_set["Status"] == "FAILED" and any(words in reason for words in NOTHING_CHANGED)


def require_made(change_set: dict) -> None:
    if change_set["Status"] == "FAILED":
        raise Refusal(f"CloudFormation made no change set: {change_set.get('StatusReason', 'it tells no reason')}", 65)


def plan(change_set: dict) -> list[Change]:
    changes = [read(change["ResourceChange"]) for change in change_set.get("Changes", []) if "ResourceChange" in change]
    order = {"Remove": 0, "Modify": 1, "Import": 2, "Dynamic": 3, "Add": 4}
    return sorted(changes, key=lambda change: (order.get(change.action, 5), change.logical_id))


def read(change: dict) -> Change:
    targets = [detail.get("Target", {}) for detail in change.get("Details", [])]
    properties = sorted({target.get("Name") or target.get("Attribute", "") for target in targets} - {""})
    return Change(change["Action"], change["LogicalResourceId"], change["ResourceType"],
                  replacement=change.get("Replacement", ""), detail=", ".join(properties))


def discard(stack: Stack, identifier: str) -> None:
    """The change set goes, and with it the shell of a stack that it alone made."""
    stack.cloudformation.delete_change_set(ChangeSetName=identifier, StackName=stack.name)
    description = stack.description()
    if description and description["StackStatus"] == "REVIEW_IN_PROGRESS":
        stack.cloudformation.delete_stack(StackName=stack.name)


def execute(stack: Stack, identifier: str, poll: float = POLL_SECONDS) -> None:
    """Executes and follows it to its end. CloudFormation puts everything back by itself when a resource fails."""
    seen = {event["EventId"] for event in new_events(stack, set())}
    stack.cloudformation.execute_change_set(ChangeSetName=identifier, StackName=stack.name)
    status = "REVIEW_IN_PROGRESS"
    while status.endswith("_IN_PROGRESS"):
        time.sleep(poll)
        for event in reversed(new_events(stack, seen)):
            seen.add(event["EventId"])
            show(event)
        status = (stack.description() or {"StackStatus": "DELETE_COMPLETE"})["StackStatus"]
    if status not in GOOD_ENDS:
        raise Refusal(f"the stack {stack.name} ended as {status}; the first failure above tells why", 70)
    say(f"the stack {stack.name} is {status}")


def new_events(stack: Stack, seen: set[str]) -> list[dict]:
    """Newest first, back to the first one that was seen."""
    found = []
    for page in stack.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack.name):
        for event in page["StackEvents"]:
            if event["EventId"] in seen:
                return found
            found.append(event)
    return found


def show(event: dict) -> None:
    status = event["ResourceStatus"]
    if status.endswith("_FAILED"):
        print(f"{event['LogicalResourceId']}: {status}: {event.get('ResourceStatusReason', '')}", file=sys.stderr)
    elif status.endswith("_COMPLETE"):
        print(f"    {status} {event['LogicalResourceId']} ({event['ResourceType']})", flush=True)
