// In a form of the margin Escape presses Cancel, and Ctrl or ⌘ with Enter sends it.

document.addEventListener("keydown", event => {
  const form = event.target.closest?.("#margin form[hx-post]");
  if (!form || event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") {
    const cancel = form.querySelector(".buttons a[hx-get]");
    if (!cancel) return;
    event.preventDefault();
    cancel.click();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
