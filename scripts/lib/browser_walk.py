"""The walk itself; scripts/browser-walk starts it."""

import contextlib
import json
import pathlib
import secrets
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from chromium import BrowserError  # noqa: E402
from foreign_site import ForeignSite  # noqa: E402
from served_stack import ServedStack  # noqa: E402
from walk_pictures import take_pictures  # noqa: E402
from walk_steps import PICTURES, Failure, Walk  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Names and events that a page would run if it read them as HTML.
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


def readers_walk(walk):
    ada = {"name": "Ada O'Neil & Söhne", "email": f"ada-{secrets.token_hex(4)}@example.com"}
    grace = {"name": "Grace", "email": f"grace-{secrets.token_hex(4)}@example.com"}
    first, second = walk.browser.new_context(), walk.browser.new_context()
    walk.sign_up(ada, first)
    walk.verify(ada)
    walk.sign_in(ada)
    walk.go_on()
    earned = walk.read()
    ada["id"], ada_page = walk.wallet(), walk.page
    walk.sign_up(grace, second)
    walk.verify(grace)
    grace["id"], grace_page = walk.wallet(), walk.page
    walk.page = ada_page
    walk.tip(grace["id"], 2)
    walk.statement(ada, [f"TIP −2 {earned - 2}", f"REWARD +{earned} {earned}"])
    walk.page = grace_page
    grace_page.run("location.reload()")
    walk.statement(grace, ["TIP +2 2"])
    walk.new_password(grace)
    return ada, grace


def console_walk(walk, ada, grace):
    walk.begin("The console shows requests, invocations and events, and where they went")
    page = walk.tab("/_local")
    page.type("input[type=search]", "/wallet/transfers")
    page.find(".row", "/wallet/transfers")
    page.click(".chip", "Events")
    page.type("input[type=search]", "ComicRead")
    page.click(".row", "ComicRead")
    page.find(".detail .pill.good", "delivered")
    page.find(".detail .jump", "loyalty")
    page.click(".chip", "Requests")
    page.type("input[type=search]", "/auth/")
    page.click(".row", "/auth/verify-email")
    page.find(".detail .log li")
    walk.picture("live")
    page.run("document.querySelector('.list').focus()")
    before = page.run("document.querySelector('.detail h2').textContent + document.querySelector('.list').getAttribute('aria-activedescendant')")
    page.press("ArrowDown")
    page.wait(f"document.querySelector('.detail h2').textContent + document.querySelector('.list').getAttribute('aria-activedescendant') !== {json.dumps(before)}")

    walk.begin("The ledger is balanced, and has both statements")
    page.click("nav a", "Ledger")
    page.find(".tile.good .value", "balanced")
    page.click(".accounts a", ada["name"])
    page.find(".statement .chart .over")
    page.find(".statement .minus", "−2")
    walk.picture("ledger")
    page.click(".accounts a", "Grace")
    page.find(".statement .plus", "+2")

    walk.begin("A schedule is run by hand")
    page.click("nav a", "Schedules")
    page.click(".card .button[data-schedule]")
    page.find(".toast")
    walk.picture("schedules")

    walk.begin("The password of a database role is rotated by hand, and the wallet goes on")
    page.click("[data-secret=WalletDatabaseSecret]")
    page.find(".toast", "WalletDatabaseSecret has a new value")
    page.click("nav a", "Roles")
    page.find(".card-head h2", "wallet")
    page.find(".permissions .pill.good", "UpdateSecretVersionStage")
    walk.picture("roles")


def letters_walk(walk, grace):
    walk.begin("A dead letter is replayed: it is taken, and gone")
    name = walk.stack.plant_dead_letter(grace["id"])
    page = walk.page
    page.click("nav a", "Dead letters")
    page.click(".mails a", "ComicRead")
    page.find(".detail .words", "<i>planted</i> by the walk")
    walk.picture("dead-letter")
    page.click("button", "Replay")
    page.find(".toast")
    page.find(".empty strong", "No dead letters")
    if (walk.stack.hidden / "dead-letters" / name).exists():
        raise Failure("the letter's file is still there")
    status, statement = walk.stack.ask(f"/_local/api/ledger/statement?account=wallet:{grace['id']}")
    if status != 200 or statement["entries"][0]["type"] != "REWARD":
        raise Failure(f"Grace was not rewarded: {statement}")


