// Whoever reads an earlier edition stays in it while they move about. The page came with links that
// do so (web/http/respond.py); this is for those that come later, and for its own address. Without
// it one is back at the newest, which is never wrong, only elsewhere.
const text = () => document.querySelector("#text[data-earlier]");
const PAGES = /^(?:(?:nodes|links|annotations|disputes)\/\d+|annotations|disputes|history)\/$/;

function kept(address) {
  const url = new URL(address, location.href);
  const edition = text()?.dataset.edition;
  if (!edition || url.origin !== location.origin || !url.pathname.startsWith(location.pathname)) return null;
  const page = url.pathname.slice(location.pathname.length);
  if (page ? !PAGES.test(page) : !url.searchParams.has("node")) return null;
  if (url.searchParams.has("edition")) return null;
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
