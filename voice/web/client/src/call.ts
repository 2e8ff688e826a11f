// One call: the connection to the room, the microphone, the agent's voice.

import { ConnectionState, DisconnectReason, RemoteTrack, Room, RoomEvent, Track, type RemoteParticipant } from "livekit-client";
import * as api from "./api";
import type { Event } from "./events";

export type Control = "interrupt" | "hangup" | "mute" | "unmute" | "present" | "sync";

export interface Handlers {
  event(e: Event): void;
  agent(here: boolean): void;
  state(s: string): void;
  link(state: "connected" | "reconnecting" | "lost"): void;
  ended(why: string): void;
  silenced(yes: boolean): void; // the browser keeps the agent's voice back until somebody taps
}

// What the way from the agent's mouth to the user's ear takes, in ms.
export interface Line {
  oneWay: number;
  lost: number; // share of the sound that had to be made up
}

const left = "aubade.call"; // where a reload finds the call again

export function remembered(): { room: string; identity: string } | null {
  try {
    return JSON.parse(sessionStorage.getItem(left) ?? "null");
  } catch {
    return null;
  }
}

export class Call {
  readonly room = new Room({
    // A reload is not a hang-up: the agent keeps the conversation for half a minute.
    disconnectOnPageLeave: false,
    audioCaptureDefaults: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    // Silence that is not sent leaves holes that the agent must guess over; redundancy that it does not read is waste.
    publishDefaults: { dtx: false, red: false },
  });
  readonly audio: HTMLAudioElement;
  private hungUp = false;
  private agent: Meter | null = null;
  private mine: Meter | null = null;
  private voice: RemoteTrack | null = null;
  private before = { delay: 0, emitted: 0, played: 0, playout: 0, made: 0 };

  constructor(private on: Handlers) {
    this.audio = document.createElement("audio");
    this.audio.autoplay = true;
    this.audio.id = "agent-voice";
    this.audio.hidden = true;
    document.body.append(this.audio);

    this.room
      .on(RoomEvent.DataReceived, (data, _from, _kind, topic) => {
        if (topic !== "aubade.events") return;
        try {
          this.on.event(JSON.parse(new TextDecoder().decode(data)) as Event);
        } catch {
          // An event that cannot be read is one that a newer agent sent.
        }
      })
      .on(RoomEvent.TrackSubscribed, (t: RemoteTrack, _pub, p: RemoteParticipant) => {
        if (t.kind !== Track.Kind.Audio || !p.isAgent) return;
        t.attach(this.audio);
        this.voice = t;
        this.agent?.close();
        this.agent = new Meter(t.mediaStreamTrack);
        this.on.agent(true);
      })
      .on(RoomEvent.ParticipantAttributesChanged, (changed, p) => {
        const s = changed["lk.agent.state"];
        if (p.isAgent && s) this.on.state(s);
      })
      .on(RoomEvent.ParticipantDisconnected, (p: RemoteParticipant) => {
        if (p.isAgent) this.on.agent(false);
      })
      .on(RoomEvent.AudioPlaybackStatusChanged, () => this.on.silenced(!this.room.canPlaybackAudio))
      .on(RoomEvent.Reconnecting, () => this.on.link("reconnecting"))
      .on(RoomEvent.SignalReconnecting, () => this.on.link("reconnecting"))
      .on(RoomEvent.Reconnected, () => this.on.link("connected"))
      .on(RoomEvent.Disconnected, (why) => {
        if (this.hungUp) return;
        if (why === DisconnectReason.ROOM_DELETED || why === DisconnectReason.ROOM_CLOSED || why === DisconnectReason.PARTICIPANT_REMOVED) {
          forget();
          this.on.ended("ended");
        } else this.on.ended(why === DisconnectReason.DUPLICATE_IDENTITY ? "elsewhere" : "lost");
      });
  }

  async join(pass: api.Pass): Promise<void> {
    await this.room.connect(pass.url, pass.token, { peerConnectionTimeout: 10_000 });
    sessionStorage.setItem(left, JSON.stringify({ room: pass.room, identity: pass.identity }));
    await this.room.startAudio().catch(() => undefined);
  }

  publish(mic: MediaStreamTrack): Promise<unknown> {
    this.mine = new Meter(mic);
    return this.room.localParticipant.publishTrack(mic, { source: Track.Source.Microphone, name: "microphone", dtx: false, red: false });
  }

