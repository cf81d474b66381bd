"""A tab of headless Chromium and the frames in it (chromium.py starts the browser)."""

import base64
import json
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chromium import Browser

# Seconds that anything may take: a busy machine is slow, and whoever waits does so for a condition.
PATIENCE = 60.0


class BrowserError(Exception):
    """Something that the browser refused, or that did not come in time."""


class Page:
    """One tab: what it asked for, what it complained of, and hands and eyes on it."""

    def __init__(self, browser: "Browser", target: str, session: str) -> None:
        self.browser, self.target, self.session = browser, target, session
        self.complaints: list[str] = []
        self.requests: list[str] = []
        # Frames with processes of their own, by session.
        self.frames: dict[str, dict] = {}

    def call(self, method: str, parameters: dict | None = None, timeout: float = PATIENCE) -> dict:
        return self.browser.call(method, parameters, self.session, timeout)

    def listen(self) -> None:
        """Called once, while the tab still waits; nobody waits for the answers."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.browser.post(f"{domain}.enable", session=self.session)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self.browser.post("Target.setAutoAttach", attach, self.session)
        self.browser.post("Runtime.runIfWaitingForDebugger", session=self.session)

    def note(self, method: str, parameters: dict) -> None:
        """Keeps what the tab complains of, and what it asks for."""
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details.get("text", "exception"))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(value.get("value", value.get("description"))) for value in parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{parameters['entry']['text']} ({parameters['entry'].get('url', '')})")
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def go(self, url: str) -> None:
        answer = self.call("Page.navigate", {"url": url})
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")

    def run(self, script: str, timeout: float = PATIENCE) -> object:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", {
            "expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True}, timeout)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, script: str, timeout: float = PATIENCE) -> object:
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

    def find(self, selector: str, text: str | None = None, timeout: float = PATIENCE) -> str:
        """Waits for a visible element, and returns a script that names it."""
        words = f".filter(e => e.textContent.includes({json.dumps(text)}))" if text else ""
        script = f"[...document.querySelectorAll({json.dumps(selector)})]{words}.filter(e => e.getClientRects().length)[0]"
        self.wait(f"!!({script})", timeout)
        return script

    def click(self, selector: str, text: str | None = None, timeout: float = PATIENCE) -> None:
        """Clicks with the mouse where the element is, so that what covers it is noticed."""
        element = self.find(selector, text, timeout)
        x, y = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const r = e.getBoundingClientRect(); "
            f"return [r.x + r.width / 2, r.y + r.height / 2] }})({element})")
        self.click_at(x, y)

    def click_at(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def wait_until(self, condition: Callable[[], object], words: str, timeout: float = PATIENCE) -> None:
        """- words: what is waited for, should it not come"""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise BrowserError(f"did not come in {timeout} s: {words}")
            self.browser.pump(0.05)

    def frame(self, address: str) -> "Frame":
        """A frame by a part of its address, whether it lives in the page's process or in one of its own."""
        return Frame(self, address)

    def type(self, selector: str, text: str) -> None:
        element = self.find(selector)
        self.run(f"(e => {{ e.focus(); e.select && e.select() }})({element})")
        self.call("Input.insertText", {"text": text})

    def press(self, key: str) -> None:
        codes = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27, "Tab": 9}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0),
                **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {})})

    def look(self, width: int = 1280, height: int = 860, dark: bool = False) -> None:
        """The size of the window, and whether its owner likes dark pages."""
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.call("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def picture(self, path: str | pathlib.Path) -> None:
        self.call("Page.bringToFront")
        data = self.call("Page.captureScreenshot", {"format": "png"})["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))


class Frame:
    """A frame in which no script may run, so that only the browser itself can be asked about it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def link(self, part: str) -> tuple[float, float] | None:
        """Where in the window the link is whose address has this part; nothing while there is none."""
        for session, nodes in self._documents():
            for node in nodes:
                attributes = dict(zip(node.get("attributes", [])[::2], node.get("attributes", [])[1::2]))
                if node["nodeName"] == "A" and part in attributes.get("href", ""):
                    return self._middle(session, node)
        return None

    def _documents(self) -> Iterator[tuple[str, list[dict]]]:
        """The nodes of the page with its frames, and of the frames that have a process of their own."""
        for session in (self.page.session, *self.page.frames):
            try:
                self.page.browser.call("DOM.enable", session=session)
                yield session, self.page.browser.call("DOM.getFlattenedDocument", {"depth": -1, "pierce": True}, session)["nodes"]
            except BrowserError:
                continue

    def _middle(self, session: str, node: dict) -> tuple[float, float]:
        call = self.page.browser.call
        call("DOM.scrollIntoViewIfNeeded", {"backendNodeId": node["backendNodeId"]}, session)
        quad = call("DOM.getBoxModel", {"backendNodeId": node["backendNodeId"]}, session)["model"]["content"]
        x, y = sum(quad[::2]) / 4, sum(quad[1::2]) / 4
        if session != self.page.session:
            left, top = self.page.run(
                f"(r => [r.x, r.y])(document.querySelector('iframe[src*={json.dumps(self.address)}]').getBoundingClientRect())")
            x, y = x + left, y + top
        return x, y
