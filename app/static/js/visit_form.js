// The form of a visit on the phone: keeps what is typed, photographed and signed, and sends it when there is a connection.

import { element, later, text, toast } from "kontora/tools";
import { find, forget, keep, sendWaiting } from "kontora/visits";

const LONGEST_SIDE = 1600;
const form = document.querySelector("[data-visit-form]");
const place = document.querySelector("[data-visit-state]");
navigator.serviceWorker?.register("/my-day/sw.js", { scope: "/my-day/" }).catch(() => {});

async function start() {
  const visit = Number(form.dataset.visit);
  const user = Number(form.dataset.user);
  const drawing = new Drawing(form.querySelector("[data-signature]"));
  let report = await find(visit, user);
  const photos = report?.photos ?? [];
  if (report) {
    fill(report.fields);
    if (report.signature) drawing.show(report.signature);
  }
  showPhotos();
  showState();

  const note = form.querySelector("[data-draft-note]");
  let isHandedOver = report?.state === "waiting";
  let saved = Promise.resolve();

  /** Saves go one after another: a draft that was begun before must not end after the report was handed over. */
  function save(state = "draft") {
    isHandedOver = state === "waiting";
    saved = saved.then(() => (state === "draft" && isHandedOver ? undefined : write(state)));
    return saved;
  }

  async function write(state) {
    report = {
      visit,
      user,
      title: form.dataset.title,
      url: location.pathname,
      key: report?.key ?? form.elements.key.value,
      fields: fields(report?.accepted),
      photos,
      signature: await drawing.bytes(),
      state,
      accepted: report?.accepted ?? null,
    };
    await keep(report);
    if (state === "draft" && note) note.textContent = text("draft_on_device");
  }
  const saveSoon = later(() => isHandedOver || save(), 300);
  form.addEventListener("input", saveSoon);
  form.addEventListener("change", saveSoon);
  drawing.onChange = saveSoon;
  document.addEventListener("visibilitychange", () => document.hidden && saveSoon());

  for (const list of form.querySelectorAll("[data-photos]")) {
    const input = document.getElementById(list.dataset.photos);
    input.addEventListener("change", async (event) => {
      event.stopPropagation();
      for (const file of input.files) photos.push(await shrink(file, list.dataset.photos));
      input.value = "";
      showPhotos();
      await save();
    });
    list.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-photo]");
      if (!button) return;
      photos.splice(photos.findIndex((photo) => photo.id === button.dataset.photo), 1);
      showPhotos();
      document.getElementById(list.dataset.photos).focus();
      await save();
    });
  }
  form.querySelector("[data-clear-signature]").addEventListener("click", () => drawing.clear());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await save("waiting");
    showState();
    place.scrollIntoView({ block: "center" });
    await send();
  });
  addEventListener("online", send);
  if (report?.state === "waiting") await send();

  async function send() {
    if (report?.state !== "waiting") return;
    const sent = (await sendWaiting()).find((each) => each.visit === visit);
    if (sent?.state === "done" || !(await find(visit, user))) {
      location.replace(location.pathname); // this tab, or another one, has sent it
      return;
    }
    report = sent ?? report;
    showState();
  }

  /** Says where the report is, in words, and offers what can be done. */
  function showState() {
    place.replaceChildren();
    const state = report?.state ?? "";
    setInert(state === "waiting");
    if (state === "waiting") {
      const back = element("button", { type: "button", class: "btn" }, text("visit_edit"));
      back.addEventListener("click", async () => {
        await save("draft");
        showState();
      });
      place.append(element("div", { class: "message is-warn" }, element("strong", {}, text("visit_waiting")), " ", text("visit_waiting_hint"), back));
    } else if (state === "refused") {
      place.append(element("div", { class: "message is-danger" }, report.message || text("visit_refused")));
    } else if (state === "conflict") {
      showConflict();
    } else if (state === "draft") {
      place.append(element("div", { class: "message is-info" }, text("visit_draft")));
    }
  }

  function showConflict() {
    const cell = (name, words) => element(name, {}, words || "—");
    const rows = report.rows.map((row) => element("tr", {}, element("th", { scope: "row" }, row[0]), cell("td", row[1]), cell("td", row[2])));
    const head = element("tr", {}, ...["visit_field", "visit_seen", "visit_now"].map((name) => element("th", { scope: "col" }, text(name))));
    const table = element("table", { class: "table" }, element("thead", {}, head), element("tbody", {}, ...rows));
    const section = element("section", { class: "panel panel-body visit-conflict" }, element("h2", {}, text("visit_changed")), table);
    if (report.mayAccept) {
      const yes = element("button", { type: "button", class: "btn btn-primary" }, text("visit_accept"));
      yes.addEventListener("click", async () => {
        report.accepted = "1";
        await save("waiting");
        showState();
        await send();
      });
      section.append(yes);
    } else {
      section.append(element("p", {}, text("visit_closed")));
    }
    const drop = element("button", { type: "button", class: "btn btn-danger" }, text("visit_drop"));
    drop.addEventListener("click", async () => {
      await forget(visit);
      location.replace(location.pathname);
    });
    section.append(" ", drop);
    place.append(section);
  }

  function setInert(inert) {
    for (const part of form.querySelectorAll(".panel, .save-bar")) part.inert = inert;
  }

  function fields(accepted) {
    const data = new FormData(form);
    const skipped = ["csrf_token", "key", "before", "after", "accept"];
    const found = [...data].filter(([name, value]) => !skipped.includes(name) && typeof value === "string");
    if (report?.fields && !accepted) {
      // What was seen when the report was begun counts, not what a page loaded later shows.
      const seen = report.fields.filter(([name]) => name.startsWith("seen-"));
      return [...found.filter(([name]) => !name.startsWith("seen-")), ...seen];
    }
    return accepted ? [...found, ["accept", accepted]] : found;
  }

  function fill(kept) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of kept) {
      if (name.startsWith("seen-") || name === "accept") continue;
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = field.checked || field.value === value;
        else field.value = value;
        if (field.type === "radio") field.checked = field.value === value;
      }
    }
  }

  function showPhotos() {
    for (const list of form.querySelectorAll("[data-photos]")) {
      list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
      const own = photos.filter((photo) => photo.kind === list.dataset.photos);
      list.replaceChildren(...own.map((photo, number) => tile(photo, number + 1)));
    }
  }
}

