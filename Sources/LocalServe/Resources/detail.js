// What one entry holds: facts, timing, log, and what came of it.

import { facts, h, icon, pill, s } from "./dom.js";
import { date, duration, number } from "./format.js";
import { logLines, prettyJSON } from "./log.js";
import { causeText, outcomeTone, outcomeWord, statusTone } from "./rows.js";

const section = (title, ...content) => h("section", { class: "part" }, h("h3", {}, title), content);
const head = (kind, title, ...pills) =>
  h("header", { class: "detail-head" }, h("p", { class: "kind" }, icon(kind), kind), h("h2", {}, title), h("p", { class: "pills" }, pills));

/** Bars below each other, to one scale. */
function timing(bars) {
  const whole = Math.max(1, ...bars.map(bar => bar.from + bar.length));
  return h("div", { class: "timing" }, bars.map(bar => h("div", {},
    h("span", {}, bar.name), s("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("rect", { class: `bar ${bar.tone ?? ""}`, x: bar.from / whole * 100, width: Math.max(.6, bar.length / whole * 100), height: 6, rx: 1 })),
    h("b", { class: "number" }, duration(bar.length)))));
}

const invocationBars = (item, from) => [
  item.initUs !== null && { name: "init", from: 0, length: item.initUs, tone: "second" },
  { name: item.function, from: Math.max(from, item.initUs ?? 0), length: item.us, tone: item.errorType ? "bad" : "first" },
].filter(Boolean);

function invocationFacts(item) {
  return facts([
    ["Request id", h("code", {}, item.requestId)], ["Billed", `${number(item.billedMs)} ms`],
    ["Memory", `${number(item.peakMB)} of ${number(item.memoryMB)} MB`], ["Status", item.status],
  ]);
}

function invocationPart(item) {
  return [section(`Invocation of ${item.function}`, invocationFacts(item)), section("Log", logLines(item.log))];
}

const jumpTo = (items, jump, text) => h("ul", { class: "jumps" }, items.map(item =>
  h("li", {}, h("button", { class: "jump", type: "button", onclick: () => jump(item) }, icon(item.kind), text(item)))));

const DETAIL = {
  request(item, journal) {
    const invocations = journal.causedBy("request", item.id);
    return [
      head("request", `${item.method} ${item.path}`, pill(item.status, statusTone(item.status)), pill(duration(item.us))),
      facts([["At", date(item.t)], ["Route", item.route ?? "none matched"], ["Function", item.function ?? "the gateway answered"],
        ["Request id", h("code", {}, item.id)]]),
      section("Timing", timing([{ name: "whole", from: 0, length: item.us, tone: "" },
        ...invocations.flatMap(invocation => invocationBars(invocation, Math.max(0, item.us - invocation.us)))])),
      invocations.map(invocationPart),
    ];
  },
  invocation(item, journal) {
    return [
      head("invocation", item.function, item.errorType ? pill(item.errorType, "bad") : pill("ok", "good"),
        item.initUs !== null && pill("cold start", "second"), pill(duration(item.us))),
      facts([["At", date(item.t)], ["Cause", causeText(item.cause)],
        ["Its id", ["request", "event"].includes(item.cause.kind) ? h("code", {}, item.cause.id) : null]]),
      section("Timing", timing(invocationBars(item, 0))), invocationFacts(item), section("Log", logLines(item.log)),
    ];
  },
  event(item, journal, jump) {
    const invocations = journal.causedBy("event", item.id);
    return [
      head("event", item.type, pill(item.source, "first"), pill(`bus ${item.bus}`)),
      facts([["At", date(item.t)], ["Event id", h("code", {}, item.id)]]),
      section("Where it went", item.rules.length ? h("ul", { class: "routes" }, item.rules.map(rule => routeOf(rule, item)))
        : h("p", { class: "muted" }, "No rule matches: nobody gets it.")),
      invocations.length > 0 && section("Invocations", jumpTo(invocations, jump, invocation => [
        h("b", {}, invocation.function), " ", h("span", { class: "muted number" }, duration(invocation.us)), " ",
        invocation.errorType && pill(invocation.errorType, "bad")])),
      section("Detail", h("pre", { class: "code" }, prettyJSON(item.detail))),
    ];
  },
  delivery(item, journal, jump) {
    return [
      head("delivery", `${item.rule} → ${item.target}`, pill(outcomeWord(item.outcome), outcomeTone(item.outcome))),
      facts([["At", date(item.t)], ["Source", h("code", {}, item.source)], ["Attempts", number(item.attempts)],
        ["Next attempt", item.retryAt ? date(item.retryAt) : null],
        ["Kept as", item.file ? h("a", { href: `#letters/${encodeURIComponent(item.file.split("/").pop())}` }, item.file.split("/").pop()) : null]]),
      item.event && section("Event", jumpTo([item.event], jump, event => h("b", {}, event.type))),
    ];
  },
  mail(item) {
    return [
      head("mail", item.subject, pill(item.template || "mail", "second")),
      facts([["At", date(item.t)], ["To", item.to.join(", ")], ["From", item.from], ["Sent by", item.function]]),
      h("p", {}, h("a", { class: "button", href: `#mail/${encodeURIComponent(item.id)}` }, icon("mail"), "Read it")),
    ];
  },
  refusal(item) {
    return [
      head("refusal", item.operation, pill(item.type, "bad")),
      facts([["At", date(item.t)], ["Caller", item.function]]), h("p", { class: "words" }, item.message),
    ];
  },
  note: item => [head("note", "Note"), facts([["At", date(item.t)]]), h("p", { class: "words" }, item.text)],
};

function routeOf(rule, item) {
  const tries = item.deliveries.filter(delivery => delivery.rule === rule);
  const targets = new Map(tries.map(delivery => [delivery.target, delivery]));
  return h("li", {}, h("b", {}, rule), targets.size ? [...targets.values()].map(delivery =>
    h("div", { class: "target" }, icon("delivery"), h("span", {}, delivery.target), pill(outcomeWord(delivery.outcome), outcomeTone(delivery.outcome)),
      delivery.attempts > 1 && h("span", { class: "muted" }, `${delivery.attempts} attempts`)))
    : h("div", { class: "target muted" }, icon("delivery"), "on its way"));
}

export const detail = (item, journal, jump) => (DETAIL[item.kind] ?? DETAIL.note)(item, journal, jump);
