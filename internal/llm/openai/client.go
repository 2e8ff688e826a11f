// Package openai speaks to any server of the OpenAI protocol: one client for chat, embeddings and reranking.
//
// Servers of this protocol fail in many ways, and whoever asks must decide differently in each: a night's work waits out
// a rate limit, a call does not. So every failure is an [Error] with a reason, timeouts are to the first token and
// between tokens rather than over all, and nothing is retried unless the caller asks for it.
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	api "github.com/sashabaranov/go-openai"
)

// The reasons why a server gave no answer. An [Error] wraps one of them.
var (
	ErrAuth        = errors.New("the key is missing or not accepted")
	ErrRateLimited = errors.New("rate limited")
	ErrServer      = errors.New("the server failed")
	ErrRefused     = errors.New("the server does not accept the request") // the same request will never succeed
	ErrTooLong     = errors.New("the request is longer than the model's context")
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrStalled     = errors.New("the server stalled")
	ErrCutOff      = errors.New("the answer was cut off")
	ErrGarbage     = errors.New("the answer makes no sense")
)

// An Error is a failed request.
type Error struct {
	Reason     error // one of the above
	Status     int   // of HTTP; 0 where there was none
	Message    string
	RetryAfter time.Duration // how long the server asked to wait; 0 where it did not say
}

