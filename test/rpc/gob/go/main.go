// A real Go peer for the tests: reads a stream of (what to do, value) pairs from its standard
// input and writes what it made of each to its standard output, all of it in gob.
package main

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

type Scalars struct {
	B   bool
	I   int
	I8  int8
	I16 int16
	I32 int32
	I64 int64
	U   uint
	U8  uint8
	U16 uint16
	U32 uint32
	U64 uint64
	F32 float32
	F64 float64
	C   complex128
	S   string
	D   []byte
}

type Point struct{ X, Y int }

type Containers struct {
	Ints   []int
	Texts  []string
	Floats []float32
	Grid   [2][3]int16
	Octets [4]byte
	Counts map[string]int
	Lists  map[int][]string
	Place  *Point
	Places []Point
	Named  map[string]Point
	Far    **int
	Flags  [2]bool
}

type Node struct {
	Value int
	Next  *Node
	Kids  []Node
	Named map[string]*Node
}

type Anys struct {
	V any
	L []any
	M map[string]any
}

type Times struct {
	T time.Time
	L []time.Time
	P *time.Time
	M map[string]time.Time
}

type Nothings struct {
	E struct{}
	L []struct{}
	A struct{ X int }
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// echo decodes into value, a pointer, and sends the same on.
func echo(in *gob.Decoder, out *gob.Encoder, value any) {
	check(in.Decode(value))
	check(out.Encode(value))
}

// format is an account of the scalars that owes nothing to gob.
func format(s Scalars) []string {
	return []string{
		strconv.FormatBool(s.B), strconv.Itoa(s.I), fmt.Sprint(s.I8), fmt.Sprint(s.I16),
		fmt.Sprint(s.I32), fmt.Sprint(s.I64), fmt.Sprint(s.U), fmt.Sprint(s.U8),
		fmt.Sprint(s.U16), fmt.Sprint(s.U32), fmt.Sprint(s.U64),
		strconv.FormatFloat(float64(s.F32), 'x', -1, 64),
		strconv.FormatFloat(s.F64, 'x', -1, 64),
		strconv.FormatFloat(real(s.C), 'x', -1, 64),
		strconv.FormatFloat(imag(s.C), 'x', -1, 64),
		strconv.QuoteToASCII(s.S), fmt.Sprintf("%x", s.D),
	}
}

// fail decodes into value, which cannot hold what comes, and sends the error's text.
func fail(in *gob.Decoder, out *gob.Encoder, value any) {
	err := in.Decode(value)
	if err == nil {
		check(out.Encode("no error"))
		return
	}
	check(out.Encode(err.Error()))
}

func main() {
	for _, value := range []any{
		Point{}, time.Time{}, []any{}, map[string]any{}, map[any]any{}, map[string]int{},
		map[string]string{}, [][]int{}, Node{},
	} {
		gob.Register(value)
	}
	in := gob.NewDecoder(bufio.NewReader(os.Stdin))
	buffered := bufio.NewWriter(os.Stdout)
	out := gob.NewEncoder(buffered)
	for {
		var what string
		if err := in.Decode(&what); err == io.EOF {
			break
		} else {
			check(err)
		}
		answer(what, in, out)
	}
	check(buffered.Flush())
}

func answer(what string, in *gob.Decoder, out *gob.Encoder) {
	switch what {
	case "Scalars":
		var s Scalars
		echo(in, out, &s)
		check(out.Encode(format(s)))
	case "Containers":
		echo(in, out, new(Containers))
	case "Node":
		echo(in, out, new(Node))
	case "Anys":
		echo(in, out, new(Anys))
	case "Times":
		echo(in, out, new(Times))
	case "Nothings":
		echo(in, out, new(Nothings))
	case "Lists":
		echo(in, out, new([]map[string][]int))
	case "into A int8":
		fail(in, out, new(struct{ A int8 }))
	case "into A uint16":
		fail(in, out, new(struct{ A uint16 }))
	case "into A float32":
		fail(in, out, new(struct{ A float32 }))
	case "into A []int8":
		fail(in, out, new(struct{ A []int8 }))
	case "into A map[string]int8":
		fail(in, out, new(struct{ A map[string]int8 }))
	case "into A *Point":
		fail(in, out, new(struct{ A *Point }))
	case "into int8":
		fail(in, out, new(int8))
	case "into []uint8s":
		fail(in, out, new([]uint16))
	case "into int":
		fail(in, out, new(int))
	case "into []string":
		fail(in, out, new([]string))
	case "into [3]int":
		fail(in, out, new([3]int))
	case "into map[string]int":
		fail(in, out, new(map[string]int))
	case "into Point":
		fail(in, out, new(Point))
	case "into time":
		fail(in, out, new(time.Time))
	default:
		check(fmt.Errorf("cannot %s", what))
	}
}
