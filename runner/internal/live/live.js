// The page shows what the runner tells it, and decides nothing.
"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const svg = name => document.createElementNS("http://www.w3.org/2000/svg", name);
  const windowMs = 60000, width = 1150, left = 20;
  const lanes = [...document.querySelectorAll(".lane")].map((_, i) => ({marks: [], paths: {}, words: [], picture: byId("marks-" + i)}));
  const started = Date.now();
  let room = null, source = null, heard = 0, opened = 0, over = false, lostAt = 0;

  const set = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const name = (element, text) => { if (element && element.className !== text) element.className = text; };
  const draw = (element, d) => { if (element.getAttribute("d") !== d) element.setAttribute("d", d); };

  // Each lane has one path for each state, and a few words: the page stays as small as it is.
  for (const [i, lane] of lanes.entries()) {
    const pattern = svg("pattern"), line = svg("path"), axis = svg("path");
    for (const [key, text] of Object.entries({id: "hatch-" + i, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"})) pattern.setAttribute(key, text);
    line.setAttribute("class", "hatch");
    line.setAttribute("d", "M0 0V8");
    pattern.append(line);
    axis.setAttribute("class", "axis");
    axis.setAttribute("d", `M${left} 44H${left + width}`);
    lane.picture.append(pattern);
    for (const state of ["band", "held", "no-data", "broke"]) {
      lane.paths[state] = svg("path");
      lane.paths[state].setAttribute("class", state);
      lane.picture.append(lane.paths[state]);
    }
    lane.paths.band.setAttribute("fill", `url(#hatch-${i})`);
    lane.picture.append(axis);
    for (let i = 0; i < 6; i++) {
      lane.words.push(svg("text"));
      lane.picture.append(lane.words[i]);
    }
  }

  const shapes = { // held stands above the line, broke below
    "held": x => `M${x - 2.5} 34a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z`,
    "broke": x => `M${x - 3} 49l2 -2l1 4l1 -4l2 2l-1.5 5l1.5 5l-2 2l-1 -4l-1 4l-2 -2l1.5 -5z`,
    "no-data": x => `M${x - 2} 44a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z`,
  };

  const picture = (lane, now) => {
    const at = m => Math.round((left + width * (1 - (now - m.at) / windowMs)) * 10) / 10;
    const d = {"band": "", "held": "", "no-data": "", "broke": ""};
    const changes = [];
    let from = null;
    lane.marks = lane.marks.filter(m => now - m.at <= windowMs);
    lane.marks.forEach((m, i) => {
      const x = at(m), next = lane.marks[i + 1];
      d[m.state.replace(" ", "-")] += shapes[m.state.replace(" ", "-")](x);
      if (i === 0 || lane.marks[i - 1].word !== m.word) changes.push([x, m.word]);
      if (m.fault && from === null) from = x;
      if (from !== null && (!m.fault || !next)) {
        d.band += `M${from} 22H${m.fault ? left + width : x}V66H${from}z`;
        from = null;
      }
    });
    for (const [state, path] of Object.entries(d)) draw(lane.paths[state], path);
    const shown = changes.slice(-lane.words.length);
    lane.words.forEach((text, i) => {
      const [x, word] = shown[i] || [0, ""];
      set(text, shown[i + 1] && shown[i + 1][0] - x < 34 ? "" : word);
      if (word) { text.setAttribute("x", x); text.setAttribute("y", 16); }
    });
  };

  const show = () => {
    const s = room;
    document.querySelectorAll(".loop li").forEach(li => {
      if (li.id === "step-" + s.step) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
    });
    set(byId("does"), s.does);
    set(byId("hands"), s.predicted ? `Show of hands: ${s.predicted.Holds} say that it holds, ${s.predicted.Breaks} say that it breaks.` : "");
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

  const news = (text, lost) => { set(byId("news"), text); name(byId("news"), lost ? "lost" : ""); };

  // What nobody has confirmed for a while is not shown as if it were so now.
  const hollow = () => { for (const i of lanes.keys()) { set(byId("last-" + i), "\u25cb no news"); name(byId("last-" + i), "last"); } };

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
      news("live", false);
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
      answer => { if (answer.status >= 400) answer.text().then(text => news("\u25b2 " + text, true)); },
      () => news("\u25b2 the runner does not answer", true));
  });

  connect();
})();
