//go:build !linux

package child

import "errors"

// Nice is known on Linux only.
func Nice(int) error { return errors.ErrUnsupported }
