// Four numbers of the last minute, with a line each.

import { h, s, show } from "./dom.js";
import { duration, number, quantile } from "./format.js";
import { isProblem } from "./rows.js";

const SECONDS = 60;

export class Tiles {
  #journal;
  #timer = 0;
  #isFilled = false;

  constructor(journal) {
    this.#journal = journal;
    this.element = h("section", { class: "tiles", "aria-label": "The last minute" });
    // What was there before the page is shown at once, what comes later at most four times a second.
    journal.addEventListener("entries", () => { if (this.#isFilled) this.#soon(); else this.draw(); });
    setInterval(() => this.#soon(), 2000);
  }

  #soon() { this.#timer ||= setTimeout(() => { this.#timer = 0; if (this.element.isConnected) this.draw(); }, 250); }

  draw() {
    this.#isFilled = this.#journal.isCaughtUp;
    // Nothing is known yet, which is not the same as nothing.
    if (!this.#isFilled) return show(this.element, ["Requests", "Invocations", "Events", "Problems"].map(name => tile(name, "–", "being read", [], "")));
    const now = Date.now();
    const recent = [];
    for (let index = this.#journal.items.length - 1; index >= 0; index -= 1) {
      const item = this.#journal.items[index];
      if (now - item.t > SECONDS * 1000) break;
      recent.push(item);
    }
    const of = kind => recent.filter(item => item.kind === kind);
    const requests = of("request"), invocations = of("invocation"), problems = recent.filter(isProblem);
    const times = requests.map(item => item.us);
    const cold = invocations.filter(item => item.initUs !== null).length;
    show(this.element,
      tile("Requests", number(requests.length), times.length ? `p50 ${duration(quantile(times, .5))} · p95 ${duration(quantile(times, .95))}` : "none in the last minute", buckets(requests, now), ""),
      tile("Invocations", number(invocations.length), cold ? `${number(cold)} of them cold` : invocations.length ? "all of them warm" : "none in the last minute", buckets(invocations, now), ""),
      tile("Events", number(of("event").length), `${number(of("mail").length)} mails`, buckets(of("event"), now), "second"),
      tile("Problems", number(problems.length), problems.length ? "errors, refusals, retries" : "none in the last minute", buckets(problems, now), problems.length ? "bad" : ""));
  }
}

function buckets(items, now) {
  const counts = new Array(SECONDS / 2).fill(0);
  for (const item of items) counts[Math.min(counts.length - 1, Math.max(0, Math.floor((now - item.t) / 2000)))] += 1;
  return counts.reverse();
}

function tile(name, value, note, counts, tone) {
  const most = Math.max(1, ...counts);
  const points = counts.map((count, index) => `${index / (counts.length - 1) * 100},${30 - count / most * 26}`);
  return h("div", { class: `tile panel ${tone}` }, h("h2", {}, name), h("p", { class: "value" }, value), h("p", { class: "note" }, note),
    counts.length > 0 && s("svg", { class: "spark", viewBox: "0 0 100 32", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("path", { class: "under", d: `M0,32 L${points.join(" L")} L100,32 Z` }), s("path", { class: "over", d: `M${points.join(" L")}` })));
}
