// Inside simcord's preview: everybody has a face, the names of channels lead to them, as they do on Discord, and pages
// that are attached can be opened at once.

import { face } from "./faces.js";

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

// Beside "download" of an attached page: "Open", in a tab of its own.
function openers() {
  for (const info of document.querySelectorAll(".channel-message .attachment-name")) {
    const name = info.textContent ?? "";
    const actions = info.closest(".attachment-footer")?.querySelector(".attachment-actions");
    const message = info.closest("[data-message-id]")?.dataset.messageId;
    if (!name.endsWith(".html") || !actions || !message || actions.querySelector(".open-page")) continue;
    const link = document.createElement("a");
    link.className = "attachment-action open-page";
    link.href = `/demo/attached/${message}/${encodeURIComponent(name)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Open";
    link.setAttribute("aria-label", `Open ${name}`);
    actions.prepend(link);
  }
}

function dress() {
  openers();
  for (const mention of document.querySelectorAll(".mention:not([role])")) {
    if (!channelOf(mention)) continue;
    mention.setAttribute("role", "link");
    mention.setAttribute("tabindex", "0");
  }
  for (const header of document.querySelectorAll(".message-header")) {
    const picture = header.querySelector(".message-avatar-image");
    const name = header.querySelector(".message-author")?.textContent;
    if (!picture || !name || picture.dataset.name === name) continue;
    picture.dataset.name = name;
    const shown = document.createElement("img");
    shown.alt = "";
    shown.src = face(name);
    picture.replaceChildren(shown);
  }
}

// Whoever has just pressed or typed something wants to see what came of it, not a hint that something did.
const SOON = 5000; // milliseconds
let acted = -SOON;
function showAnswer() {
  const more = document.getElementById("new-messages");
  if (more && !more.hidden && performance.now() - acted < SOON) more.click();
}
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { acted = performance.now(); }, true);
new MutationObserver(showAnswer).observe(document, { attributes: true, attributeFilter: ["hidden"], subtree: true });

addEventListener("click", follow);
addEventListener("keydown", follow);
new MutationObserver(dress).observe(document, { childList: true, subtree: true });
dress();
