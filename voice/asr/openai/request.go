package openai

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/aubade/aubade/voice/audio"
)

// wav is PCM at audio.Rate as a file.
func wav(pcm []int16) []byte {
	var b bytes.Buffer
	r := audio.Recording{Rate: audio.Rate, Channels: 1, PCM: pcm}
	if err := r.WriteWAV(&b); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// transcribe asks for the words of a recording. The server may answer with JSON or, streaming, with server-sent events.
func (c Config) transcribe(ctx context.Context, file []byte) (string, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "speech.wav")
	if err == nil {
		_, err = part.Write(file)
	}
	for _, f := range [][2]string{{"model", c.Model}, {"language", c.Language}, {"prompt", c.Prompt}, {"response_format", "json"}, {"temperature", "0"}} {
		if f[1] != "" && err == nil {
			err = form.WriteField(f[0], f[1])
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/audio/transcriptions", &body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	resp, err := c.Client.Do(req)
	if err != nil {
		return "", fmt.Errorf("transcribe: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		start, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
		return "", fmt.Errorf("transcribe: the server says %s: %s", resp.Status, bytes.TrimSpace(start))
	}
	limited := io.LimitReader(resp.Body, 1<<20)
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return readEvents(limited)
	}
	var answer struct {
		Text *string `json:"text"`
	}
	if err := json.NewDecoder(limited).Decode(&answer); err != nil {
		return "", fmt.Errorf("transcribe: read the answer: %w", err)
	}
	if answer.Text == nil {
		return "", fmt.Errorf("transcribe: the answer holds no text")
	}
	return strings.TrimSpace(*answer.Text), nil
}

// readEvents reads a streamed transcription to its end.
func readEvents(r io.Reader) (string, error) {
	var text strings.Builder
	s := bufio.NewScanner(r)
	for s.Scan() {
		data, ok := strings.CutPrefix(s.Text(), "data:")
		if data = strings.TrimSpace(data); !ok || data == "[DONE]" {
			continue
		}
		var e struct {
			Type, Delta, Text string
		}
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return "", fmt.Errorf("transcribe: read an event: %w", err)
		}
		switch e.Type {
		case "transcript.text.delta":
			text.WriteString(e.Delta)
		case "transcript.text.done":
			return strings.TrimSpace(e.Text), nil
		}
	}
	if err := s.Err(); err != nil {
		return "", fmt.Errorf("transcribe: %w", err)
	}
	return "", fmt.Errorf("transcribe: %w", io.ErrUnexpectedEOF)
}
