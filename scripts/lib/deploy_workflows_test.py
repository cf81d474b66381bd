"""Tests of .github/workflows (what GitHub's hardening guide asks for,
https://docs.github.com/en/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions)
and of scripts/secret-scan."""

import glob
import os
import re
import subprocess
import tempfile
import unittest

import yaml

PATHS = sorted(glob.glob(".github/workflows/*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def load(path: str) -> dict:
    with open(path) as file:
        content = yaml.safe_load(file)
    # YAML 1.1 reads the key `on` as true.
    content["on"] = content.pop(True)
    return content


class Workflows(unittest.TestCase):
    def jobs(self) -> list[tuple[str, dict]]:
        return [(f"{path} {name}", job) for path in PATHS for name, job in load(path)["jobs"].items()]

    def steps(self) -> list[tuple[str, dict]]:
        return [(name, step) for name, job in self.jobs() for step in job["steps"]]

    def test_there_are_workflows(self) -> None:
        self.assertEqual([os.path.basename(path) for path in PATHS], ["release.yml", "rollback.yml", "smoke.yml", "test.yml"])

    def test_triggers(self) -> None:
        """Code of strangers never runs with this repository's rights."""
        for path in PATHS:
            self.assertFalse({"pull_request_target", "workflow_run", "issue_comment"} & set(load(path)["on"]), path)
        self.assertIn("pull_request", load(".github/workflows/test.yml")["on"])
        self.assertEqual(load(".github/workflows/test.yml")["on"]["push"], {"branches": ["main"]})

    def test_rights(self) -> None:
        for path in PATHS:
            self.assertEqual(load(path)["permissions"], {}, path)
            self.assertIn("group", load(path)["concurrency"], path)
        for name, job in self.jobs():
            rights = job["permissions"]
            self.assertLessEqual(set(rights), {"contents", "id-token"}, name)
            self.assertEqual(rights["contents"], "read", name)
            has_role = any("configure-aws-credentials" in step.get("uses", "") for step in job["steps"])
            self.assertEqual("id-token" in rights, has_role, name)

    def test_what_changes_an_account_has_an_environment(self) -> None:
        for name, job in self.jobs():
            changes = any(re.search(r"scripts/(deploy|rollback)(?!.*--dry-run)", step.get("run", "")) for step in job["steps"])
            self.assertEqual(changes, "environment" in job, name)

    def test_production_comes_after_staging(self) -> None:
        jobs = load(".github/workflows/release.yml")["jobs"]
        self.assertEqual((jobs["production"]["needs"], jobs["production"]["environment"]), ("staging", "production"))
        self.assertEqual((sorted(jobs["staging"]["needs"]), jobs["staging"]["environment"]), (["package", "plan"], "staging"))

    def test_nothing_that_waits_holds_a_rollback_back(self) -> None:
        """A run that waits for an approval keeps its group, and of those that wait for a group only the newest is kept."""
        groups = {path: load(path)["concurrency"]["group"] for path in PATHS}
        self.assertEqual(len(set(groups.values())), len(groups))
        self.assertIn("inputs.environment", groups[".github/workflows/rollback.yml"])

    def test_what_needs_an_account_waits_until_there_is_one(self) -> None:
        """In a fork, or before docs/deployment.md was followed, nothing must fail."""
        release = load(".github/workflows/release.yml")["jobs"]
        for job in (release["package"], release["plan"], load(".github/workflows/smoke.yml")["jobs"]["smoke"]):
            self.assertIn("vars.", job["if"])

    def test_both_architectures_are_built_on_their_own_machines(self) -> None:
        for path, job in (("test", "test"), ("release", "package")):
            matrix = load(f".github/workflows/{path}.yml")["jobs"][job]["strategy"]["matrix"]["include"]
            self.assertEqual({row["architecture"]: row["runner"] for row in matrix},
                             {"x86_64": "ubuntu-24.04", "arm64": "ubuntu-24.04-arm"})

    def test_limits(self) -> None:
        for name, job in self.jobs():
            self.assertTrue(5 <= job["timeout-minutes"] <= 90, name)
            self.assertNotIn("continue-on-error", job, name)
        for name, step in self.steps():
            self.assertNotIn("continue-on-error", step, name)

    def test_actions_are_pinned(self) -> None:
        for name, step in self.steps():
            if "uses" in step:
                self.assertRegex(step["uses"], f"^{PINNED.pattern}$", name)
            if step.get("uses", "").startswith("actions/checkout@"):
                self.assertIs(step["with"]["persist-credentials"], False, name)
        for path in PATHS:
            with open(path) as file:
                for line in file:
                    if "uses:" in line:
                        self.assertRegex(line, r"# v\d+\.\d+", f"{path}: which version?")

    def test_no_long_lived_keys(self) -> None:
        for path in PATHS:
            with open(path) as file:
                self.assertNotRegex(file.read(), r"secrets\.|aws-access-key-id|AWS_SECRET_ACCESS_KEY", path)

    def test_nothing_from_outside_is_put_into_a_script(self) -> None:
        for name, step in self.steps():
            self.assertNotIn("${{", step.get("run", ""), name)

    def test_scripts_exist(self) -> None:
        named = {script for _, step in self.steps() for script in re.findall(r"scripts/[a-z-]+", step.get("run", ""))}
        self.assertLessEqual({"scripts/deploy", "scripts/package", "scripts/rollback", "scripts/smoke", "scripts/test"}, named)
        for script in named:
            self.assertTrue(os.access(script, os.X_OK), script)

    def test_variables_of_the_environments_are_passed(self) -> None:
        for name in ("staging", "production"):
            with open(f"scripts/environments/{name}.json") as file:
                wanted = set(re.findall(r"\$\{([A-Z_]+)\}", file.read()))
            job = load(".github/workflows/release.yml")["jobs"][name]
            self.assertLessEqual(wanted, set(job["env"]), name)


class SecretScan(unittest.TestCase):
    def scan(self, *versions: dict[str, str]) -> subprocess.CompletedProcess:
        """A repository with a commit for each version of its files."""
        with tempfile.TemporaryDirectory() as folder:
            def git(*words: str) -> None:
                subprocess.run(["git", "-C", folder, "-c", "user.email=a@b", "-c", "user.name=a", *words], check=True)

            git("init", "-q")
            for files in versions:
                for name, text in files.items():
                    with open(f"{folder}/{name}", "w") as file:
                        file.write(text)
                git("add", "-A")
                git("commit", "-qm", "x")
            return subprocess.run([os.path.abspath("scripts/secret-scan"), "--history"], cwd=folder, capture_output=True, text=True)

    def test_finds_what_is_there_and_what_was(self) -> None:
        # Put together here, so that this file has none.
        keys = ["AKIA" + "QWERTYUIOPASDFGH", "ghp_" + "a1" * 18, "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIB" * 8,
                "postgres://app:" + "hunter22@db.nerdwork.example/x"]
        found = self.scan({f"file{number}": f"key = {key}\n" for number, key in enumerate(keys)}, {"file0": "clean\n"})
        self.assertEqual(found.returncode, 1)
        for number, key in enumerate(keys):
            self.assertRegex(found.stderr, rf"(?m)^[0-9a-f]{{12}}:file{number}: ", key[:8])
            self.assertEqual(bool(re.search(rf"(?m)^file{number}:\d+: ", found.stderr)), number != 0, key[:8])
            self.assertNotIn(key[-10:], found.stdout + found.stderr)

    def test_leaves_others_alone(self) -> None:
        found = self.scan({"settings": "id = AKIAIOSFODNN7EXAMPLE\nurl = https://user:$PASSWORD@nerdwork.example\nPRIVATE KEY\n"})
        self.assertEqual(found.returncode, 0, found.stderr)


if __name__ == "__main__":
    unittest.main()
