// Copies what the pages load from node_modules to app/static/vendor, which stays out of git.
//
//   <package>@<version>/…   files as their authors publish them; the address changes with the version
//   icons.svg               one sprite: <svg><use href="…/icons.svg#phone"></use></svg>; names in icons.json
//   signs.css               the drawings before the words of a status, one for each tone
//   land/*.geojson          coast lines of Natural Earth, for a map without the internet
//   *.gz                    the same files packed ahead
//   manifest.json           name -> { url, sha256, bytes, gzip }
//   licences.txt            the terms of everything above

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { feature } from "topojson-client";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const target = join(root, "app", "static", "vendor");
const fresh = `${target}.new`;
const packFrom = 1024; // bytes; smaller files do not gain

// Package -> its files, each under the name it is published with here.
const libraries = {
  "@event-calendar/build": {
    "event-calendar.js": "dist/event-calendar.min.js",
    "event-calendar.css": "dist/event-calendar.min.css",
  },
  "chart.js": { "chart.js": "dist/chart.umd.min.js" },
  "htmx.org": { "htmx.js": "dist/htmx.min.js" },
  leaflet: {
    "leaflet.js": "dist/leaflet.js",
    "leaflet.css": "dist/leaflet.css",
    "images/layers.png": "dist/images/layers.png",
    "images/layers-2x.png": "dist/images/layers-2x.png",
    "images/marker-icon.png": "dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "dist/images/marker-shadow.png",
  },
  photoswipe: {
    "photoswipe.js": "dist/umd/photoswipe.umd.min.js",
    "photoswipe-lightbox.js": "dist/umd/photoswipe-lightbox.umd.min.js",
    "photoswipe.css": "dist/photoswipe.css",
  },
  sortablejs: { "sortable.js": "Sortable.min.js" },
  supercluster: { "supercluster.js": "dist/supercluster.min.js" },
  "tom-select": {
    "tom-select.js": "dist/js/tom-select.base.min.js",
    "tom-select.css": "dist/css/tom-select.min.css",
  },
};
// Not copied themselves, yet made into something or carried inside the files above.
const alsoUsed = ["lucide-static", "world-atlas", "kdbush", "@kurkle/color", "@orchidjs/sifter", "@orchidjs/unicode-variants"];

const manifest = {};

const packageFacts = async (name) => JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
const folderName = (name, version) => `${name.replace(/^@/, "").replace(/\//g, "-")}@${version}`;

