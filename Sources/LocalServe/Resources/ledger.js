// The books: accounts, and of one of them the statement and how its balance went.

import { get } from "./api.js";
import { balanceChart } from "./chart.js";
import { empty, h, icon, pill, show } from "./dom.js";
import { date, day, distance, number, plural, signed, time } from "./format.js";

const TONES = { REWARD: "good", TIP: "first", PURCHASE: "second", GRANT: "good", REVERSAL: "warn" };

export class LedgerView {
  #open = "";
  #timer = 0;

  constructor(journal) {
    this.cards = h("section", { class: "tiles", "aria-label": "The books" });
    this.search = h("input", { class: "field", type: "search", placeholder: "Search account or name…", "aria-label": "Search accounts", oninput: () => this.#soon() });
    this.table = h("div", { class: "panel list-panel accounts" });
    this.place = h("section", { class: "panel detail statement", "aria-label": "Statement" });
    this.split = h("div", { class: "split ledger-split" }, this.table, this.place);
    this.element = h("div", { class: "view" }, h("header", { class: "head" }, h("h1", {}, "Ledger"),
      h("p", {}, "Read from the database in one snapshot; nothing here can write.")), this.cards, h("div", { class: "bar" }, this.search), this.split);
    journal.addEventListener("entries", ({ detail }) => { if (detail.added.some(item => item.kind === "invocation")) this.#soon(); });
  }

  open(reference) {
    this.#open = reference;
    this.split.classList.toggle("open", reference !== "");
    this.#load();
  }

  #soon() {
    this.#timer ||= setTimeout(() => { this.#timer = 0; if (this.element.isConnected) this.#load(); }, 700);
  }

  async #load() {
    const reference = this.#open;
    try {
      const [books, statement] = await Promise.all([get(`ledger?search=${encodeURIComponent(this.search.value.trim())}`),
        reference ? get(`ledger/statement?account=${encodeURIComponent(reference)}`) : null]);
      this.#draw(books);
      if (reference === this.#open) this.#showStatement(statement);
    } catch (error) {
      show(this.table, empty("ledger", "The books cannot be read", error.message));
      show(this.place);
    }
  }

  #draw(books) {
    const isSound = books.total === 0;
    show(this.cards,
      card("In circulation", `${number(books.circulation)} NWT`, "what the treasury has issued"),
      card("Accounts", number(books.accountCount), `${plural(books.transactions, "transaction")}`),
      card("Books", isSound ? "balanced" : `off by ${number(books.total)}`, "the sum of all balances is 0", isSound ? "good" : "bad"),
      card("Last audit", books.audit?.state ?? "none yet", books.audit ? `${plural(books.audit.findings, "finding")}, ${distance(books.audit.finishedAt)}` : "the schedule runs one each night", books.audit && books.audit.state !== "clean" ? "bad" : ""));
    if (!books.accounts.length) return show(this.table, empty("ledger", "No such account", "A reader's wallet opens with its first movement."));
    show(this.table, h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, "Account"), h("th", {}, "Balance"), h("th", {}, "Entries"), h("th", { class: "wide" }, "Moved"))),
      h("tbody", {}, books.accounts.map(account => this.#row(account))))),
    books.accountCount > books.accounts.length && !this.search.value ? h("p", { class: "rest" }, `${number(books.accountCount - books.accounts.length)} more: search for them.`) : null);
  }

  #row(account) {
    const href = `#ledger/${encodeURIComponent(account.reference)}`;
    const isOpen = account.reference === this.#open;
    return h("tr", { class: isOpen && "chosen", onclick: event => { if (!event.target.closest("a")) location.hash = href; } },
      h("th", { scope: "row" }, h("a", { href, "aria-current": isOpen && "true", class: account.name || account.isSystem ? null : "bare" }, account.name || account.reference),
        account.name ? h("small", {}, account.reference) : null, account.isSystem ? pill("system") : null),
      h("td", {}, number(account.balance), account.held ? h("small", {}, `${number(account.held)} held`) : null), h("td", {}, number(account.entries)),
      h("td", { class: "wide muted" }, account.lastMovement ? distance(account.lastMovement) : "never"));
  }

  #showStatement(statement) {
    if (!statement) return show(this.place, empty("ledger", "No account chosen", "Choose one to see its statement and how its balance went."));
    show(this.place, h("a", { class: "button small back", href: "#ledger" }, icon("back"), "Back"),
      h("header", { class: "detail-head" }, h("p", { class: "kind" }, icon("ledger"), statement.isSystem ? "system account" : "wallet"),
        h("h2", {}, statement.name || statement.reference), statement.name ? h("p", { class: "mono muted" }, statement.reference) : null,
        h("p", { class: "balance number" }, number(statement.balance), h("span", {}, "NWT"))),
      statement.entries.length ? balanceChart(statement.entries, statement.balance) : null, this.#lines(statement));
  }

  #lines(statement) {
    if (!statement.entries.length) return empty("ledger", "No movement yet", "The first one opens the statement.");
    return [h("div", { class: "scroll" }, h("table", { class: "lines" }, h("thead", {}, h("tr", {}, h("th", {}, "When"), h("th", { class: "left" }, "What"), h("th", {}, "Amount"), h("th", {}, "Balance"))),
      h("tbody", {}, statement.entries.slice(0, 200).map(entry => h("tr", {}, h("td", { class: "left muted", title: `${date(entry.at)}, transaction ${entry.transactionId}` }, day(entry.at), h("small", {}, time(entry.at))),
        h("td", { class: "left" }, pill(entry.type, TONES[entry.type] ?? ""), h("small", { title: entry.others }, `${entry.amount > 0 ? "from" : "to"} ${entry.others}`)),
        h("td", { class: entry.amount > 0 ? "plus" : "minus" }, signed(entry.amount)), h("td", {}, number(entry.balance))))))),
    statement.more ? h("p", { class: "rest" }, "Older movements are not shown.") : null];
  }
}

const card = (name, value, note, tone = "") =>
  h("div", { class: `tile panel ${tone}` }, h("h2", {}, name), h("p", { class: "value" }, value), h("p", { class: "note" }, note));
