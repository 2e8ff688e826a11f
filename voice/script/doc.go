// Package script plays a written conversation: the caller, the ears, the voice and the brain of a session, for tests, demos and stubs.
//
// A script is lines. Those of the caller begin with a time; the others say how the rest behaves:
//
//	0.5s user 2s "how did Larkspur close" asr=180ms   speaks from 0.5 s for 2 s; the final comes 180 ms after the end
//	     model ttft=150ms "It closed higher."         answers the next question; for="words" answers that one
//	     voice ttfa=120ms                             the synthesizer's first frame of a clause
//	     agent iv 5s "It was 42 percent." name="the volatility"   a helper, asked with the first question, that is late
//	     greeting "Good morning." · nudge "…" · farewell "…"
//	     set nudge=4s patience=9s                     options of the session
//	4.0s user 0.8s "wait" hears="weight" partial="w"  what the recognizer makes of it
//	5.0s noise 300ms                                  sound that the detector takes for speech
//	6.0s type "how about Halden" · tap · hangup · goodbye · mute · unmute · present · leave
//	7.0s burst 400ms · gap 5s                         the network holds frames back; the microphone is gone for a while
//	0s   jitter 30ms                                  from then on every frame is late by up to so much
//
// Everything can be read back: what was played and when, how loud, and what the brain was told.
package script
