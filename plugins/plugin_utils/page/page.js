"use strict";
(() => {
  const STEP = 100;
  const BLOCK = Number(document.documentElement.dataset.block);
  const table = document.getElementById("hosts-table");
  const form = document.querySelector(".filter");
  if (!table || !form) return;

  const said = form.querySelector("output");
  const greeting = said.textContent;
  const body = table.tBodies[0];
  const rows = [...table.querySelectorAll("tbody > tr")];
  const texts = new Map();
  const places = new Map();
  const number = (value) => value.toLocaleString("en");
  let found = rows;
  let shown = STEP;

  rows.forEach((row, place) => places.set(row.querySelector("th a").getAttribute("href").slice(1), place));

  // --- The filter ---------------------------------------------------------------------------------------------------

  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const lists = (value, wanted) => value !== undefined && value.split(" ").includes(wanted);
  const isWorst = (row, wanted) => {
    if (wanted === "unreached") return "u" in row.dataset;
    if (wanted === "trouble") return ["critical", "high", "medium"].includes(row.dataset.w);
    return row.dataset.w === wanted;
  };

  const wantedNow = () => {
    const wanted = {};
    for (const [key, value] of new FormData(form)) if (value.trim()) wanted[key] = value.trim();
    return wanted;
  };

  const matches = (row, wanted) =>
    (!wanted.worst || isWorst(row, wanted.worst)) &&
    (!wanted.group || lists(row.dataset.g, wanted.group)) &&
    (!wanted.concern || lists(row.dataset.c, wanted.concern)) &&
    (!wanted.text || wanted.text.toLowerCase().split(/\s+/).every((word) => textOf(row).includes(word)));

  const draw = () => {
    body.replaceChildren(...found.slice(0, shown));
    const left = found.length - shown;
    const more = document.querySelector(".more");
    more.hidden = left <= 0;
    more.firstElementChild.textContent = `Show ${number(Math.min(left, STEP))} more of ${number(left)}`;
  };

  const filter = () => {
    const wanted = wantedNow();
    const any = Object.keys(wanted).length > 0;
    found = any ? rows.filter((row) => matches(row, wanted)) : rows;
    shown = STEP;
    draw();
    if (!any) said.textContent = greeting;
    else if (found.length) said.textContent = `${number(found.length)} of ${number(rows.length)} hosts match.`;
    else said.textContent = "No host matches: show all, or ask for less.";
    return wanted;
  };

  const HASH = "#filter:";
  const remember = (wanted) => {
    const words = new URLSearchParams(wanted).toString();
    history.replaceState(null, "", words ? HASH + words : "#hosts");
  };
  const fromHash = () => {
    const wanted = new URLSearchParams(location.hash.slice(HASH.length));
    for (const field of form.elements) {
      if (!field.name) continue;
      field.value = wanted.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
    filter();
    document.getElementById("hosts").scrollIntoView();
  };

  for (const change of ["input", "change"]) form.addEventListener(change, () => remember(filter()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => remember(filter())));
  document.getElementById("more").addEventListener("click", () => {
    const first = found[shown];
    shown += STEP;
    draw();
    first.querySelector("a").focus();
  });

  // --- Sections: in the page, or packed in it -----------------------------------------------------------------------

  const unpack = async (block) => {
    const packed = Uint8Array.from(atob(block.textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const unpacked = document.createElement("template");
    unpacked.innerHTML = await new Response(stream).text();
    return unpacked.content;
  };

  const section = async (anchor) => {
    const here = document.getElementById(anchor);
    if (here || !places.has(anchor)) return here;
    const inline = Number(document.documentElement.dataset.inline);
    const block = document.getElementById(`block-${Math.floor((places.get(anchor) - inline) / BLOCK)}`);
    try {
      const wanted = (await unpack(block)).getElementById(anchor);
      if (!document.getElementById(anchor)) document.getElementById("sections").append(wanted.closest("details"));
    } catch {
      said.textContent = "This browser cannot unpack the host; report.json has all that is known of it.";
    }
    return document.getElementById(anchor);
  };

  const go = async () => {
    if (location.hash.startsWith(HASH)) return fromHash();
    const target = await section(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.classList.contains("inside")) return;
    const details = target.closest("details");
    details.open = true;
    details.querySelector("summary").focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", go);
  // A link to where one already is changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) go();
  });

  // --- Keys: only where the focus is among the hosts, so that no other program's keys are taken -----------------------

  const links = () => [...body.querySelectorAll("th a")];
  const step = (from, by) => {
    const all = links();
    const to = all[Math.min(Math.max(all.indexOf(from) + by, 0), all.length - 1)];
    if (to) to.focus();
  };
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest("th a")) return;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (by !== undefined) step(event.target, by);
    else if (event.key === "/") form.elements.text.focus();
    else if (event.key === "Escape") form.reset();
    else return;
    event.preventDefault();
  });
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") links()[0]?.focus();
    else if (event.key === "Escape") form.reset();
    else return;
    event.preventDefault();
  });

  // Paper shows what the screen would show when asked: the hosts in trouble, opened.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.host")) {
      if (details.querySelector("summary .chip:not(.well, .low)")) details.open = true;
    }
  });

  draw();
  document.querySelectorAll("tbody.late").forEach((late) => late.remove());
  if (location.hash.startsWith(HASH)) fromHash();
  // After the browser's own way to the fragment, which takes the focus.
  else if (location.hash) addEventListener("load", () => setTimeout(go));
})();
