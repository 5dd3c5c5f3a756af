// The demo's own page: who you are, where you look, the clock. What stands in the frame is the simulated Discord.

import { face } from "./faces.js";

const $ = (id) => document.getElementById(id);
const phone = matchMedia("(max-width: 56rem)");
const OFTEN = 400; // milliseconds between looks while the clock moves
const SELDOM = 1200;

let shown = ""; // which view the frame holds
let drawn = ""; // the state that the page shows
let moving = false; // the clock

// Talking to the demo

async function ask(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, body ? post : {});
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function look() {
  try {
    show(await ask("/demo/state"));
  } catch {
    ended();
  }
  setTimeout(look, moving || !$("veil").hidden ? OFTEN : SELDOM);
}

async function move(path) {
  if (moving) return;
  moving = true;
  working(true);
  tell("Time goes by …");
  try {
    const state = await ask(path, {});
    moving = false;
    show(state);
    tell(state.news.text, state.news.channel);
    setTimeout(latest, 700); // the frame looks for news twice a second
  } catch {
    ended();
  } finally {
    moving = false;
    working(false);
  }
}

async function go(path, body) {
  closeSide();
  inbox(false);
  tell("");
  try {
    show(await ask(path, body));
  } catch (problem) {
    tell(problem.message);
  }
}

// Showing what is

function show(state) {
  $("cluster").textContent = `demo · ${state.cluster}`;
  $("veil").hidden = state.ready;
  $("doing").textContent = state.busy;
  $("share").value = state.share;
  if (!state.ready) return;
  if (moving) tell(state.busy);
  frame(state);
  const { busy, share, news, ...rest } = state;
  const text = JSON.stringify(rest);
  if (text === drawn) return;
  drawn = text;
  $("now").textContent = state.now;
  $("next").textContent = state.next;
  faces(state);
  places($("rooms"), state.rooms, state, "room");
  places($("threads"), state.threads, state, "thread");
  places($("older"), state.older, state, "thread");
  places($("posts"), state.posts, state, "post");
  places($("older-posts"), state.older_posts, state, "post");
  $("no-threads").hidden = state.threads.length > 0;
  $("older-box").hidden = state.older.length === 0;
  $("no-posts").hidden = state.posts.length > 0;
  $("older-posts-box").hidden = state.older_posts.length === 0;
  tasks(state.tasks);
  mails(state);
  const letters = state.mails.filter((one) => one.new).length;
  const unseen = [...state.rooms, ...state.threads].reduce((sum, one) => sum + one.new, letters);
  $("menu-new").hidden = unseen === 0;
  $("menu-new").textContent = `${unseen} new`;
}

function frame(state) {
  const view = `${state.view.number}`;
  if (view === shown || !state.view.key) return;
  shown = view;
  const place = everywhere(state).find((one) => one.id === state.view.channel);
  $("frame").title = `Discord, ${place ? place.name : ""}, as ${state.me.name} sees it`;
  // A new frame each time leaves no trace in the browser's history, so Back leaves the demo.
  $("frame").contentWindow.location.replace(`/discord?view=${view}#${state.view.key}`);
}

function everywhere(state) {
  return [...state.rooms, ...state.threads, ...state.older, ...state.posts, ...state.older_posts];
}

// To the end of the conversation: simcord's page stays where the reader was
function latest() {
  const jump = $("frame").contentDocument?.getElementById("new-messages");
  if (jump && !jump.hidden) jump.click();
}

function faces(state) {
  $("faces").replaceChildren(...state.faces.map((one) => {
    const words = element("span", {}, one.name, element("small", {}, one.about));
    const button = element("button", { type: "button", "aria-pressed": String(one.id === state.me.id) },
      element("img", { class: "face", src: face(one.name), alt: "" }), words);
    button.dataset.key = `face ${one.id}`;
    button.addEventListener("click", () => go("/demo/be", { user: one.id }));
    return element("li", {}, button);
  }));
  refocus();
}

function places(list, found, state, kind) {
  list.replaceChildren(...found.map((one) => {
    const name = element("span", { class: "name" }, one.name);
    if (one.note) name.append(element("small", {}, one.note));
    const button = element("button", { type: "button" },
      element("span", { class: `sign ${kind}`, "aria-hidden": "true" }), name);
    if (one.id === state.view.channel && $("inbox").hidden) button.setAttribute("aria-current", "page");
    if (one.new) {
      button.dataset.new = one.new;
      button.append(element("span", { class: "new" }, String(one.new), element("span", { class: "visually-hidden" }, " new")));
    }
    button.dataset.key = `place ${one.id}`;
    button.addEventListener("click", () => go("/demo/open", { channel: one.id }));
    return element("li", {}, button);
  }));
  refocus();
}

// Mail

let reading = 0; // the mail that is open
let asText = false;

