package main

import (
	"encoding/json"
	"errors"
	"time"
)

type Args struct{ A, B int }

type Reply struct{ C int }

type Inner struct {
	Name string
	Tags []string
}

// Rich has a field of every kind that both gob and JSON can carry.
type Rich struct {
	OK     bool
	I8     int8
	I64    int64
	U16    uint16
	U64    uint64
	F32    float32
	F64    float64
	S      string
	Data   []byte
	T      time.Time
	P      *Inner
	List   []Inner
	ByName map[string]Inner
	ByID   map[int]float64
	Fixed  [3]int
	Any    any
}

// Arith is the service of Go's own documentation, and a method for every kind of value.
type Arith struct{ gate chan bool }

func (*Arith) Add(args Args, reply *Reply) error {
	reply.C = args.A + args.B
	return nil
}

func (*Arith) Div(args Args, reply *Reply) error {
	if args.B == 0 {
		return errors.New("divide by zero")
	}
	reply.C = args.A / args.B
	return nil
}

// Empty leaves the reply as it was made.
func (*Arith) Empty(Args, *Reply) error { return nil }

// NilReply leaves a pointer to nothing.
func (*Arith) NilReply(Args, **Reply) error { return nil }

func (*Arith) Map(n int, reply *map[string]int) error {
	(*reply)["x"] = n
	return nil
}

func (*Arith) Echo(args string, reply *string) error            { *reply = args; return nil }
func (*Arith) Big(args int64, reply *int64) error               { *reply = args; return nil }
func (*Arith) U(args uint64, reply *uint64) error               { *reply = args; return nil }
func (*Arith) F(args float64, reply *float64) error             { *reply = args; return nil }
func (*Arith) Bytes(args []byte, reply *[]byte) error           { *reply = args; return nil }
func (*Arith) Any(args any, reply *any) error                   { *reply = args; return nil }
func (*Arith) Time(args time.Time, reply *time.Time) error      { *reply = args; return nil }
func (*Arith) Complex(args complex128, reply *complex128) error { *reply = args; return nil }
func (*Arith) Rich(args Rich, reply *Rich) error                { *reply = args; return nil }

// Describe tells in JSON what it was given: an account that owes nothing to the wire.
func (*Arith) Describe(args Rich, reply *string) error {
	text, err := json.Marshal(args)
	*reply = string(text)
	return err
}

// Wait returns when somebody calls Open; each Open lets one Wait go.
func (arith *Arith) Wait(n int, reply *int) error {
	<-arith.gate
	*reply = n
	return nil
}

// Open returns when a Wait has gone.
func (arith *Arith) Open(n int, reply *int) error {
	arith.gate <- true
	*reply = n
	return nil
}

// Slow takes its time, in milliseconds.
func (*Arith) Slow(n int, reply *int) error {
	time.Sleep(time.Duration(n) * time.Millisecond)
	*reply = n
	return nil
}
