package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Patience is how long the servers of this machine may take to say what they are, all together.
const Patience = 200 * time.Millisecond

// Use is what a model of a server is good for.
type Use string

const (
	Brain Use = "brain"
	Ears  Use = "ears"
	Voice Use = "voice"
)

// A Server is an OpenAI-compatible one that was found on this machine.
type Server struct {
	Name   string         `json:"name"`   // as far as its port tells
	URL    string         `json:"url"`    // up to and with the version
	Models map[Use]string `json:"models"` // the first of each use
}

// Places are where people's servers listen by default: on this machine and nowhere else.
var Places = []Server{
	{Name: "Ollama", URL: "http://127.0.0.1:11434/v1"},
	{Name: "llama.cpp", URL: "http://127.0.0.1:8080/v1"},
	{Name: "vLLM or speaches", URL: "http://127.0.0.1:8000/v1"},
	{Name: "LM Studio", URL: "http://127.0.0.1:1234/v1"},
	{Name: "Kokoro", URL: "http://127.0.0.1:8880/v1"},
}

// Local asks at the places what models are there; it sends no key, goes through no proxy and follows no redirection, so that it can cost
// nothing and leave the machine by no way. Those that do not answer within Patience are not there.
func Local(ctx context.Context, places []Server) []Server {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	t := &http.Transport{DisableKeepAlives: true, DialContext: loopback}
	client := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	found := make([]map[Use]string, len(places))
	var wg sync.WaitGroup
	for i, p := range places {
		wg.Go(func() { found[i] = ask(ctx, client, p.URL) })
	}
	wg.Wait()
	var all []Server
	for i, p := range places {
		if len(found[i]) > 0 {
			p.Models = found[i]
			all = append(all, p)
		}
	}
	return all
}

// loopback dials this machine only, whatever a list of places says.
func loopback(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is not this machine", host)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// ask returns the first model of each use; none where there is no such server.
func ask(ctx context.Context, c *http.Client, url string) map[Use]string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/models", nil)
	if err != nil {
		return nil
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&list) != nil {
		return nil
	}
	models := map[Use]string{}
	for _, m := range list.Data {
		if use := useOf(m.ID); use != "" && models[use] == "" && !strings.ContainsAny(m.ID, "|@") {
			models[use] = m.ID
		}
	}
	return models
}

// useOf tells by a model's name what it is for: the protocol does not say. Embedders and the like are of no use here.
func useOf(model string) Use {
	m := strings.ToLower(model)
	for _, w := range []struct {
		use   Use
		words string
	}{
		{"", "embed bge minilm rerank e5- guard clip"},
		{Voice, "kokoro tts piper orpheus kitten"},
		{Ears, "whisper parakeet canary moonshine sensevoice asr transcribe"},
	} {
		for _, word := range strings.Fields(w.words) {
			if strings.Contains(m, word) {
				return w.use
			}
		}
	}
	return Brain
}

// voiceOfKokoro is a voice that all of its servers have.
const voiceOfKokoro = "af_heart"

// Settings are the lines of a configuration that would put the servers to work, the first of each use: what is there without them stays
// behind them.
func Settings(found []Server) map[Use]string {
	s := map[Use]string{}
	for _, f := range found {
		for use, model := range f.Models {
			if s[use] != "" {
				continue
			}
			switch use {
			case Brain, Ears:
				s[use] = "openai:" + model + "@" + f.URL
			case Voice:
				if !strings.Contains(strings.ToLower(model), "kokoro") {
					continue // whose voices are not known here
				}
				s[use] = "openai:" + model + "/" + voiceOfKokoro + "@" + f.URL
			}
		}
	}
	return s
}
