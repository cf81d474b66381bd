// Everything as it happens: a list that can be narrowed, and beside it what one entry holds.

import { empty, h, icon, show } from "./dom.js";
import { detail } from "./detail.js";
import { List } from "./list.js";
import { isProblem, row, words } from "./rows.js";
import { Tiles } from "./tiles.js";

// A request's invocation and an event's deliveries stand with it; the overview leaves them out.
const FILTERS = [
  { name: "overview", title: "Overview", takes: item => item.kind === "invocation" ? item.cause.kind !== "request" && item.cause.kind !== "event" || isProblem(item)
    : item.kind === "delivery" ? !item.event || item.outcome !== "delivered" : true },
  { name: "requests", title: "Requests", takes: item => item.kind === "request" },
  { name: "invocations", title: "Invocations", takes: item => item.kind === "invocation" },
  { name: "events", title: "Events", takes: item => item.kind === "event" || item.kind === "delivery" && !item.event },
  { name: "problems", title: "Problems", takes: isProblem },
];

export class LiveView {
  #journal;
  #filter = FILTERS[0];
  #search = "";
  #shown = [];
  #isPaused = false;
  #missed = 0;
  #frame = 0;
  #pending = [];

  constructor(journal) {
    this.#journal = journal;
    this.tiles = new Tiles(journal);
    this.list = new List({
      rowHeight: 42, label: "What happened, the newest first", key: item => item.n,
      render: item => row(item, journal), choose: item => this.#choose(item) });
    this.place = h("section", { class: "panel detail", "aria-label": "Details" });
    this.nothing = h("div", { class: "list-empty" }, empty("live", "Nothing has happened yet",
      "Send a request, or open the reader: what the stack does is shown here while it does it."));
    this.split = h("div", { class: "split" }, h("section", { class: "panel list-panel" }, this.nothing, this.list.element), this.place);
    this.element = h("div", { class: "view live" }, this.#head(), this.tiles.element, this.#bar(), this.split);
    journal.addEventListener("entries", ({ detail }) => this.#entries(detail));
    this.#rebuild();
    this.#choose(null);
  }

  open() { this.tiles.draw(); }

  #head() {
    return h("header", { class: "head" }, h("h1", {}, "Live"),
      h("p", {}, "Requests, invocations, events and mail of this machine, as they happen."));
  }

  #bar() {
    this.chips = FILTERS.map(filter => h("button", {
      class: "chip", type: "button", "aria-pressed": String(filter === this.#filter), onclick: () => this.#narrow(filter),
    }, filter.title));
    this.field = h("input", { class: "field", type: "search", placeholder: "Search path, function, event…",
      "aria-label": "Search", oninput: () => { this.#search = this.field.value.trim().toLowerCase(); this.#rebuild(); } });
    this.pause = h("button", { class: "button", type: "button", "aria-pressed": "false", onclick: () => this.#hold() });
    this.#labelPause();
    return h("div", { class: "bar" }, h("div", { class: "chips", role: "group", "aria-label": "Which entries" }, this.chips),
      this.field, this.pause, h("button", { class: "button", type: "button", onclick: () => this.#journal.clear() }, "Clear"));
  }

  #labelPause() {
    show(this.pause, icon(this.#isPaused ? "play" : "pause"),
      h("span", {}, this.#isPaused ? this.#missed ? `Resume (${this.#missed})` : "Resume" : "Pause"));
    this.pause.setAttribute("aria-pressed", String(this.#isPaused));
  }

  #hold() {
    this.#isPaused = !this.#isPaused;
    this.#missed = 0;
    this.#labelPause();
    if (!this.#isPaused) this.#rebuild();
  }

  #narrow(filter) {
    this.#filter = filter;
    this.chips.forEach((chip, index) => chip.setAttribute("aria-pressed", String(FILTERS[index] === filter)));
    this.#rebuild();
    this.list.top();
  }

  #takes(item) {
    return this.#filter.takes(item) && (!this.#search || words(item).includes(this.#search));
  }

  #rebuild() {
    this.#pending = [];
    this.#shown = this.#journal.items.filter(item => this.#takes(item));
    this.#draw(0);
  }

  #entries({ added, isNew }) {
    if (isNew) return this.#rebuild();
    if (this.#isPaused) {
      this.#missed += added.length;
      return this.#labelPause();
    }
    this.#pending.push(...added);
    // Once a frame, however many come.
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#add(this.#pending.splice(0)); });
  }

  #add(items) {
    const taken = items.filter(item => this.#takes(item));
    this.#shown.push(...taken);
    const oldest = this.#journal.items[0]?.n ?? 0;
    const gone = this.#shown.findIndex(item => item.n >= oldest);
    if (gone > 0) this.#shown.splice(0, gone);
    this.#draw(taken.length);
  }

  #draw(added) {
    this.nothing.hidden = this.#shown.length > 0 || !this.#journal.isCaughtUp;
    this.list.element.hidden = !this.#shown.length;
    this.list.set(this.#shown, added);
    const { chosen } = this.list;
    if (chosen && chosen.version !== this.drawn) this.#choose(chosen);
  }

  #choose(item) {
    this.split.classList.toggle("open", item !== null);
    this.drawn = item?.version;
    if (!item) return show(this.place, empty("live", "Nothing chosen", "Choose an entry to see its timing, its log and what came of it."));
    show(this.place, h("button", { class: "button small back", type: "button", onclick: () => this.list.choose(null) },
      icon("back"), "Back"), detail(item, this.#journal, other => this.#jump(other)));
  }

  #jump(item) {
    if (!this.#shown.includes(item)) this.#narrow(FILTERS.find(filter => filter.name !== "overview" && filter.takes(item)) ?? FILTERS[0]);
    if (this.#shown.includes(item)) this.list.choose(item); else this.#choose(item);
  }
}
