"use strict";
// Shows what is new without a reload. What was typed, opened or is in use stays.
(() => {
  let timer = 0;
  let behind = false;

  const changed = (field) =>
    field.type === "hidden" ? false
    : field.tagName === "SELECT" ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : "defaultValue" in field && field.value !== field.defaultValue;
  const inUse = (part) =>
    [...part.querySelectorAll("input, select, textarea")].some((field) => field === document.activeElement || changed(field));

  function replace(old, fresh) {
    const opened = [...old.querySelectorAll("details")].map((one) => one.open);
    fresh.querySelectorAll("details").forEach((one, at) => { one.open = opened[at] ?? one.open; });
    const scrolled = [...old.querySelectorAll(".scroll")].map((one) => one.scrollTop);
    old.replaceWith(fresh);
    fresh.querySelectorAll(".scroll").forEach((one, at) => { one.scrollTop = scrolled[at] ?? 0; });
  }

  async function refresh() {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    // The policy of this page names the colors that it came with, and holds for what it parses; new ones come as a sheet.
    let colors = "";
    const text = (await answer.text()).replace(/<style id="label-colors">([^<]*)<\/style>/, (_, rules) => {
      colors = rules;
      return "";
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(colors);
    document.adoptedStyleSheets = [sheet];
    const fresh = new DOMParser().parseFromString(text, "text/html");
    behind = false;
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(old.id);
      if (!next || next.innerHTML === old.dataset.seen) continue;
      if (inUse(old)) { behind = true; continue; }
      const seen = next.innerHTML;
      replace(old, next);
      next.dataset.seen = seen;
    }
  }

  // A link to the form that edits a file opens it.
  function unfold() {
    const place = location.hash && document.getElementById(location.hash.slice(1));
    if (place?.tagName === "DETAILS") { place.open = true; place.scrollIntoView(); }
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(refresh, 120); };
  // Only while the page is seen: one that was left keeps its connection for a while, and a browser has only six
  // of them for a site.
  let news = null;
  function attend() {
    if (document.visibilityState === "hidden") {
      news?.close();
      news = null;
    } else if (!news) {
      news = new EventSource("/changes");
      news.onmessage = soon;
      news.onopen = soon;
    }
  }
  for (const moment of ["visibilitychange", "pagehide", "pageshow"]) addEventListener(moment, attend);
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("focusout", () => { if (behind) soon(); });
  addEventListener("submit", (event) => event.target.setAttribute("aria-busy", "true"));
  addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((form) => form.removeAttribute("aria-busy")));
  for (const part of document.querySelectorAll("[data-live]")) part.dataset.seen = part.innerHTML;
})();
