package doctor

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// A compose file, as far as ours goes. No engine was at hand to check it, so this says what one expects, and what we do.
type composeFile struct {
	Name     string
	Services map[string]composeService
	Volumes  map[string]any
}

type composeService struct {
	Image       string
	Build       map[string]string
	Profiles    []string
	Command     []string
	Environment map[string]string
	Volumes     []string
	Ports       []string
	Restart     string
	Networks    map[string]struct{ Aliases []string }
	Healthcheck struct {
		Test        []string
		Interval    string
		Retries     int
		StartPeriod string `yaml:"start_period"`
	}
	DependsOn map[string]struct {
		Condition string
		Required  *bool
	} `yaml:"depends_on"`
	Deploy struct {
		Resources struct {
			Reservations struct {
				Devices []struct {
					Driver       string
					Count        int
					Capabilities []string
				}
			}
		}
	}
}

const gpuDir = "../../deploy/gpu/"

func compose(t *testing.T) composeFile {
	t.Helper()
	raw, err := os.ReadFile(gpuDir + "compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c composeFile
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(yaml.FormatError(err, false, true))
	}
	if len(c.Services) == 0 {
		t.Fatal("it has no services")
	}
	return c
}

// role is what a service is reached by.
func (s composeService) role() string {
	if a := s.Networks["default"].Aliases; len(a) == 1 {
		return a[0]
	}
	return ""
}

// flag is the value of a flag of the service's command.
func (s composeService) flag(name string) string {
	if i := slices.Index(s.Command, name); i >= 0 && i+1 < len(s.Command) {
		return s.Command[i+1]
	}
	return ""
}

var pinned = regexp.MustCompile(`^[a-z0-9./-]+:[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*$`)

func TestEveryProfileIsWholeAndFitsItsPlan(t *testing.T) {
	c := compose(t)
	profiles := map[string]map[string]composeService{}
	for name, s := range c.Services {
		if len(s.Profiles) == 0 {
			t.Errorf("%s would always start", name)
		}
		role := s.role()
		for _, p := range s.Profiles {
			if profiles[p] == nil {
				profiles[p] = map[string]composeService{}
			}
			if _, twice := profiles[p][role]; twice || role == "" {
				t.Errorf("profile %s: %s is the second %q", p, name, role)
			}
			profiles[p][role] = s
		}
	}
	for _, plan := range Plans {
		p := profiles[plan.Profile]
		for _, role := range []string{"llm", "asr", "tts", "aubade"} {
			if _, ok := p[role]; !ok {
				t.Errorf("profile %s has no %s", plan.Profile, role)
			}
		}
		llm := p["llm"]
		if llm.flag("--ctx-size") != strconv.Itoa(plan.Tokens*plan.Sequences) || llm.flag("--parallel") != strconv.Itoa(plan.Sequences) {
			t.Errorf("profile %s: the context is %s for %s, the plan counts %d for %d", plan.Profile, llm.flag("--ctx-size"), llm.flag("--parallel"), plan.Tokens*plan.Sequences, plan.Sequences)
		}
		drafts := llm.flag("-hfd") != ""
		if planned := slices.ContainsFunc(plan.Stages, func(s Stage) bool { return s.Name == "draft" }); planned != drafts {
			t.Errorf("profile %s: a guessing model is planned: %v, started: %v", plan.Profile, planned, drafts)
		}
		if drafts && llm.flag("--ctx-size-draft") != strconv.Itoa(plan.Tokens) {
			t.Errorf("profile %s: the guessing model's context is %q, the plan counts %d", plan.Profile, llm.flag("--ctx-size-draft"), plan.Tokens)
		}
		delete(profiles, plan.Profile)
	}
	delete(profiles, "cpu")
	if len(profiles) > 0 {
		t.Errorf("profiles without a plan: %v", profiles)
	}
}

