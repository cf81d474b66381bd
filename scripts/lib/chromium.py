"""Headless Chromium by the Chrome DevTools Protocol over a pipe: no driver, no package, no port.

https://chromedevtools.github.io/devtools-protocol/ ; the pipe is `--remote-debugging-pipe`: JSON messages that end with
a zero byte, in on descriptor 3, out on descriptor 4.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable

from chromium_page import PATIENCE, BrowserError, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of the browser's own may go out; what a page asks for is what the walk counts.
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-extensions", "--metrics-recording-only", "--no-default-browser-check", "--no-proxy-server",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication", "--lang=en-GB",
    "--force-color-profile=srgb", "--window-size=1280,860", "--remote-debugging-pipe",
)


def program() -> str | None:
    """The path of the first browser that is installed; nothing where none is."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One browser process, whose profile is forgotten at the end."""

    def __init__(self) -> None:
        self.profile = tempfile.TemporaryDirectory(prefix="nerdwork-browser-", ignore_cleanup_errors=True)
        self.pages: dict[str, Page] = {}
        self.number = 0
        self.answers: dict[int, dict] = {}
        self.rest = b""
        self._start()
        self.call("Target.setDiscoverTargets", {"discover": True})
        # A tab waits until it is listened to, so that nothing of what it does first is missed.
        self.call("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True})

    def _start(self) -> None:
        to_browser, self.input = os.pipe()
        self.output, from_browser = os.pipe()

        def place_pipes() -> None:
            # First to numbers that are free of both targets, so that neither overwrites the other.
            read, write = os.dup2(to_browser, 60), os.dup2(from_browser, 61)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program(), *OPTIONS, f"--user-data-dir={self.profile.name}", "about:blank"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place_pipes, close_fds=False,
            start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)

    def close(self) -> None:
        try:
            self.call("Browser.close", timeout=3)
            self.process.wait(timeout=5)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.input)
        os.close(self.output)
        self.profile.cleanup()

    def post(self, method: str, parameters: dict | None = None, session: str | None = None) -> int:
        """Sends a command, and returns the number of its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.input, json.dumps(message).encode() + b"\0")
        return self.number

    def call(self, method: str, parameters: dict | None = None, session: str | None = None,
             timeout: float = PATIENCE) -> dict:
        """Sends a command and waits for its answer; what happens meanwhile is told to the pages."""
        number = self.post(method, parameters, session)
        deadline = time.monotonic() + timeout
        while number not in self.answers:
            if not self.pump(deadline - time.monotonic()):
                raise BrowserError(f"{method}: no answer in {timeout} s")
        answer = self.answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def pump(self, seconds: float) -> bool:
        """Reads what the browser has said, waiting at most that long; false where it said nothing."""
        if seconds <= 0 or not select.select([self.output], [], [], seconds)[0]:
            return False
        piece = os.read(self.output, 1 << 20)
        if not piece:
            raise BrowserError("the browser has ended")
        *messages, self.rest = (self.rest + piece).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self._tell(message["method"], message.get("params", {}), message.get("sessionId"))
        return True

    def _tell(self, method: str, parameters: dict, session: str | None) -> None:
        if method == "Target.attachedToTarget" and parameters["targetInfo"]["type"] == "page":
            target = parameters["targetInfo"]["targetId"]
            page = self.pages[target] = Page(self, target, parameters["sessionId"])
            page.listen()
        elif method == "Target.attachedToTarget" and parameters["targetInfo"]["type"] == "iframe":
            for page in self.pages.values():
                if page.session == session:
                    page.frames[parameters["sessionId"]] = parameters["targetInfo"]
        elif method == "Target.detachedFromTarget":
            self.pages = {name: page for name, page in self.pages.items() if page.session != parameters["sessionId"]}
        else:
            for page in list(self.pages.values()):
                if page.session == session:
                    page.note(method, parameters)

    def open(self, url: str = "about:blank", context: str | None = None) -> Page:
        """A new tab; in a context of its own it shares no cookie with others."""
        parameters = {"url": "about:blank"} | ({"browserContextId": context} if context else {})
        target = self.call("Target.createTarget", parameters)["targetId"]
        page = self.wait_for_page(lambda known: known == target)
        page.go(url)
        return page

    def new_context(self) -> str:
        """Cookies of its own, for tabs that `open` gets it for."""
        return self.call("Target.createBrowserContext")["browserContextId"]

    def wait_for_page(self, wanted: Callable[[str], bool], timeout: float = PATIENCE) -> Page:
        deadline = time.monotonic() + timeout
        while True:
            for target, page in self.pages.items():
                if wanted(target):
                    return page
            if not self.pump(deadline - time.monotonic()) and time.monotonic() > deadline:
                raise BrowserError("no tab opened")
