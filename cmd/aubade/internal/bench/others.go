package bench

import "time"

// Others is how much of the machine was used by others than this process and its children, over time.
type Others struct{ seen []othersSample }

type othersSample struct {
	at               time.Time
	busy, total, own time.Duration
}

// WatchOthers looks ten times a second until stop. Where the system does not tell, the share is 0.
func WatchOthers() (stop func() Others) {
	end, done := make(chan struct{}), make(chan Others)
	go func() {
		var o Others
		look := time.NewTicker(100 * time.Millisecond)
		defer look.Stop()
		for {
			s := othersSample{at: time.Now()}
			s.busy, s.total = machineCPU()
			tree(selfPID, func(pid int) {
				cpu, _ := cpuOf(pid)
				s.own += cpu
			})
			o.seen = append(o.seen, s)
			select {
			case <-look.C:
			case <-end:
				done <- o
				return
			}
		}
	}()
	return func() Others {
		close(end)
		return <-done
	}
}

// Share is how much of the whole machine others used between two moments, 0 to 1.
func (o Others) Share(from, to time.Time) float64 {
	var first, last *othersSample
	for i := range o.seen {
		s := &o.seen[i]
		if first == nil || !s.at.After(from) {
			first = s
		}
		if last == nil || last.at.Before(to) {
			last = s
		}
	}
	if first == nil || last.total <= first.total {
		return 0
	}
	share := float64(last.busy-first.busy-(last.own-first.own)) / float64(last.total-first.total)
	return min(1, max(0, share))
}
