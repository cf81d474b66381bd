// Invented comics: a cover each, drawn here, and a few panels.

import { s } from "./dom.js";

const circle = (cx, cy, r, fill, more) => s("circle", { cx, cy, r, fill, ...more });
const shape = (d, fill, more) => s("path", { d, fill, ...more });
const line = (d, stroke, width = 3) => s("path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" });
const box = (x, y, width, height, fill, rx = 0) => s("rect", { x, y, width, height, fill, rx });
const stars = (seed, fill, count = 26) => Array.from({ length: count }, (_, index) =>
  circle((index * 73 + seed * 31) % 200, (index * 47 + seed * 17) % 150, index % 5 ? .9 : 1.7, fill));

export const COMICS = [
  {
    id: "moth-and-lantern-1", title: "Moth & Lantern", part: "1 · A borrowed light", ink: "#2b1d4f", paper: "#f7c66b",
    art: () => [box(0, 0, 200, 260, "#2b1d4f"), stars(1, "#8d7bd0"), circle(112, 128, 84, "#4a3382"), circle(112, 128, 56, "#7a4f9c"), circle(112, 128, 31, "#f7c66b"),
      shape("M98 96h28l6 14v40l-6 14H98l-6-14v-40z", "none", { stroke: "#1b1035", "stroke-width": 5 }), line("M112 96V78M100 78h24", "#1b1035", 5),
      shape("M58 168c-22-20-34-4-24 12 6 9 17 6 24-2 7 8 18 11 24 2 10-16-2-32-24-12z", "#f3e6ff"), line("M58 164v22", "#1b1035", 4), shape("M0 214c50-22 150-16 200 4v42H0z", "#180f30")],
    panels: ["The lantern had burned for ninety years without once being asked how it felt.", "\u201cWarm,\u201d it said, when the moth finally did.", "Outside, the dark leaned closer to listen."],
  },
  {
    id: "orbit-repair-club-4", title: "Orbit Repair Club", part: "4 · The loose bolt", ink: "#0f2f3d", paper: "#9fe3d0",
    art: () => [box(0, 0, 200, 260, "#0f2f3d"), stars(5, "#5fa6a8"), circle(150, 232, 118, "#1d6a73"), circle(150, 232, 92, "#2a8a87"),
      s("g", { transform: "rotate(-18 92 108)" }, box(40, 92, 34, 30, "#9fe3d0", 3), box(112, 92, 34, 30, "#9fe3d0", 3), line("M57 92v30M129 92v30", "#0f2f3d", 2), box(76, 88, 34, 40, "#f4efe2", 7), circle(93, 108, 9, "#ef7d57")),
      line("M86 134c-12 26 8 30-6 52", "#f4efe2", 2.5), circle(78, 200, 15, "#f4efe2"), circle(78, 198, 9, "#ef7d57")],
    panels: ["Somebody had counted the bolts, and somebody had counted one too few.", "\u201cIt is only rattling,\u201d said Uma, \u201cbecause it wants to come along.\u201d", "So they gave it a name, and a seat, and a very small helmet."],
  },
  {
    id: "tea-with-the-tide-2", title: "Tea with the Tide", part: "2 · Low water", ink: "#154a6b", paper: "#ffd9c2",
    art: () => [box(0, 0, 200, 260, "#ffd9c2"), circle(138, 76, 34, "#f08b6a"), shape("M0 128c28-16 44 14 72 0s44 14 72 0 40 8 56-2v134H0z", "#5aa9b8"), shape("M0 164c28-16 44 14 72 0s44 14 72 0 40 8 56-2v98H0z", "#2c7a99"), shape("M0 204c28-16 44 14 72 0s44 14 72 0 40 8 56-2v58H0z", "#154a6b"),
      shape("M62 126h52v14c0 18-10 26-26 26s-26-8-26-26z", "#fffaf3"), line("M114 132c16-2 16 20-2 20", "#fffaf3", 5), line("M76 116c-6-12 8-14 2-26M94 116c-6-12 8-14 2-26", "#fffaf3", 3)],
    panels: ["Every day at four the sea came up to the door, and wiped its feet.", "\u201cTwo sugars,\u201d it said, \u201cand could you move the boats.\u201d", "The cups have tasted of salt ever since. Nobody minds."],
  },
  {
    id: "static-on-channel-nine-7", title: "Static on Channel Nine", part: "7 · Please stand by", ink: "#3a1230", paper: "#ff8fa3",
    art: () => [box(0, 0, 200, 260, "#3a1230"), shape("M0 0h200v108L0 172z", "#ff8fa3"), box(40, 78, 120, 96, "#22091c", 14), box(52, 90, 80, 72, "#f6e7d8", 8),
      ...Array.from({ length: 34 }, (_, index) => box(56 + (index * 29) % 68, 95 + (index * 41) % 60, 6 + index % 3 * 4, 3, index % 3 ? "#3a1230" : "#ff5c7a")),
      circle(146, 106, 6, "#ffd166"), circle(146, 126, 6, "#f6e7d8"), line("M82 78 60 46M112 78l30-38", "#f6e7d8", 4), shape("M60 174h14v18H60zM126 174h14v18h-14z", "#22091c")],
    panels: ["Nobody broadcasts on nine. Grandmother watches it anyway.", "\u201cHush,\u201d she says. \u201cThis is the good part.\u201d", "And between two lines of snow, something waves."],
  },
  {
    id: "paper-dragons-3", title: "Paper Dragons of Lane Street", part: "3 · Fold here", ink: "#5b1f14", paper: "#fff1d0",
    art: () => [box(0, 0, 200, 260, "#fff1d0"), shape("M0 190l40-34 34 22 46-42 38 30 42-24v118H0z", "#f3c178"), shape("M34 118l52-52 14 34 62-30-30 46 34 12-70 16-26 44-8-46z", "#d8492f"), shape("M86 66l14 34-22 44z", "#a82f1e"), shape("M100 100l62-30-30 46z", "#ee7752"), circle(58, 108, 3.4, "#fff1d0"), line("M132 150c14 14 26 8 32 22", "#5b1f14", 2.5), shape("M0 222h200v38H0z", "#5b1f14"), box(22, 196, 26, 30, "#5b1f14"), box(60, 186, 32, 40, "#7a2c1c"), box(120, 192, 28, 34, "#7a2c1c"), box(158, 182, 26, 44, "#5b1f14")],
    panels: ["A dragon of paper fears three things: rain, scissors, and homework.", "This one had been homework, once.", "\u201cI got a B,\u201d it said, and breathed a very small, very hot full stop."],
  },
  {
    id: "the-cartographers-cat-5", title: "The Cartographer's Cat", part: "5 · Here be naps", ink: "#22371f", paper: "#dfe9c6",
    art: () => [box(0, 0, 200, 260, "#dfe9c6"), shape("M18 40l56-16 52 18 58-18v178l-58 18-52-18-56 16z", "#f9f5e3"), line("M74 24v178M126 42v178", "#c9cfa8", 2), shape("M34 84c18-24 46-10 52 6s36 6 50 22-6 40-34 34-30 18-52 8-30-52-16-70z", "#8fb573"), line("M40 170c30-10 40 14 66 4s34-2 60-14", "#c2572f", 2.5),
      shape("M92 132c-4-20 6-30 10-36l8 9h16l8-9c4 6 14 16 10 36 12 20 4 42-26 42s-38-22-26-42z", "#22371f"), circle(109, 128, 3.6, "#f4d35e"), circle(127, 128, 3.6, "#f4d35e"), line("M142 168c18 4 26-8 22-22", "#22371f", 7)],
    panels: ["Every map in the shop has one town that was never there: it is where she slept.", "Travellers have begun to find it.", "They report good fish, and no particular hurry."],
  },
];

/** A comic's cover, or one of its panels: the same drawing, seen from nearer. */
export function art(comic, window = "0 0 200 260") {
  return s("svg", { viewBox: window, role: "img", "aria-label": `${comic.title}, drawn`, preserveAspectRatio: "xMidYMid slice" }, comic.art());
}

export const WINDOWS = ["0 0 200 260", "24 56 152 150", "44 76 110 104"];
