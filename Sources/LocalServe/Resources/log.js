// Log lines for people: a JSON line becomes level, message and fields; any other stays as it is.

import { h, pill } from "./dom.js";

const TONES = { ERROR: "bad", CRITICAL: "bad", FATAL: "bad", WARN: "warn", WARNING: "warn", INFO: "first" };
const HIDDEN = new Set(["timestamp", "level", "message", "requestId", "function", "AWSRequestId"]);

export function logLines(lines) {
  if (!lines?.length) return h("p", { class: "muted" }, "It wrote nothing.");
  return h("ol", { class: "log" }, lines.map(line));
}

function line(text) {
  const entry = text.startsWith("{") ? parsed(text) : null;
  if (!entry) return h("li", { class: "plain" }, text);
  if (entry._aws) return h("li", { class: "plain" }, pill("metric"), " ", metrics(entry));
  const level = String(entry.level ?? "");
  const fields = Object.entries(entry).filter(([name]) => !HIDDEN.has(name));
  return h("li", {}, pill(level.toLowerCase() || "log", TONES[level.toUpperCase()] ?? ""), " ", String(entry.message ?? ""),
    fields.length > 0 && h("span", { class: "fields" }, fields.map(([name, value]) =>
      h("span", {}, h("i", {}, name), " ", typeof value === "object" ? JSON.stringify(value) : String(value)))));
}

function metrics(entry) {
  const names = (entry._aws.CloudWatchMetrics ?? []).flatMap(group => (group.Metrics ?? []).map(metric => metric.Name));
  return names.map(name => `${name} ${entry[name]}`).join(", ");
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A JSON value on as many lines as people need. */
export const prettyJSON = value => JSON.stringify(value, null, 2);
