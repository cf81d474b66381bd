"""What is to be deployed, worked out from the repository alone."""

import argparse
import hashlib
import json
import platform
import time

import deploy_packages as packages
import deploy_show
import deploy_template as templates
from deploy_environment import Environment, Refusal, pairs, read, release
from deploy_show import say


def digest(parameters: dict[str, str]) -> str:
    """A function's new setting needs a new version, and a version is only made for another Release."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:8]


class Deployment:
    """One commit for one environment."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.environment: Environment = read(options.environment, pairs(options.variable, "variable"))
        self.template = templates.load()
        # A dry run shows what would be shipped once it is committed.
        self.release = release(options.uncommitted or options.dry_run)
        given = {**self.environment.parameters, **pairs(options.parameter, "parameter")}
        declared = self.template["Parameters"]
        self.architecture = given.get("Architecture", declared["Architecture"]["Default"])
        given["CodeBucket"] = self.environment.code_bucket
        given["CodePrefix"] = packages.prefix(self.release, self.architecture)
        if "Release" in declared:
            given["Release"] = f"{self.release}-{digest(given)}"
        self.values = templates.parameters(self.template, given)
        self.uploads = packages.uploads(
            templates.packages(self.template), options.packages, self.release, self.architecture, templates.PATH)
        if self.environment.missing and not options.dry_run:
            raise Refusal(f"these variables have no value: {', '.join(self.environment.missing)}", 78)

    @property
    def change_set(self) -> str:
        """[A-Za-z][-a-zA-Z0-9]*, and another one at each attempt."""
        return f"release-{self.release[:12]}-{int(time.time())}"

    @property
    def template_url(self) -> str:
        place = self.environment
        return f"https://{place.code_bucket}.s3.{place.region}.amazonaws.com/{self.uploads[-1].key}"

    def check_machine(self) -> None:
        """The packages are built for the machine that builds them."""
        here = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
        if here != self.architecture:
            raise Refusal(f"this machine builds for {here}, and the functions are {self.architecture}: build there and "
                          f"give --packages, or give --parameter Architecture={here}", 65)

    def show(self) -> None:
        place = self.environment
        say(f"{place.name}: the stack {place.stack} in {place.region}, release {self.release}")
        say("parameters")
        declared = self.template["Parameters"]
        rows = [[name, "***" if declared[name].get("NoEcho") else value,
                 "default" if value == templates.text(declared[name].get("Default", "\0")) else ""]
                for name, value in self.values.items()]
        print(deploy_show.table(["name", "value", ""], rows))
        say("uploads")
        print(deploy_show.table(["file", "to"], [[upload.path, f"s3://{place.code_bucket}/{upload.key}"]
                                                 for upload in self.uploads]))
        say(f"stack tags: {', '.join(f'{key}={value}' for key, value in place.tags.items())}; "
            f"capabilities: {', '.join(templates.capabilities(self.template))}")
