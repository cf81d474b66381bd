// Dead letters: what was given up, why, and the button that hands it over again.

import { get, post } from "./api.js";
import { empty, facts, h, icon, pill, show, toast } from "./dom.js";
import { date, distance, plural } from "./format.js";
import { prettyJSON } from "./log.js";

export class LettersView {
  #letters = [];
  #open = "";

  constructor(journal) {
    this.list = h("ul", { class: "mails" });
    this.place = h("section", { class: "panel detail", "aria-label": "The letter" });
    this.split = h("div", { class: "split" }, h("section", { class: "panel list-panel", "aria-label": "Dead letters" }, this.list), this.place);
    this.element = h("div", { class: "view" }, h("header", { class: "head" }, h("h1", {}, "Dead letters"),
      h("p", {}, "Events and messages that no attempt succeeded with. Mend the reason, then replay.")), this.split);
    journal.addEventListener("entries", ({ detail }) => { if (detail.added.some(item => item.kind === "delivery")) this.#load(); });
  }

  open(name) {
    this.#open = name;
    this.split.classList.toggle("open", name !== "");
    this.#load();
  }

  async #load() {
    if (!this.element.isConnected) return;
    try {
      this.#letters = (await get("dead-letters")).letters;
    } catch (error) {
      return toast(error.message, "bad");
    }
    this.#draw();
  }

  #draw() {
    show(this.list, this.#letters.length ? this.#letters.map(letter => h("li", {}, h("a", { href: `#letters/${encodeURIComponent(letter.name)}`, "aria-current": letter.name === this.#open && "true" },
      h("b", {}, letter.title || letter.target), h("time", { title: date(letter.at) }, distance(letter.at)),
      h("span", { class: "muted" }, `for ${letter.target}`), pill(letter.errorType || "given up", "bad"))))
      : h("li", {}, empty("letters", "No dead letters", "Everything that was sent has arrived, or is still being tried.")));
    const letter = this.#letters.find(letter => letter.name === this.#open);
    show(this.place, letter ? this.#letter(letter) : empty("letters", this.#open ? "It is gone" : "No letter chosen",
      this.#open ? "It was replayed, or its file was removed." : "Choose one to see what it holds and why it was given up."));
  }

  #letter(letter) {
    const button = h("button", { class: "button main", type: "button", onclick: () => this.#replay(letter, button) }, icon("again"), "Replay");
    return [
      h("a", { class: "button small back", href: "#letters" }, icon("back"), "Back"),
      h("header", { class: "detail-head" }, h("p", { class: "kind" }, icon("letters"), "dead letter"), h("h2", {}, letter.title || letter.target),
        h("p", { class: "pills" }, pill(letter.errorType || "given up", "bad"), letter.attempts ? pill(plural(letter.attempts, "attempt")) : null)),
      letter.errorMessage ? h("p", { class: "words" }, letter.errorMessage) : null,
      h("p", { class: "actions" }, button),
      facts([["For", letter.target], ["Given up", date(letter.at)], ["File", h("code", {}, letter.name)]]),
      h("section", { class: "part" }, h("h3", {}, "What it holds"), h("pre", { class: "code" }, prettyJSON(letter.payload))),
    ];
  }

  async #replay(letter, button) {
    button.disabled = true;
    try {
      const answer = await post("dead-letters/replay", { name: letter.name });
      toast(answer.message ?? "It was taken, and the letter is gone.", answer.succeeded ? "" : "bad");
    } catch (error) {
      toast(error.message, "bad");
    }
    button.disabled = false;
    this.#load();
  }
}
