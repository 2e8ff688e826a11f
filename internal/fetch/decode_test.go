package fetch

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecodeText(t *testing.T) {
	for _, c := range []struct{ name, body, header, want string }{
		{"UTF-8 that nobody declares", strings.Repeat("x", 2000) + "café", "text/html", strings.Repeat("x", 2000) + "café"},
		{"UTF-8 with a byte order mark", "\xef\xbb\xbfcafé", "", "café"},
		{"UTF-16 with a byte order mark", "\xff\xfeh\x00i\x00", "", "hi"},
		{"the header wins over the page", `<meta charset="utf-8">caf` + "\xe9", "text/html; charset=iso-8859-1", `<meta charset="utf-8">café`},
		{"a header that names nothing known does not count", "caf\xc3\xa9", "text/html; charset=none", "café"},
		{"a declaration far down the page", strings.Repeat(" ", 3000) + `<meta charset="iso-8859-2">` + "\xb9", "", strings.Repeat(" ", 3000) + `<meta charset="iso-8859-2">š`},
		{"no hint at all", "caf\xe9 \x93quoted\x94", "", "café “quoted”"},
		{"a page that lies about being UTF-8", `<meta charset=utf-8>` + "caf\xe9", "", `<meta charset=utf-8>caf` + "\uFFFD"},
	} {
		if got := DecodeText([]byte(c.body), c.header); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("<meta charset=shift_jis>\x83\x65"), "text/html")
	f.Add([]byte("charset="), "text/html; charset=utf-16")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		if !utf8.ValidString(DecodeText(body, header)) {
			t.Error("not UTF-8")
		}
	})
}
