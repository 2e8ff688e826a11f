package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What a caller may ask of an error.
var (
	ErrRobots   = errors.New("robots.txt does not allow it")
	ErrPrivate  = errors.New("private addresses are not reached")
	ErrTooLarge = errors.New("larger than the cap")
	ErrGone     = errors.New("no longer there") // 404 and 410
)

// A StatusError is an answer that is neither a success nor one of the errors above.
type StatusError struct{ Status int }

func (e StatusError) Error() string {
	return fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status))
}

// Options are a client's manners. The zero value has good ones.
type Options struct {
	// Agent is the product in the user agent, which robots.txt groups are matched with; default "Aubade".
	Agent string
	// Contact is who runs this, a name and an address; it is in the user agent and in the From header.
	Contact string
	// PerHost is the highest rate of requests to one host in a second; default 1.
	PerHost float64
	// AllowPrivate lists host names (without port) that may resolve to private addresses.
	AllowPrivate []string
	// Mirror stands in for hosts that have a folder of their name in it. It is not limited in rate.
	Mirror fs.FS
	// MaxBytes caps a decoded body; default 32 MiB.
	MaxBytes int64
	// Timeout caps one request, from dialling to the body's last byte; default 30 s.
	Timeout time.Duration
	// Tries is how often a request that may succeed later is sent; default 4.
	Tries int
	// MaxWait is the longest pause that a server may ask for with Retry-After; default 60 s. Longer is an error.
	MaxWait time.Duration
	// MaxRedirects is how many are followed; default 5.
	MaxRedirects int
	// Cache keeps answers with validators, so that what has not changed is not sent again. Nil: none.
	Cache *Cache
	// Transport replaces the network, in tests.
	Transport http.RoundTripper
}

// A Client fetches. It is safe for concurrent use; requests to one host queue up behind each other.
type Client struct {
	opt   Options
	http  *http.Client
	mu    sync.Mutex
	hosts map[string]*host
}

// host is what is known of one host.
type host struct {
	mirrored bool
	limiter  *rate.Limiter
	robots   robots
}

