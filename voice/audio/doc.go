// Package audio is sound as Aubade handles it: mono frames of 20 ms that know their place in the stream.
package audio