function mails(state) {
  const letters = state.mails.filter((one) => one.new).length;
  $("inbox-new").hidden = letters === 0;
  $("inbox-new").textContent = String(letters);
  $("inbox-about").textContent = state.mails.length ? "" : "what Weft mails arrives here";
  $("inbox-go").toggleAttribute("data-new", letters > 0);
  if ($("inbox").hidden) $("inbox-go").removeAttribute("aria-current");
  else $("inbox-go").setAttribute("aria-current", "page");
  $("no-mails").hidden = state.mails.length > 0;
  $("mail").hidden = reading === 0;
  $("mails").replaceChildren(...state.mails.map((one) => {
    const button = element("button", { type: "button" },
      element("span", { class: "subject" }, one.subject), element("small", {}, `To ${one.to} · ${one.at}`));
    if (one.new) button.append(element("span", { class: "new" }, "new"));
    if (one.id === reading) button.setAttribute("aria-current", "true");
    button.dataset.key = `mail ${one.id}`;
    button.addEventListener("click", () => read(one.id));
    return element("li", {}, button);
  }));
  refocus();
}

function inbox(open) {
  if ($("inbox").hidden !== open) return;
  $("inbox").hidden = !open;
  $("frame").hidden = open;
  drawn = ""; // where one is has changed
}

async function read(number) {
  reading = number;
  $("letter").src = `/demo/mail/${number}`;
  $("plain").textContent = await (await fetch(`/demo/mail/${number}/plain`)).text();
  again();
}

function lookAs(text) {
  asText = text;
  $("as-page").setAttribute("aria-pressed", String(!asText));
  $("as-text").setAttribute("aria-pressed", String(asText));
  $("letter").hidden = asText;
  $("plain").hidden = !asText;
}

// Draw what has changed on the page itself, without waiting for the next look
async function again() {
  drawn = "";
  try {
    show(await ask("/demo/state"));
  } catch {
    ended();
  }
}

$("inbox-go").addEventListener("click", async () => {
  closeSide();
  tell("");
  inbox(true);
  await again();
  const first = JSON.parse(drawn).mails.find((one) => one.new);
  if (first) read(first.id);
});
$("as-page").addEventListener("click", () => lookAs(false));
$("as-text").addEventListener("click", () => lookAs(true));

// A link in a mail leads to a channel
function led() {
  const channel = /^#channel=(\d+)$/.exec(location.hash);
  if (!channel) return;
  history.replaceState(null, "", "/");
  go("/demo/open", { channel: channel[1] });
}
addEventListener("hashchange", led);

function tasks(list) {
  const next = list.find((one) => !one.done);
  $("try").hidden = false;
  $("try-count").textContent = next ? `To try, ${list.indexOf(next) + 1} of ${list.length}:` : "You have tried everything here.";
  $("try-next").replaceChildren(...(next ? marked(next.text) : []));
  $("tasks").replaceChildren(...list.map((one) => {
    const item = element("li", { class: one.done ? "done" : one === next ? "next" : "" }, ...marked(one.text));
    item.append(element("span", { class: "visually-hidden" }, one.done ? " (done)" : ""));
    return item;
  }));
}

// "`code` and *emphasis*" as elements
function marked(text) {
  return text.split(/(`[^`]+`|\*[^*]+\*)/).filter(Boolean).map((part) => {
    if (part.startsWith("`")) return element("code", {}, part.slice(1, -1));
    if (part.startsWith("*")) return element("em", {}, part.slice(1, -1));
    return part;
  });
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function tell(text, channel = "") {
  if ($("news-text").textContent !== text) $("news-text").textContent = text;
  $("news").hidden = !text;
  $("news-go").hidden = !channel;
  $("news-go").onclick = () => {
    const there = drawn && JSON.parse(drawn).view.channel === channel && $("inbox").hidden;
    return there ? latest() : go("/demo/open", { channel });
  };
}

function working(on) {
  document.body.classList.toggle("busy", on);
  $("step").disabled = on;
  $("week").disabled = on;
}

function ended() {
  tell("The demo has ended. Start it again with “weft demo”.");
  working(false);
}

// The list is drawn anew when it changes: whoever was on a button stays on it.
let focused = "";
document.addEventListener("focusin", (event) => { focused = event.target.dataset?.key || ""; });
function refocus() {
  if (!focused || document.activeElement !== document.body) return;
  document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

// The side on a phone

function closeSide() {
  $("side").classList.remove("open");
  $("menu").setAttribute("aria-expanded", "false");
}
$("menu").addEventListener("click", () => {
  const open = $("side").classList.toggle("open");
  $("menu").setAttribute("aria-expanded", String(open));
  if (open) $("side").querySelector("button")?.focus();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && phone.matches && $("side").classList.contains("open")) {
    closeSide();
    $("menu").focus();
  }
});

// The names of channels in a conversation lead there (frame.js says which was pressed)
addEventListener("message", (event) => {
  if (event.origin !== location.origin || typeof event.data?.channel !== "string") return;
  const state = drawn ? JSON.parse(drawn) : null;
  const place = state && everywhere(state).find((one) => one.name === event.data.channel);
  if (place) go("/demo/open", { channel: place.id });
});

$("step").addEventListener("click", () => move("/demo/step"));
$("week").addEventListener("click", () => move("/demo/week"));
look();
