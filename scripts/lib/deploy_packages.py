"""The release's files: zips and template, in the code bucket under the commit's id."""

import base64
import hashlib
import os
import struct
import zipfile
from dataclasses import dataclass

from deploy_environment import Refusal
from deploy_show import say

# ELF's e_machine (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html).
MACHINES = {62: "x86_64", 183: "arm64"}
FOLDER = "dist"


@dataclass
class Upload:
    path: str
    key: str


def prefix(release: str, architecture: str) -> str:
    """Both architectures of one commit lie beside each other."""
    return f"releases/{release}/{architecture}/"


def uploads(names: list[str], folder: str, release: str, architecture: str, template: str) -> list[Upload]:
    start = prefix(release, architecture)
    files = [Upload(f"{folder}/{name}", start + name) for name in names]
    return [*files, Upload(template, start + "template.json")]


def check(files: list[Upload], architecture: str) -> None:
    """Every zip is there and holds an executable for the processor that the functions will have."""
    for file in files:
        if not os.path.exists(file.path):
            raise Refusal(f"{file.path} is missing: scripts/package makes it", 66)
        if file.path.endswith(".zip"):
            made_for = machine(file.path)
            if made_for != architecture:
                raise Refusal(f"{file.path} was built for {made_for}, and the parameter Architecture is {architecture}", 65)


def machine(path: str) -> str:
    with zipfile.ZipFile(path) as archive, archive.open("bootstrap") as file:
        head = file.read(20)
    if head[:4] != b"\x7fELF":
        raise Refusal(f"{path} holds no executable of Linux", 65)
    number = struct.unpack("<H", head[18:20])[0]
    return MACHINES.get(number, f"machine {number}")


def digest(path: str) -> str:
    with open(path, "rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()


def upload(s3: object, bucket: str, files: list[Upload]) -> None:
    """Sends what is not there. What is there under this commit and differs is left alone: functions may run from it."""
    for file in files:
        wanted = digest(file.path)
        stored = stored_digest(s3, bucket, file.key)
        if stored == wanted:
            say(f"s3://{bucket}/{file.key} is there already")
            continue
        if stored is not None:
            raise Refusal(f"s3://{bucket}/{file.key} holds something else for the same commit: build it the same way, "
                          "or remove it there", 65)
        with open(file.path, "rb") as body:
            s3.put_object(Bucket=bucket, Key=file.key, Body=body, ChecksumAlgorithm="SHA256", ChecksumSHA256=wanted,
                          Metadata={"sha256": wanted})
        say(f"s3://{bucket}/{file.key} ({os.path.getsize(file.path):,} bytes)")


def stored_digest(s3: object, bucket: str, key: str) -> str | None:
    try:
        return s3.head_object(Bucket=bucket, Key=key).get("Metadata", {}).get("sha256", "another")
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        return None


def require_bucket(s3: object, bucket: str, region: str, create: bool) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
        return
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise Refusal(f"the bucket {bucket} is not this account's, or its role may not see it", 77) from None
    if not create:
        raise Refusal(f"there is no bucket {bucket}: --create-bucket makes it", 66)
    make_bucket(s3, bucket, region)


def make_bucket(s3: object, bucket: str, region: str) -> None:
    """Private, versioned, encrypted (which is Amazon S3's default), reached by TLS only."""
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: us-east-1 must not be named.
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **place)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=bucket, Policy=TLS_ONLY.replace("BUCKET", bucket))
    say(f"made the bucket {bucket}")


TLS_ONLY = """{"Version":"2012-10-17","Statement":[{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*",
"Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"""
