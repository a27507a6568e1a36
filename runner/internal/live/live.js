// The page shows what the runner tells it, and decides nothing.
"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const svg = name => document.createElementNS("http://www.w3.org/2000/svg", name);
  const windowMs = 60000, left = 20, right = 50; // the newest word has its place at the right
  let width = 0, wide = 0;
  const lanes = [...document.querySelectorAll(".lane")].map((_, i) => ({marks: [], paths: {}, words: [], picture: byId("marks-" + i)}));
  const started = Date.now();
  let room = null, source = null, heard = 0, opened = 0, over = false, lostAt = 0, told = 0;

  const set = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const name = (element, text) => { if (element && element.className !== text) element.className = text; };
  const draw = (element, d) => { if (element.getAttribute("d") !== d) element.setAttribute("d", d); };

  // Each lane has one path for each state, and a few words: the page stays as small as it is.
  const add = (lane, kind, name) => {
    const element = svg(kind);
    element.setAttribute("class", name);
    lane.picture.append(element);
    return element;
  };
  for (const [i, lane] of lanes.entries()) {
    const pattern = svg("pattern"), line = svg("path");
    for (const [key, text] of Object.entries({id: "hatch-" + i, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"})) pattern.setAttribute(key, text);
    line.setAttribute("class", "hatch");
    line.setAttribute("d", "M0 0V8");
    pattern.append(line);
    lane.picture.append(pattern);
    for (const state of ["band", "held", "no-data", "broke", "axis"]) lane.paths[state] = add(lane, "path", state);
    lane.paths.band.setAttribute("fill", `url(#hatch-${i})`);
    for (let i = 0; i < 8; i++) lane.words.push(add(lane, "text", "word"));
    for (const when of ["ago", "now", "away"]) lane[when] = add(lane, "text", when);
  }

  // The picture is as wide as the screen allows, and its words stay as large as those of the page.
  const size = () => {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    wide = Math.round(lanes[0].picture.clientWidth / unit);
    width = wide - left - right;
    for (const lane of lanes) {
      lane.picture.setAttribute("viewBox", `0 0 ${wide} 104`);
      draw(lane.paths.axis, `M${left} 46H${left + width}`);
      place(lane.ago, left, 97, "1 minute ago");
      place(lane.now, left + width - 18, 97, "now");
    }
  };
  const place = (element, x, y, text) => {
    set(element, text);
    element.setAttribute("x", x);
    element.setAttribute("y", y);
  };

  const shapes = { // held stands above the line, broke below, and is taller
    "held": x => `M${x - 1.8} 43v-11a1.8 1.8 0 0 1 3.6 0v11z`,
    "broke": x => `M${x - 2.6} 49h5.2l-2 14l2 14h-5.2l2 -14z`,
    "no-data": x => `M${x - 2} 46a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z`,
  };

  // The words of failures stay, though they are short; those of other answers need room.
  const words = (lane, changes) => {
    let free = 0, used = 0;
    changes.forEach(([x, word, matters], i) => {
      const end = i + 1 < changes.length ? changes[i + 1][0] : wide, at = Math.max(x, free);
      if (used === lane.words.length || !matters && at + 44 > end) return;
      place(lane.words[used++], at, 22, word);
      free = at + 48;
    });
    for (; used < lane.words.length; used++) set(lane.words[used], "");
  };

  const picture = (lane, now) => {
    const at = m => Math.round((left + width * (1 - (now - m.at) / windowMs)) * 10) / 10;
    const d = {"band": "", "held": "", "no-data": "", "broke": ""};
    const changes = [];
    let from = null, away = null;
    lane.marks = lane.marks.filter(m => now - m.at <= windowMs);
    lane.marks.forEach((m, i) => {
      const x = at(m), next = lane.marks[i + 1];
      d[m.state.replace(" ", "-")] += shapes[m.state.replace(" ", "-")](x);
      if (i === 0 || lane.marks[i - 1].word !== m.word) changes.push([x, m.word, m.fault || m.state !== "held"]);
      if (m.fault && from === null) from = x;
      if (from !== null && (!m.fault || !next)) {
        const to = m.fault ? left + width : x;
        d.band += `M${from} 27H${to}V80H${from}z`;
        away = (from + to) / 2;
        from = null;
      }
    });
    for (const [state, path] of Object.entries(d)) draw(lane.paths[state], path);
    words(lane, changes);
    place(lane.away, Math.min(Math.max(away, left + 180), left + width - 90), 97, away === null ? "" : "file away");
  };

  const show = () => {
    const s = room;
    document.querySelectorAll(".loop li").forEach(li => {
      if (li.id === "step-" + s.step) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
    });
    set(byId("does"), s.does);
    set(byId("hands"), s.predicted ? `Show of hands for ${s.lanes[0].name}: ${s.predicted.Holds} say that it holds, ${s.predicted.Breaks} say that it breaks.` : "");
    s.lanes.forEach((l, i) => {
      const lane = lanes[i];
      lane.marks.push(...l.marks);
      set(byId("last-" + i), l.state ? `${l.state === "held" ? "\u25cf" : l.state === "broke" ? "\u2716" : "\u25cb"} ${l.last}` : "");
      name(byId("last-" + i), "last " + l.state.replace(" ", "-"));
      set(byId("verdict-" + i), l.shown);
      name(byId("verdict-" + i), "verdict " + l.verdict);
      set(byId("file-" + i), l.instead ? `${s.file}: ${l.instead}, for ${l.seconds} s` : `${s.file} is there`);
      name(byId("file-" + i), l.instead ? "file gone" : "file");
      picture(lane, s.now);
    });
  };

  // What a button led to stays for a while.
  const tell = text => { told = Date.now() + 6000; news("\u25b2 " + text, true); };

  const news = (text, lost) => { set(byId("news"), text); name(byId("news"), lost ? "lost" : ""); };

  // What nobody has confirmed for a while is not shown as if it were so now.
  const hollow = () => {
    for (const i of lanes.keys()) {
      set(byId("last-" + i), "\u25cb no news");
      name(byId("last-" + i), "last");
      set(byId("file-" + i), room ? room.file + ": no news" : "");
      name(byId("file-" + i), "file");
    }
  };

  const connect = () => {
    if (source) source.close();
    source = new EventSource("/events");
    opened = Date.now();
    const hear = fresh => event => {
      if (fresh) for (const lane of lanes) lane.marks = [];
      room = JSON.parse(event.data);
      heard = Date.now();
      lostAt = 0;
      show();
      if (heard > told) news("live", false);
    };
    source.addEventListener("snapshot", hear(true));
    source.addEventListener("tick", hear(false));
    source.addEventListener("end", event => {
      hear(false)(event);
      over = true;
      source.close();
      news("\u25a0 " + room.ended, true);
    });
    source.onerror = () => { if (!over && !lostAt) lostAt = Date.now(); };
  };

  // A browser has six connections to one program. A page that nobody sees needs none.
  document.addEventListener("visibilitychange", () => {
    if (over) return;
    if (document.visibilityState === "hidden") {
      source.close();
    } else {
      heard = Date.now();
      connect();
    }
  });

  setInterval(() => {
    if (over || document.visibilityState === "hidden") return;
    const silent = Date.now() - (heard || started);
    if (lostAt && Date.now() - lostAt > 1500) {
      news(`\u25b2 RUNNER LOST for ${Math.round((Date.now() - lostAt) / 1000)} s: start it again in its terminal`, true);
      hollow();
    } else if (silent > 3000) {
      news(`\u25cb NO NEWS for ${Math.round(silent / 1000)} s` + (heard ? "" : ": perhaps too many pages are open"), true);
      if (heard) hollow();
    }
    if ((lostAt || silent > 8000) && Date.now() - opened > 2000) connect();
  }, 500);

  const form = byId("form");
  if (form) form.addEventListener("submit", event => {
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    fetch("/do", {method: "POST", body: data, redirect: "manual"}).then(
      answer => { if (answer.status >= 400) answer.text().then(text => tell(text.trim())); },
      () => tell("the runner does not answer"));
  });

  size();
  addEventListener("resize", size);
  connect();
})();
