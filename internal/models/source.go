package models

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path"
	"strings"
)

// resolve turns a source into the address to fetch and, for an archive, the member wanted.
func resolve(ctx context.Context, source string) (address, member string, err error) {
	if spec, ok := strings.CutPrefix(source, "npm:"); ok {
		return resolveNPM(ctx, spec)
	}
	u, err := url.Parse(source)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", "", fmt.Errorf("%q is no source", source)
	}
	member, u.Fragment = u.Fragment, ""
	return u.String(), member, nil
}

// resolveNPM asks npm, which knows the registry that this machine is to use, where a package's archive lies.
func resolveNPM(ctx context.Context, spec string) (address, member string, err error) {
	name, version, file, err := splitNPM(spec)
	if err != nil {
		return "", "", err
	}
	cmd := exec.CommandContext(ctx, "npm", "view", "--json", name+"@"+version, "dist.tarball")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", "", errors.New("npm is not installed (apt-get install npm)")
	}
	if err != nil {
		return "", "", fmt.Errorf("npm view %s@%s: %w: %s", name, version, err, lastLine(stderr.String()))
	}
	if err := json.Unmarshal(out, &address); err != nil || address == "" {
		return "", "", fmt.Errorf("npm view %s@%s: no such package or version", name, version)
	}
	return address, "package/" + file, nil
}

// splitNPM takes "@scope/name@1.2.3/dist/file" apart.
func splitNPM(spec string) (name, version, file string, err error) {
	at := strings.Index(spec[min(1, len(spec)):], "@") + 1
	if at < 1 {
		return "", "", "", fmt.Errorf("npm:%s: want npm:PACKAGE@VERSION/PATH", spec)
	}
	name = spec[:at]
	version, file, ok := strings.Cut(spec[at+1:], "/")
	if !ok || version == "" || file == "" || strings.HasPrefix(name, "-") {
		return "", "", "", fmt.Errorf("npm:%s: want npm:PACKAGE@VERSION/PATH", spec)
	}
	return name, version, file, nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// extract copies one regular file out of an archive. Nothing else in it is written anywhere, so that no name in it can lead outside.
func extract(archive, name, member, to string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	t, err := members(f, name)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("unpack: the archive holds no %s", member)
		}
		if err != nil {
			return fmt.Errorf("unpack: %w", err)
		}
		if path.Clean(h.Name) != member || h.Typeflag != tar.TypeReg {
			continue
		}
		out, err := os.Create(to)
		if err != nil {
			return err
		}
		n, err := io.Copy(out, io.LimitReader(t, maxFile))
		if err := errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("unpack: %w", err)
		}
		if n != h.Size {
			return fmt.Errorf("unpack: %s is cut off", member)
		}
		return nil
	}
}
