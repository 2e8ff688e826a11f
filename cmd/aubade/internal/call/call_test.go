package call

import (
	"testing"
	"testing/synctest"

	"github.com/aubade/aubade/voice"
)

func TestACallThatTheProgramEndsIsToldGoodbyeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, leaving, over := make(chan voice.Control, 1), make(chan struct{}), make(chan struct{})
		f := farewell{in: in, leaving: leaving, out: make(chan voice.Control)}
		done := make(chan struct{})
		go func() { defer close(done); f.run(over) }()
		in <- voice.Mute
		if c := <-f.out; c != voice.Mute {
			t.Errorf("passed on %v", c)
		}
		close(leaving)
		if c := <-f.out; c != voice.Goodbye {
			t.Errorf("leaving said %v", c)
		}
		close(in)
		synctest.Wait()
		select {
		case c := <-f.out:
			t.Errorf("then it said %v", c)
		default:
		}
		close(over)
		<-done
	})
}
