// The page shows what the runner tells it, and decides nothing.
"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const svg = name => document.createElementNS("http://www.w3.org/2000/svg", name);
  const windowMs = 60000, left = 20, right = 50; // the newest word has its place at the right
  let width = 0, wide = 0;
  const lanes = [...document.querySelectorAll(".lane")].map((_, i) => ({marks: [], paths: {}, words: [], away: [], picture: byId("marks-" + i)}));
  const started = Date.now(), question = byId("hands").textContent;
  let room = null, source = null, heard = 0, opened = 0, over = false, full = false, lostAt = 0, told = 0;

  const fontOf = element => parseFloat(getComputedStyle(element).fontSize), rem = () => fontOf(document.documentElement);
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
    for (let i = 0; i < 24; i++) lane.words.push(add(lane, "text", "word"));
    for (let i = 0; i < 12; i++) lane.away.push(add(lane, "text", "away"));
    for (const when of ["ago", "now"]) lane[when] = add(lane, "text", when);
  }

  // The picture is as wide as the screen allows, and its words stay as large as those of the page.
  const size = () => {
    const unit = fontOf(lanes[0].picture) / 24;
    wide = Math.round(lanes[0].picture.clientWidth / unit);
    const high = Math.round(lanes[0].picture.clientHeight / unit); // where it is narrow, there are two rows below it
    width = wide - left - right;
    for (const lane of lanes) {
      lane.picture.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      draw(lane.paths.axis, `M${left} 46H${left + width}`);
      place(lane.ago, left, high - 7);
      place(lane.now, left + width + 2, high - 7);
      if (room) picture(lane, room.now);
    }
  };
  const times = (ago, now) => { for (const lane of lanes) { set(lane.ago, ago); set(lane.now, now); } };
  const place = (element, x, y) => {
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
      const end = matters || i + 1 === changes.length ? wide : changes[i + 1][0], at = Math.max(x, free);
      if (used === lane.words.length || at + 13 * word.length + 5 > end || at - x > 44) return;
      set(lane.words[used], word);
      place(lane.words[used++], at, 22);
      free = at + 13 * word.length + 9;
    });
    for (; used < lane.words.length; used++) set(lane.words[used], "");
  };

  // The label of a band begins where the band does. It is left out where it would be over another text,
  // or under another band; the newest comes first.
  const labels = (lane, bands) => {
    const row = lane.now.getAttribute("y") > 100; // of its own
    const least = row ? left : lane.ago.getBBox().x + lane.ago.getBBox().width + 12, most = row ? wide - 4 : lane.now.getBBox().x - 12;
    let end = most, used = 0;
    for (let i = bands.length - 1; i >= 0 && used < lane.away.length; i--) {
      const [from, to, since] = bands[i], label = lane.away[used];
      set(label, "file away" + (since ? " " + new Date(since).toTimeString().slice(0, 8) : ""));
      const length = label.getComputedTextLength(), x = Math.max(Math.min(from, most - length), least);
      if (x > to || x + length > end || x < from && i && x < bands[i - 1][1]) continue;
      place(label, x, 97);
      end = x - 12;
      used++;
    }
    for (; used < lane.away.length; used++) set(lane.away[used], "");
  };

  const picture = (lane, now) => {
    const at = m => Math.round((left + width * (1 - (now - m.at) / windowMs)) * 10) / 10;
    const d = {"band": "", "held": "", "no-data": "", "broke": ""};
    const changes = [], bands = [];
    let from = null;
    lane.marks = lane.marks.filter(m => now - m.at <= windowMs);
    lane.marks.forEach((m, i) => {
      const x = at(m), next = lane.marks[i + 1];
      d[m.state.replace(" ", "-")] += shapes[m.state.replace(" ", "-")](x);
      if (i === 0 || lane.marks[i - 1].word !== m.word) changes.push([x, m.word, m.fault || m.state !== "held"]);
      if (m.fault && from === null) from = x;
      if (from !== null && (!m.fault || !next)) {
        const to = m.fault ? left + width : x;
        d.band += `M${from} 27H${to}V80H${from}z`;
        bands.push([from, to, lane.marks[i - !m.fault].since]);
        from = null;
      }
    });
    for (const [state, path] of Object.entries(d)) draw(lane.paths[state], path);
    words(lane, changes);
    labels(lane, bands);
  };

  const show = () => {
    const s = room;
    document.querySelectorAll(".loop li").forEach(li => {
      if (li.id === "step-" + s.step) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
    });
    if (Date.now() > told) does(s.does);
    set(byId("wanted"), s.wanted ? ` (${s.wanted})` : "");
    set(byId("hands"), s.predicted ? `Show of hands for ${s.lanes[0].name}: ${s.predicted.Holds} say that it holds, ${s.predicted.Breaks} say that it breaks.` : question);
    s.lanes.forEach((l, i) => {
      const lane = lanes[i];
      for (const m of l.marks) { // of a fault that was on before the first answer, nobody knows since when
        const last = lane.marks.at(-1);
        if (m.fault && last) m.since = last.fault ? last.since : m.at;
        lane.marks.push(m);
      }
      set(byId("last-" + i), l.state ? `${l.state === "held" ? "\u25cf" : l.state === "broke" ? "\u2716" : "\u25cb"} ${l.last}` : "");
      name(byId("last-" + i), "last " + l.state.replace(" ", "-"));
      verdict(i, l, l.state === "no data" ? "\u25cb" : "");
      set(byId("file-" + i), l.instead ? `${s.file}: ${l.instead}, for ${l.seconds} s` : `${s.file} is there`);
      name(byId("file-" + i), l.instead ? "file gone" : "file");
      picture(lane, s.now);
    });
  };

  const long = (text, most) => text.length * 80 > most * innerWidth / rem() ? " long" : ""; // most is for 80 rem
  // A verdict stays until the next one. It is an old one where the service gives no answers now.
  const verdict = (i, l, old) => {
    const text = old && l.shown ? `${old} last verdict: ${l.shown}` : l.shown;
    set(byId("verdict-" + i), text);
    name(byId("verdict-" + i), "verdict " + (old ? "" : l.verdict) + long(text, 82));
  };
  const does = text => { set(byId("does"), text); name(byId("does"), long(text, 98)); };
  const news = (text, lost) => { set(byId("news"), text); name(byId("news"), lost ? "lost" : ""); };

  // What a button led to stays for a while.
  const tell = text => {
    if (over) return;
    told = Date.now() + 6000;
    news("\u25b2 NOT DONE", true);
    does(text);
  };

  // What nobody has confirmed for a while is not shown as if it were so now.
  const stale = (sign, text, what, now) => {
    news(`${sign} ${text}`, true);
    does(what);
    if (!room) return;
    times("1 minute", "end");
    room.lanes.forEach((l, i) => {
      set(byId("last-" + i), `${sign} last answer: ${l.last || "none"}`);
      name(byId("last-" + i), "last");
      verdict(i, l, sign);
      set(byId("file-" + i), now);
      name(byId("file-" + i), "file");
    });
  };

  const again = "start it again in its terminal: this page waits for it";
  const connect = () => {
    if (source) source.close();
    source = new EventSource("/events");
    opened = Date.now();
    let first = true;
    const hear = event => {
      const s = JSON.parse(event.data);
      if (s.run !== document.body.dataset.run) { // the runner was started again, and its buttons are those of a new page
        source.close();
        location.reload();
        return false;
      }
      if (first) for (const lane of lanes) lane.marks = [];
      first = false;
      room = s;
      heard = Date.now();
      lostAt = 0;
      full = false;
      times("1 minute ago", "now");
      show();
      if (heard > told) news("live", false);
      return true;
    };
    source.addEventListener("snapshot", hear);
    source.addEventListener("tick", hear);
    source.addEventListener("end", event => {
      if (!hear(event)) return;
      over = true;
      source.close();
      stale("\u25a0", room.ended, again, "ended");
    });
    source.addEventListener("full", () => {
      source.close();
      lostAt = 0;
      full = true;
      stale("\u25b2", "TOO MANY PAGES are open", "close some of them; this page tries again after 5 s", "no news");
    });
    source.onerror = () => {
      full = false;
      if (!over && !lostAt) lostAt = Date.now();
    };
  };

  // A browser has six connections to one program. A page that nobody sees needs none.
  const look = () => {
    if (document.visibilityState === "hidden") {
      if (source) source.close();
      if (!over) stale("\u25cb", "NO NEWS", "", "no news");
    } else if (!over) {
      heard = Date.now();
      connect();
    }
  };
  document.addEventListener("visibilitychange", look);

  setInterval(() => {
    if (document.visibilityState === "hidden") return;
    const now = Date.now(), silent = now - (heard || started), seconds = since => Math.round((now - since) / 1000);
    if (over || full) {
      if (now - opened > 4500) connect();
      return;
    }
    if (lostAt && now - lostAt > 1500) {
      stale("\u25b2", `RUNNER LOST for ${seconds(lostAt)} s`, again, "no news");
    } else if (silent > 3000) {
      stale("\u25cb", `NO NEWS for ${seconds(heard || started)} s`, heard ? "wait, or look at its terminal" : "perhaps too many pages are open: close some of them", "no news");
    }
    if ((lostAt || silent > 8000) && now - opened > 2000) connect();
  }, 500);

  const form = byId("form");
  if (form) form.addEventListener("submit", event => {
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    fetch("/do", {method: "POST", body: data, redirect: "manual", signal: AbortSignal.timeout(3000)}).then(
      answer => { if (answer.status >= 400) answer.text().then(text => tell(text.trim())); },
      () => tell("the runner does not answer"));
  });

  times("1 minute ago", "now");
  size();
  addEventListener("resize", size);
  look();
})();
