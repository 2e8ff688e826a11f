package livekit

import (
	"log/slog"

	"github.com/go-logr/logr"
	lklog "github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// The SDK writes to standard error until it is told otherwise, and a library should not.
func init() { LogTo(slog.DiscardHandler) }

// LogTo sends what LiveKit's server and SDK have to say to h, which should pass nothing below [slog.LevelWarn]: the
// rest is a flood. Until it is called they
// are silent. Call it before the first Serve or Join.
func LogTo(h slog.Handler) {
	l := lklog.LogRLogger(logr.FromSlogHandler(h))
	lklog.SetLogger(l, "livekit")
	lksdk.SetLogger(l)
}
