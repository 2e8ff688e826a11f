import * as api from "./api";
import { Call, forget, remembered } from "./call";
import { apply, empty, type Conversation } from "./conversation";
import type { Event } from "./events";
import * as trouble from "./trouble";
import { announce, clearLog, dismiss, draw, drawInfo, drawLine, drawQuestions, drawState, el, inCall, notice, onOffer } from "./view";

let call = null as Call | null;
let talk: Conversation = empty();
let muted = false;
let waiting = 0; // for somebody to answer
let unduck = 0;
let here = false; // somebody is there to be asked
let unasked: string[] = []; // typed before that
let speaks = false; // the user has a microphone
let awake: WakeLockSentinel | null = null;

const join = el<HTMLButtonElement>("join");
const line = el<HTMLInputElement>("line");

// A link may name a room: ?room=NAME.
const linked = new URLSearchParams(location.search).get("room") ?? "";

async function start(): Promise<void> {
  if (call) return;
  join.disabled = true;
  join.textContent = "Connecting…";
  for (const key of ["call", "mic"]) dismiss(key);
  const mine = new Call({ event, agent, state, link, ended, silenced });
  call = mine;
  talk = empty();
  clearLog();
  try {
    // The microphone is asked for within the tap; the pass is fetched meanwhile.
    const mic = microphone();
    const back = linked ? null : remembered();
    const pass = await api.pass(linked || (back?.room ?? ""), back?.identity ?? "").catch((err) => {
      if (!back) throw err;
      forget(); // the call that was left is over: begin a new one
      return api.pass("", "");
    });
    await mine.join(pass);
    talk.state = "initializing";
    inCall(true);
    draw(talk);
    el("orb").focus({ preventScroll: true });
    if (!here) waiting = window.setTimeout(() => notice(trouble.nobody, "nobody"), 8000);
    // A phone that goes to sleep takes the call with it.
    const lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    const got = await mic;
    if (call !== mine) {
      // Hung up while the browser asked for the microphone: neither may stay on.
      void lock?.release();
      if (got instanceof MediaStreamTrack) got.stop();
      return;
    }
    awake = lock;
    if (got instanceof MediaStreamTrack) {
      speaks = true;
      got.addEventListener("ended", () => call === mine && notice(trouble.gone, "mic"));
      await mine.publish(got);
    } else {
      notice(got, "mic");
      el("mute").hidden = true;
      await mine.send("present");
      line.focus();
    }
  } catch (err) {
    console.warn(err);
    await stop();
    const n = trouble.connection(err);
    notice(n, "call", { label: "Try again", do: () => void start() });
    if (err instanceof api.Refusal && err.status === 404) history.replaceState(null, "", location.pathname);
  }
}

// microphone is the user's, or why there is none.
async function microphone(): Promise<MediaStreamTrack | trouble.Notice> {
  try {
    const s = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    const t = s.getAudioTracks()[0];
    if (t) return t;
    throw new DOMException("", "NotFoundError");
  } catch (err) {
    return trouble.microphone(err);
  }
}

function event(e: Event): void {
  document.dispatchEvent(new CustomEvent("aubade", { detail: e })); // for whoever looks on: extensions, tests
  if (e.kind === "sync") {
    // The story is told from the beginning: to a page that came late, or came back.
    talk = empty();
    clearLog();
    return;
  }
  apply(talk, e);
  tell(e);
  if (e.kind === "first-audio" || e.kind === "swelled") call?.duck(false);
  // What the cut left over is still on its way to the loudspeaker.
  if (e.kind === "reply.end") unduckIn(500);
  draw(talk);
  if (talk.over) void over();
}

// tell says aloud, to those who use a screen reader, what they would not hear otherwise. The agent speaks for itself.
function tell(e: Event): void {
  if (e.kind === "turn.end" && e.cause !== "typed" && e.text) announce(`You: ${e.text}`);
  if (e.kind === "rejected") announce("Not understood.");
  if (e.kind === "saying" && e.cause === "not spoken" && e.say) announce(e.say.Text);
  if (e.kind === "reply.end" && !speaks && e.heard) announce(e.heard);
}

function silenced(yes: boolean): void {
  if (yes) notice(trouble.silenced, "sound", { label: "Turn the sound on", do: () => void call?.room.startAudio() });
  else dismiss("sound");
}

function agent(isHere: boolean): void {
  here = isHere;
  window.clearTimeout(waiting);
  dismiss("nobody");
  if (here) {
    void call?.send("sync");
    for (const q of unasked.splice(0)) void call?.type(q);
  }
  if (!here && call && !talk.over) {
    drawState("initializing");
    waiting = window.setTimeout(() => notice(trouble.nobody, "nobody"), 3000);
  }
}

