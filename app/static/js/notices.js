// Opening a notification marks it as read: the plain click is sent as a form, all other ways to open stay as they are.

document.querySelector("[data-notices]")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const form = document.getElementById("act");
  form.action = link.dataset.open;
  form.submit();
});
