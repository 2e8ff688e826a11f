package bench

import "os"

// selfPID is the client's process.
var selfPID = os.Getpid()
