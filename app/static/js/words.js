// Reading what was typed in any keyboard layout and by sound: «rkbtyns» and «klienty» both are «Клиенты».
// The server does the same for records (services/names/layouts.py); this is for the names of screens and commands.

const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";
const SOUNDS = {
  shch: "щ", sch: "щ", zh: "ж", kh: "х", ts: "ц", ch: "ч", sh: "ш", yu: "ю", ya: "я", yo: "е", ye: "е",
  a: "а", b: "б", c: "к", d: "д", e: "е", f: "ф", g: "г", h: "х", i: "и", j: "й", k: "к", l: "л", m: "м", n: "н", o: "о",
  p: "п", q: "к", r: "р", s: "с", t: "т", u: "у", v: "в", w: "в", x: "кс", y: "ы", z: "з",
};
const SOUND = new RegExp(Object.keys(SOUNDS).join("|"), "g");

const fold = (words) => words.toLowerCase().replaceAll("ё", "е").replace(/\s+/g, " ").trim();
const swap = (words, from, to) => [...words].map((sign) => (from.includes(sign) ? to[from.indexOf(sign)] : sign)).join("");

/** All that a person may have meant, folded for comparing. */
export function readings(typed) {
  const words = typed.toLowerCase();
  const meant = [words, swap(words, LATIN_KEYS, RUSSIAN_KEYS), swap(words, RUSSIAN_KEYS, LATIN_KEYS), words.replace(SOUND, (sound) => SOUNDS[sound])];
  return [...new Set(meant.map(fold))].filter(Boolean);
}

/** How well a name fits: 0 for the best, -1 for not at all. */
export function fit(name, meant) {
  const folded = fold(name);
  const places = meant.filter((words) => words.split(" ").every((word) => folded.includes(word))).map((words) => folded.indexOf(words.split(" ")[0]));
  return places.length ? Math.min(...places) : -1;
}
