package main

import (
	"bytes"
	"log"
	"net/rpc"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Load and Outcome are those of load.ts, and so is what runLoad does.
type Load struct {
	Method       string
	PayloadBytes int
	InFlight     int
	Ms           int
	MaxCalls     int64
}

type Outcome struct {
	Calls   int64   `json:"calls"`
	Seconds float64 `json:"seconds"`
	P50Us   float64 `json:"p50Us,omitempty"`
	P99Us   float64 `json:"p99Us,omitempty"`
}

func runLoad(client *rpc.Client, load Load) Outcome {
	callOnce := chooseCall(client, load)
	var calls atomic.Int64
	var laps []float64
	begin := time.Now()
	end := begin.Add(time.Duration(load.Ms) * time.Millisecond)
	var all sync.WaitGroup
	for i := 0; i < load.InFlight; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for now := time.Now(); now.Before(end); {
				n := calls.Add(1)
				if n > load.MaxCalls {
					calls.Add(-1)
					return
				}
				callOnce(int(n - 1))
				previous := now
				now = time.Now()
				if load.InFlight == 1 {
					laps = append(laps, float64(now.Sub(previous).Nanoseconds())/1000)
				}
			}
		}()
	}
	all.Wait()
	outcome := Outcome{Calls: calls.Load(), Seconds: time.Since(begin).Seconds()}
	if len(laps) > 0 {
		sort.Float64s(laps)
		outcome.P50Us = laps[len(laps)/2]
		outcome.P99Us = laps[len(laps)*99/100]
	}
	return outcome
}

func chooseCall(client *rpc.Client, load Load) func(n int) {
	call := func(method string, args, reply any) {
		if err := client.Call(method, args, reply); err != nil {
			log.Fatal(err)
		}
	}
	switch load.Method {
	case "add":
		return func(n int) {
			var sum int
			call("Arith.Add", &Args{n, 2}, &sum)
			expect(sum == n+2)
		}
	case "text":
		text := strings.Repeat("Call me Ishmael. ", load.PayloadBytes/17+1)[:load.PayloadBytes]
		return func(n int) {
			var answer string
			call("Arith.Echo", text, &answer)
			expect(len(answer) == len(text) && (n%64 != 0 || answer == text))
		}
	}
	data := make([]byte, load.PayloadBytes)
	for i := range data {
		data[i] = byte(i*167 ^ i>>8)
	}
	return func(n int) {
		var answer []byte
		call("Arith.EchoBytes", data, &answer)
		expect(len(answer) == len(data) && (n%64 != 0 || bytes.Equal(answer, data)))
	}
}

func expect(isRight bool) {
	if !isRight {
		log.Fatal("wrong answer")
	}
}
