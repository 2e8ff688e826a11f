// Calls the page from Chromium, as a person would, and writes down what was seen and heard:
//
//   node call.mjs '{"url": …, "chromium": …, "out": DIR, "steps": [{"do": "say", "wav": …}, …]}'
//
// Steps: join · say WAV (as the microphone) · wait STATE · caption (some words of a new reply) · ended (the reply) ·
// pause MS · reload · tap SELECTOR · see SELECTOR · insight SELECTOR (it is not hidden) · key KEY · type TEXT · shot NAME · axe · settle (3 s of silence). Times are milliseconds since the
// page's navigation; what is said and heard has a place on the clock of the sound, too.
import { chromium } from "playwright-core";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const o = JSON.parse(process.argv[2]);
const profile = await mkdtemp(join(tmpdir(), "aubade-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: o.chromium,
  headless: true,
  ignoreDefaultArgs: ["--mute-audio"],
  bypassCSP: true, // for the recorder, which is ours and not the page's
  viewport: o.viewport ?? { width: 1180, height: 860 },
  colorScheme: o.dark ? "dark" : "light",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-fake-device-for-media-stream", ...(o.deny ? ["--deny-permission-prompts"] : ["--use-fake-ui-for-media-stream"]),
    "--autoplay-policy=no-user-gesture-required",
  ],
});
const log = { steps: [], console: [], captions: [], states: [], violations: [], events: [], error: "" };
try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.on("console", (m) => log.console.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => log.console.push(`uncaught: ${e}`));
  await page.addInitScript(instrument, { deny: o.deny });
  await page.goto(o.url);
  const now = () => page.evaluate(() => performance.now());

  for (const s of o.steps) {
    const began = await now();
    const step = { do: s.do, at: began };
    log.steps.push(step);
    switch (s.do) {
      case "join":
        await page.click("#join");
        await page.waitForSelector("#talk:not([hidden]), .notice.fatal", { timeout: 20000 });
        break;
      case "wait":
        await page.waitForFunction((w) => w.split("|").includes(document.body.dataset.state), s.state, { timeout: s.ms ?? 20000, polling: 20 });
        break;
      case "say": {
        const wav = (await readFile(s.wav)).toString("base64");
        Object.assign(step, await page.evaluate((b) => window.__say(b), wav));
        await page.waitForFunction((t) => performance.now() >= t, step.to, { polling: 10 });
        break;
      }
      case "caption":
        await page.waitForFunction((n) => window.__words() > n, s.words ?? 0, { timeout: s.ms ?? 20000, polling: 10 });
        break;
      case "ended":
        await page.waitForFunction(() => window.__ended(), null, { timeout: s.ms ?? 30000, polling: 50 });
        break;
      case "mark":
        await page.evaluate(() => window.__mark());
        break;
      case "pause":
        await page.waitForTimeout(s.ms);
        break;
      case "tap":
        await page.click(s.selector);
        break;
      case "see":
        await page.waitForSelector(s.selector, { timeout: s.ms ?? 10000 });
        step.text = await page.textContent(s.selector);
        break;
      case "insight": {
        // Not only there, but where a person sees it: within the screen, and nothing lies over it.
        step.text = await page.$eval(s.selector, (e) => {
          const r = e.getBoundingClientRect();
          const top = document.elementFromPoint(r.left + 5, (r.top + r.bottom) / 2);
          return top && (e === top || e.contains(top)) ? "" : `hidden at ${Math.round(r.top)} of ${innerHeight}`;
        });
        if (step.text) throw new Error(`${s.selector} is ${step.text}`);
        break;
      }
      case "key":
        await page.keyboard.press(s.key);
        break;
      case "type":
        await page.fill("#line", s.text);
        await page.press("#line", "Enter");
        break;
      case "shot":
        await page.screenshot({ path: join(o.out, `${s.name}.png`) });
        break;
      case "axe": {
        await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
        const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        for (const v of found.violations) log.violations.push(`${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).join("; ")})`);
        break;
      }
      case "reload":
        await page.reload();
        break;
      case "settle":
        await page.waitForTimeout(s.ms ?? 1000);
        break;
      default:
        throw new Error(`no step is called ${s.do}`);
    }
    step.done = await now();
  }
} catch (err) {
  log.error = String(err?.stack ?? err);
  const page = browser.pages()[0];
  await page?.screenshot({ path: join(o.out, "failed.png") }).catch(() => undefined);
} finally {
  const page = browser.pages()[0];
  if (page && !page.isClosed()) await collect(page).catch((err) => { log.error ||= String(err); });
  await browser.close();
  await rm(profile, { recursive: true, force: true });
  await writeFile(join(o.out, "log.json"), JSON.stringify(log, null, 1));
}

// collect takes down what the page shows and what it sounded like.
async function collect(page) {
  const seen = await page.evaluate(() => window.__seen());
  Object.assign(log, seen.log);
  log.notices = await page.$$eval(".notice", (ns) => ns.map((n) => n.innerText));
  log.cards = await page.$$eval(".card", (cs) => cs.map((c) => c.innerText));
  log.lines = await page.$$eval("#log .line", (ls) => ls.map((l) => ({ who: l.classList.contains("user") ? "user" : "agent", text: l.querySelector(".said")?.textContent ?? "", cut: l.classList.contains("cut") })));
  for (const [name, b64] of Object.entries(seen.sound)) await writeFile(join(o.out, `${name}.pcm`), Buffer.from(b64, "base64"));
}

