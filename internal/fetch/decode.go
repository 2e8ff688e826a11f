package fetch

import (
	"bytes"
	"io"
	"mime"
	"strings"

	"golang.org/x/net/html/charset"
)

// Text decodes the body to UTF-8, by byte order mark, header, and the page's own declaration, in that order.
func (r *Response) Text() string { return DecodeText(r.Body, r.Type) }

// DecodeText decodes bytes of a stated content type to UTF-8. What cannot be decoded becomes U+FFFD.
func DecodeText(body []byte, contentType string) string {
	reader, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	out, err := io.ReadAll(reader)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// Media is the media type in lower case without its parameters; empty where the server stated none.
func (r *Response) Media() string {
	m, _, err := mime.ParseMediaType(r.Type)
	if err != nil {
		return ""
	}
	return m
}
