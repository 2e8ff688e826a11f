package bench

import (
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
)

// Print writes the report for people.
func (r *CallsReport) Print(w io.Writer) {
	fmt.Fprintf(w, "stub models: %s\n\n", r.Stub)
	fmt.Fprintf(w, "%8s %7s %6s %6s | %s | %s | %s\n", "sessions", "turns", "lost", "over", "voice to voice ms, p50 p95 p99", "CPU ms/s: agent server client others", "MB: agent server")
	for _, l := range r.Levels {
		fmt.Fprintf(w, "%8d %7d %6d %6d | %8.0f %8.0f %8.0f | %8.0f %8.0f %8.0f %8.0f | %6.0f %6.0f\n", l.Sessions, l.Turns, l.Lost, l.Over,
			l.VoiceToVoice.P50, l.VoiceToVoice.P95, l.VoiceToVoice.P99, l.CPU.Agent, l.CPU.Server, l.CPU.Client, l.CPU.Others, mb(l.AgentPSS), mb(l.SrvPSS))
		if l.Late > 20 {
			fmt.Fprintf(w, "%8s the callers themselves were up to %.0f ms late: this level measures the client\n", "", l.Late)
		}
	}
	fmt.Fprintf(w, "\nknee: %d calls at once with nothing lost and p95 within 1.3 times that of %d", r.Knee, r.Levels[0].Sessions)
	if r.PerCore > 0 {
		fmt.Fprintf(w, "; one core of the agent alone would hold %.0f", r.PerCore)
	}
	fmt.Fprintln(w)
	r.Machine.Print(w)
}

// CSV writes a line for each level.
func (r *CallsReport) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"label", "sessions", "turns", "answered", "lost", "spoken_over", "turns_per_second",
		"v2v_p50_ms", "v2v_p95_ms", "v2v_p99_ms", "ttfa_p50_ms", "ttfa_p95_ms", "client_late_ms",
		"agent_cpu_ms_per_s", "server_cpu_ms_per_s", "client_cpu_ms_per_s", "others_cpu_ms_per_s", "agent_pss_mb", "server_pss_mb"}}
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, l := range r.Levels {
		rows = append(rows, []string{r.Label, strconv.Itoa(l.Sessions), strconv.Itoa(l.Turns), strconv.Itoa(l.Answered), strconv.Itoa(l.Lost), strconv.Itoa(l.Over), f(l.PerSec),
			f(l.VoiceToVoice.P50), f(l.VoiceToVoice.P95), f(l.VoiceToVoice.P99), f(l.TTFA.P50), f(l.TTFA.P95), f(l.Late),
			f(l.CPU.Agent), f(l.CPU.Server), f(l.CPU.Client), f(l.CPU.Others), f(mb(l.AgentPSS)), f(mb(l.SrvPSS))})
	}
	return c.WriteAll(rows)
}

// HTML writes the delays over the number of sessions, with the knee, as one self-contained page.
func (r *CallsReport) HTML(w io.Writer) error {
	const width, height, left, bottom = 640.0, 300.0, 56.0, 36.0
	most, slowest := 1.0, 100.0
	for _, l := range r.Levels {
		most, slowest = max(most, float64(l.Sessions)), max(slowest, l.VoiceToVoice.P99)
	}
	slowest = niceTop(slowest)
	x := func(n int) float64 {
		return left + (width-left-10)*math.Log(float64(n)+1)/math.Log(most+1) // people look at 1 as closely as at 100
	}
	y := func(ms float64) float64 { return height - bottom - (height-bottom-10)*ms/slowest }
	type point struct{ X, Y, V float64 }
	type line struct {
		Name, Class, Path string
		Points            []point
	}
	type tick struct {
		At    float64
		Label string
	}
	d := struct {
		R             *CallsReport
		Width, Height float64
		Left, Base    float64
		Lines         []line
		XTicks        []tick
		YTicks        []tick
		Knee          float64
	}{R: r, Width: width, Height: height, Left: left, Base: height - bottom, Knee: x(r.Knee)}
	for i, q := range []struct {
		name string
		of   func(Spread) float64
	}{{"p50", func(s Spread) float64 { return s.P50 }}, {"p95", func(s Spread) float64 { return s.P95 }}, {"p99", func(s Spread) float64 { return s.P99 }}} {
		ln := line{Name: q.name, Class: fmt.Sprintf("q%d", i)}
		for _, l := range r.Levels {
			if l.VoiceToVoice.N == 0 {
				continue
			}
			p := point{x(l.Sessions), y(q.of(l.VoiceToVoice)), q.of(l.VoiceToVoice)}
			ln.Points = append(ln.Points, p)
			ln.Path += fmt.Sprintf("%.1f,%.1f ", p.X, p.Y)
		}
		d.Lines = append(d.Lines, ln)
	}
	for _, l := range r.Levels {
		d.XTicks = append(d.XTicks, tick{x(l.Sessions), strconv.Itoa(l.Sessions)})
	}
	for i := range 5 {
		v := slowest * float64(i) / 4
		d.YTicks = append(d.YTicks, tick{y(v), fmt.Sprintf("%.0f", v)})
	}
	return callsPage.Execute(w, d)
}

