"""Pictures of every view of the console and the reader: light, dark, narrow, empty and busy."""

import secrets
import time

SIZES = {"wide": (1280, 860), "narrow": (400, 820)}
VIEWS = ("live", "mail", "ledger", "schedules", "letters", "access")


def take_pictures(walk, folder):
    walk.begin("Pictures of every view")
    page = walk.tab("/_local")
    make_busy(walk)
    settle(page)
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            page.look(width, height, scheme == "dark")
            for view in VIEWS:
                page.go(f"{walk.stack.address}/_local#{view}")
                page.find("main h1")
                if view == "live" and size == "wide":
                    page.click(".row", "ComicRead")
                if view in ("mail", "ledger") and size == "wide":
                    page.click(".mails a" if view == "mail" else ".accounts a", None if view == "mail" else "Grace")
                time.sleep(0.5)
                # No row is cut at the top.
                page.run("document.querySelectorAll('.list').forEach(list => { list.scrollTop -= list.scrollTop % 42 })")
                page.picture(folder / f"view-{view}-{size}-{scheme}.png")
    for path in ("", "/sign-in", "/check-mail"):
        for size, (width, height) in SIZES.items():
            page.look(width, height)
            page.go(f"{walk.stack.address}/_local/reader{path}")
            page.find("main h1")
            page.picture(folder / f"reader{path.replace('/', '-') or '-welcome'}-{size}.png")


def settle(page):
    """Waits until nothing has come for a second, so that lists stand still."""
    before, deadline = -1, time.monotonic() + 30
    while time.monotonic() < deadline:
        height = page.run("document.querySelector('.list-space').offsetHeight")
        if height == before:
            return
        before = height
        time.sleep(1)


def make_busy(walk):
    """Requests and events, so that lists are long."""
    own = {"Origin": walk.stack.address, "Content_Type": "application/json"}
    for number in range(100):
        walk.stack.ask("/health")
        if number % 4 == 0:
            detail = {"version": 1, "userId": f"reader-{secrets.token_hex(3)}", "comicId": "orbit-repair-club-4", "timestamp": int(time.time() * 1000)}
            walk.stack.ask("/_local/api/events", {"source": "nerdwork.comic", "detailType": "ComicRead", "detail": detail}, **own)
    time.sleep(1)
