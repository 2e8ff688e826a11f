// Package web is the page: one port that serves the browser client, the little it asks for, and LiveKit's signalling.
//
//	/                the client, embedded in the binary
//	/api/info        who is listening, which edition is read from
//	/api/token       a pass to a new room, or back into the one that was left
//	/api/questions   what one may ask
//	/api/passage/ID  what stands behind a citation
//	/livekit/        LiveKit's own WebSocket, so that one port and one certificate are enough
package web
