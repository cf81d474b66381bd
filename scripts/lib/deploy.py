"""scripts/deploy: one commit, from its packages to answers of the public routes."""

import argparse
import json

import deploy_packages as packages
import deploy_show
import deploy_template as templates
from deploy_environment import commit, finish, git, names
from deploy_release import Deployment
from deploy_shipping import Shipping
from deploy_show import say


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/deploy")
    parser.add_argument("environment", choices=names())
    parser.add_argument("--parameter", action="append", default=[], metavar="Name=Value")
    parser.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--packages", default=packages.FOLDER, metavar="FOLDER")
    parser.add_argument("--since", metavar="COMMIT")
    for flag in ("--dry-run", "--yes", "--create-bucket", "--allow-replacement", "--uncommitted", "--no-metric",
                 "--check-only"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args(words)


def dry_run(deployment: Deployment) -> None:
    deployment.show()
    place, options = deployment.environment, deployment.options
    conditions = templates.Conditions(deployment.template, deployment.values, place.region, place.stack)
    before = None
    if options.since:
        before = json.loads(git("show", f"{commit(options.since)}:{templates.PATH}"))
    plan = templates.planned(deployment.template, conditions, before)
    say("the change set, if the stack were new" if before is None else f"the change set, if {options.since} were deployed")
    print(deploy_show.changes(plan))
    say(f"{deploy_show.counts(plan)}; nothing was done")
    if place.missing:
        say(f"variables without value: {', '.join(place.missing)}")


def main(words: list[str]) -> int:
    deployment = Deployment(arguments(words))
    if deployment.options.dry_run:
        dry_run(deployment)
        return 0
    if deployment.options.check_only:
        deployment.check_machine()
        return 0
    import boto3

    deployment.show()
    Shipping(deployment, boto3.Session()).run()
    say(f"{deployment.release} is live on {deployment.environment.stack}")
    return 0


if __name__ == "__main__":
    finish("deploy", main)
