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
  private analyser: AnalyserNode | null = null;
  private meter: Float32Array<ArrayBuffer> | null = null;

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
        this.listen(t.mediaStreamTrack);
        this.on.agent(true);
      })
      .on(RoomEvent.ParticipantAttributesChanged, (changed, p) => {
        const s = changed["lk.agent.state"];
        if (p.isAgent && s) this.on.state(s);
      })
      .on(RoomEvent.ParticipantDisconnected, (p: RemoteParticipant) => {
        if (p.isAgent) this.on.agent(false);
      })
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

  // level is how loud the agent is, 0 to 1.
  level(): number {
    if (!this.analyser || !this.meter) return 0;
    this.analyser.getFloatTimeDomainData(this.meter);
    let sum = 0;
    for (const v of this.meter) sum += v * v;
    return Math.min(1, Math.sqrt(sum / this.meter.length) * 6);
  }

  private listen(t: MediaStreamTrack): void {
    const ctx = new AudioContext();
    this.analyser = ctx.createAnalyser();
    this.analyser.fftSize = 1024;
    this.meter = new Float32Array(this.analyser.fftSize);
    ctx.createMediaStreamSource(new MediaStream([t])).connect(this.analyser);
  }

  async hangUp(): Promise<void> {
    this.hungUp = true;
    forget();
    await this.send("hangup").catch(() => undefined);
    await this.room.disconnect();
    this.audio.remove();
  }
}

export function forget(): void {
  sessionStorage.removeItem(left);
}
