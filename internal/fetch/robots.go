package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/time/rate"
)

// robots is what one host's robots.txt says, asked for once a day.
type robots struct {
	mu    sync.Mutex
	data  *robotstxt.RobotsData
	until time.Time
}

// The largest part of a robots.txt that is read; the rest may be ignored (RFC 9309 asks for at least 500 KiB).
const robotsBytes = 512 << 10

// allowed asks the host's robots.txt. A file that cannot be had for a reason of the server's forbids everything, one that
// is not there forbids nothing (RFC 9309, 2.3.1).
func (c *Client) allowed(ctx context.Context, u *url.URL) error {
	h := c.host(u.Host)
	r := &h.robots
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.data == nil || time.Now().After(r.until) {
		data, down, err := c.robotsTxt(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"})
		if err != nil {
			return fmt.Errorf("robots.txt: %w", err)
		}
		r.data, r.until = data, time.Now().Add(24*time.Hour)
		if down {
			r.until = time.Now().Add(10 * time.Minute)
		}
		if d := data.FindGroup(c.opt.Agent).CrawlDelay; d > 0 && !h.mirrored {
			// A delay of hours would be a way to say no; a minute is the most that is waited.
			if per := rate.Every(min(d, time.Minute)); per < h.limiter.Limit() {
				h.limiter.SetLimit(per)
			}
		}
	}
	if !r.data.TestAgent(u.RequestURI(), c.opt.Agent) {
		return ErrRobots
	}
	return nil
}

// robotsTxt also says whether the server is down, in which case it forbids everything for the moment.
func (c *Client) robotsTxt(ctx context.Context, u *url.URL) (data *robotstxt.RobotsData, down bool, err error) {
	for hop := 0; hop <= c.opt.MaxRedirects; hop++ {
		res, next, err := c.persist(ctx, u, nil)
		var status StatusError
		switch {
		case errors.As(err, &status) && (status.Status >= 500 || status.Status == http.StatusTooManyRequests):
			data, err := robotstxt.FromStatusAndBytes(http.StatusServiceUnavailable, nil)
			return data, true, err
		case errors.Is(err, ErrGone), errors.As(err, &status), errors.Is(err, ErrTooLarge):
			return allowAll()
		case err != nil:
			return nil, false, err
		case next == "":
			data, err := robotstxt.FromBytes(res.Body[:min(len(res.Body), robotsBytes)])
			if err != nil { // a file that is not one says nothing
				return allowAll()
			}
			return data, false, nil
		}
		if u, err = url.Parse(next); err != nil {
			return nil, false, err
		}
		if u.Scheme != "http" && u.Scheme != "https" {
			return nil, false, fmt.Errorf("redirected to %q", next)
		}
	}
	return allowAll()
}

func allowAll() (*robotstxt.RobotsData, bool, error) {
	data, err := robotstxt.FromStatusAndBytes(http.StatusNotFound, nil)
	return data, false, err
}
