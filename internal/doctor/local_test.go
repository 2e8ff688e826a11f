package doctor

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// listing is a server with models.
func listing(t *testing.T, models ...string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/models" || r.Header.Get("Authorization") != "" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		var all []string
		for _, m := range models {
			all = append(all, fmt.Sprintf(`{"id":%q,"object":"model"}`, m))
		}
		fmt.Fprintf(w, `{"object":"list","data":[%s]}`, strings.Join(all, ","))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/v1"
}

func TestServersOfThisMachineAreFoundAndTheirUsesTold(t *testing.T) {
	moved := httptest.NewServer(http.RedirectHandler("http://models.example/v1/models", http.StatusFound))
	defer moved.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }))
	defer page.Close()
	// One that takes connections and says nothing is not waited for.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ollama, speaches, kokoro := listing(t, "nomic-embed-text:latest", "qwen3:4b", "llama3.2:3b"), listing(t, "Systran/faster-whisper-small.en", "speaches-ai/piper-x"), listing(t, "kokoro", "tts-1")
	found := Local(t.Context(), []Server{
		{Name: "silent", URL: "http://" + silent.Addr().String() + "/v1"},
		{Name: "moved", URL: moved.URL + "/v1"},
		{Name: "page", URL: page.URL + "/v1"},
		{Name: "elsewhere", URL: "http://192.0.2.1:80/v1"},
		{Name: "by name", URL: "http://models.example/v1"},
		{Name: "Ollama", URL: ollama},
		{Name: "speaches", URL: speaches},
		{Name: "Kokoro", URL: kokoro},
	})
	want := []Server{
		{"Ollama", ollama, map[Use]string{Brain: "qwen3:4b"}},
		{"speaches", speaches, map[Use]string{Ears: "Systran/faster-whisper-small.en", Voice: "speaches-ai/piper-x"}},
		{"Kokoro", kokoro, map[Use]string{Voice: "kokoro"}},
	}
	if !reflect.DeepEqual(found, want) {
		t.Fatalf("found %+v\nwant %+v", found, want)
	}
	settings := Settings(found)
	if !reflect.DeepEqual(settings, map[Use]string{
		Brain: "openai:qwen3:4b@" + ollama, Ears: "openai:Systran/faster-whisper-small.en@" + speaches, Voice: "openai:kokoro/af_heart@" + kokoro,
	}) {
		t.Errorf("the settings are %v", settings)
	}
}

func TestEveryPlaceIsOnThisMachine(t *testing.T) {
	for _, p := range Places {
		if !strings.HasPrefix(p.URL, "http://127.0.0.1:") {
			t.Errorf("%s is at %s", p.Name, p.URL)
		}
	}
}
