package livekit

// TheServer is the one server of this test binary, for tests that look from outside.
func TheServer() *Server { return srv }
