package config

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The documented file is the default: every field of Config stands in it, and it alone says the values.
func TestDefaultNamesEveryKey(t *testing.T) {
	var doc map[string]any
	if err := yaml.NewDecoder(bytes.NewReader(defaults)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, typ reflect.Type, doc map[string]any)
	walk = func(path string, typ reflect.Type, doc map[string]any) {
		for f := range typ.Fields() {
			key := f.Tag.Get("yaml")
			v, ok := doc[key]
			if !ok {
				t.Errorf("default.yaml lacks %s%s", path, key)
				continue
			}
			if f.Type.Kind() == reflect.Struct {
				walk(path+key+".", f.Type, v.(map[string]any))
			}
		}
	}
	walk("", reflect.TypeFor[Config](), doc)
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
}

func TestLoad(t *testing.T) {
	for _, tc := range []struct {
		name, file, want string
	}{
		{"an empty file changes nothing", "", ""},
		{"a known key is taken", "turn:\n  budget: 700ms\n", ""},
		{"an unknown key is named with its line", "turn:\n  budget: 700ms\n  bugdet: 1s\n", `unknown field "bugdet"`},
		{"its line", "turn:\n  budget: 700ms\n  bugdet: 1s\n", "[3:"},
		{"a value that cannot work is named by its key", "voice:\n  rate: 9\n", "voice.rate"},
		{"a duration that is none is quoted", "turn:\n  budget: fast\n", `invalid duration "fast"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "aubade.yaml")
			if err := os.WriteFile(file, []byte(tc.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(file)
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestTheSettingsOfDeployAreSettings(t *testing.T) {
	for _, f := range []string{"aubade.yaml", "aubade-small.yaml"} {
		if _, err := Load("../../../../deploy/gpu/" + f); err != nil {
			t.Error(err)
		}
	}
}