// New makes a client.
func New(o Options) *Client {
	if o.Agent == "" {
		o.Agent = "Aubade"
	}
	if o.PerHost <= 0 {
		o.PerHost = 1
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Tries <= 0 {
		o.Tries = 4
	}
	if o.MaxWait <= 0 {
		o.MaxWait = time.Minute
	}
	if o.MaxRedirects <= 0 {
		o.MaxRedirects = 5
	}
	t := o.Transport
	if t == nil {
		t = &http.Transport{
			DialContext:           guard{allow: o.AllowPrivate}.dial,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   2,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: o.Timeout,
			// Headers count too: a server must not fill memory with them.
			MaxResponseHeaderBytes: 1 << 20,
		}
	}
	if o.Mirror != nil {
		t = mirror{fs: o.Mirror, next: t}
	}
	return &Client{
		opt:   o,
		hosts: map[string]*host{},
		// Redirects are followed by hand: each hop asks its own host's robots.txt and waits its turn.
		http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// A Response is what a server sent.
type Response struct {
	URL          string // after redirects
	Body         []byte // as sent, content encoding undone
	Type         string // the Content-Type header
	ETag         string
	LastModified string
	// Unchanged says that the server has nothing newer than the cached copy, which Body is.
	Unchanged bool
	Retrieved time.Time
}

// Get fetches a page. A copy in the cache is revalidated, not sent again.
func (c *Client) Get(ctx context.Context, address string) (*Response, error) {
	r, err := c.get(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	return r, nil
}

// Limit lowers the rate of a host, for sites that state one.
func (c *Client) Limit(hostname string, perSecond float64) {
	h := c.host(hostname)
	if !h.mirrored && h.limiter.Limit() > rate.Limit(perSecond) {
		h.limiter.SetLimit(rate.Limit(perSecond))
	}
}

func (c *Client) get(ctx context.Context, address string) (*Response, error) {
	cached := c.opt.Cache.load(address)
	at := address
	for hop := 0; ; hop++ {
		u, err := url.Parse(at)
		if err != nil {
			return nil, err
		}
		if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("%q is no web address", at)
		}
		if hop > c.opt.MaxRedirects {
			return nil, fmt.Errorf("more than %d redirects", c.opt.MaxRedirects)
		}
		if err := c.allowed(ctx, u); err != nil {
			return nil, err
		}
		res, next, err := c.persist(ctx, u, cached)
		if err != nil {
			return nil, err
		}
		if next == "" {
			if res.Unchanged {
				res.Body, res.Type = cached.Body, cached.Type
			} else {
				c.opt.Cache.save(address, res)
			}
			return res, nil
		}
		at = next
	}
}

// persist sends a request until it is answered for good: with a response, or with the address of a redirect.
func (c *Client) persist(ctx context.Context, u *url.URL, cached *Response) (res *Response, redirect string, err error) {
	for try := 1; ; try++ {
		var pause time.Duration
		res, redirect, pause, err = c.once(ctx, u, cached)
		if err == nil || pause < 0 || ctx.Err() != nil || try >= c.opt.Tries {
			return res, redirect, err
		}
		if pause > c.opt.MaxWait {
			return nil, "", fmt.Errorf("%w: asked to wait %v, longer than %v", err, pause, c.opt.MaxWait)
		}
		if pause == 0 {
			// Full jitter: callers that failed together do not come back together.
			pause = time.Duration(rand.Int64N(int64(500*time.Millisecond) << try))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
	}
}

// once sends one request. After an error, pause says when to try again: 0 soon, negative never.
func (c *Client) once(ctx context.Context, u *url.URL, cached *Response) (res *Response, redirect string, pause time.Duration, err error) {
	if err := c.host(u.Host).wait(ctx); err != nil {
		return nil, "", -1, err
	}
	// The cap ends with the body: a server that drips a byte a second is cut off too.
	ctx, cancel := context.WithTimeoutCause(ctx, c.opt.Timeout, fmt.Errorf("no complete answer within %v", c.opt.Timeout))
	defer cancel()
	req, err := c.request(ctx, u)
	if err != nil {
		return nil, "", -1, err
	}
	if cached != nil {
		if cached.ETag != "" {
			req.Header.Set("If-None-Match", cached.ETag)
		}
		if cached.LastModified != "" {
			req.Header.Set("If-Modified-Since", cached.LastModified)
		}
	}
	r, err := c.http.Do(req)
	if err != nil {
		return nil, "", again(err), cause(ctx, err)
	}
	defer r.Body.Close()
	switch {
	case r.StatusCode == http.StatusNotModified && cached != nil:
		return &Response{URL: u.String(), ETag: cached.ETag, LastModified: cached.LastModified, Unchanged: true, Retrieved: time.Now()}, "", 0, nil
	case r.StatusCode >= 300 && r.StatusCode < 400:
		to, err := r.Location()
		if err != nil {
			return nil, "", -1, StatusError{r.StatusCode}
		}
		return nil, to.String(), 0, nil
	case r.StatusCode == http.StatusNotFound || r.StatusCode == http.StatusGone:
		return nil, "", -1, ErrGone
	case r.StatusCode == http.StatusTooManyRequests || r.StatusCode >= 500 && r.StatusCode != http.StatusNotImplemented:
		return nil, "", retryAfter(r.Header.Get("Retry-After"), time.Now()), StatusError{r.StatusCode}
	case r.StatusCode != http.StatusOK:
		return nil, "", -1, StatusError{r.StatusCode}
	}
	if r.ContentLength > c.opt.MaxBytes {
		return nil, "", -1, fmt.Errorf("%w of %d bytes", ErrTooLarge, c.opt.MaxBytes)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, c.opt.MaxBytes+1))
	if err != nil {
		return nil, "", again(err), cause(ctx, err)
	}
	if int64(len(body)) > c.opt.MaxBytes {
		return nil, "", -1, fmt.Errorf("%w of %d bytes", ErrTooLarge, c.opt.MaxBytes)
	}
	return &Response{
		URL: u.String(), Body: body, Type: r.Header.Get("Content-Type"), ETag: r.Header.Get("ETag"),
		LastModified: r.Header.Get("Last-Modified"), Retrieved: time.Now(),
	}, "", 0, nil
}

func (c *Client) request(ctx context.Context, u *url.URL) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	agent := c.opt.Agent
	if c.opt.Contact != "" {
		agent += " (" + c.opt.Contact + ")"
	}
	req.Header.Set("User-Agent", agent)
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Accept-Language", "en;q=1, *;q=0.5")
	return req, nil
}

// host finds or makes what is known of a host.
func (c *Client) host(hostport string) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.hosts[hostport]
	if !ok {
		h = &host{limiter: rate.NewLimiter(rate.Limit(c.opt.PerHost), 1)}
		if c.opt.Mirror != nil {
			h.mirrored = hasFolder(c.opt.Mirror, hostport)
		}
		c.hosts[hostport] = h
	}
	return h
}

func (h *host) wait(ctx context.Context) error {
	if h.mirrored {
		return ctx.Err()
	}
	return h.limiter.Wait(ctx)
}

// again says whether a failure of the network may pass.
func again(err error) time.Duration {
	var dns *net.DNSError
	if errors.Is(err, ErrPrivate) || errors.Is(err, context.Canceled) || errors.As(err, &dns) && dns.IsNotFound {
		return -1
	}
	return 0
}

// cause tells our own time cap from the caller's.
func cause(ctx context.Context, err error) error {
	if why := context.Cause(ctx); why != nil && errors.Is(err, context.DeadlineExceeded) {
		return why
	}
	return err
}

// retryAfter reads the header, in seconds or as a date. 0: it says nothing.
func retryAfter(h string, now time.Time) time.Duration {
	if s, err := strconv.Atoi(h); err == nil && s >= 0 {
		return max(time.Duration(min(s, 1<<30))*time.Second, time.Millisecond)
	}
	if t, err := http.ParseTime(h); err == nil {
		return max(t.Sub(now), time.Millisecond)
	}
	return 0
}