// state comes as an attribute too, which nobody can miss.
function state(s: string): void {
  talk.state = s;
  draw(talk);
}

function link(state: "connected" | "reconnecting" | "lost"): void {
  if (state === "connected") {
    dismiss("link");
    void call?.send("sync");
  }
  else notice({ title: "The connection is shaky", help: "Trying to get it back. What was said is not lost.", fatal: false }, "link");
}

function ended(why: string): void {
  void stop();
  notice(trouble.ended(why), "call", { label: why === "lost" ? "Come back" : "Call again", do: () => void start() });
}

// over is the agent's own goodbye.
async function over(): Promise<void> {
  await call?.hangUp();
  call = null;
  await stop();
  notice(trouble.ended("ended"), "call", { label: "Call again", do: () => void start() });
}

async function stop(): Promise<void> {
  window.clearTimeout(waiting);
  const old = call;
  call = null;
  here = speaks = false;
  quiet = 0;
  unasked = [];
  void awake?.release();
  awake = null;
  if (old) {
    await old.room.disconnect().catch(() => undefined);
    old.close();
  }
  for (const key of ["nobody", "link", "sound", "mic", "deaf"]) dismiss(key);
  el("mute").hidden = false;
  setMuted(false);
  join.disabled = false;
  join.textContent = "Start the call";
  if (talk.lines.length === 0) inCall(false);
  else el("controls").hidden = true;
  el("lobby").hidden = talk.lines.length > 0;
  drawState("");
}

function interrupt(): void {
  if (!call || talk.state === "listening") return;
  call.duck(true);
  unduckIn(4000);
  void call.send("interrupt");
}

function unduckIn(ms: number): void {
  window.clearTimeout(unduck);
  unduck = window.setTimeout(() => call?.duck(false), ms);
}

function setMuted(yes: boolean): void {
  muted = yes;
  const b = el("mute");
  b.setAttribute("aria-pressed", String(yes));
  const words = b.querySelector("span");
  if (words) words.textContent = yes ? "Unmute" : "Mute";
}

async function toggleMute(): Promise<void> {
  if (!call || el("mute").hidden) return;
  setMuted(!muted);
  await call.mute(muted);
}

async function say(text: string): Promise<void> {
  if (!call) {
    unasked.push(text);
    await start();
  } else if (here) await call.type(text);
  else unasked.push(text);
}

join.addEventListener("click", () => void start());
el("hangup").addEventListener("click", () => void call?.hangUp().then(() => ended("ended")));
el("stop").addEventListener("click", interrupt);
el("orb").addEventListener("click", interrupt);
el("mute").addEventListener("click", () => void toggleMute());
el("write").addEventListener("submit", (e) => {
  e.preventDefault();
  const text = line.value.trim();
  if (!text) return;
  line.value = "";
  void say(text);
});
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || el<HTMLDialogElement>("source").open) return;
  if (e.key === "Escape") interrupt();
  const inText = e.target instanceof HTMLInputElement;
  if (e.key === "/" && !inText && call) {
    e.preventDefault();
    line.focus();
  }
  if (e.key.toLowerCase() === "m" && !inText) void toggleMute();
});
// The orb breathes with the agent's voice, and its ring with the user's: so one sees that the microphone works.
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
(function breathe(): void {
  if (call) {
    const orb = el("orb");
    if (!still.matches) orb.style.setProperty("--level", call.level().toFixed(3));
    orb.style.setProperty("--mic", muted ? "0" : call.micLevel().toFixed(3));
  }
  requestAnimationFrame(breathe);
})();

// Once a second: is the microphone alive, and how long is the line?
let quiet = 0; // seconds of waiting for the user without a single sound so far; less than 0: there was one
window.setInterval(() => {
  if (!call || !here) return;
  if (speaks && !muted && quiet >= 0) {
    if (!call.deaf()) {
      quiet = -1;
      dismiss("deaf");
    } else if (talk.state === "listening" && ++quiet === 8) notice(trouble.deaf, "deaf");
  }
  if (talk.state === "speaking") void call.line().then((l) => l && drawLine(l));
}, 1000);

async function begin(): Promise<void> {
  try {
    const i = await api.info();
    drawInfo(i);
    // The first brief may be on its way.
    if (!i.edition) window.setTimeout(() => void begin(), 5000);
  } catch (err) {
    notice(trouble.connection(err), "call", { label: "Reload", do: () => location.reload() });
    return;
  }
  drawQuestions((await api.questions().catch(() => [])).slice(0, 8));
  if (remembered()) join.textContent = "Return to the call";
}
onOffer((q) => void say(q));
void begin();
