// Package fetch is the one polite way out to the web: it asks rarely, reads little, obeys robots.txt, and cannot be made to
// reach inside.
//
//	Get ─► robots.txt of the host ─► the host's turn ─► request with validators ─► 304, body, or try again
//	                                                        │ dial: the address is checked here, after
//	                                                        ▼ names were resolved, for each redirect anew
//
// Proxies from the environment are not used: behind one, the address that is dialled says nothing about the target.
package fetch
