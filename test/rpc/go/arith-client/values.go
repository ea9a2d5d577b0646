package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"net/rpc"
	"time"
)

type Args struct{ A, B int }

type Reply struct{ C int }

type Inner struct {
	Name string
	Tags []string
}

// Rich is the server's type, declared once more: only names and shapes need to agree.
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

var rich = Rich{
	OK: true, I8: -128, I64: math.MinInt64, U16: 65535, U64: math.MaxUint64,
	F32: 0.1, F64: math.Pi, S: "r\u00edch", Data: []byte{0, 255},
	T:      time.Date(2024, 2, 15, 12, 0, 0, 1, time.UTC),
	P:      &Inner{"pointed to", []string{"a", ""}},
	List:   []Inner{{}, {"second", nil}},
	ByName: map[string]Inner{"": {}, "k": {"v", []string{"t"}}},
	ByID:   map[int]float64{-1: 0.5, 2: -2},
	Fixed:  [3]int{1, 0, -1}, Any: "anything",
}

// sendValues sends count values there and back; prints the first that came back different.
func sendValues(client *rpc.Client, seed int64, count int) {
	random := rand.New(rand.NewSource(seed))
	for i := 0; i < count; i++ {
		sent, received := makeRich(random), Rich{}
		check(client.Call("Arith.Rich", sent, &received))
		if was, is := describe(sent), describe(received); was != is {
			report(fmt.Sprintf("value %d", i), map[string]string{"sent": was, "received": is}, nil)
			return
		}
	}
	report("values", count, nil)
}

// describe does not tell nil from empty: gob does not, and no server need.
func describe(value Rich) string {
	if len(value.Data) == 0 {
		value.Data = nil
	}
	if len(value.List) == 0 {
		value.List = nil
	}
	for i := range value.List {
		value.List[i] = *forgetEmpty(&value.List[i])
	}
	for name, inner := range value.ByName {
		value.ByName[name] = *forgetEmpty(&inner)
	}
	value.P = forgetEmpty(value.P)
	text, err := json.Marshal(value)
	check(err)
	return string(text)
}

func forgetEmpty(inner *Inner) *Inner {
	if inner != nil && len(inner.Tags) == 0 {
		return &Inner{Name: inner.Name}
	}
	return inner
}

func makeRich(random *rand.Rand) Rich {
	value := Rich{
		OK: random.Intn(2) == 0, I8: int8(random.Uint32()), U16: uint16(random.Uint32()),
		I64: int64(random.Uint64() >> random.Intn(64)), U64: random.Uint64() >> random.Intn(64),
		F32: float32(random.NormFloat64()), F64: random.NormFloat64() * math.Pow(10, float64(random.Intn(600)-300)),
		S: makeText(random), T: time.Unix(random.Int63n(1<<33)-1<<32, random.Int63n(1e9)).UTC(),
		ByName: map[string]Inner{}, ByID: map[int]float64{},
		Fixed: [3]int{random.Intn(3), -random.Intn(1 << 40), 0},
		Any:   makeAny(random),
	}
	if random.Intn(2) == 0 {
		value.Data = []byte(makeText(random) + "\xff")
		value.P = makeInner(random)
	}
	for i := random.Intn(3); i > 0; i-- {
		value.List = append(value.List, *makeInner(random))
		value.ByName[makeText(random)] = *makeInner(random)
		value.ByID[random.Intn(1000)-500] = random.NormFloat64()
	}
	return value
}

func makeInner(random *rand.Rand) *Inner {
	inner := &Inner{Name: makeText(random)}
	for i := random.Intn(3); i > 0; i-- {
		inner.Tags = append(inner.Tags, makeText(random))
	}
	return inner
}

func makeText(random *rand.Rand) string {
	alphabet := []rune("ab \u00e9\u4e16\U0001F680\"\\\n<")
	text := make([]rune, random.Intn(6))
	for i := range text {
		text[i] = alphabet[random.Intn(len(alphabet))]
	}
	return string(text)
}

func makeAny(random *rand.Rand) any {
	return []any{nil, true, makeText(random), random.NormFloat64()}[random.Intn(4)]
}
