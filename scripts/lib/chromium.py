"""Headless Chromium by the Chrome DevTools Protocol over a pipe: no driver, no package, no port.

https://chromedevtools.github.io/devtools-protocol/ ; the pipe is `--remote-debugging-pipe`: JSON messages that end with
a zero byte, in on descriptor 3, out on descriptor 4.
"""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of the browser's own may go out; what a page asks for is what the walk counts.
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-extensions", "--metrics-recording-only", "--no-default-browser-check", "--no-proxy-server",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication", "--lang=en-GB",
    "--force-color-profile=srgb", "--window-size=1280,860", "--remote-debugging-pipe",
)


class BrowserError(Exception):
    """Something that the browser refused, or that did not come in time."""


def program():
    """The path of the first browser that is installed; nothing where none is."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One browser process, whose profile is forgotten at the end."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="nerdwork-browser-", ignore_cleanup_errors=True)
        self.pages = {}
        self.number = 0
        self.answers = {}
        self.rest = b""
        self._start()
        self.call("Target.setDiscoverTargets", {"discover": True})
        # A tab waits until it is listened to, so that nothing of what it does first is missed.
        self.call("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True})

    def _start(self):
        to_browser, self.input = os.pipe()
        self.output, from_browser = os.pipe()

        def place_pipes():
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

    def close(self):
        try:
            self.call("Browser.close", timeout=3)
            self.process.wait(timeout=5)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.input)
        os.close(self.output)
        self.profile.cleanup()

    def post(self, method, parameters=None, session=None):
        """Sends a command, and returns the number of its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.input, json.dumps(message).encode() + b"\0")
        return self.number

    def call(self, method, parameters=None, session=None, timeout=15):
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

    def pump(self, seconds):
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

    def _tell(self, method, parameters, session):
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

    def open(self, url="about:blank", context=None):
        """A new tab; in a context of its own it shares no cookie with others."""
        parameters = {"url": "about:blank"} | ({"browserContextId": context} if context else {})
        target = self.call("Target.createTarget", parameters)["targetId"]
        page = self.wait_for_page(lambda known: known == target)
        page.go(url)
        return page

    def new_context(self):
        return self.call("Target.createBrowserContext")["browserContextId"]

    def wait_for_page(self, wanted, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            for target, page in self.pages.items():
                if wanted(target):
                    return page
            if not self.pump(deadline - time.monotonic()) and time.monotonic() > deadline:
                raise BrowserError("no tab opened")


class Page:
    """One tab: what it asked for, what it complained of, and hands and eyes on it."""

    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session
        self.complaints, self.requests = [], []
        # Frames with processes of their own, by session.
        self.frames = {}

    def call(self, method, parameters=None, timeout=15):
        return self.browser.call(method, parameters, self.session, timeout)

    def listen(self):
        """Called once, while the tab still waits; nobody waits for the answers."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.browser.post(f"{domain}.enable", session=self.session)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self.browser.post("Target.setAutoAttach", attach, self.session)
        self.browser.post("Runtime.runIfWaitingForDebugger", session=self.session)

    def note(self, method, parameters):
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details.get("text", "exception"))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(value.get("value", value.get("description"))) for value in parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{parameters['entry']['text']} ({parameters['entry'].get('url', '')})")
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def go(self, url):
        answer = self.call("Page.navigate", {"url": url})
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")

    def run(self, script, timeout=15):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", {
            "expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True}, timeout)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, script, timeout=20):
        """The first value of an expression that is true, asked again until the time is up."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                if value := self.run(script):
                    return value
            except BrowserError as error:
                # While a page is being replaced there is nothing to ask.
                if "context" not in str(error) and "null" not in str(error):
                    raise
            if time.monotonic() > deadline:
                raise BrowserError(f"did not come in {timeout} s: {script}")
            self.browser.pump(0.05)

    def find(self, selector, text=None, timeout=20):
        """Waits for a visible element, and returns a script that names it."""
        words = f".filter(e => e.textContent.includes({json.dumps(text)}))" if text else ""
        script = f"[...document.querySelectorAll({json.dumps(selector)})]{words}.filter(e => e.getClientRects().length)[0]"
        self.wait(f"!!({script})", timeout)
        return script

    def click(self, selector, text=None, timeout=20):
        """Clicks with the mouse where the element is, so that what covers it is noticed."""
        element = self.find(selector, text, timeout)
        x, y = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const r = e.getBoundingClientRect(); "
            f"return [r.x + r.width / 2, r.y + r.height / 2] }})({element})")
        self.click_at(x, y)

    def click_at(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def wait_until(self, condition, words, timeout=20):
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise BrowserError(f"did not come in {timeout} s: {words}")
            self.browser.pump(0.05)

    def frame(self, address):
        """A frame by a part of its address, whether it lives in the page's process or in one of its own."""
        return Frame(self, address)

    def type(self, selector, text):
        element = self.find(selector)
        self.run(f"(e => {{ e.focus(); e.select && e.select() }})({element})")
        self.call("Input.insertText", {"text": text})

    def press(self, key):
        codes = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27, "Tab": 9}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0),
                **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {})})

    def look(self, width=1280, height=860, dark=False):
        """The size of the window, and whether its owner likes dark pages."""
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.call("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def picture(self, path):
        self.call("Page.bringToFront")
        data = self.call("Page.captureScreenshot", {"format": "png"})["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))


class Frame:
    """A frame in which no script may run, so that only the browser itself can be asked about it."""

    def __init__(self, page, address):
        self.page, self.address = page, address

    def link(self, part):
        """Where in the window the link is whose address has this part; nothing while there is none."""
        for session, nodes in self._documents():
            for node in nodes:
                attributes = dict(zip(node.get("attributes", [])[::2], node.get("attributes", [])[1::2]))
                if node["nodeName"] == "A" and part in attributes.get("href", ""):
                    return self._middle(session, node)
        return None

    def _documents(self):
        """The nodes of the page with its frames, and of the frames that have a process of their own."""
        for session in (self.page.session, *self.page.frames):
            try:
                self.page.browser.call("DOM.enable", session=session)
                yield session, self.page.browser.call("DOM.getFlattenedDocument", {"depth": -1, "pierce": True}, session)["nodes"]
            except BrowserError:
                continue

    def _middle(self, session, node):
        call = self.page.browser.call
        call("DOM.scrollIntoViewIfNeeded", {"backendNodeId": node["backendNodeId"]}, session)
        quad = call("DOM.getBoxModel", {"backendNodeId": node["backendNodeId"]}, session)["model"]["content"]
        x, y = sum(quad[::2]) / 4, sum(quad[1::2]) / 4
        if session != self.page.session:
            left, top = self.page.run(
                f"(r => [r.x, r.y])(document.querySelector('iframe[src*={json.dumps(self.address)}]').getBoundingClientRect())")
            x, y = x + left, y + top
        return x, y