def hostile_walk(walk):
    walk.begin("Hostile texts stay texts, and other sites are refused")
    own = {"Origin": walk.stack.address, "Content_Type": "application/json"}
    event = {"source": "nerdwork.comic", "detailType": HOSTILE, "detail": {"name": HOSTILE}}
    status, answer = walk.stack.ask("/_local/api/events", event, **own)
    if status != 200:
        raise Failure(f"the event was refused: {answer}")
    page = walk.page
    page.click("nav a", "Live")
    page.click(".chip", "Overview")
    page.type("input[type=search]", HOSTILE)
    page.click(".row", HOSTILE)
    page.find(".detail h2", HOSTILE)
    walk.picture("hostile")
    if page.run("document.querySelectorAll('main img').length || document.title.includes('owned')"):
        raise Failure("a text became an element")
    for headers in ({"Origin": "http://evil.example", "Content_Type": "application/json"}, {"Content_Type": "application/json"},
                    own | {"Host": "evil.example"}):
        status, _ = walk.stack.ask("/_local/api/events", event, **headers)
        if status != 403:
            raise Failure(f"{headers} was answered with {status}")
    if walk.stack.ask("/_local/api/mail", Host="evil.example:8787")[0] != 403:
        raise Failure("a foreign host was answered")


def foreign_walk(walk):
    """A page of another origin, in the same browser, tries what it could try."""
    walk.begin("A foreign page in the same browser gets nothing, and changes nothing")
    with ForeignSite(walk.stack.address) as site:
        page = walk.browser.open(site.address)
        page.look()
        tried = page.wait("window.tried", timeout=15)
        if tried != "refused":
            raise Failure(f"a foreign page read {tried}")
        if page.frame("/_local").link("#live"):
            raise Failure("a foreign page has the console in a frame")
    _, journal = walk.stack.ask("/_local/api/journal?limit=1000")
    if "planted-by-a-foreign-page" in json.dumps(journal):
        raise Failure("a foreign page put an event on the bus")


def busy_walk(walk):
    walk.begin("Hundreds of entries leave the page small, and whoever reads an older one where they are")
    page = walk.page
    # A page that nobody sees asks for nothing.
    page.call("Page.bringToFront")
    page.type("input[type=search]", "/")
    walk.stack.hurry(250)
    page.wait("document.querySelector('.list-space').offsetHeight > 250 * 42")
    page.run("document.querySelector('.list').scrollTop = 3000")
    seen = "(r => document.elementFromPoint(r.x + 150, r.y + 150).closest('.row').id)(document.querySelector('.list').getBoundingClientRect())"
    page.wait(f"{seen} !== ''")
    before, height = page.run(seen), page.run("document.querySelector('.list-space').offsetHeight")
    walk.stack.hurry(60)
    page.wait(f"document.querySelector('.list-space').offsetHeight >= {height} + 60 * 42")
    after, rows = page.run(seen), page.run("document.querySelectorAll('.row').length")
    if after != before:
        raise Failure(f"the list jumped from {before} to {after}")
    if rows > 80:
        raise Failure(f"{rows} rows are in the document")


def tiles_walk(walk):
    walk.begin("Tiles of a new page show what there is, or that it is not known yet, never 0 for what was")
    page = walk.tab("/_local")
    values = "[...document.querySelectorAll('.tile .value')].map(value => value.textContent)"
    page.wait(f"({values}).length === 4 && !({values}).includes('–')")
    shown = page.run(values)
    if shown[0] == "0":
        raise Failure(f"the tiles show {shown}, after hundreds of requests")


def look_back(walk):
    walk.begin("No page complained, and none asked anybody else")
    for page in walk.pages:
        if page.complaints:
            raise Failure(f"a page complained: {page.complaints[:3]}")
        strangers = [url for url in page.requests if not url.startswith((walk.stack.address + "/", "about:", "data:"))]
        if strangers:
            raise Failure(f"a page asked for {strangers[:3]}")


def main(arguments):
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    stack = ServedStack(ROOT, PICTURES / "serve.log")
    walk = None
    try:
        start = time.monotonic()
        stack.wait(60)
        print(f"{time.monotonic() - start:5.1f} s   0. {stack.address} is served", flush=True)
        walk = Walk(stack)
        ada, grace = readers_walk(walk)
        console_walk(walk, ada, grace)
        letters_walk(walk, grace)
        hostile_walk(walk)
        foreign_walk(walk)
        busy_walk(walk)
        tiles_walk(walk)
        look_back(walk)
        if "--screenshots" in arguments:
            take_pictures(walk, PICTURES)
        print(f"{time.monotonic() - walk.started:5.1f} s  all of it; pictures in {PICTURES.relative_to(ROOT)}")
    except (BrowserError, Failure, RuntimeError, OSError) as error:
        if walk and walk.page:
            with contextlib.suppress(BrowserError, OSError):
                walk.page.picture(PICTURES / "failure.png")
        complaints = [text for page in walk.pages for text in page.complaints][:5] if walk else []
        print(f"browser-walk: {error}", *complaints, f"picture: {PICTURES / 'failure.png'}", sep="\n  ", file=sys.stderr)
        return 1
    finally:
        if walk:
            walk.browser.close()
        seconds = stack.close()
        print(f"       stopped in {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
