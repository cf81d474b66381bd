// One line for each entry.

import { h, icon, pill } from "./dom.js";
import { duration, time } from "./format.js";

export const isProblem = item =>
  item.kind === "refusal" || item.kind === "request" && item.status >= 500 || item.kind === "invocation" && !!item.errorType
  || item.kind === "delivery" && item.outcome !== "delivered";

export const statusTone = status => status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "" : "good";
export const outcomeTone = outcome => ({ delivered: "good", retrying: "warn", dead: "bad" })[outcome] ?? "";
export const outcomeWord = outcome => ({ delivered: "delivered", retrying: "tries again", dead: "dead letter" })[outcome] ?? outcome;

/** What a search looks at, in small letters. */
export function words(item) {
  item.words ??= [item.kind, item.method, item.path, item.route, item.function, item.status, item.source, item.type,
    item.rule, item.target, item.subject, item.operation, item.message, item.text, item.errorType, item.requestId, item.id,
    item.cause?.id, ...(item.log ?? [])].filter(Boolean).join(" ").toLowerCase();
  return item.words;
}

export const causeText = cause => ({
  request: "for a request", event: "for an event", schedule: `schedule ${cause.id}`, queue: `queue ${cause.id}`, person: "by hand",
})[cause.kind] ?? cause.kind;

const line = (item, tone, title, more, ...right) => [
  h("time", { class: "when" }, time(item.t)), h("span", { class: `sign ${tone}` }, icon(item.kind)),
  h("span", { class: "what" }, title, more && h("span", { class: "more" }, more)), h("span", { class: "right" }, right),
];

const took = microseconds => h("span", { class: "took" }, duration(microseconds));

/** An event's receivers, each with how it went. */
function receivers(item) {
  const last = new Map();
  for (const delivery of item.deliveries) last.set(`${delivery.rule}>${delivery.target}`, delivery);
  if (!last.size) return item.rules.length ? [pill("on its way")] : [pill("no rule")];
  return [...last.values()].slice(0, 3).map(delivery => pill(delivery.target, outcomeTone(delivery.outcome)));
}

const RENDER = {
  request: item => line(item, statusTone(item.status), [h("b", { class: "method" }, item.method), " ", item.path],
    item.function ?? "gateway", took(item.us), pill(item.status, statusTone(item.status))),
  invocation: item => line(item, item.errorType ? "bad" : "", h("b", {}, item.function), causeText(item.cause),
    item.initUs !== null && pill("cold", "second"), took(item.us), item.errorType ? pill(item.errorType, "bad") : pill("ok", "good")),
  event: item => line(item, "first", h("b", {}, item.type), item.source, receivers(item)),
  delivery: item => line(item, outcomeTone(item.outcome), [h("b", {}, item.rule), " → ", item.target],
    item.attempts > 1 ? `attempt ${item.attempts}` : "", pill(outcomeWord(item.outcome), outcomeTone(item.outcome))),
  mail: item => line(item, "second", h("b", {}, item.subject), `to ${item.to.join(", ")}`, pill(item.template || "mail", "second")),
  refusal: item => line(item, "bad", [h("b", {}, item.operation), " refused"], item.function, pill(item.type, "bad")),
  note: item => line(item, "", item.text, ""),
};

/** What stands in an entry's row. */
export const row = item => (RENDER[item.kind] ?? RENDER.note)(item);
