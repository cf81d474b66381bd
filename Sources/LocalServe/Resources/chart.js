// A balance over time as steps: it stays until the next movement.

import { h, s } from "./dom.js";
import { date, number, signed } from "./format.js";

const WIDTH = 440, HEIGHT = 170;
const EDGE = { left: 46, right: 8, top: 12, bottom: 24 };

/** Round steps that divide a span into about four. */
function step(span) {
  const rough = Math.max(1, span / 4), power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough);
}

/** Entries with the newest first, each with the balance after it. */
export function balanceChart(entries, balance) {
  const oldest = entries[entries.length - 1];
  const points = [{ at: oldest.at, balance: oldest.balance - oldest.amount, amount: 0 }, ...[...entries].reverse()];
  const values = points.map(point => point.balance);
  const size = step(Math.max(...values, 0) - Math.min(...values, 0));
  const low = Math.floor(Math.min(...values, 0) / size) * size, high = Math.max(low + size, Math.ceil(Math.max(...values, 0) / size) * size);
  const start = points[0].at, end = Math.max(start + 1, points[points.length - 1].at);
  // Movements of one moment would lie on each other: where all are close, each gets the same room.
  const isDense = end - start < 1000 * points.length;
  const x = (point, index) => EDGE.left + (isDense ? index / (points.length - 1) : (point.at - start) / (end - start)) * (WIDTH - EDGE.left - EDGE.right);
  const y = value => EDGE.top + (high - value) / (high - low) * (HEIGHT - EDGE.top - EDGE.bottom);
  let path = `M${x(points[0], 0)},${y(points[0].balance)}`;
  points.slice(1).forEach((point, index) => { path += ` H${x(point, index + 1).toFixed(1)} V${y(point.balance).toFixed(1)}`; });
  const right = x(points[points.length - 1], points.length - 1);
  const last = points.length - 1;
  return h("figure", { class: "chart" },
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Balance over ${points.length - 1} movements, now ${number(balance)} NWT` },
      grid(low, high, size, y),
      s("path", { class: "under", d: `${path} V${y(Math.max(low, 0))} H${EDGE.left} Z` }), s("path", { class: "over", d: path }),
      points.slice(1).slice(-30).map((point, index, shown) => marker(point, x(point, last - shown.length + 1 + index), y(point.balance))),
      s("text", { x: EDGE.left, y: HEIGHT - 6 }, date(start)), s("text", { x: right, y: HEIGHT - 6, "text-anchor": "end" }, date(end))));
}

function grid(low, high, size, y) {
  const lines = [];
  for (let value = low; value <= high + size / 2; value += size) {
    lines.push(s("line", { class: value === 0 ? "axis" : "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) }),
      s("text", { x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  return lines;
}

const marker = (point, x, y) => s("circle", { class: "dot", cx: x, cy: y, r: 3.2 },
  s("title", {}, `${date(point.at)}: ${signed(point.amount)} NWT, then ${number(point.balance)}`));
