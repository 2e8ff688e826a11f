package fetch

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// Text decodes the body to UTF-8.
func (r *Response) Text() string { return DecodeText(r.Body, r.Type) }

// How far into a page its own declaration of a charset is looked for. The standard says 1024 bytes; pages do not keep to it.
const declared = 8 << 10

// DecodeText decodes bytes of a stated content type to UTF-8: by byte order mark, by header, as UTF-8 if all of it is valid
// UTF-8, by the page's own declaration, and as Windows-1252 in the end. What cannot be decoded becomes U+FFFD.
func DecodeText(body []byte, contentType string) string {
	e, name, certain := charset.DetermineEncoding(body[:min(len(body), 1024)], contentType)
	if certain && name == "utf-8" {
		return strings.ToValidUTF8(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), "\uFFFD")
	}
	if stated(contentType) || bom(body) {
		return decode(e, body)
	}
	// Few texts in another charset happen to be valid UTF-8 and not plain ASCII.
	if utf8.Valid(body) {
		if !ascii(body) || !certain {
			return string(body)
		}
		return decode(e, body) // ISO-2022-JP is ASCII to the eye
	}
	if !certain {
		e = charmap.Windows1252
		head := body[:min(len(body), declared)]
		if i := bytes.Index(bytes.ToLower(head), []byte("charset=")); i >= 0 {
			value := head[i+len("charset="):]
			value = bytes.Trim(value[:min(len(value), 24)], `"' `)
			if end := bytes.IndexAny(value, "\"'/> ;\n"); end >= 0 {
				value = value[:end]
			}
			if found, _ := charset.Lookup(string(value)); found != nil {
				e = found
			}
		}
	}
	return decode(e, body)
}

func decode(e encoding.Encoding, body []byte) string {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		out = body
	}
	return strings.ToValidUTF8(strings.TrimPrefix(string(out), "\uFEFF"), "\uFFFD")
}

func bom(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xfe\xff")) || bytes.HasPrefix(b, []byte("\xff\xfe"))
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// stated says that a header names a charset that exists.
func stated(contentType string) bool {
	_, p, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	e, _ := charset.Lookup(p["charset"])
	return e != nil
}

// Media is the media type in lower case without its parameters; empty where the server stated none.
func (r *Response) Media() string {
	m, _, err := mime.ParseMediaType(r.Type)
	if err != nil {
		return ""
	}
	return m
}
