// Package declared makes helpers out of what domain.yaml says, without code: an HTTP address with a JSONPath, or a tool of
// an MCP server.
//
// What such a helper answers is fetched text: it is cleaned, quoted in a citation, and never an instruction.
package declared
