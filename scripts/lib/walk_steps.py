"""What a person does on the way through the served stack, with hands and eyes of Chromium."""

import json
import pathlib
import secrets
import time

from chromium import Browser

PICTURES = pathlib.Path(__file__).resolve().parents[2] / ".nerdwork/walk"
PASSWORD = "walk-" + secrets.token_urlsafe(18)


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
        follow = self.mailed_link(person, "Confirm", "/verify-email")
        self.begin("Its link opens the account")
        opened = self.opened_by(follow)
        opened.look()
        opened.find(".shelf")
        if "token" in opened.run("location.href"):
            raise Failure("the token stays in the address")
        self.picture("verified")

    def mailed_link(self, person, subject, part):
        """Opens the mailbox by the reader's own link, finds the mail, and clicks the mail's link."""
        reader = self.page
        mailbox = self.opened_by(lambda: reader.click("a.button.main", "Open the mailbox"))
        mailbox.look()
        mailbox.type("input[type=search]", person["email"])
        mailbox.click(".mails a", subject)
        mailbox.find(".mail-frame iframe")
        frame = mailbox.frame("/page")
        mailbox.wait_until(lambda: frame.link(part), "the mail's link")
        self.picture("mail")
        return lambda: mailbox.click_at(*frame.link(part))

    def new_password(self, person):
        self.begin(f"{person['name']} has forgotten the password, and chooses a new one")
        page = self.page
        page.click("#account button", "Sign out")
        page.click("a", "Forgot your password?")
        page.type("[name=email]", person["email"])
        page.click("button[type=submit]", "Send the link")
        page.find("h1", "Check your mail")
        opened = self.opened_by(self.mailed_link(person, "password", "/reset-password"))
        opened.look()
        password = opened.run(f"{opened.find('[name=password]')}.value")
        opened.click("button[type=submit]", "Save it")
        opened.find("h1", "Sign in")
        opened.type("[name=email]", person["email"])
        opened.type("[name=password]", password)
        opened.click("button[type=submit]", "Sign in")
        opened.find(".shelf")

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
        self.page.find(".shelf")
        shown = self.page.wait("document.querySelector('.who')?.textContent")
        if shown != person["name"]:
            raise Failure(f"the page shows {shown!r}")
        self.picture("shelf")

    def go_on(self):
        self.begin("The page is loaded again: the session goes on with the cookie")
        self.page.run("location.reload()")
        self.page.find(".shelf")
        if "nw_rt" in self.page.run("document.cookie"):
            raise Failure("a script can see the refresh token")

    def read(self):
        self.begin("She reads a comic, and the reward comes")
        self.page.click(".shelf a", "Moth & Lantern")
        self.page.click("button", "I have read it")
        earned = self.page.find(".earned")
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
