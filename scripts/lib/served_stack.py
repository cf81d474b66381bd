"""`invoke-local serve` with a project folder of its own, so that nothing of the user's is touched."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request


class ServedStack:
    """Serves template.json on a free port until it is closed."""

    def __init__(self, root, log):
        self.folder = tempfile.mkdtemp(prefix="nerdwork-walk-")
        shutil.copy(root / "template.json", self.folder)
        self.hidden = pathlib.Path(self.folder, ".nerdwork")
        # The terminal belongs to whoever watches the walk.
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            [str(root / ".build/debug/invoke-local"), "serve", "--port", "0", "--no-build", "--logs", "--template",
             f"{self.folder}/template.json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            start_new_session=True)
        self.address = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.log.write(line)
            self.log.flush()
            if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                self.address = self.address or found[0].decode()

    def wait(self, seconds):
        """The address, once there is one."""
        deadline = time.monotonic() + seconds
        while not self.address:
            if self.process.poll() is not None:
                raise RuntimeError(f"invoke-local serve ended with status {self.process.returncode}; see {self.log.name}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"invoke-local serve was not ready in {seconds} s; see {self.log.name}")
            time.sleep(0.02)
        return self.address

    def close(self):
        """Interrupts it, and tells how many seconds it took to end; its processes must be gone."""
        start = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        # Root's cluster stands where the user postgres can reach it, and this file says where.
        with contextlib.suppress(OSError):
            cluster = (self.hidden / "cluster-path").read_text().strip()
            if cluster.startswith("/var/lib/nerdwork/"):
                shutil.rmtree(cluster, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        return time.monotonic() - start

    def ask(self, path, body=None, **headers):
        """Status and JSON of a request that no browser makes."""
        request = urllib.request.Request(
            self.address + path, data=None if body is None else json.dumps(body).encode(),
            headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def hurry(self, count):
        """Many requests on one connection."""
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        with contextlib.closing(connection):
            for number in range(count):
                connection.request("GET", f"/nowhere/{number}")
                connection.getresponse().read()

    def plant_dead_letter(self, user):
        """A read that was given up because the database had gone, as Lambda records it (`OnFailure` destination)."""
        folder = self.hidden / "dead-letters"
        folder.mkdir(mode=0o700, exist_ok=True)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        event = {
            "version": "0", "id": "7a1b6f0e-52c1-4f6e-9d55-0f3b9a7c1e11", "detail-type": "ComicRead", "source": "nerdwork.comic",
            "account": "000000000000", "time": now, "region": "eu-central-1", "resources": [],
            "detail": {"version": 1, "userId": user, "comicId": "planted-comic", "timestamp": int(time.time() * 1000)},
        }
        record = {
            "version": "1.0", "timestamp": now,
            "requestContext": {
                "requestId": "5b7a0d52-8a35-4c6d-9b0e-2a3f1c4d5e6f",
                "functionArn": "arn:aws:lambda:eu-central-1:000000000000:function:nerdwork-loyalty:live",
                "condition": "RetriesExhausted", "approximateInvokeCount": 3},
            "requestPayload": event,
            "responseContext": {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"},
            "responsePayload": {"errorType": "Function.DatabaseUnavailable", "errorMessage": "<i>planted</i> by the walk"},
            "local": {"function": "loyalty", "rule": "LoyaltyOnComicRead", "source": event["id"]},
        }
        name = time.strftime("%Y%m%dT%H%M%SZ-loyalty.json", time.gmtime())
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(record, file)
        return name
