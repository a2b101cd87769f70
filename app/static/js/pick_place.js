// Choosing a client's place: fills the inputs `latitude` and `longitude` of the form from the map, a link or the town.

import { showDialog } from "kontora/tools";

for (const part of document.querySelectorAll("[data-pick-place]")) enhance(part);

function enhance(part) {
  const form = part.closest("form");
  const input = (name) => form.elements.namedItem(name);
  if (!input("latitude") || !input("longitude")) return;
  part.hidden = false;
  const said = part.querySelector("[role=status]");
  const dialog = part.querySelector("dialog");
  const frame = dialog.querySelector("iframe");
  const done = part.querySelector("[data-pick-done]");
  const link = part.querySelector("input");
  let picked = null;

  function set({ latitude, longitude }, words = said.dataset.done, name = "") {
    for (const [field, value] of Object.entries({ latitude, longitude })) {
      input(field).value = value;
      input(field).dispatchEvent(new Event("change", { bubbles: true }));
    }
    said.textContent = words.replace("{place}", name || `${latitude}, ${longitude}`);
  }

  async function ask(query) {
    const answer = await fetch(`${part.dataset.placeUrl}?${new URLSearchParams(query)}`);
    return answer.ok ? answer.json() : {};
  }

  link.addEventListener("change", async () => {
    if (!link.value.trim()) return;
    const found = await ask({ text: link.value });
    if (found.latitude) set(found);
    else said.textContent = said.dataset.unknown;
  });
  // Enter in the field of the link must not send the form.
  link.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    link.dispatchEvent(new Event("change"));
  });

  part.querySelector("[data-pick-town]").addEventListener("click", async () => {
    const town = input("town")?.value ?? "";
    const found = town ? await ask({ town, region: input("region")?.value ?? "" }) : {};
    if (found.latitude) set(found, found.is_uncertain ? said.dataset.uncertain : said.dataset.done, found.words);
    else said.textContent = said.dataset.noTown;
  });

  part.querySelector("[data-pick-map]").addEventListener("click", () => {
    const query = new URLSearchParams();
    const [latitude, longitude] = ["latitude", "longitude"].map((name) => input(name).value.replace(",", "."));
    if (latitude && longitude) {
      query.set("lat", latitude);
      query.set("lng", longitude);
    }
    frame.src = `${part.dataset.pickUrl}?${query}`;
    picked = null;
    done.disabled = true;
    showDialog(dialog);
  });
  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== frame.contentWindow || data?.kind !== "picked") return;
    picked = data;
    done.disabled = false;
  });
  done.addEventListener("click", () => {
    if (picked) set(picked);
    dialog.close();
  });
  part.querySelector("[data-pick-close]").addEventListener("click", () => dialog.close());
}
