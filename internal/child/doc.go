// Package child runs native engines in processes of their own, so that what crashes in C costs a stream and not a call.
//
// The parent has an [Engine]; the child is the same binary, and calls [Serve]. Between them run many streams over one pair
// of pipes, in frames:
//
//	length uint32 │ stream uint32 │ kind uint8 │ payload (length bytes), all little-endian
//
// A stream begins with an open frame from the parent, carries data both ways, and ends with a close from either side.
// When the child dies, every stream ends with [ErrDied], and the next Open starts another child.
package child
