// The console: its views, and which of them is shown.

import { AccessView } from "./access.js";
import { h, icon, show } from "./dom.js";
import { Journal } from "./journal.js";
import { LedgerView } from "./ledger.js";
import { LettersView } from "./letters.js";
import { LiveView } from "./live.js";
import { MailView } from "./mail.js";
import { SchedulesView } from "./schedules.js";

const journal = new Journal();
const main = document.getElementById("main");
const VIEWS = [
  { name: "live", title: "Live", make: () => new LiveView(journal) },
  { name: "mail", title: "Mail", make: () => new MailView(journal) },
  { name: "ledger", title: "Ledger", make: () => new LedgerView(journal) },
  { name: "schedules", title: "Schedules", make: () => new SchedulesView() },
  { name: "letters", title: "Dead letters", make: () => new LettersView(journal) },
  { name: "access", title: "Roles", make: () => new AccessView() },
];
const made = new Map();
const counts = { mail: 0, letters: 0 };
let current = null;

function makeNavigation() {
  show(document.getElementById("views"), VIEWS.map(view => {
    view.badge = h("span", { class: "badge", hidden: true });
    view.link = h("a", { href: `#${view.name}` }, icon(view.name), h("span", {}, view.title), view.badge);
    return view.link;
  }));
}

/** `#mail/20261121T…` is the view `mail` with the rest as its place. */
function route() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  const view = VIEWS.find(view => view.name === name) ?? VIEWS[0];
  if (!made.has(view.name)) made.set(view.name, view.make());
  const shown = made.get(view.name);
  if (current !== shown) {
    current?.hide?.();
    current = shown;
    show(main, shown.element);
    for (const other of VIEWS) other.link.toggleAttribute("aria-current", other === view);
    for (const other of VIEWS) if (other === view) other.link.setAttribute("aria-current", "page");
    view.link.scrollIntoView({ block: "nearest", inline: "nearest" });
    document.title = `${view.title} · Nerdwork+ local`;
    count(view.name, 0);
  }
  shown.open?.(rest.map(decodeURIComponent).join("/"));
}

/** The number beside a view's name: what came while somebody looked at another one. */
function count(name, number) {
  counts[name] = number;
  const { badge } = VIEWS.find(view => view.name === name);
  badge.hidden = !number;
  badge.textContent = number > 99 ? "99+" : String(number);
}

function isShown(name) { return current === made.get(name) && current !== null; }

journal.addEventListener("entries", ({ detail }) => {
  const mails = detail.added.filter(item => item.kind === "mail").length;
  const letters = detail.added.filter(item => item.kind === "delivery" && item.outcome === "dead").length;
  if (mails && !isShown("mail")) count("mail", counts.mail + mails);
  if (letters && !isShown("letters")) count("letters", counts.letters + letters);
});

journal.addEventListener("state", () => {
  const words = { live: `live on port ${location.port}`, lost: "not reachable, trying again", connecting: "connecting" };
  const link = document.getElementById("link");
  link.dataset.state = journal.state;
  link.lastElementChild.textContent = words[journal.state];
});

addEventListener("hashchange", route);
makeNavigation();
route();
journal.follow();
