// Numbers and times for people.

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const grouped = new Intl.NumberFormat("en-GB");

export const number = value => grouped.format(value);
export const signed = value => (value > 0 ? "+" : value < 0 ? "−" : "") + grouped.format(Math.abs(value));
export const time = milliseconds => clock.format(milliseconds);
const calendar = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
export const day = milliseconds => calendar.format(milliseconds);
export const date = milliseconds => moment.format(milliseconds);

/** `412 µs`, `3.2 ms`, `41 ms`, `1.27 s`. */
export function duration(microseconds) {
  if (microseconds < 1000) return `${microseconds} µs`;
  const milliseconds = microseconds / 1000;
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `in 4 min`, `3 h ago`, `now`. */
export function distance(milliseconds, now = Date.now()) {
  const seconds = Math.round((milliseconds - now) / 1000);
  const far = Math.abs(seconds);
  if (far < 1) return "now";
  const text = far < 90 ? `${far} s` : far < 5400 ? `${Math.round(far / 60)} min`
    : far < 129600 ? `${Math.round(far / 3600)} h` : `${Math.round(far / 86400)} days`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** The value that the given share of the values does not exceed. */
export function quantile(values, share) {
  if (!values.length) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
