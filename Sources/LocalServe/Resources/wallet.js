// The wallet: what is in it, tipping, and the statement.

import { get } from "./api.js";
import { h, icon, pill, show } from "./dom.js";
import { date, number, signed } from "./format.js";
import { call, currentUser } from "./session.js";

export async function walletPage({ refreshAccount }) {
  const balance = h("p", { class: "huge number" }, "…");
  const lines = h("div", {});
  const streak = h("p", { class: "muted" }, " ");
  const load = async () => {
    const [wallet, statement, loyalty] = await Promise.all([call("GET", "/wallet"), call("GET", "/wallet/statement?limit=50"), call("GET", "/loyalty/me")]);
    show(balance, number(wallet.balance), h("span", {}, "NWT"));
    streak.textContent = `${wallet.held ? `${number(wallet.held)} held back. ` : ""}${loyalty.streakDays ? `Streak: ${loyalty.streakDays} ${loyalty.streakDays === 1 ? "day" : "days"}.` : "Read a comic to begin a streak."}`;
    show(lines, statementTable(statement));
  };
  await load();
  return h("div", { class: "columns" },
    h("div", {}, h("section", { class: "box" }, h("h2", {}, "Your wallet"), balance, streak,
      h("p", { class: "id" }, "Your reader id ", h("code", { id: "reader-id" }, currentUser().id))),
    await tipForm(async () => { await load(); refreshAccount(); })),
    h("section", { class: "box" }, h("h2", {}, "Statement"), lines));
}

async function tipForm(tipped) {
  // The demo's own list of who is here; the product would let you tip under a comment or a comic.
  const { readers } = await get("readers").catch(() => ({ readers: [] }));
  const others = readers.filter(reader => reader.id !== currentUser().id);
  const word = h("p", { role: "status", hidden: true });
  const button = h("button", { class: "button main", type: "submit" }, "Tip");
  let key = crypto.randomUUID();
  return h("form", { class: "box form", novalidate: true, onsubmit: async event => {
    event.preventDefault();
    const { recipient, amount } = Object.fromEntries(new FormData(event.target));
    button.disabled = true;
    try {
      // The same key until it is answered: a second click is the same tip.
      const tip = await call("POST", "/wallet/transfers", { body: { recipientId: recipient.trim(), amount: Number(amount) }, headers: { "idempotency-key": key } });
      key = crypto.randomUUID();
      say(word, `You gave ${number(tip.amount)} NWT.`, "");
      await tipped();
    } catch (error) {
      if (error.status && error.status < 500) key = crypto.randomUUID();
      say(word, error.message, "wrong");
    }
    button.disabled = false;
  } }, h("h2", {}, "Tip another reader"),
  h("label", { class: "labelled" }, h("span", {}, "To"), h("input", { class: "field", name: "recipient", list: "readers", placeholder: "choose, or paste a reader id", autocomplete: "off", required: true }),
    h("datalist", { id: "readers" }, others.map(reader => h("option", { value: reader.id }, reader.name || "a reader without name")))),
  h("label", { class: "labelled" }, h("span", {}, "NWT"), h("input", { class: "field", name: "amount", type: "number", min: 1, step: 1, value: 2, inputmode: "numeric", required: true })), word, button);
}

function say(place, text, tone) {
  place.textContent = text;
  place.className = tone || "right";
  place.hidden = false;
}

function statementTable(statement) {
  if (!statement.entries.length) return h("p", { class: "empty" }, icon("coin"), "Nothing yet: read a comic.");
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, "When"), h("th", {}, "What"), h("th", { class: "amount" }, "NWT"), h("th", { class: "amount" }, "Balance"))),
    h("tbody", {}, statement.entries.map(entry => h("tr", {}, h("td", { class: "muted" }, date(Date.parse(entry.createdAt))),
      h("td", {}, pill(entry.type, entry.amount > 0 ? "good" : "first"), entry.comicId ? h("small", {}, entry.comicId) : null),
      h("td", { class: `amount ${entry.amount > 0 ? "plus" : "minus"}` }, signed(entry.amount)), h("td", { class: "amount" }, number(entry.balance)))))));
}
