/* Ctrl+S saves, wherever one is in the editor. */
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
