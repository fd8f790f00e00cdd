// Whoever reads an earlier edition stays in it while they move about: addresses of the page keep
// its number. Without this one is back at the newest, which is never wrong, only elsewhere.
const text = () => document.querySelector("#text[data-earlier]");

function kept(address) {
  const url = new URL(address, location.href);
  const edition = text()?.dataset.edition;
  if (!edition || url.origin !== location.origin || url.pathname !== location.pathname) return null;
  if (!url.searchParams.has("node") || url.searchParams.has("edition")) return null;
  url.searchParams.set("edition", edition);
  return url.href;
}

document.addEventListener("click", event => {
  const link = event.target.closest?.("a[href]");
  const address = link && kept(link.href);
  if (address) link.href = address;
}, true);

document.addEventListener("htmx:after:history:update", () => {
  const address = kept(location.href);
  if (address) history.replaceState(history.state, "", address);
});
