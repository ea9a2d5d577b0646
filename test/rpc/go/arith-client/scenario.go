package main

import (
	"math"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"strings"
	"time"
)

func callEverything(client *rpc.Client) {
	call := func(method string, args, reply any) {
		err := client.Call(method, args, reply)
		report(method, reply, err)
	}
	call("Arith.Add", Args{7, 8}, new(Reply))
	call("Arith.Add", &Args{-7, 0}, new(Reply))
	call("Arith.Div", Args{7, 2}, new(Reply))
	call("Arith.Div", Args{7, 0}, new(Reply))
	call("Arith.Nope", Args{7, 8}, new(Reply))
	call("Nope.Add", Args{7, 8}, new(Reply))
	call("nodot", Args{7, 8}, new(Reply))
	call("Arith.Add", Reply{7}, new(Reply))
	call("Arith.Map", "text", &map[string]int{})
	call("Arith.Empty", Args{1, 2}, new(Reply))
	call("Arith.Map", 5, &map[string]int{})
	call("Arith.Echo", "h\u00e9 \u4e16\u754c \U0001F680 <&> \u2028 \x00", new(string))
	call("Arith.Echo", "", new(string))
	call("Arith.Echo", strings.Repeat("long ", 1<<18), new(string))
	call("Arith.Bytes", []byte(strings.Repeat("\x00\xff\x80", 1<<18)), new([]byte))
	for _, n := range []int64{0, -1, 1<<53 + 1, math.MaxInt64, math.MinInt64} {
		call("Arith.Big", n, new(int64))
	}
	for _, n := range []uint64{0, 1<<53 + 1, math.MaxUint64} {
		call("Arith.U", n, new(uint64))
	}
	for _, f := range []float64{0.1, -2.5e-300, math.MaxFloat64, 5e-324, 1e21} {
		call("Arith.F", f, new(float64))
	}
	call("Arith.Time", time.Date(2024, 2, 29, 23, 59, 59, 123456789, time.UTC), new(time.Time))
	call("Arith.Time", time.Date(1969, 7, 20, 20, 17, 40, 0, time.FixedZone("", -4*3600)), new(time.Time))
	call("Arith.Time", time.Time{}, new(time.Time))
	call("Arith.Rich", rich, new(Rich))
	call("Arith.Rich", Rich{}, new(Rich))
	call("Arith.Describe", rich, new(string))
}

// callAtOnce has a hundred calls in flight, which all end up on one channel.
func callAtOnce(client *rpc.Client) {
	const calls = 100
	done := make(chan *rpc.Call, calls)
	for i := 0; i < calls; i++ {
		client.Go("Arith.Add", Args{i, i}, new(Reply), done)
	}
	sum := 0
	for i := 0; i < calls; i++ {
		call := <-done
		check(call.Error)
		if args, reply := call.Args.(Args), call.Reply.(*Reply); reply.C == args.A+args.B {
			sum += reply.C
		}
	}
	report("a hundred calls at once", sum, nil)
}

// replyOutOfOrder has one call wait until a later one has been answered.
func replyOutOfOrder(client, other *rpc.Client) {
	wait := client.Go("Arith.Wait", 1, new(int), nil)
	err := client.Call("Arith.Add", Args{1, 2}, new(Reply))
	report("a later call is answered first", len(wait.Done), err)
	check(other.Call("Arith.Open", 0, new(int)))
	call := <-wait.Done
	report("and then the earlier one", call.Reply, call.Error)
}

// halfClose has nothing more to say while a call is running: its reply must come all the same.
func halfClose(codec string, conn *net.TCPConn, other *rpc.Client) {
	client := rpc.NewClient
	if codec == "go-json" {
		client = jsonrpc.NewClient
	}
	wait := client(conn).Go("Arith.Wait", 2, new(int), nil)
	check(conn.CloseWrite())
	check(other.Call("Arith.Open", 0, new(int)))
	call := <-wait.Done
	report("half-closed", call.Reply, call.Error)
}

// receiveNothing asks for a reply that is nil: Go's client takes that for an error. (Over gob
// the process of an older Go server ends, so nobody asks.)
func receiveNothing(client *rpc.Client) {
	err := client.Call("Arith.NilReply", Args{}, new(Reply))
	report("a reply that is nil", new(Reply), err)
}