func TestServicesArePinnedWatchedAndOrdered(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if s.Restart == "" {
			t.Errorf("%s is not started again", name)
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, ok := c.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s: no volume %s", name, from)
			}
		}
		if s.role() == "aubade" {
			if len(s.Build) == 0 || len(s.Ports) == 0 || len(s.Command) == 0 || s.Command[0] != "sh" {
				t.Errorf("%s is not built, not to be reached, or told nothing to run", name)
			}
			for other, o := range c.Services {
				d, ok := s.DependsOn[other]
				if o.role() != "aubade" && (!ok || d.Required == nil || *d.Required || d.Condition != "service_started") {
					t.Errorf("%s should start after %s, where that is started, and not wait until it is ready: it has stand-ins", name, other)
				}
			}
			continue
		}
		if !pinned.MatchString(s.Image) || strings.Contains(s.Image, "latest") {
			t.Errorf("%s: the image %s is not pinned", name, s.Image)
		}
		h := s.Healthcheck
		if len(h.Test) < 2 || h.Test[0] != "CMD" || h.Retries == 0 || h.Interval == "" {
			t.Errorf("%s has no health check", name)
		}
		if len(s.Volumes) == 0 && s.role() != "tts" { // Kokoro's image holds its model
			t.Errorf("%s fetches its model anew each time", name)
		}
		onGPU := false
		for _, d := range s.Deploy.Resources.Reservations.Devices {
			onGPU = d.Driver == "nvidia" && slices.Contains(d.Capabilities, "gpu") && d.Count == 1
		}
		if onGPU == slices.Equal(s.Profiles, []string{"cpu"}) {
			t.Errorf("%s: on the card: %v", name, onGPU)
		}
	}
}

var address = regexp.MustCompile(`openai:([^@]+)@(http://[^ "|]+)`)

// The settings name the servers as the others of the file do, at the port that is watched and with the model that is loaded there; and
// something stands behind each.
func TestTheSettingsMeetTheServers(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if s.role() != "aubade" {
			continue
		}
		file, _, _ := strings.Cut(s.Volumes[0], ":")
		raw, err := os.ReadFile(gpuDir + file)
		if err != nil {
			t.Fatal(err)
		}
		roles := map[string]bool{}
		for _, m := range address.FindAllStringSubmatch(string(raw), -1) {
			u, err := url.Parse(m[2])
			if err != nil {
				t.Fatal(err)
			}
			roles[u.Hostname()] = true
			for other, o := range c.Services {
				if o.role() != u.Hostname() || !slices.ContainsFunc(o.Profiles, func(p string) bool { return slices.Contains(s.Profiles, p) }) {
					continue
				}
				if !strings.Contains(strings.Join(o.Healthcheck.Test, " "), fmt.Sprintf("127.0.0.1:%s/", u.Port())) {
					t.Errorf("%s is asked at port %s and watched elsewhere", other, u.Port())
				}
				if model := o.flag("--alias") + o.Environment["PRELOAD_MODELS"]; model != "" && !strings.Contains(model, m[1]) {
					t.Errorf("%s asks %s for %s, which has %s", file, other, m[1], model)
				}
			}
		}
		if len(roles) != 3 {
			t.Errorf("%s: %s names %v", name, file, roles)
		}
		for _, behind := range []string{"| pocketsphinx:", "| flite:"} {
			if !strings.Contains(string(raw), behind) {
				t.Errorf("%s: nothing stands behind: no %q", file, behind)
			}
		}
	}
}

// What the program keeps is kept where the image's user may write, in the volume.
func TestTheImageAndTheVolumesAgree(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	const home = "/home/aubade/.local/share/aubade"
	if !strings.Contains(string(raw), "USER aubade") || !strings.Contains(string(raw), home) {
		t.Errorf("the image does not make %s for its user", home)
	}
	for name, s := range compose(t).Services {
		if s.role() == "aubade" && !slices.Contains(s.Volumes, "home:"+home) {
			t.Errorf("%s keeps its briefs elsewhere: %v", name, s.Volumes)
		}
	}
}
