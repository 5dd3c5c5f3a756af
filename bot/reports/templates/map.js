"use strict";
(() => {
  const told = JSON.parse(document.getElementById("data").textContent);
  const svg = document.getElementById("map");
  const lines = [...document.querySelectorAll("#ties .tie")];
  const firms = [...document.querySelectorAll("#firms .firm")];
  const rows = [...document.querySelectorAll("#list tr")];
  const names = rows.map((row) => row.cells[0].textContent);
  const aside = document.getElementById("chosen");
  const invitation = aside.textContent;
  const month = document.getElementById("month");
  const find = document.getElementById("find");
  document.getElementById("tools").hidden = false;

  // What is shown of a tie: its exchanges in the 90 days, or in the month that was picked.
  const times = (tie) => (month.value === "-1" ? tie[2] : tie[3][Number(month.value)]);
  let chosen = -1;

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const describe = (firm) => {
    if (firm < 0) return aside.replaceChildren(element("p", invitation));
    const partners = told.ties
      .filter((tie) => times(tie) && (tie[0] === firm || tie[1] === firm))
      .map((tie) => [tie[0] === firm ? tie[1] : tie[0], times(tie)])
      .sort((a, b) => a[0] - b[0]);
    const heading = element("h2", names[firm]);
    heading.dir = "auto";
    const list = document.createElement("ul");
    for (const [other, count] of partners) {
      const item = document.createElement("li");
      item.append(element("bdi", names[other]), count > 1 ? ` (${count} ${told.words.exchanges})` : "");
      list.append(item);
    }
    const sector = element("p", rows[firm].cells[1].textContent);
    return aside.replaceChildren(heading, sector, partners.length ? list : element("p", told.words.none));
  };

  const highlight = (firm) => {
    svg.classList.toggle("picked", firm >= 0);
    firms.forEach((one, at) => one.classList.toggle("on", at === firm));
    lines.forEach((line, at) => {
      const tie = told.ties[at];
      const on = firm >= 0 && times(tie) > 0 && (tie[0] === firm || tie[1] === firm);
      line.classList.toggle("on", on);
      if (on) [tie[0], tie[1]].forEach((end) => firms[end].classList.add("on"));
    });
  };

  const choose = (firm) => {
    chosen = firm;
    firms.forEach((one, at) => {
      one.classList.toggle("chosen", at === firm);
      one.setAttribute("aria-pressed", String(at === firm));
      one.setAttribute("tabindex", at === Math.max(firm, 0) ? "0" : "-1");
    });
    highlight(firm);
    describe(firm);
  };

  month.addEventListener("change", () => {
    lines.forEach((line, at) => {
      const count = times(told.ties[at]);
      line.setAttribute("visibility", count ? "visible" : "hidden");
      line.setAttribute("stroke-width", String(told.thin * count ** 0.6));
      // What is new is new in the 90 days; a month has no such marks.
      line.classList.toggle("plain", month.value !== "-1");
    });
    choose(chosen);
  });

  find.addEventListener("input", () => {
    const typed = find.value.trim().toLocaleLowerCase();
    if (!typed) return choose(-1);
    const exact = names.findIndex((name) => name.toLocaleLowerCase() === typed);
    const at = exact >= 0 ? exact : names.findIndex((name) => name.toLocaleLowerCase().includes(typed));
    choose(at);
    return seek(at);
  });
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());

  const place = (firm) => {
    const [x, y] = firms[firm].dataset.at.split(" ").map(Number);
    return { x, y };
  };
  // Around the ring, whatever the order of the list.
  const angle = (firm) => (Math.atan2(place(firm).x, -place(firm).y) + 2 * Math.PI) % (2 * Math.PI);
  const around = firms.map((_, at) => at).sort((a, b) => angle(a) - angle(b));
  const step = (from, by) => around[(around.indexOf(from) + by + around.length) % around.length];

  firms.forEach((one, at) => {
    one.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" && chosen < 0) { highlight(at); describe(at); }
    });
    one.addEventListener("pointerleave", () => { if (chosen < 0) { highlight(-1); describe(-1); } });
    one.addEventListener("keydown", (event) => {
      const to = { ArrowRight: step(at, 1), ArrowDown: step(at, 1), ArrowLeft: step(at, -1), ArrowUp: step(at, -1),
        Home: around[0], End: around[around.length - 1] }[event.key];
      if (to !== undefined) { choose(to); firms[to].focus({ preventScroll: true }); seek(to); }
      else if (event.key === "Enter" || event.key === " ") choose(chosen === at ? -1 : at);
      else if (event.key === "Escape") choose(-1);
      else return;
      event.preventDefault();
    });
  });

  // Moving and zooming: the part of the drawing that is seen.
  const whole = svg.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, size: whole.width };
  let view = { ...all };
  const show = (next) => {
    const size = Math.min(all.size * 1.2, Math.max(all.size / 24, next.size));
    const least = all.x - size / 2;
    const most = all.x + all.size - size / 2;
    view = { size, x: Math.min(most, Math.max(least, next.x)), y: Math.min(most, Math.max(least, next.y)) };
    // Seen whole, a finger or the wheel on the map moves the page; from nearby it moves the map.
    svg.classList.toggle("near", size < all.size * 0.98);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
  };
  // From nearby, a firm that was chosen without pointing at it comes into the middle.
  const seek = (firm) => {
    if (firm < 0 || !svg.classList.contains("near")) return;
    const { x, y } = place(firm);
    show({ ...view, x: x - view.size / 2, y: y - view.size / 2 });
  };
  const toDrawing = (x, y) => {
    const box = svg.getBoundingClientRect();
    const scale = view.size / Math.min(box.width, box.height);
    return {
      x: view.x + view.size / 2 + (x - box.left - box.width / 2) * scale,
      y: view.y + view.size / 2 + (y - box.top - box.height / 2) * scale,
      scale,
    };
  };
  const zoom = (factor, at) => {
    const fixed = at ?? { x: view.x + view.size / 2, y: view.y + view.size / 2 };
    const size = Math.min(all.size * 1.2, Math.max(all.size / 24, view.size * factor));
    const by = size / view.size;
    show({ size, x: fixed.x - (fixed.x - view.x) * by, y: fixed.y - (fixed.y - view.y) * by });
  };
  document.getElementById("in").addEventListener("click", () => zoom(0.7));
  document.getElementById("out").addEventListener("click", () => zoom(1 / 0.7));
  document.getElementById("whole").addEventListener("click", () => { show({ ...all }); choose(-1); });
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !svg.classList.contains("near")) return;
    event.preventDefault();
    zoom(Math.exp(Math.sign(event.deltaY) * 0.15), toDrawing(event.clientX, event.clientY));
  }, { passive: false });
  svg.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") { zoom(0.7); seek(chosen); }
    else if (event.key === "-") zoom(1 / 0.7);
    else if (event.key === "0") show({ ...all });
    else return;
    event.preventDefault();
  });

  // On paper the whole map stands, with the firm that was chosen.
  let seen;
  addEventListener("beforeprint", () => { seen = view; show({ ...all }); });
  addEventListener("afterprint", () => show(seen));

  // One finger or the mouse moves, two fingers zoom; a press that hardly moved chooses.
  const held = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (held.size === 1) moved = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const last = held.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    moved += Math.hypot(now.x - last.x, now.y - last.y);
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)[1];
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      if (before && after) zoom(before / after, toDrawing((now.x + other.x) / 2, (now.y + other.y) / 2));
    } else if (moved > 4 && (event.pointerType === "mouse" || svg.classList.contains("near"))) {
      if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      svg.classList.add("held");
      const { scale } = toDrawing(0, 0);
      show({ ...view, x: view.x - (now.x - last.x) * scale, y: view.y - (now.y - last.y) * scale });
    }
    held.set(event.pointerId, now);
  });
  const release = (event) => { held.delete(event.pointerId); svg.classList.remove("held"); };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("click", (event) => {
    if (moved > 4) return;
    const at = firms.indexOf(event.target.closest(".firm"));
    choose(at === chosen ? -1 : at);
  });
})();
