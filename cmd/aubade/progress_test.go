package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/brief"
)

func TestALogSaysNowAndThenHowFarTheNightIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		p := newProgress(&log)
		defer p.done()
		p.show(brief.Progress{Stage: "fetch", Total: 2, Text: "wire"})
		for range 3 {
			time.Sleep(3 * time.Second)
			p.show(brief.Progress{Stage: "fetch", Text: "https://wire.example/story"})
		}
		p.show(brief.Progress{Stage: "digest", Total: 16})
		for i := range 16 {
			time.Sleep(time.Second)
			p.show(brief.Progress{Stage: "digest", Done: i + 1, Total: 16})
		}
		p.show(brief.Progress{Stage: "embed"})
		for i := range 4 {
			p.show(brief.Progress{Stage: "embed", Done: (i + 1) * 128, Total: 512}) // at once: no line each
		}
		const want = "fetch …\nfetch wire.example/story\ndigest …\ndigest 5 of 16\ndigest 10 of 16\ndigest 15 of 16\ndigest 16 of 16\nembed …\n"
		if log.String() != want {
			t.Errorf("the log says\n%s\nwant\n%s", log.String(), want)
		}
	})
}
