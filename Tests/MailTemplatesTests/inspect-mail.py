"""Reads messages with Python's own parsers and prints what they found as JSON: one object for each file named on
standard input, in order. It judges nothing; the tests do."""

import email
import email.policy
import json
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """The tree as a list of events, the text block by block, the links, and the colours that text is written in."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tree, self.links, self.blocks, self.problems, self.styles = [], [], [], [], [], []
        self.sheet, self.inks = "", set()

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.problems.append(f"an attribute of {tag} twice")
        values = dict(attributes)
        self.tree.append([tag, sorted(attributes, key=lambda pair: pair[0])])
        if "href" in values:
            self.links.append(values["href"])
        if "style" in values:
            self.styles.append(values["style"])
        if tag not in VOID:
            self.open.append((tag, values))
        if tag in {"p", "h1", "h2", "td", "th", "div", "title", "a", "br"}:
            self.blocks.append(["", self.place()])

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes nothing")
            return
        self.open.pop()
        self.tree.append(["/" + tag, []])
        if tag in {"a", "td", "th"}:
            self.blocks.append(["", self.place()])

    def handle_comment(self, data):
        self.problems.append("a comment")

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "style":
            self.sheet += data
        elif data.strip():
            if not self.blocks:
                self.blocks.append(["", self.place()])
            self.blocks[-1][0] += data
            self.inks.add(json.dumps([values for _, values in self.open]))

    def place(self):
        for _, values in self.open:
            if values.get("class") == "preview":
                return "preview"
        return "title" if any(tag == "title" for tag, _ in self.open) else "body"


def folded(text):
    """As browsers fold blanks: no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def declarations(text):
    pairs = [part.split(":", 1) for part in text.split(";") if ":" in part]
    return {name.strip(): value.replace("!important", "").strip() for name, value in pairs}


def dark_rules(sheet):
    block = re.search(r"prefers-color-scheme: dark\) \{(.*?)\n\}", sheet, re.S)
    rules = re.findall(r"\.([a-z-]+) \{(.*?)\}", block[1]) if block else []
    return {name: declarations(body) for name, body in rules}


def luminance(colour):
    def linear(value):
        value /= 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
    red, green, blue = (linear(int(colour[at:at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink, paper):
    """WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted([luminance(ink), luminance(paper)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least_contrast(page, rules):
    least = 21.0
    for ancestors in page.inks:
        ink, paper, hidden = "#000000", "#ffffff", False
        for values in json.loads(ancestors):
            style = declarations(values.get("style", ""))
            for name in values.get("class", "").split():
                style.update(rules.get(name, {}))
            hidden = hidden or style.get("display") == "none"
            ink, paper = style.get("color", ink), style.get("background-color", paper)
        if not hidden:
            least = min(least, contrast(ink, paper))
    return least


def inspect(path):
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(message.iter_parts())
    page = Page()
    markup = parts[1].get_content().replace("\r\n", "\n") if len(parts) == 2 else ""
    page.feed(markup)
    page.close()
    page.problems += [f"<{tag}> is never closed" for tag, _ in page.open]
    rules = dark_rules(page.sheet)
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "defects": [repr(defect) for part in [message, *parts] for defect in part.defects],
        "types": [part.get_content_type() + "; " + str(part.get_content_charset()) for part in parts],
        "text": parts[0].get_content().replace("\r\n", "\n") if parts else "",
        "markup": markup,
        "tree": json.dumps(page.tree),
        "tags": sorted({tag for tag, _ in page.tree if not tag.startswith("/")}),
        "attributes": sorted({name for _, pairs in page.tree for name, _ in pairs}),
        "links": page.links,
        "styles": page.styles + [page.sheet],
        "blocks": [folded(text) for text, place in page.blocks if place == "body" and text.strip()],
        "preview": [folded(text) for text, place in page.blocks if place == "preview" and text.strip()],
        "problems": page.problems,
        "darkRules": len(rules),
        "contrast": [least_contrast(page, {}), least_contrast(page, rules)],
        "longestLine": max(len(line) for line in raw.split(b"\r\n")),
        "strayBreaks": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    }


print(json.dumps([inspect(path.rstrip("\n")) for path in sys.stdin]))
