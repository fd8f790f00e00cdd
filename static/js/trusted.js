// Lets htmx write what the server sent, and nothing else, while the page enforces Trusted Types.
// A classic script right after htmx.
if (window.trustedTypes) {
  const policy = trustedTypes.createPolicy("htmx", { createHTML: text => text, createScript: text => text });
  htmx.registerExtension("trusted", { init(api) { api.initSecurity(policy); } });
}

// Going back brings a whole page, with the scripts that run already.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  ctx.text = ctx.text?.replace(/<script\b[^>]*><\/script>/g, "");
});
