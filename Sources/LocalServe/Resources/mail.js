// The mailbox: what functions have sent, as its readers would see it.

import { get } from "./api.js";
import { empty, facts, h, icon, pill, show, toast } from "./dom.js";
import { date, distance } from "./format.js";

const FORMS = [["page", "Mail"], ["text", "Plain text"], ["headers", "Header fields"]];

export class MailView {
  #mails = [];
  #open = "";
  #form = "page";
  #isNarrow = false;

  constructor(journal) {
    this.list = h("ul", { class: "mails" });
    this.place = h("section", { class: "panel reading", "aria-label": "The mail" });
    this.search = h("input", { class: "field", type: "search", placeholder: "Search address, subject…", "aria-label": "Search mail", oninput: () => this.#draw() });
    this.split = h("div", { class: "split mail-split" }, h("section", { class: "panel list-panel", "aria-label": "Mails" }, this.list), this.place);
    this.element = h("div", { class: "view" }, h("header", { class: "head" }, h("h1", {}, "Mail"),
      h("p", {}, "Nothing leaves this machine. Links work, and open in a new tab.")), h("div", { class: "bar" }, this.search), this.split);
    journal.addEventListener("entries", ({ detail }) => { if (detail.added.some(item => item.kind === "mail")) this.#load(); });
  }

  open(id) {
    this.#open = id;
    this.split.classList.toggle("open", id !== "");
    this.#load();
    this.#read();
  }

  async #load() {
    if (!this.element.isConnected) return;
    try {
      this.#mails = (await get("mail?limit=500")).mails;
    } catch (error) {
      return toast(error.message, "bad");
    }
    this.#draw();
  }

  #draw() {
    const search = this.search.value.trim().toLowerCase();
    const found = this.#mails.filter(mail => `${mail.subject} ${mail.to.join(" ")} ${mail.template}`.toLowerCase().includes(search));
    if (!found.length) return show(this.list, h("li", {}, empty("mail", this.#mails.length ? "No such mail" : "No mail yet", "Sign up in the reader: the first mail comes at once.")));
    show(this.list, found.map(mail => h("li", {}, h("a", { href: `#mail/${encodeURIComponent(mail.id)}`, "aria-current": mail.id === this.#open && "true" },
      h("b", {}, mail.subject), h("time", { title: date(mail.sentAt) }, distance(mail.sentAt)),
      h("span", { class: "muted" }, mail.to.join(", ")), pill(mail.template || "mail", "second")))));
  }

  async #read() {
    const id = this.#open;
    if (!id) return show(this.place, empty("mail", "No mail chosen", "Choose one to read it."));
    try {
      const mail = await get(`mail/${encodeURIComponent(id)}`);
      if (id === this.#open) this.#show(mail);
    } catch (error) {
      if (id === this.#open) show(this.place, empty("mail", "It cannot be read", error.message));
    }
  }

  #show(mail) {
    const forms = FORMS.map(([name, title]) => h("button", { class: "chip", type: "button", "aria-pressed": String(name === this.#form),
      onclick: () => { this.#form = name; this.#show(mail); } }, title));
    const width = h("button", { class: "chip", type: "button", "aria-pressed": String(this.#isNarrow), hidden: this.#form !== "page",
      onclick: () => { this.#isNarrow = !this.#isNarrow; this.#show(mail); } }, "As on a phone");
    show(this.place,
      h("header", { class: "mail-head" }, h("a", { class: "button small back", href: "#mail" }, icon("back"), "Back"), h("h2", {}, mail.subject),
        facts([["From", mail.from], ["To", mail.to.join(", ")], ["Sent", date(mail.sentAt)]]),
        h("div", { class: "chips", role: "group", "aria-label": "How it is shown" }, forms, width)),
      this.#content(mail));
  }

  #content(mail) {
    if (this.#form === "text") return h("pre", { class: "mail-text" }, mail.text);
    if (this.#form === "headers") return h("pre", { class: "mail-text" }, mail.headers);
    // Without scripts, forms and this page's origin; links may open a tab of their own.
    return h("div", { class: `mail-frame ${this.#isNarrow ? "narrow" : ""}` }, h("iframe", {
      title: `Mail: ${mail.subject}`, sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer",
      src: `/_local/api/mail/${encodeURIComponent(mail.id)}/page` }));
  }
}