// instrument runs in the page before its own scripts: a microphone that says what it is given, a recorder of the agent's
// voice, and a note of every caption with its time.
function instrument({ deny }) {
  const rate = 48000;
  const ctx = new AudioContext({ sampleRate: rate });
  const mic = ctx.createMediaStreamDestination();
  const real = navigator.mediaDevices?.getUserMedia?.bind(navigator.mediaDevices);
  if (navigator.mediaDevices) {
    navigator.mediaDevices.getUserMedia = async (c) => {
      if (deny) throw new DOMException("denied by the test", typeof deny === "string" ? deny : "NotAllowedError");
      if (!c?.audio) return real(c);
      await ctx.resume();
      return mic.stream;
    };
  }
  // The clock of the sound and that of the page.
  const pageTime = (t) => performance.now() + (t - ctx.currentTime) * 1000;

  window.__say = async (b64) => {
    const bytes = Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
    const sound = await ctx.decodeAudioData(bytes.buffer);
    const src = ctx.createBufferSource();
    src.buffer = sound;
    src.connect(mic);
    const at = ctx.currentTime + 0.02;
    src.start(at);
    // A recording may begin with a breath: it sounds from -34 dBFS on.
    const first = at + Math.max(0, sound.getChannelData(0).findIndex((v) => Math.abs(v) > 0.02)) / sound.sampleRate;
    return { from: pageTime(first), to: pageTime(at + sound.duration), sounds: first * 1000 };
  };

  // The recorder runs in the thread of the sound, which a busy page cannot make lose any.
  const chunk = 1024;
  const recorder = ctx.audioWorklet?.addModule(URL.createObjectURL(new Blob([`
    registerProcessor("recorder", class extends AudioWorkletProcessor {
      pcm = new Float32Array(${chunk});
      n = 0;
      process([[x]]) {
        if (x) this.pcm.set(x, this.n);
        else this.pcm.fill(0, this.n, this.n + 128);
        this.n += 128;
        if (this.n < ${chunk}) return true;
        this.port.postMessage({ at: (currentFrame + 128 - ${chunk}) / sampleRate, pcm: this.pcm });
        this.n = 0;
        return true;
      }
    });`], { type: "text/javascript" })));
  const heard = { agent: { chunks: [], times: [], sounds: [] } };
  const record = async (stream) => {
    await recorder;
    const src = ctx.createMediaStreamSource(stream);
    const node = new AudioWorkletNode(ctx, "recorder", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data: { at, pcm: x } }) => {
      const h = heard.agent;
      const audio = document.getElementById("agent-voice");
      const volume = audio && !audio.muted ? audio.volume : 0;
      const pcm = new Int16Array(x.length);
      for (let i = 0; i < x.length; i++) pcm[i] = Math.max(-32768, Math.min(32767, x[i] * volume * 32767));
      h.times.push(pageTime(at));
      h.sounds.push(at * 1000);
      h.chunks.push(pcm);
    };
    src.connect(node);
    node.connect(silent); // what leads nowhere is not run
  };
  const silent = ctx.createGain();
  silent.gain.value = 0;
  silent.connect(ctx.destination);

  const log = { captions: [], states: [], events: [] };
  document.addEventListener("aubade", (e) => log.events.push({ at: performance.now(), ...e.detail, say: e.detail.say?.Text }));
  let base = 0;
  const agent = () => [...document.querySelectorAll("#log .line.agent .said")].map((e) => e.textContent).join(" ");
  const words = () => agent().split(/\s+/).filter(Boolean).length;
  window.__mark = () => { base = words(); };
  window.__words = () => words() - base;
  window.__ended = () => words() > base && !document.querySelector("#log .line.agent.open") && document.body.dataset.state === "listening";
  addEventListener("DOMContentLoaded", () => {
    let last = "";
    new MutationObserver(() => {
      const text = agent();
      if (text !== last) {
        last = text;
        log.captions.push({ at: performance.now(), text });
      }
      const audio = document.getElementById("agent-voice");
      if (audio?.srcObject && audio.dataset.recorded !== audio.srcObject.id) {
        audio.dataset.recorded = audio.srcObject.id;
        record(audio.srcObject);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    new MutationObserver(() => log.states.push({ at: performance.now(), state: document.body.dataset.state })).observe(document.body, { attributes: true, attributeFilter: ["data-state"] });
  });

  window.__seen = () => {
    const n = heard.agent.chunks.reduce((a, c) => a + c.length, 0);
    const pcm = new Int16Array(n);
    let at = 0;
    for (const c of heard.agent.chunks) {
      pcm.set(c, at);
      at += c.length;
    }
    const bytes = new Uint8Array(pcm.buffer);
    let s = "";
    for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { log: { ...log, heardAt: heard.agent.times, soundAt: heard.agent.sounds, rate, origin: performance.timeOrigin }, sound: { agent: btoa(s) } };
  };
}
