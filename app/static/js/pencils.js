// The pencils of a card: what changes a group where it stands is fetched when the first of them is pressed.

document.addEventListener("click", async (event) => {
  const pencil = event.target.closest("[data-edit-group]");
  if (!pencil || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { Group } = await import("kontora/in_place");
  if (!pencil.closest(".is-edited")) new Group(pencil).open();
});
