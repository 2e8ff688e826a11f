// Package onnxtest writes tiny networks, so that the code that loads and runs them is exercised without any weights.
package onnxtest

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// A Node is one operation of a network.
type Node struct {
	Op              string
	Inputs, Outputs []string
	Ints            map[string][]int64 // attributes
	Int             map[string]int64
}

// A Value is an input or an output. A negative dimension is one that may vary.
type Value struct {
	Name         string
	Int64, Int32 bool // else 32-bit floats
	Shape        []int64
}

// A Constant is a tensor that is part of the network.
type Constant struct {
	Name   string
	Shape  []int64
	Floats []float32
	Ints   []int64
}

// A Model is a network.
type Model struct {
	Nodes           []Node
	Inputs, Outputs []Value
	Constants       []Constant
	// Metadata is what exporters write beside the graph, for those who run it.
	Metadata map[string]string
}

// Bytes is the network as an ONNX file, operator set 17.
func (m Model) Bytes() []byte {
	var graph message
	for _, n := range m.Nodes {
		var node message
		for _, s := range n.Inputs {
			node.text(1, s)
		}
		for _, s := range n.Outputs {
			node.text(2, s)
		}
		node.text(4, n.Op)
		for name, v := range n.Int {
			var a message
			a.text(1, name)
			a.number(3, v)
			a.number(20, 2) // INT
			node.nested(5, a)
		}
		for name, vs := range n.Ints {
			var a message
			a.text(1, name)
			for _, v := range vs {
				a.number(8, v)
			}
			a.number(20, 7) // INTS
			node.nested(5, a)
		}
		graph.nested(1, node)
	}
	graph.text(2, "tiny")
	for _, c := range m.Constants {
		var t message
		for _, d := range c.Shape {
			t.number(1, d)
		}
		t.text(8, c.Name)
		var raw []byte
		if c.Ints != nil {
			t.number(2, 7)
			for _, v := range c.Ints {
				raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
			}
		} else {
			t.number(2, 1)
			for _, v := range c.Floats {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
			}
		}
		t.text(9, string(raw))
		graph.nested(5, t)
	}
	for _, v := range m.Inputs {
		graph.nested(11, v.message())
	}
	for _, v := range m.Outputs {
		graph.nested(12, v.message())
	}
	var opset, model message
	opset.number(2, 17)
	model.number(1, 8) // IR version
	model.nested(7, graph)
	model.nested(8, opset)
	for _, k := range slices.Sorted(maps.Keys(m.Metadata)) {
		var entry message
		entry.text(1, k)
		entry.text(2, m.Metadata[k])
		model.nested(14, entry)
	}
	return model
}

func (v Value) message() message {
	var shape, tensor, kind, m message
	for _, d := range v.Shape {
		var dim message
		if d >= 0 {
			dim.number(1, d)
		} else {
			dim.text(2, "n")
		}
		shape.nested(1, dim)
	}
	element := int64(1)
	switch {
	case v.Int64:
		element = 7
	case v.Int32:
		element = 6
	}
	tensor.number(1, element)
	tensor.nested(2, shape)
	kind.nested(1, tensor)
	m.text(1, v.Name)
	m.nested(2, kind)
	return m
}

// A message is a protocol buffer as it is written.
type message []byte

func (m *message) number(field int, v int64) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) text(field int, s string) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|2)
	*m = binary.AppendUvarint(*m, uint64(len(s)))
	*m = append(*m, s...)
}

func (m *message) nested(field int, n message) { m.text(field, string(n)) }
