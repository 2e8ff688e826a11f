// What went wrong, and what to do about it, in words for the person in front of the page.

import { ConnectionError } from "livekit-client";
import { Refusal } from "./api";

export interface Notice {
  title: string;
  help: string;
  fatal: boolean; // the call cannot go on
}

// microphone explains why there is none. The call goes on in writing.
export function microphone(err: unknown): Notice {
  const name = err instanceof Error ? err.name : "";
  if (!window.isSecureContext || !navigator.mediaDevices) {
    return {
      title: "This page may not use the microphone",
      help: "Browsers open it only over HTTPS or on localhost. Open the https:// link that aubade prints with --lan. Until then you can type.",
      fatal: false,
    };
  }
  switch (name) {
    case "NotFoundError":
    case "OverconstrainedError":
      return { title: "No microphone was found", help: "Plug one in and call again, or type your questions below.", fatal: false };
    case "NotAllowedError":
    case "SecurityError":
      return {
        title: "The microphone is blocked",
        help: "Allow it in the address bar's site settings and call again, or type your questions below.",
        fatal: false,
      };
    case "NotReadableError":
      return { title: "The microphone is in use", help: "Another program holds it. Close that and call again, or type.", fatal: false };
  }
  return { title: "The microphone does not open", help: "You can type your questions below.", fatal: false };
}

// connection explains why there is no call.
export function connection(err: unknown): Notice {
  if (err instanceof Refusal && err.status === 404) {
    return { title: "This room does not exist", help: "Its call has ended, or the link is incomplete. You can start a new call.", fatal: true };
  }
  if (err instanceof Refusal) {
    return { title: "The call cannot start", help: `The server says: ${err.message}.`, fatal: true };
  }
  if (err instanceof ConnectionError) {
    return {
      title: "The call server does not answer",
      help: "The page is there, but the calls behind it are not. Look at aubade's own terminal, then try again.",
      fatal: true,
    };
  }
  return { title: "Aubade cannot be reached", help: "Is aubade still running? Check the network, then try again.", fatal: true };
}

// ended explains why a call is over that nobody here hung up.
export function ended(why: string): Notice {
  switch (why) {
    case "elsewhere":
      return { title: "The call went on in another tab", help: "Only one page at a time can be in it.", fatal: true };
    case "lost":
      return { title: "The connection was lost", help: "Come back within half a minute and the conversation goes on where it was.", fatal: true };
  }
  return { title: "The call has ended", help: "You can call again at any time.", fatal: false };
}

export const silenced: Notice = { title: "The browser holds the sound back", help: "It plays only after a tap.", fatal: false };

export const deaf: Notice = {
  title: "Nothing comes from the microphone",
  help: "It may be switched off, or another one may be chosen in the browser's settings. You can type meanwhile.",
  fatal: false,
};

export const gone: Notice = { title: "The microphone went away", help: "Plug it in and call again, or type your questions below.", fatal: false };

export const nobody: Notice = {
  title: "Nobody has answered yet",
  help: "The agent may be starting. This page keeps waiting.",
  fatal: false,
};
