// The hand-over of clients: a kind of work is ticked for all clients at once.

const form = document.getElementById("handover");
const boxesOf = (kind) => [...form.querySelectorAll(`input[name="work"][value$=":${kind}"]`)];

function show() {
  for (const box of form.querySelectorAll("[data-kind]")) {
    const chosen = boxesOf(box.dataset.kind).map((each) => each.checked);
    box.checked = chosen.every(Boolean);
    box.indeterminate = !box.checked && chosen.some(Boolean);
  }
}

form?.addEventListener("change", ({ target }) => {
  const kind = target.dataset.kind;
  if (kind) boxesOf(kind).forEach((each) => (each.checked = target.checked));
  show();
});
if (form) show();
