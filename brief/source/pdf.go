package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"

	"github.com/aubade/aubade/brief/source/extract"
)

const (
	// A hostile file can make the parser run for ever, and it cannot be interrupted: it is left behind after this long.
	pdfPatience = 20 * time.Second
	maxPages    = 2000
	maxPDFText  = 16 << 20
)

type pdfInfo struct {
	title   string
	author  string
	created time.Time
}

var errPDFTime = errors.New("pdf: still not read after " + pdfPatience.String())

// readPDF reads the text of a PDF, a paragraph for each block of lines.
func readPDF(ctx context.Context, raw []byte) (pdfInfo, string, error) {
	type result struct {
		info pdfInfo
		text string
		err  error
	}
	done := make(chan result, 1) // one result, which nobody may be waiting for any more
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("pdf: %v", p)}
			}
			done <- r
		}()
		r.info, r.text, r.err = parsePDF(ctx, raw)
	}()
	timer := time.NewTimer(pdfPatience)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.info, r.text, r.err
	case <-ctx.Done():
		return pdfInfo{}, "", ctx.Err()
	case <-timer.C:
		return pdfInfo{}, "", errPDFTime
	}
}

func parsePDF(ctx context.Context, raw []byte) (info pdfInfo, text string, err error) {
	r, err := pdf.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return info, "", fmt.Errorf("pdf: %w", err)
	}
	meta := r.Trailer().Key("Info")
	info.title = extract.Line(meta.Key("Title").Text(), 300)
	info.author = extract.Line(meta.Key("Author").Text(), 100)
	// D:20261120120000Z, or with an offset that does not matter to the day.
	if s := strings.TrimPrefix(meta.Key("CreationDate").RawString(), "D:"); len(s) >= 14 {
		if t, err := time.Parse("20060102150405", s[:14]); err == nil {
			info.created = t
		}
	}
	var paragraphs []string
	size := 0
	for n := 1; n <= min(r.NumPage(), maxPages) && size < maxPDFText; n++ {
		if err := ctx.Err(); err != nil {
			return info, "", err
		}
		page := r.Page(n)
		if page.V.IsNull() {
			continue
		}
		for _, p := range pdfParagraphs(pdfLines(visible(pdfRuns(page)))) {
			paragraphs = append(paragraphs, p)
			size += len(p)
		}
	}
	return info, extract.Visible(strings.Join(paragraphs, "\n\n")), nil
}