func (e *Error) Error() string {
	s := e.Reason.Error()
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

func (e *Error) Unwrap() error { return e.Reason }

// Temporary says that the same request may succeed later.
func Temporary(err error) bool {
	for _, reason := range []error{ErrRateLimited, ErrServer, ErrUnreachable, ErrStalled, ErrCutOff} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// Config says which server is asked and how patiently.
type Config struct {
	BaseURL string // "http://127.0.0.1:11434/v1"; empty means OpenAI's own
	Key     string // empty for servers that want none
	Model   string
	// FirstToken is how long the first piece of an answer may take, Stall how long any later one; 0 means 60 s and 20 s.
	FirstToken, Stall time.Duration
	// Retries is how often a request that failed for a passing reason is sent again, unless something of its answer has
	// been given out already. What a server asks to wait is waited, up to MaxWait (0: one minute) at a time.
	Retries int
	MaxWait time.Duration
	// QueryPrefix and PassagePrefix stand before texts that are embedded, for models that want it: "query: ".
	QueryPrefix, PassagePrefix string
	// HTTP makes the connections; nil means a client of its own that keeps them.
	HTTP *http.Client
	// Extra goes into every chat request as it is: {"enable_thinking": false} for servers with chat templates.
	TemplateArgs map[string]any
}

// A Client asks one model of one server. It implements llm.Model and llm.Embedder and is safe for concurrent use.
type Client struct {
	config Config
	api    *api.Client
	doer   *doer
}

// New makes a client. It does not connect.
func New(c Config) *Client {
	if c.BaseURL == "" {
		c.BaseURL = "https://api.openai.com/v1"
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	if c.FirstToken == 0 {
		c.FirstToken = time.Minute
	}
	if c.Stall == 0 {
		c.Stall = 20 * time.Second
	}
	if c.MaxWait == 0 {
		c.MaxWait = time.Minute
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	d := &doer{http: c.HTTP, key: c.Key}
	conf := api.DefaultConfig(c.Key)
	conf.BaseURL = c.BaseURL
	conf.HTTPClient = d
	return &Client{config: c, api: api.NewClientWithConfig(conf), doer: d}
}

// Name is the model with its server: "openai:qwen3:4b@http://127.0.0.1:11434/v1".
func (c *Client) Name() string { return "openai:" + c.config.Model + "@" + c.config.BaseURL }

// Models lists the models that the server offers.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	list, err := c.api.ListModels(ctx)
	if err != nil {
		return nil, fmt.Errorf("models of %s: %w", c.config.BaseURL, c.explain(ctx, err))
	}
	var out []string
	for _, m := range list.Models {
		out = append(out, m.ID)
	}
	return out, nil
}

// retry runs try until it succeeds, fails for good, or the retries are used up. try says whether it may be run again.
func (c *Client) retry(ctx context.Context, try func() (again bool, err error)) error {
	for n := 0; ; n++ {
		again, err := try()
		if err == nil || !again || n >= c.config.Retries || !Temporary(err) || ctx.Err() != nil {
			return err
		}
		if errors.Is(err, ErrStalled) && n > 0 {
			return err // whole minutes each time: who stalls twice is stuck, not busy
		}
		// 0.5 s, 1 s, 2 s …, or what the server asked for.
		wait := 500 * time.Millisecond << min(n, 10)
		var e *Error
		if errors.As(err, &e) && e.RetryAfter > 0 {
			wait = e.RetryAfter
		}
		select {
		case <-time.After(min(wait, c.config.MaxWait)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// explain gives an error its reason.
func (c *Client) explain(ctx context.Context, err error) error {
	var (
		mine    *Error
		apiErr  *api.APIError
		reqErr  *api.RequestError
		syntax  *json.SyntaxError
		badType *json.UnmarshalTypeError
	)
	cause := context.Cause(ctx)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mine):
		return err
	case errors.Is(cause, ErrStalled):
		return &Error{Reason: ErrStalled}
	case cause != nil:
		return cause
	case errors.As(err, &apiErr):
		return &Error{Reason: reasonOf(apiErr.HTTPStatusCode, fmt.Sprint(apiErr.Code)+" "+apiErr.Message), Status: apiErr.HTTPStatusCode, Message: apiErr.Message}
	case errors.As(err, &reqErr):
		return &Error{Reason: reasonOf(reqErr.HTTPStatusCode, string(reqErr.Body)), Status: reqErr.HTTPStatusCode, Message: brief(string(reqErr.Body))}
	case errors.As(err, &syntax), errors.As(err, &badType), errors.Is(err, api.ErrTooManyEmptyStreamMessages):
		return &Error{Reason: ErrGarbage, Message: brief(err.Error())}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Reason: ErrCutOff}
	}
	return &Error{Reason: ErrUnreachable, Message: brief(err.Error())}
}

func reasonOf(status int, text string) error {
	low := strings.ToLower(text)
	switch {
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ErrAuth
	case strings.Contains(low, "context_length"), strings.Contains(low, "maximum context"), strings.Contains(low, "context size"), status == http.StatusRequestEntityTooLarge:
		return ErrTooLong
	case status >= 500, status == http.StatusRequestTimeout, status == 0:
		return ErrServer
	}
	return ErrRefused
}

// brief keeps a server's words short enough for a log.
func brief(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// A doer sees every answer before the library does: it turns a failure into an Error, with what the server says of when
// to come again, which the library drops.
type doer struct {
	http *http.Client
	key  string
}

// maxBody bounds what is read of one answer.
const maxBody = 64 << 20

func (d *doer) Do(req *http.Request) (*http.Response, error) {
	if d.key == "" {
		req.Header.Del("Authorization") // "Bearer " alone makes some servers refuse
	}
	res, err := d.http.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 400 {
		defer res.Body.Close()
		body, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
		return nil, &Error{Reason: reasonOf(res.StatusCode, string(body)), Status: res.StatusCode, Message: message(body), RetryAfter: retryAfter(res.Header, time.Now())}
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxBody), res.Body}
	return res, nil
}

// message digs a server's words out of the forms in which they come.
func message(body []byte) string {
	var v struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Detail  json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &v) != nil {
		return brief(string(body))
	}
	var inner struct {
		Message string `json:"message"`
	}
	switch {
	case json.Unmarshal(v.Error, &inner) == nil && inner.Message != "":
		return brief(inner.Message)
	case v.Message != "":
		return brief(v.Message)
	}
	return brief(string(bytes.TrimSpace(body)))
}

// retryAfter reads the header in both of its forms: seconds, or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}
