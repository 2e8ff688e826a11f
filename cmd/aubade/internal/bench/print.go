package bench

import (
	"fmt"
	"io"
	"strings"
)

// Print writes the report for people.
func (r *TurnReport) Print(w io.Writer) {
	p := func(format string, a ...any) { fmt.Fprintf(w, format+"\n", a...) }
	words := "finals only"
	if r.Stub.Partials {
		words = "partials, 200 ms behind"
	}
	p("%d turns, %d answered, %d lost, %d spoken over; stubs %.0f / %.0f / %.0f ms, %s", r.Turns, r.Answered, r.Lost, r.Over,
		r.Stub.Final, r.Stub.FirstToken, r.Stub.FirstAudio, words)
	p("")
	p("%-34s %8s %8s %8s %8s", "ms", "p50", "p95", "p99", "max")
	row := func(name string, s Spread) {
		if s.N > 0 {
			p("%-34s %8.0f %8.0f %8.0f %8.0f   %s", name, s.P50, s.P95, s.P99, s.Max, band(s.P50))
		}
	}
	row("TTFA: last word → first sound", r.TTFA)
	row("  transport, there and back", r.Transport)
	row("  end-of-turn wait", r.EndOfTurn)
	row("  our own share", r.OwnShare)
	row("interrupted → 12 dB down", r.Ducked)
	row("interrupted → silent", r.Stopped)
	p("")
	p("%d of %d pauses within these turns were cut (%.1f %%)", r.Cut, r.Pauses, 100*r.CutRate)
	if s := r.Setting; s.Turns > 0 {
		p("the same setting on %d such turns cuts %.1f %% of %d pauses, and waits %.0f ms p50, %.0f mean, %.0f p95", s.Turns, 100*s.CutRate, s.Pauses, s.Wait.P50, s.Wait.Avg, s.Wait.P95)
	}
	if r.InTime+r.InVain > 0 {
		p("speculation: %d replies were begun before the turn ended, by %.0f ms on average; %d more in vain", r.InTime, r.Saved.Avg, r.InVain)
	}
	if r.Stub.SlowHelper > 0 {
		p("%d answers of the slow helper were told later", r.Late)
	}
	var parts []string
	for _, m := range r.Parts {
		parts = append(parts, fmt.Sprintf("%s %.0f", m.Name, m.MS))
	}
	if parts != nil {
		p("the silence by the agent's own account, mean ms: %s", strings.Join(parts, ", "))
	}
	share := func(name string, s Share) {
		p("CPU while %s, ms a second: agent %.1f, server %.1f, client %.1f; others on this machine %.0f", name, s.Agent, s.Server, s.Client, s.Others)
	}
	share("listening", r.Listening)
	share("talking", r.Talking)
	if r.AgentPSS > 0 {
		p("memory of the agent with its first call, beyond without: %.1f MB", float64(r.AgentPSS)/1e6)
	}
	p("bands: 200 ms is the human gap; ITU-T G.114 calls 150 ms one way good and 400 ms the limit")
	r.Machine.Print(w)
}

// band places a delay beside what people are used to.
func band(ms float64) string {
	switch {
	case ms <= 200:
		return "within the human gap"
	case ms <= 400:
		return "within G.114's limit"
	}
	return ""
}

// Print writes it as one line.
func (m Machine) Print(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %d cores, %s, %s, commit %s\n", m.When.Format("2006-01-02 15:04"), m.CPU, m.Cores, m.OS, m.Go, m.Commit)
}
