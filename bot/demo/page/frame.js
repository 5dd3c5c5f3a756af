// Inside simcord's preview: the names of channels lead to them, as they do on Discord.

function channelOf(target) {
  const mention = target instanceof Element ? target.closest(".mention") : null;
  const name = mention?.textContent?.trim() ?? "";
  return name.startsWith("#") ? name.slice(1) : "";
}

function follow(event) {
  const channel = channelOf(event.target);
  if (!channel || (event.type === "keydown" && event.key !== "Enter")) return;
  event.preventDefault();
  parent.postMessage({ channel }, location.origin);
}

addEventListener("click", follow);
addEventListener("keydown", follow);

new MutationObserver(() => {
  for (const mention of document.querySelectorAll(".mention:not([role])")) {
    if (!channelOf(mention)) continue;
    mention.setAttribute("role", "link");
    mention.setAttribute("tabindex", "0");
  }
}).observe(document, { childList: true, subtree: true });
