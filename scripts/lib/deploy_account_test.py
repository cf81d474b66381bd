"""Tests of scripts/deploy, rollback, smoke and list-resources with moto in place of an account.

usage: .build/venv/bin/python -B -m unittest discover -s scripts/lib -p 'deploy_*test.py'
"""

import contextlib
import io
import json
import os
import unittest
import zipfile
from unittest import mock

import deploy
import deploy_aliases as aliases
import deploy_changes as change_sets
import deploy_packages as packages
import deploy_resources as resources
import deploy_rollback as rollback
import deploy_smoke as smoke
from deploy_environment import Environment, Refusal
from deploy_shipping import Shipping, check_provision, newest_migration, require_agreement
from deploy_stage import BUCKET, NAMES, NEW, OLD, PROBES, REGION, SESSION, STACK, TEMPLATE, Api, Stage


class Shipped(Stage):
    def test_deploys_updates_and_rolls_back(self) -> None:
        self.ship(OLD)
        stored = self.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
        self.assertEqual({item["Key"] for item in stored},
                         {f"releases/{OLD}/arm64/{name}" for name in ("auth.zip", "wallet.zip", "template.json")})
        self.assertEqual(len(Api.asked), len(PROBES))
        self.ship(NEW)
        self.assertEqual(self.live_releases(), {NEW})
        self.assertEqual(self.metrics(), {"Succeeded": 2, "Failed": 0, "RolledBack": 0})
        roll = ["staging", "--yes"]
        with mock.patch.object(rollback, "read", lambda *_: Environment("staging", STACK, REGION, BUCKET, {}, {})):
            self.assertEqual(rollback.main(roll), 0)
            self.assertEqual(self.live_releases(), {OLD})
            self.assertEqual(rollback.main([*roll, "--to", NEW[:8]]), 0)
            self.assertEqual(self.live_releases(), {NEW})
            self.assertEqual(rollback.main([*roll, "--to", NEW]), 0)
            for wrong in (["--to", "c" * 40], ["--to", "main"], ["--function", "nobody"]):
                with self.assertRaises(Refusal, msg=str(wrong)):
                    rollback.main([*roll, *wrong])
            self.assertEqual(self.live_releases(), {NEW})

    def test_a_release_that_does_not_answer_is_rolled_back(self) -> None:
        self.ship(OLD)
        Api.broken = {"/health"}
        with self.assertRaisesRegex(Refusal, "smoke test failed"):
            self.ship(NEW)
        self.assertEqual(self.live_releases(), {OLD})
        self.assertEqual(self.metrics(), {"Succeeded": 1, "Failed": 1, "RolledBack": 1})

    def test_half_a_rollback_is_undone(self) -> None:
        self.ship(OLD)
        self.ship(NEW)
        moves = aliases.moves_back(self.functions, [f"{STACK}-{name}" for name in NAMES])
        gone = aliases.Move(moves[1].function, moves[1].before, aliases.Version(99, OLD))
        with self.assertRaises(self.functions.exceptions.ClientError):
            aliases.perform(self.functions, [moves[0], gone])
        self.assertEqual(self.live_releases(), {NEW})

    def test_a_release_is_uploaded_once(self) -> None:
        self.ship(OLD)
        s3 = self.s3
        before = {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
        same = self.deployment(OLD)
        packages.upload(s3, BUCKET, same.uploads)
        self.assertEqual(before, {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]})
        with open(same.uploads[0].path, "ab") as file:
            file.write(b"other bytes")
        with self.assertRaisesRegex(Refusal, "something else for the same commit"):
            packages.upload(s3, BUCKET, same.uploads)

    def test_what_cannot_run_is_not_uploaded(self) -> None:
        made = self.deployment(OLD)
        with self.assertRaisesRegex(Refusal, "built for arm64"):
            packages.check(made.uploads, "x86_64")
        with zipfile.ZipFile(made.uploads[0].path, "w") as archive:
            archive.writestr("bootstrap", "#!/bin/sh")
        with self.assertRaisesRegex(Refusal, "no executable"):
            packages.check(made.uploads, "arm64")
        os.remove(made.uploads[0].path)
        with self.assertRaisesRegex(Refusal, "is missing"):
            packages.check(made.uploads, "arm64")

    def test_the_bucket_is_private(self) -> None:
        packages.require_bucket(self.s3, BUCKET, REGION, False)
        for region in (REGION, "eu-central-1"):
            s3, bucket = SESSION.client("s3", region_name=region), f"packages-{region}"
            with self.assertRaisesRegex(Refusal, "--create-bucket"):
                packages.require_bucket(s3, bucket, region, False)
            packages.require_bucket(s3, bucket, region, True)
            blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            self.assertTrue(len(blocked) == 4 and all(blocked.values()))
            self.assertEqual(s3.get_bucket_versioning(Bucket=bucket)["Status"], "Enabled")
            policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]
            self.assertEqual((policy["Effect"], policy["Condition"]), ("Deny", {"Bool": {"aws:SecureTransport": "false"}}))

    def test_nobody_agreed(self) -> None:
        made = self.deployment(OLD)
        made.options.yes = False
        shipping = Shipping(made, SESSION, poll=0)
        with self.assertRaisesRegex(Refusal, "nobody can be asked"), mock.patch("sys.stdin", io.StringIO()):
            shipping.run()
        self.assertFalse(shipping.stack.exists())

    def test_resources_of_the_account(self) -> None:
        self.ship(OLD, template=TEMPLATE, Queued="yes")
        stack = change_sets.Stack(SESSION.client("cloudformation", region_name=REGION), STACK)
        known = resources.tagged_resources(SESSION.client("resourcegroupstaggingapi", region_name=REGION), STACK)
        self.assertIn("Content", {tags.get(resources.LOGICAL_TAG) for _, tags in known})
        left = ("arn:aws:s3:::left-over", {"Purpose": "old", resources.STACK_TAG: STACK})
        with mock.patch.object(resources, "tagged_resources", lambda *_: [*known, left]):
            found = resources.from_account(stack, None)
        listed = {resource.logical_id: resource for resource in found if resource.status != "NOT IN THE STACK"}
        self.assertEqual(set(listed), set(TEMPLATE["Resources"]))
        self.assertEqual({resource.service for resource in listed.values()}, {"IAM", "SQS", "S3", "Lambda"})
        self.assertEqual(listed["Content"].tags.get("Keeps"), "pages")
        orphans = [resource for resource in found if resource.status == "NOT IN THE STACK"]
        self.assertEqual([(resource.physical_id, resource.tags) for resource in orphans],
                         [("arn:aws:s3:::left-over", {"Purpose": "old"})])

    def test_change_sets_are_read_whole(self) -> None:
        """As AWS pages them, which moto does not; the answer's form is that of DescribeChangeSet's reference."""
        def change(name: str, action: str, **more: object) -> dict:
            return {"Type": "Resource", "ResourceChange": {
                "Action": action, "LogicalResourceId": name, "ResourceType": "AWS::RDS::DBCluster", "Scope": [], **more}}

        pages = [{"Status": "CREATE_PENDING"}, {"Status": "CREATE_IN_PROGRESS"},
                 {"Status": "CREATE_COMPLETE", "Changes": [change("A", "Add")], "NextToken": "2"},
                 {"Changes": [change("B", "Modify", Replacement="True", Details=[
                     {"Target": {"Attribute": "Properties", "Name": "Engine"}}])], "NextToken": "3"},
                 {"Changes": [change("C", "Remove")]}]
        client = mock.Mock()
        client.describe_change_set.side_effect = pages
        plan = change_sets.plan(change_sets.wait(change_sets.Stack(client, STACK), "x", 0))
        self.assertEqual([(change.logical_id, change.loses_data, change.detail) for change in plan],
                         [("C", True, ""), ("B", True, "Engine"), ("A", False, "")])
        with self.assertRaisesRegex(Refusal, "B"):
            require_agreement(plan, deploy.arguments(["staging", "--yes"]), STACK)
        require_agreement(plan, deploy.arguments(["staging", "--yes", "--allow-replacement"]), STACK)

    def test_provision_is_checked_by_the_schema(self) -> None:
        stack = mock.Mock(resources=lambda: [{"ResourceType": "Custom::Migrations", "ResourceStatus": "UPDATE_COMPLETE"}])
        for version, is_good in ((str(newest_migration()), True), ("1", False), (None, True)):
            stack.outputs = lambda: {"SchemaVersion": version} if version else {}
            with contextlib.nullcontext() if is_good else self.assertRaises(Refusal):
                check_provision(stack)

    def test_nobody_rolls_back_what_cloudformation_is_changing(self) -> None:
        for status, is_good in (("UPDATE_COMPLETE", True), ("UPDATE_ROLLBACK_FAILED", True),
                                ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True), ("UPDATE_IN_PROGRESS", False),
                                ("UPDATE_ROLLBACK_IN_PROGRESS", False)):
            client = mock.Mock()
            client.describe_stacks.return_value = {"Stacks": [{"StackStatus": status}]}
            client.get_paginator.return_value.paginate.return_value = []
            with contextlib.nullcontext() if is_good else self.assertRaisesRegex(Refusal, "wait for it", msg=status):
                rollback.chosen(change_sets.Stack(client, STACK), [])

    def test_a_stack_that_takes_no_update(self) -> None:
        for status, is_good in (("UPDATE_COMPLETE", True), ("REVIEW_IN_PROGRESS", True), ("UPDATE_ROLLBACK_COMPLETE", True),
                                ("ROLLBACK_COMPLETE", False), ("UPDATE_ROLLBACK_FAILED", False), ("UPDATE_IN_PROGRESS", False)):
            client = mock.Mock()
            client.describe_stacks.return_value = {"Stacks": [{"StackStatus": status}]}
            with contextlib.nullcontext() if is_good else self.assertRaises(Refusal, msg=status):
                change_sets.require_usable(change_sets.Stack(client, STACK))

    def test_smoke_tells_what_differs(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        self.assertEqual(smoke.main([base]), 0)
        Api.broken = {"/health"}
        self.assertEqual(smoke.main([base, "--up", "--attempts", "1", "--json"]), 1)
        self.assertEqual(smoke.send("http://127.0.0.1:1", PROBES[0]).status, 0)


if __name__ == "__main__":
    unittest.main()
