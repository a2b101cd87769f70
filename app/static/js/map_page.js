// The page of the map: a client of the list is shown in the frame.

const frame = document.querySelector("[data-map-frame]");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (!button || !frame) return;
  const [latitude, longitude] = button.dataset.show.split(",").map(Number);
  frame.contentWindow.postMessage({ kind: "show", client: Number(button.dataset.client), latitude, longitude }, location.origin);
  frame.scrollIntoView({ block: "nearest" });
});
