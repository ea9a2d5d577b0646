// Calls an Arith server, Go's or another, and prints one line of JSON for each step: what the
// reply was, or the error. The same steps against two servers must print the same lines.
//
//	arith-client gob|gob-http|go-json ADDRESS              the scenario
//	arith-client gob|gob-http|go-json ADDRESS SEED COUNT   values made by chance, sent and compared
package main

import (
	"encoding/json"
	"log"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"strconv"
)

func main() {
	codec, address := os.Args[1], os.Args[2]
	connect := func() *rpc.Client { return dial(codec, address) }
	if len(os.Args) == 5 {
		seed, err := strconv.ParseInt(os.Args[3], 10, 64)
		check(err)
		count, err := strconv.Atoi(os.Args[4])
		check(err)
		sendValues(connect(), seed, count)
		return
	}
	callEverything(connect())
	callAtOnce(connect())
	replyOutOfOrder(connect(), connect())
	if codec != "gob-http" {
		conn, err := net.Dial("tcp", address)
		check(err)
		halfClose(codec, conn.(*net.TCPConn), connect())
	}
	if codec == "go-json" {
		receiveNothing(connect())
	}
}

func dial(codec, address string) *rpc.Client {
	var client *rpc.Client
	var err error
	switch codec {
	case "gob":
		client, err = rpc.Dial("tcp", address)
	case "gob-http":
		client, err = rpc.DialHTTP("tcp", address)
	case "go-json":
		client, err = jsonrpc.Dial("tcp", address)
	}
	check(err)
	return client
}

// report prints one step; an error's type says whether the server sent it.
func report(step string, reply any, err error) {
	line := map[string]any{"step": step, "reply": reply}
	if err != nil {
		_, isServerError := err.(rpc.ServerError)
		line = map[string]any{"step": step, "error": err.Error(), "isServerError": isServerError}
	}
	check(json.NewEncoder(os.Stdout).Encode(line))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
