package native

import (
	"errors"
	"strings"
	"testing"
)

func TestAMissingLibrarySaysHowToGetIt(t *testing.T) {
	_, err := Open("libnothing1", "libnothing.so.1", "libnothing.so")
	var missing *MissingError
	if !errors.As(err, &missing) || missing.Package != "libnothing1" || missing.Library != "libnothing.so.1" {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"libnothing.so.1", "apt-get install libnothing1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func TestStringsEndWithNUL(t *testing.T) {
	if b := Bytes("ab"); len(b) != 3 || b[2] != 0 {
		t.Errorf("got %v", b)
	}
	if s := String(0); s != "" {
		t.Errorf("the string at nothing is %q", s)
	}
}
