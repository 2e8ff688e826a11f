package browser

import (
	"encoding/json"
	"math"
	"testing"
)

// The agent speaks from the first second on, is 6 dB down from 2.1 s, and silent from 2.15 s; the caller speaks at 2 s.
func TestAnInterruptionIsMeasuredOnTheClockOfTheSound(t *testing.T) {
	var l Log
	if err := json.Unmarshal([]byte(`{"steps": [{"do": "say", "from": 100, "sounds": 50}, {"do": "tap"}, {"do": "say", "from": 2500, "to": 3000, "sounds": 2000}], "rate": 48000}`), &l); err != nil {
		t.Fatal(err)
	}
	for at := 0; at < 3*48000; at += chunkSize {
		ms := float64(at) / 48
		l.SoundAt = append(l.SoundAt, ms)
		l.HeardAt = append(l.HeardAt, ms+500+10*math.Sin(ms)) // the page's clock is not that of the sound
		for i := range chunkSize {
			v := 8000.0
			switch ms := float64(at+i) / 48; {
			case ms < 1000 || ms >= 2150:
				v = 0
			case ms >= 2100:
				v = 4000
			}
			l.sound = append(l.sound, int16(v*math.Sin(float64(at+i)/10)))
		}
	}
	i := l.Interruption(1)
	if math.Abs(i.Level+15) > 0.5 || i.After < 140 || i.After > 162 {
		t.Errorf("from %.1f dBFS, down after %.0f ms; want -15 and 150, to a window of 11 ms", i.Level, i.After)
	}
	if i := l.Interruption(0); i.Level != -100 {
		t.Errorf("before anything was said: %.1f dBFS", i.Level)
	}
	if !l.interrupting(2600) || l.interrupting(2000) {
		t.Error("the caller speaks by the page's clock")
	}
}