  async send(what: Control): Promise<void> {
    if (this.room.state !== ConnectionState.Connected) return;
    const data = new TextEncoder().encode(JSON.stringify({ do: what }));
    await this.room.localParticipant.publishData(data, { reliable: true, topic: "aubade.control" });
  }

  async type(text: string): Promise<void> {
    await this.room.localParticipant.sendText(text, { topic: "lk.chat" });
  }

  async mute(muted: boolean): Promise<void> {
    const pub = this.room.localParticipant.getTrackPublication(Track.Source.Microphone);
    if (muted) await pub?.mute();
    else await pub?.unmute();
    await this.send(muted ? "mute" : "unmute");
  }

  // duck makes the agent quiet here at once, before the agent knows; undone by the next reply.
  duck(down: boolean): void {
    this.audio.volume = down ? 0.06 : 1;
    // Some phones keep the volume to themselves.
    if (down && this.audio.volume > 0.5) this.audio.muted = true;
    if (!down) this.audio.muted = false;
  }

  // level is how loud the agent is, 0 to 1; micLevel how loud the user is.
  level(): number {
    return Math.min(1, (this.agent?.level() ?? 0) * 6);
  }

  micLevel(): number {
    return Math.min(1, (this.mine?.level() ?? 0) * 6);
  }

  // deaf says that the microphone gives pure silence, as one does that is switched off.
  deaf(): boolean {
    return this.mine !== null && this.mine.running && this.mine.level() < 1e-5;
  }

  // line measures the way of the sound since it was last asked: half a round trip, what the jitter buffer holds back, and
  // the loudspeaker's own delay.
  async line(): Promise<Line | null> {
    const report = await this.voice?.getRTCStatsReport().catch(() => undefined);
    if (!report) return null;
    let rtt = 0;
    const now = { ...this.before };
    report.forEach((s: Record<string, unknown>) => {
      const n = (key: string) => (typeof s[key] === "number" ? s[key] : 0);
      if (s.type === "candidate-pair" && (s.nominated || s.state === "succeeded")) rtt = Math.max(rtt, n("currentRoundTripTime"));
      if (s.type === "inbound-rtp" && s.kind === "audio") [now.delay, now.emitted, now.made] = [n("jitterBufferDelay"), n("jitterBufferEmittedCount"), n("concealedSamples") - n("silentConcealedSamples")];
      if (s.type === "media-playout") [now.playout, now.played] = [n("totalPlayoutDelay"), n("totalSamplesCount")];
    });
    const b = this.before;
    this.before = now;
    const emitted = now.emitted - b.emitted;
    if (emitted <= 0) return null;
    const per = (sum: number, count: number) => (count > 0 ? sum / count : 0);
    const seconds = rtt / 2 + per(now.delay - b.delay, emitted) + per(now.playout - b.playout, now.played - b.played);
    return { oneWay: Math.round(seconds * 1000), lost: Math.max(0, now.made - b.made) / emitted };
  }

  async hangUp(): Promise<void> {
    this.hungUp = true;
    forget();
    await this.send("hangup").catch(() => undefined);
    await this.room.disconnect();
    this.close();
  }

  close(): void {
    this.audio.remove();
    for (const m of [this.agent, this.mine]) m?.close();
  }
}

// A Meter says how loud a track is at the moment, as a root mean square.
class Meter {
  private readonly ctx = new AudioContext();
  private readonly analyser = this.ctx.createAnalyser();
  private readonly wave: Float32Array<ArrayBuffer>;

  constructor(t: MediaStreamTrack) {
    this.analyser.fftSize = 1024;
    this.wave = new Float32Array(this.analyser.fftSize);
    this.ctx.createMediaStreamSource(new MediaStream([t])).connect(this.analyser);
  }

  level(): number {
    this.analyser.getFloatTimeDomainData(this.wave);
    let sum = 0;
    for (const v of this.wave) sum += v * v;
    return Math.sqrt(sum / this.wave.length);
  }

  // running: a suspended meter reads silence whatever there is to hear.
  get running(): boolean {
    return this.ctx.state === "running";
  }

  close(): void {
    if (this.ctx.state !== "closed") void this.ctx.close();
  }
}

export function forget(): void {
  sessionStorage.removeItem(left);
}