function tile(photo, number) {
  const words = text("visit_photo", { n: number });
  const image = element("img", { src: URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })), alt: words });
  const button = element("button", { type: "button", class: "btn btn-icon", "data-photo": photo.id, "aria-label": `${text("visit_photo_drop")}: ${words}` }, "×");
  return element("li", {}, image, button);
}

/** A photograph of at most 1600 points a side; what the browser cannot read goes as it is, and the server says. */
async function shrink(file, kind) {
  const id = crypto.randomUUID();
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = element("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    const name = `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
    return { id, kind, name, type: "image/jpeg", bytes: await blob.arrayBuffer() };
  } catch {
    toast(text("visit_photo_raw"));
    return { id, kind, name: file.name, type: file.type, bytes: await file.arrayBuffer() };
  }
}

/** The signature: drawn with a finger, a pen or a mouse. */
class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.isEmpty = true;
    this.onChange = () => {};
    Object.assign(this.pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#0b2a5b" });
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.draw(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => this.end());
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * this.canvas.width) / box.width, ((event.clientY - box.top) * this.canvas.height) / box.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.isDrawing = true;
    this.pen.beginPath();
    this.pen.moveTo(...this.at(event));
  }

  draw(event) {
    if (!this.isDrawing) return;
    this.pen.lineTo(...this.at(event));
    this.pen.stroke();
    this.isEmpty = false;
  }

  end() {
    if (this.isDrawing) this.onChange();
    this.isDrawing = false;
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.isEmpty = true;
    this.onChange();
  }

  async show(bytes) {
    this.isEmpty = false;
    this.pen.drawImage(await createImageBitmap(new Blob([bytes], { type: "image/png" })), 0, 0);
  }

  async bytes() {
    if (this.isEmpty) return null;
    const blob = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
    return blob.arrayBuffer();
  }
}

if (form) start();
