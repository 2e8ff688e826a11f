// Package bargein measures what happens when something is heard while the agent speaks: how soon a caller who takes the
// floor gets it, and how often a nod, a key or a car does.
//
// Every case is sound: voices, keys, roads and doors are made from formulas, so that a case sounds the same everywhere, and
// go through a voice detector into a whole session whose agent is in the middle of a long answer. Only the words are given,
// 200 ms after they were said. A session runs in real time; tests play the same cases on virtual time.
package bargein