// niceTop rounds up to 1, 2 or 5 times a power of ten.
func niceTop(v float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5, 10} {
		if v <= m*p {
			return m * p
		}
	}
	return v
}

var callsPage = template.Must(template.New("calls").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>aubade bench calls</title>
<style>
:root { color-scheme: light dark; --ink: #23283a; --quiet: #5f6577; --rule: #ddd6c8; --paper: #fbf8f3; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceaf2; --quiet: #a3a9bd; --rule: #2d3449; --paper: #141826; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--quiet); }
.axis { stroke: var(--rule); } polyline { fill: none; stroke-width: 2; } .q0 { stroke: #2f6f56; } .q1 { stroke: #c4622d; } .q2 { stroke: #a3322b; }
.knee { stroke: var(--ink); stroke-dasharray: 4 4; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; } th, td { text-align: right; padding: .25rem .4rem; border-bottom: 1px solid var(--rule); }
.wide { overflow-x: auto; } .quiet { color: var(--quiet); font-size: .85rem; }
</style></head><body>
<h1>Calls at once</h1>
<p>{{if .R.Label}}{{.R.Label}}: {{end}}voice to voice in ms over the number of calls, stub models {{.R.Stub}}. The knee is at <strong>{{.R.Knee}}</strong> calls: nothing lost, p95 within 1.3 times that of the first level.</p>
<svg viewBox="0 0 {{.Width}} {{.Height}}" role="img" aria-label="Delay over calls at once">
{{range .YTicks}}<line class="axis" x1="{{$.Left}}" x2="{{$.Width}}" y1="{{.At}}" y2="{{.At}}"/><text x="{{$.Left}}" dx="-6" dy="4" y="{{.At}}" text-anchor="end">{{.Label}}</text>{{end}}
{{range .XTicks}}<text x="{{.At}}" y="{{$.Base}}" dy="18" text-anchor="middle">{{.Label}}</text>{{end}}
{{if .R.Knee}}<line class="knee" x1="{{.Knee}}" x2="{{.Knee}}" y1="10" y2="{{.Base}}"/><text x="{{.Knee}}" y="20" dx="5">knee</text>{{end}}
{{range .Lines}}<polyline class="{{.Class}}" points="{{.Path}}"/>{{$n := .Name}}{{range .Points}}<circle cx="{{.X}}" cy="{{.Y}}" r="3"><title>{{$n}} {{.V}} ms</title></circle>{{end}}{{end}}
</svg>
<p class="quiet">green p50, orange p95, red p99</p>
<div class="wide"><table><tr><th>calls</th><th>turns</th><th>lost</th><th>p50</th><th>p95</th><th>p99</th><th>agent ms/s</th><th>server ms/s</th><th>client ms/s</th><th>others ms/s</th></tr>
{{range .R.Levels}}<tr><td>{{.Sessions}}</td><td>{{.Turns}}</td><td>{{.Lost}}</td><td>{{.VoiceToVoice.P50}}</td><td>{{.VoiceToVoice.P95}}</td><td>{{.VoiceToVoice.P99}}</td><td>{{.CPU.Agent}}</td><td>{{.CPU.Server}}</td><td>{{.CPU.Client}}</td><td>{{.CPU.Others}}</td></tr>{{end}}
</table></div>
<p class="quiet">{{.R.Machine.When.Format "2006-01-02 15:04"}}, {{.R.Machine.CPU}}, {{.R.Machine.Cores}} cores, {{.R.Machine.OS}}, {{.R.Machine.Go}}, commit {{.R.Machine.Commit}}. CPU is milliseconds of one core a second.</p>
</body></html>
`))
