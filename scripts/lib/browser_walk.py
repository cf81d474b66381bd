"""The walk itself; scripts/browser-walk starts it."""

import contextlib
import json
import pathlib
import secrets
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from chromium import Browser, BrowserError  # noqa: E402
from foreign_site import ForeignSite  # noqa: E402
from served_stack import ServedStack  # noqa: E402
from walk_pictures import take_pictures  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURES = ROOT / ".nerdwork/walk"
PASSWORD = "walk-" + secrets.token_urlsafe(18)
# Names and events that a page would run if it read them as HTML.
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


class Failure(Exception):
    """A step that did not end as it should."""


class Walk:
    def __init__(self, stack):
        self.stack, self.number, self.started, self.pages = stack, 0, time.monotonic(), []
        self.browser = Browser()
        self.page = None

    def begin(self, words):
        self.number += 1
        print(f"{time.monotonic() - self.started:5.1f} s  {self.number:2}. {words}", flush=True)

    def tab(self, path, context=None):
        self.page = self.browser.open(self.stack.address + path, context)
        self.page.look()
        self.pages.append(self.page)
        return self.page

    def picture(self, name):
        self.page.picture(PICTURES / f"{self.number:02}-{name}.png")

    # The steps

    def sign_up(self, person, context):
        self.begin(f"{person['name']} signs up in the reader")
        page = self.tab("/_local/reader", context)
        page.type("[name=name]", person["name"])
        page.type("[name=email]", person["email"])
        page.type("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.find("h1", "Check your mail")
        self.picture("check-mail")

    def verify(self, person):
        """The mail is found in the console, which the page's own link opens, and the mail's own link is clicked."""
        self.begin(f"The mail for {person['name']} lies in the console")
        reader = self.page
        mailbox = self.opened_by(lambda: reader.click("a.button.main", "Open the mailbox"))
        mailbox.look()
        mailbox.type("input[type=search]", person["email"])
        mailbox.click(".mails a", person["email"], timeout=20)
        mailbox.find(".mail-frame iframe")
        frame = mailbox.frame("/page")
        mailbox.wait_until(lambda: frame.link("/verify-email"), "the mail's link")
        self.picture("mail")
        self.begin("Its link opens the account")
        opened = self.opened_by(lambda: mailbox.click_at(*frame.link("/verify-email")))
        opened.look()
        opened.find(".shelf", timeout=20)
        if "token" in opened.run("location.href"):
            raise Failure("the token stays in the address")
        self.picture("verified")

    def opened_by(self, action):
        before = set(self.browser.pages)
        action()
        self.page = self.browser.wait_for_page(lambda target: target not in before)
        self.pages.append(self.page)
        return self.page

    def sign_in(self, person):
        self.begin(f"{person['name']} signs out, and in with the password")
        self.page.click("#account button", "Sign out")
        self.page.find("h1", "Sign in")
        self.page.type("[name=email]", person["email"])
        self.page.type("[name=password]", PASSWORD)
        self.page.click("button[type=submit]", "Sign in")
        self.page.find(".shelf", timeout=20)
        shown = self.page.wait("document.querySelector('.who')?.textContent")
        if shown != person["name"]:
            raise Failure(f"the page shows {shown!r}")
        self.picture("shelf")

    def go_on(self):
        self.begin("The page is loaded again: the session goes on with the cookie")
        self.page.run("location.reload()")
        self.page.find(".shelf", timeout=20)
        if "nw_rt" in self.page.run("document.cookie"):
            raise Failure("a script can see the refresh token")

    def read(self):
        self.begin("She reads a comic, and the reward comes")
        self.page.click(".shelf a", "Moth & Lantern")
        self.page.click("button", "I have read it")
        earned = self.page.find(".earned", timeout=20)
        amount = self.page.run(f"({element_text(earned, 'b')})")
        self.page.wait("document.querySelector('.purse b')?.textContent !== '…' && document.querySelector('.purse b').textContent !== '0'")
        self.picture("reward")
        return int(amount.strip("+ NWT"))

    def wallet(self):
        self.page.click(".purse")
        self.page.find("#reader-id")
        return self.page.run("document.getElementById('reader-id').textContent")

    def tip(self, friend, amount):
        self.begin(f"She tips {amount} NWT")
        self.page.type("[name=recipient]", friend)
        self.page.type("[name=amount]", str(amount))
        self.page.click("button[type=submit]", "Tip")
        self.page.find(".right", "You gave")

    def statement(self, person, wanted):
        """Type, amount and balance of the newest lines, as the page shows them."""
        self.begin(f"The statement of {person['name']}")
        rows = "[...document.querySelectorAll('.columns tbody tr')].map(r => [r.querySelector('.pill').textContent, ...[...r.querySelectorAll('.amount')].map(c => c.textContent)].join(' '))"
        self.page.wait(f"{rows}.length >= {len(wanted)}")
        found = self.page.run(rows)
        if found != wanted:
            raise Failure(f"the statement is {found}, not {wanted}")
        self.picture("statement")


def element_text(script, selector):
    return f"({script}).querySelector({json.dumps(selector)}).textContent"


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
    return ada, grace


def console_walk(walk, ada, grace):
    walk.begin("The console shows requests, invocations and events, and where they went")
    page = walk.tab("/_local")
    page.find(".row", "/wallet/transfers")
    page.click(".chip", "Events")
    page.click(".row", "ComicRead")
    page.find(".detail .pill.good", "delivered")
    page.find(".detail .jump", "loyalty")
    page.click(".chip", "Requests")
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
    page.find(".toast", timeout=20)
    walk.picture("schedules")


def letters_walk(walk, grace):
    walk.begin("A dead letter is replayed: it is taken, and gone")
    name = walk.stack.plant_dead_letter(grace["id"])
    page = walk.page
    page.click("nav a", "Dead letters")
    page.click(".mails a", "ComicRead")
    page.find(".detail .words", "<i>planted</i> by the walk")
    walk.picture("dead-letter")
    page.click("button", "Replay")
    page.find(".toast", timeout=20)
    page.find(".empty strong", "No dead letters", timeout=10)
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
    page.click(".chip", "Overview")
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