async function publish(name, path, content, addressHasVersion) {
  const bytes = Buffer.from(content);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = join(fresh, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  const entry = { url: `/static/vendor/${path}`, sha256, bytes: bytes.length };
  if (!addressHasVersion) entry.url += `?v=${sha256.slice(0, 12)}`;
  if (bytes.length > packFrom && !path.endsWith(".png")) {
    const packed = gzipSync(bytes, { level: 9 });
    await writeFile(`${file}.gz`, packed);
    entry.gzip = packed.length;
  }
  manifest[name] = entry;
}

async function copyLibraries() {
  for (const [library, files] of Object.entries(libraries)) {
    const { version } = await packageFacts(library);
    const folder = folderName(library, version);
    for (const [name, source] of Object.entries(files)) {
      const content = await readFile(join(modules, library, source));
      await publish(`${folder.slice(0, folder.lastIndexOf("@"))}/${name}`, `${folder}/${name}`, content, true);
    }
  }
}

const icons = JSON.parse(await readFile(join(root, "scripts", "icons.json"), "utf8"));
const SVG = 'xmlns="http://www.w3.org/2000/svg"';

/** The attributes of a drawing and its shapes, without the tag around them. */
async function drawing(id) {
  const source = icons[id];
  const { from, filled } = typeof source === "string" ? { from: source, filled: false } : source;
  const file = await readFile(join(modules, "lucide-static", "icons", `${from}.svg`), "utf8");
  const inside = file.slice(file.indexOf(">", file.indexOf("<svg")) + 1, file.lastIndexOf("</svg>"));
  const shapes = inside.replace(/\s+/g, " ").replace(/> </g, "><").trim();
  const line = 'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return { look: `viewBox="0 0 24 24" fill="${filled ? "currentColor" : "none"}" ${line}`, shapes };
}

async function symbol(id) {
  const { look, shapes } = await drawing(id);
  return `<symbol id="${id}" ${look}>${shapes}</symbol>`;
}

async function makeSprite() {
  const symbols = await Promise.all(Object.keys(icons).map(symbol));
  await publish("icons.svg", "icons.svg", `<svg ${SVG}>\n${symbols.join("\n")}\n</svg>\n`, false);
}

// Tone of a status -> its drawing. A list shows fifty of them: by a rule of the style sheet, not by fifty drawings.
const signs = { danger: "alert-triangle", warn: "clock", ok: "check", info: "arrow-right", plan: "flag", neutral: "file-text" };

async function sign([tone, id]) {
  const { look, shapes } = await drawing(id);
  const picture = encodeURIComponent(`<svg ${SVG} ${look.replace("currentColor", "#000")}>${shapes}</svg>`);
  return `.chip-${tone} { --sign: url("data:image/svg+xml,${picture}"); }`;
}

async function makeSigns() {
  const rules = await Promise.all(Object.entries(signs).map(sign));
  await publish("signs.css", "signs.css", `${rules.join("\n")}\n`, false);
}

// Makes neighbouring points neighbours on the sheet too: no jump from +180 to -180 inside a ring.
function unwrap(ring) {
  let turn = 0;
  const points = [[...ring[0]]];
  for (const [x, y] of ring.slice(1)) {
    const step = x + turn - points.at(-1)[0];
    if (step > 180) turn -= 360;
    else if (step < -180) turn += 360;
    points.push([x + turn, y]);
  }
  return points;
}

// The coast of Antarctica goes round the pole and never comes back: close it along the edge of the sheet.
function closeRoundPole(ring) {
  const [first, last] = [ring[0], ring.at(-1)];
  if (Math.abs(last[0] - first[0]) < 180) return ring;
  return [...ring, [last[0], -90], [first[0], -90], [...first]];
}

// One cut for the whole sheet, in the Bering Strait (169° W), so that Russia lies in one piece.
// Each ring by itself: a lake may be drawn a whole turn away from the land around it.
function moveToSheet(ring) {
  const longitudes = ring.map(([x]) => x);
  const middle = (longitudes.reduce((a, b) => Math.min(a, b)) + longitudes.reduce((a, b) => Math.max(a, b))) / 2;
  const shift = middle < -169 ? 360 : middle >= 191 ? -360 : 0;
  return ring.map(([x, y]) => [round(x + shift), round(y)]);
}

const round = (degrees) => Math.round(degrees * 1000) / 1000; // about 100 m, finer than the source

async function makeLand() {
  for (const scale of ["110m", "50m"]) {
    const atlas = JSON.parse(await readFile(join(modules, "world-atlas", `land-${scale}.json`), "utf8"));
    const collection = feature(atlas, atlas.objects.land);
    const shapes = (collection.features ?? [collection]).map((item) => item.geometry);
    const polygons = shapes.flatMap((shape) => (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates));
    const coordinates = polygons.map((polygon) => polygon.map((ring) => moveToSheet(closeRoundPole(unwrap(ring)))));
    const land = { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates } };
    await publish(`land/land-${scale}.geojson`, `land/land-${scale}.geojson`, JSON.stringify(land), false);
  }
}

async function termsOf(name) {
  const facts = await packageFacts(name);
  const files = (await readdir(join(modules, name))).filter((file) => /^(licen[cs]e|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(modules, name, file), "utf8")));
  const heading = `${facts.name} ${facts.version} (${facts.license})`;
  return [heading, "-".repeat(heading.length), "", ...texts.map((text) => text.trim()), ""].join("\n");
}

async function writeTerms() {
  const names = [...Object.keys(libraries), ...alsoUsed].sort();
  const terms = await Promise.all(names.map(termsOf));
  await writeFile(join(fresh, "licences.txt"), terms.join("\n\n"));
}

async function exists(path) {
  return stat(path).then(() => true, () => false);
}

await rm(fresh, { recursive: true, force: true });
await copyLibraries();
await makeSprite();
await makeSigns();
await makeLand();
await writeTerms();
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

// The finished folder takes the place of the old one at once, so that a running server never sees half.
const old = `${target}.old`;
await rm(old, { recursive: true, force: true });
if (await exists(target)) await rename(target, old);
await rename(fresh, target);
await rm(old, { recursive: true, force: true });

const packed = Object.values(manifest).reduce((sum, entry) => sum + (entry.gzip ?? entry.bytes), 0);
console.log(`assets: ${Object.keys(manifest).length} files, ${Math.round(packed / 1024)} KB packed`);
